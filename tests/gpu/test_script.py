"""Facts about a user's own script: what is read, what is filled in, what is refused and how."""

import json
import re
from pathlib import Path

import pytest

from gpu.briefs import ShotDraft, ShotPlanBrief, StoryBrief, StoryDraft
from gpu.pace import speech_s, words_in
from gpu.script import Script, plan, scenes
from gpu.script_fields import script_of
from gpu.script_json import read_json
from gpu.script_keys import DERIVED_KEYS, SHOT_KEYS
from gpu.script_text import read_text, shot_lines
from gpu.stages import open_stage
from gpu.vocabulary import CAMERAS

MARKDOWN = """\
# The Last Lamp

A keeper climbs the **lighthouse** [stairs](http://x.y).

## The storm

- Waves rise.
- The lamp *goes* out.

INT. WORKSHOP - NIGHT

He repairs it by hand.

Morning
=======

The light returns.
"""


def read(text: str, name: str) -> Script:
    return script_of(read_json(text, name), name) if name.endswith("n") else read_text(text, name)


def drafts_of(script: Script, duration_s: float = 0.0) -> tuple[ShotDraft, ...]:
    story = StoryDraft(title=script.title, logline="", style="ink", language=script.language)
    return plan(
        script,
        ShotPlanBrief(
            idea="",
            language=script.language,
            seed=1,
            shot_count=script.shot_count,
            duration_s=duration_s or script.duration_s,
            fps=24,
            transition_frames=12,
            story=story,
            scenes=scenes(script, 1),
        ),
    )


def frames_without_overlap(drafts: tuple[ShotDraft, ...]) -> int:
    return sum(s.duration_frames - 12 * (s.transition == "dissolve") for s in drafts)


def test_headings_are_scenes_and_paragraphs_and_items_are_shots() -> None:
    script = read(MARKDOWN, "lamp.md")

    assert [scene.name for scene in script.scenes] == [
        "The Last Lamp",
        "The storm",
        "Workshop",
        "Morning",
    ]
    assert [(shot.scene, shot.narration) for shot in script.shots] == [
        (1, "A keeper climbs the lighthouse stairs."),
        (2, "Waves rise."),
        (2, "The lamp goes out."),
        (3, "He repairs it by hand."),
        (4, "The light returns."),
    ]


def test_the_first_heading_is_the_title() -> None:
    assert read(MARKDOWN, "lamp.md").title == "The Last Lamp"


def test_without_a_heading_the_file_name_is_the_title() -> None:
    assert read("One line.", "my_first-film.txt").title == "my first film"


def test_a_screenplay_heading_gives_place_and_time() -> None:
    scene = read(MARKDOWN, "lamp.md").scenes[2]

    assert (scene.location, scene.time_of_day) == ("workshop", "night")


def test_head_lines_give_title_style_and_language() -> None:
    script = read(
        "---\ndate: 2026\ntitle: Der Turm\nstyle: ink\nlanguage: de\n---\n\nEs war still.", "t.md"
    )

    assert (script.title, script.style, script.language) == ("Der Turm", "ink", "de")


def test_a_long_paragraph_becomes_several_shots_of_at_most_twelve_seconds() -> None:
    lines = shot_lines("The sea was calm that day. " * 20)

    assert len(lines) > 3
    assert all(speech_s(line) <= 12.0 for line in lines)


def test_untimed_shots_last_as_long_as_their_narration() -> None:
    script = read('[{"narration": "The boat waits for the tide to come in again."}]', "s.json")

    assert script.duration_s == pytest.approx(0.7 + 10 * 0.4)


def test_planned_frames_sum_to_the_films_duration_and_its_dissolves() -> None:
    script = read(MARKDOWN, "lamp.md")

    drafts = drafts_of(script)

    assert frames_without_overlap(drafts) == round(script.duration_s * 24)


def test_a_script_without_times_is_scaled_to_the_duration_asked_for() -> None:
    drafts = drafts_of(read(MARKDOWN, "lamp.md"), duration_s=30.0)

    assert frames_without_overlap(drafts) == 30 * 24


def test_a_script_with_times_keeps_them() -> None:
    script = read('[{"narration": "a", "duration_s": 5}, {"narration": "b"}]', "shots.json")

    drafts = drafts_of(script, duration_s=60.0)

    assert frames_without_overlap(drafts) == 5 * 24 + 2 * 24


def test_what_the_script_says_of_a_shot_is_kept() -> None:
    shot = drafts_of(
        read(
            '[{"narration": "n", "image_prompt": "p", "motion_prompt": "m", "camera": "Slow_Pan",'
            ' "shot_size": "Close_Up", "angle": "LOW", "lighting": "dawn", "place": "sea"}]',
            "shots.json",
        )
    )[0]

    assert (shot.image_prompt, shot.motion_prompt, shot.camera) == ("p", "m", "pan right")
    assert (shot.shot_size, shot.angle, shot.lighting) == ("close-up", "low", "dawn")
    assert shot.place == "sea"


