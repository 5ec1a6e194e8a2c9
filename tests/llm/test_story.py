"""Given what a model answered about a film, when a stage reads it, then the film is as it was asked
for, or the model is told what is wrong.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from gpu.briefs import ReferenceDraft, SceneDraft, SceneGraphBrief, ShotPlanBrief, StoryBrief
from gpu.briefs import StoryDraft as Draft
from gpu.llm import template
from gpu.llm.by_server import scene_graph, shots, story
from gpu.llm.errors import WrongAnswer
from gpu.stages import Made
from gpu.vocabulary import ANGLES, CAMERAS, SHOT_SIZES, TRANSITIONS

HEAD: dict[str, Any] = {
    "title": "The Light", "logline": "A keeper waits.", "style": "gouache", "end_card": "The end",
    "characters": [{"name": "Ann", "look": "a keeper in a blue coat"}],
    "places": [{"name": "The Bay", "look": "a grey bay"}],
}  # fmt: skip
SHOT: dict[str, Any] = {
    "image_prompt": "Ann on the rocks", "motion_prompt": "waves", "camera": "pan left",
    "shot_size": "wide", "angle": "low", "lighting": "dusk", "narration": "She waits for it.",
    "seconds": 5, "transition": "cut", "references": ["The Bay"],
}  # fmt: skip
TOLD = Draft(
    title="The Light", logline="A keeper waits.", style="gouache", language="en",
    references=(
        ReferenceDraft(name="Ann", kind="character", look="a keeper"),
        ReferenceDraft(name="The Bay", kind="place", look="a bay"),
    ),
)  # fmt: skip


@pytest.fixture
def running(server) -> Any:
    """How a stage of a kind is run."""

    def of(kind: str) -> dict[str, str]:
        words = str(template.shipped(kind))
        return {"url": server.url, "model": "tiny-writer", "template": words}

    return of


def asked(**more: Any) -> dict[str, Any]:
    return {"idea": "a lighthouse", "language": "en", "seed": 5, "shot_count": 3, **more}


def plan_brief(running: Any, count: int = 3, **more: Any) -> ShotPlanBrief:
    scene = SceneDraft(
        scene=1, name="One", location="rocks", place="coast", time_of_day="dusk", mood="calm",
        action="She waits.", characters=("Ann",),
    )  # fmt: skip
    values = asked(shot_count=count, duration_s=5.0 * count, fps=24, transition_frames=12)
    values |= {"story": TOLD, "scenes": (scene,), "running": running("shots")}
    return ShotPlanBrief(**(values | more))


def run(stage: Any, brief: Any, folder: Path) -> tuple[Any, Made]:
    out = folder / "out.json"
    made = stage.run(brief, out, lambda _: None)
    return json.loads(out.read_text()), made


def plan(*changes: dict[str, Any], count: int = 3) -> str:
    told = [{**SHOT, **change} for change in (*changes, *[{}] * count)][:count]
    return json.dumps({"shots": told})


def complaint(server: Any) -> str:
    """What the model was told of its first answer."""
    return str(server.seen()["asked"][1]["messages"][-1]["content"])


def test_a_story_has_its_characters_and_places(server, running, tmp_path):
    server.set_up(answers=[json.dumps(HEAD)])
    brief = StoryBrief(**asked(duration_s=15.0, running=running("story")))

    found, made = run(story(), brief, tmp_path)

    assert [(one["name"], one["kind"]) for one in found["references"]] == [
        ("Ann", "character"), ("The Bay", "place"),
    ]  # fmt: skip
    assert made.raw == json.dumps(HEAD)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"title": "x" * 81}, "title: String should have at most 80 characters"),
        ({"title": ""}, "title: String should have at least 1 character"),
        ({"places": []}, "places: Tuple should have at least 1 item"),
        ({"places": [{"name": "ann", "look": "l"}]}, "the name 'ann' is given twice"),
        ({"places": [{"name": "?!", "look": "l"}]}, "the name '?!' has no letter in it"),
        ({"more": 1}, "more: Extra inputs are not permitted"),
        ({"logline": 3}, "logline: Input should be a valid string"),
    ],
)
def test_what_is_wrong_with_a_story_is_told_to_the_model(server, running, tmp_path, change, says):
    server.set_up(answers=[json.dumps(HEAD | change), json.dumps(HEAD)])
    brief = StoryBrief(**asked(duration_s=15.0, running=running("story")))

    found, made = run(story(), brief, tmp_path)

    assert found["title"] == "The Light"
    assert made.settings["answers"] == 2
    assert says in complaint(server)


@pytest.mark.parametrize(
    "around",
    [
        "<think>Hm, {a: film}?</think>\n{}",
        "Here it is:\n```json\n{}\n```\nEnjoy.",
        "Sure. {} That is all.",
        "\ufeff{}",
    ],
)
def test_what_weaker_models_put_around_their_json_is_left_out(server, running, tmp_path, around):
    server.set_up(knows=[], answers=[around.replace("{}", json.dumps(HEAD))])
    brief = StoryBrief(**asked(duration_s=15.0, running=running("story")))

    found, made = run(story(), brief, tmp_path)

    assert (found["title"], made.settings["answers"], made.settings["form"]) == (
        "The Light", 1, "plain",
    )  # fmt: skip


def test_control_characters_and_lines_of_an_answer_become_blanks(server, running, tmp_path):
    server.set_up(answers=[json.dumps(HEAD | {"title": "The\u0000 \u001b[31mLight\n\n now"})])
    brief = StoryBrief(**asked(duration_s=15.0, running=running("story")))

    assert run(story(), brief, tmp_path)[0]["title"] == "The [31mLight now"


def test_scenes_are_at_places_of_the_story_and_as_many_as_were_asked_for(server, running, tmp_path):
    one = {
        "name": "Dusk", "place": "the bay", "location": "the rocks", "time_of_day": "Golden_Hour",
        "mood": "calm", "action": "She waits.", "characters": ["ann"],
    }  # fmt: skip
    server.set_up(answers=[json.dumps({"scenes": [one]}), json.dumps({"scenes": [one] * 3})])
    brief = SceneGraphBrief(**asked(story=TOLD, running=running("scene_graph")))

    found, _ = run(scene_graph(), brief, tmp_path)

    assert [scene["scene"] for scene in found] == [1, 2, 3]
    assert (found[0]["time_of_day"], found[0]["characters"]) == ("golden hour", ["Ann"])
    assert "at least 3 items" in complaint(server)


def test_shots_have_words_that_are_known_however_they_were_spelt(server, running, tmp_path):
    server.set_up(answers=[plan({"camera": "Slow_Pan", "shot_size": "CLOSE-UP", "angle": "Low"})])

    found, made = run(shots(), plan_brief(running), tmp_path)

    assert (found[0]["camera"], found[0]["shot_size"]) == ("pan right", "close-up")
    assert made.settings["answers"] == 1
    for shot in found:
        assert shot["camera"] in CAMERAS
        assert shot["shot_size"] in SHOT_SIZES
        assert shot["angle"] in ANGLES
        assert shot["transition"] in TRANSITIONS


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (plan({"camera": "wobble"}), "shots.0.camera: Input should be 'static', 'pan left'"),
        (plan({"references": ["Bob"]}), "shots.0.references.0: Input should be 'Ann' or 'The Bay'"),
        (plan(count=2), "at least 3 items"),
        (plan(count=4), "at most 3 items"),
        (plan({"narration": "so many words " * 30}), "words fit"),
    ],
)
def test_what_is_wrong_with_shots_is_told_to_the_model(server, running, tmp_path, answer, says):
    server.set_up(answers=[answer, plan()])

    found, _ = run(shots(), plan_brief(running), tmp_path)

    assert len(found) == 3
    assert says in complaint(server)


def test_narration_in_another_language_is_refused_when_it_stays_so(server, running, tmp_path):
    english = plan(*[{"narration": "The keeper is in the tower and waits."}] * 3)
    server.set_up(answers=[english, english])

    with pytest.raises(WrongAnswer, match="the narration is in en; it has to be in de"):
        run(shots(), plan_brief(running, language="de"), tmp_path)


def test_narration_in_the_language_of_the_film_is_taken(server, running, tmp_path):
    german = plan(*[{"narration": "Der Wärter ist im Turm und wartet auf das Meer."}] * 3)
    server.set_up(answers=[german])

    assert len(run(shots(), plan_brief(running, language="de"), tmp_path)[0]) == 3


@pytest.mark.parametrize("seconds", [(1, 1, 1), (60, 1, 1), (2, 3, 9)])
def test_the_films_length_is_kept_whatever_was_answered(server, running, tmp_path, seconds):
    server.set_up(answers=[plan(*[{"seconds": one} for one in seconds])])

    found, _ = run(shots(), plan_brief(running), tmp_path)

    assert sum(shot["duration_frames"] for shot in found) == 15 * 24
    assert all(shot["duration_frames"] >= 24 for shot in found)


def test_dissolves_overlap_and_the_frames_make_up_for_it(server, running, tmp_path):
    server.set_up(answers=[plan(*[{"transition": "dissolve"}] * 3)])

    found, _ = run(shots(), plan_brief(running), tmp_path)

    assert [shot["transition"] for shot in found] == ["dissolve", "dissolve", "cut"]
    assert sum(shot["duration_frames"] for shot in found) == 15 * 24 + 2 * 12


def test_a_long_film_is_asked_for_sixteen_shots_at_a_time(server, running, tmp_path):
    found, made = run(shots(), plan_brief(running, count=20), tmp_path)

    assert len(found) == 20
    assert made.settings["answers"] == 2
    second = server.seen()["asked"][1]["messages"][1]["content"]
    assert "Plan shots 17 to 20 of a film of 20 shots" in second
    assert "The shots before these:" in second


def test_whom_a_picture_names_is_shown_although_the_model_forgot(server, running, tmp_path):
    server.set_up(answers=[plan({"references": []})])

    found, _ = run(shots(), plan_brief(running), tmp_path)

    assert found[0]["references"] == ["Ann"]


def test_a_film_without_anybody_has_no_field_for_who_is_seen(running, tmp_path):
    alone = Draft(title="Sea", logline="Waves.", style="ink", language="en")

    found, _ = run(shots(), plan_brief(running, story=alone), tmp_path)

    assert all("references" not in shot for shot in found)