def test_what_the_script_leaves_open_is_filled_in() -> None:
    shots = drafts_of(read(MARKDOWN, "lamp.md"))

    assert all(shot.camera in CAMERAS and shot.motion_prompt for shot in shots)
    assert "lighthouse" in shots[0].image_prompt
    assert len({shot.image_prompt for shot in shots}) == len(shots)


def test_shots_stand_in_the_order_of_their_index() -> None:
    script = read('[{"index": 2, "narration": "b"}, {"index": 1, "narration": "a"}]', "s.json")

    assert [shot.narration for shot in script.shots] == ["a", "b"]


def test_shots_may_stand_inside_scenes() -> None:
    script = read(
        '{"title": "T", "scenes": [{"name": "A", "shots": [{"narration": "x"}]},'
        ' {"name": "B", "narration": "y"}]}',
        "story.json",
    )

    assert [(shot.scene, shot.narration) for shot in script.shots] == [(1, "x"), (2, "y")]


def test_every_key_that_an_export_writes_is_accepted_again() -> None:
    derived = dict.fromkeys(sorted(DERIVED_KEYS - set(SHOT_KEYS)), "anything")

    script = read(json.dumps([{"narration": "a", **derived}]), "shots.json")

    assert script.shot_count == 1


def test_the_stages_write_what_the_script_says(tmp_path: Path) -> None:
    path = tmp_path / "artifact"
    path.write_text(MARKDOWN)
    brief = StoryBrief(
        idea="", language="en", seed=1, shot_count=5, duration_s=0, script=path, script_name="a.md"
    )

    open_stage("story", "script").run(brief, tmp_path / "out.json", lambda _: None)

    assert json.loads((tmp_path / "out.json").read_text())["title"] == "The Last Lamp"


def test_the_examples_in_the_documents_parse() -> None:
    page = Path(__file__).parents[2] / "docs" / "SCRIPTS.md"
    blocks = re.findall(r"^````?(json|markdown)\n(.*?)^````?$", page.read_text(), re.M | re.S)

    found = [
        read(text, "example.json" if kind == "json" else "example.md") for kind, text in blocks
    ]

    assert len(found) >= 3
    assert all(drafts_of(script) for script in found)


def test_no_word_of_a_long_paragraph_is_lost() -> None:
    text = "One, two and three go on, " * 30

    assert sum(map(words_in, shot_lines(text))) == words_in(text)


def said(text: str) -> list[str]:
    return [shot.narration for shot in read_text(text, "s.md").shots]


def test_a_table_is_not_spoken() -> None:
    text = "First.\n\n| a | b |\n| --- | :-: |\n| c | d |\n\nName | Age\n-- | --\nAnn | 7\n\nLast."

    assert said(text) == ["First.", "Last."]


def test_a_pipe_in_a_sentence_is_no_table() -> None:
    assert said("He wrote a | b on the wall.") == ["He wrote a, b on the wall."]


def test_an_image_leaves_nothing() -> None:
    text = (
        "The lamp ![a lamp](lamp.png) burns.\n\n![only](a.png)\n\n[![x](b.png)](http://y.z)\n\nEnd."
    )

    assert said(text) == ["The lamp burns.", "End."]


def test_tags_are_stripped_and_entities_read() -> None:
    text = "Salt &amp; <b>light</b>&nbsp;<br/>on the <i>sea</i> , 5 &lt; 6.<style>p {}</style>"

    assert said(text) == ["Salt & light on the sea, 5 < 6."]


def test_fenced_code_is_not_spoken() -> None:
    text = "Before.\n\n```python\nprint(1)\n\n# no heading\n```\n\nBetween.\n\n~~~\n~~~\n\nAfter."

    assert said(text) == ["Before.", "Between.", "After."]


def test_definitions_and_footnote_marks_are_not_spoken() -> None:
    text = "The sea[^1] is [old][s].\n\n[s]: http://x.y\n[^1]: A note."

    assert said(text) == ["The sea is old."]


def test_a_script_without_a_logline_has_none(tmp_path: Path) -> None:
    path = tmp_path / "s.md"
    path.write_text("# Lamp\n\nIt burns.")
    brief = StoryBrief(idea="", language="en", seed=1, shot_count=1, duration_s=4.0, script=path)

    open_stage("story", "script").run(brief, tmp_path / "o.json", lambda _: None)

    assert json.loads((tmp_path / "o.json").read_text())["logline"] == ""


def test_an_empty_logline_is_read() -> None:
    script = read('{"title": "T", "logline": "", "shots": [{"narration": "A."}]}', "s.json")

    assert script.logline == ""
