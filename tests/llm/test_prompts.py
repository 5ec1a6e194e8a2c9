"""Given a film whose prompts a server enhances, through the real client: asked in the family's own
words, checked, told once what is wrong, cut at last; and nobody is asked twice.
"""

import json
import shutil
import signal
from contextlib import closing
from pathlib import Path

import pytest

import gpu.llm.by_server
from eventstore.home import Home
from gpu import profile, ready
from gpu.briefs import ReferenceDraft
from gpu.enhance import template
from gpu.enhance.brief import PromptBrief
from gpu.enhance.families import READERS
from gpu.enhance.form import form_of
from gpu.errors import BriefRefused
from gpu.llm.errors import WrongAnswer
from gpu.llm.template import read
from gpu.profile_files import StageProfile
from handlers import decide, gc, workflows
from handlers.audit import audit
from handlers.stream import SessionStream
from handlers.verify import Verifier
from handlers.worker import Worker
from projections import events as e
from projections.events import TYPES
from projections.named import templates_of
from projections.work import work as work_of
from tests.build import RUN, SESSION, fake_session
from tests.crash.killer import Counter, DeadlyLog
from tests.handlers.crew_of_one import counting, work
from tests.llm.films import FAKE
from tests.processes import run

HEAD = '[profile]\ndescription = "prompts by a server"\n'
TOLD = "".join(
    f'[{kind}]\nbackend = "fake"\nmodel = "fake"\nrevision = "1"\n'
    for kind in ("story", "scene_graph", "shots")
)
AIMED = 'image_family = "sdxl"\nvideo_family = "wan"\n'


def written(folder: Path, url: str, more: str = AIMED) -> Path:
    """A profile: this server enhances, everything else is fake."""
    path = folder / "mine.toml"
    asked = f'[enhance]\nbackend = "openai"\nurl = "{url}"\nmodel = "tiny-writer"\n{more}\n'
    path.write_text(HEAD + TOLD + FAKE + asked, encoding="utf-8")
    return path


def begun(home: Home, path: Path, shots: int = 1) -> None:
    """A film of that profile, just started."""
    chosen = ready.checked(profile.load(str(path)))
    workflows.keep_alone(home, chosen)
    with home.open(TYPES) as log:
        fake_session(log, stages=decide.stages_of(chosen, scripted=False), shots=shots)


def stream_of(home: Home) -> SessionStream:
    with home.open_existing(TYPES, read_only=True) as log:
        return SessionStream(log, SESSION)


def finished(home: Home, path: Path, shots: int = 1) -> SessionStream:
    begun(home, path, shots)
    with home.open(TYPES) as log:
        return work(home, log)


def events_of(stream: SessionStream, kind: type) -> list:
    return [one.event for one in stream.history if isinstance(one.event, kind)]


def says(*prompts: str) -> list[str]:
    return [json.dumps({"prompt": one}) for one in prompts]


MIRA = ReferenceDraft(name="Mira", kind="character", look="a yellow raincoat")


@pytest.fixture
def enhance(server, tmp_path):
    """Ask for one prompt, as a worker would."""
    stage = gpu.llm.by_server.enhance()

    def asked(prompt: str = "Mira by the sea", **changes) -> tuple[str, dict]:
        values = {
            "stage": "image", "family": "sdxl", "tokens_max": 30, "seed": 3, "references": (MIRA,),
        }  # fmt: skip
        values |= changes
        shipped = template.FOLDER / f"enhance_{values['stage']}_{values['family']}.md"
        running = {
            "url": server.url, "model": "tiny-writer", "timeout_s": 10,
            f"{values['stage']}_template": str(shipped),
        }  # fmt: skip
        out = tmp_path / "prompt.json"
        made = stage.run(PromptBrief(prompt=prompt, running=running, **values), out, lambda _: None)
        return json.loads(out.read_text())["prompt"], dict(made.settings)

    return asked


def question(server, number: int = 0) -> str:
    return "\n".join(one["content"] for one in server.seen()["asked"][number]["messages"])


def test_the_answer_is_the_prompt(enhance, server):
    server.set_up(answers=says("Mira, by a grey sea, dusk"))

    prompt, facts = enhance()

    assert prompt == "Mira, by a grey sea, dusk"
    assert (facts["answers"], facts["answered_by"]) == (1, "tiny-writer-2026")


@pytest.mark.parametrize("reader", READERS, ids=lambda one: f"{one.stage} {one.name}")
def test_every_family_has_a_template_of_its_own(reader):
    kind = f"enhance_{reader.stage}"

    assert read(template.FOLDER / f"{kind}_{reader.name}.md", kind).text


@pytest.mark.parametrize("reader", READERS, ids=lambda one: f"{one.stage} {one.name}")
def test_a_question_has_the_prompt_who_is_shown_and_how_long_it_may_be(enhance, server, reader):
    server.set_up(answers=says("Mira"))

    enhance(stage=reader.stage, family=reader.name, tokens_max=50)

    told = question(server)
    assert "Mira by the sea" in told
    assert "- Mira: a yellow raincoat" in told
    assert "These names have to stay: Mira." in told
    assert "At most 35 words" in told


def test_a_picture_is_asked_for_with_its_view_light_and_style(enhance, server):
    server.set_up(answers=says("Mira"))

    enhance(shot_size="close-up", angle="low", lighting="dawn", style="soft ink")

    assert "View: close-up, low. Light: dawn. Look" in question(server)
    assert "by itself: soft ink." in question(server)


def test_a_clip_is_asked_for_with_its_camera_and_its_picture(enhance, server):
    server.set_up(answers=says("Mira turns"))

    enhance(stage="video", family="wan", camera="dolly in", image_prompt="a pier")

    told = question(server)
    assert "The camera: “dolly in”." in told
    assert "which need not be said again: a pier" in told


def test_what_a_prompt_says_is_no_place_for_another_value(enhance, server):
    server.set_up(answers=says("Mira"))

    enhance("Mira {{words}}")

    assert "Mira {{words}}" in question(server)


def test_a_prompt_that_is_too_long_is_told_so_once_and_asked_for_again(enhance, server):
    server.set_up(answers=says("Mira, " * 20, "Mira by a grey sea"))

    prompt, facts = enhance()

    assert (prompt, facts["answers"]) == ("Mira by a grey sea", 2)
    assert "too long: about" in question(server, 1)
    assert "at most 30 are read" in question(server, 1)


def test_what_is_too_long_again_is_cut_at_a_phrase(enhance, server):
    server.set_up(answers=says(*["Mira by a grey sea, " + "very calm, " * 20] * 2))

    prompt, _ = enhance()

    assert prompt.startswith("Mira by a grey sea, very calm")
    assert prompt.endswith("calm")
    assert len(prompt) < 120


def test_a_lost_name_is_told_once(enhance, server):
    server.set_up(answers=says("a girl by the sea", "Mira by the sea"))

    assert enhance()[0] == "Mira by the sea"
    assert "it does not name Mira" in question(server, 1)


def test_a_name_that_is_lost_again_is_refused(enhance, server):
    server.set_up(answers=says("a girl by the sea", "a woman by the sea"))

    with pytest.raises(WrongAnswer, match="does not name Mira"):
        enhance()


def test_what_is_no_json_is_told_once(enhance, server):
    server.set_up(answers=["Mira by the sea", *says("Mira by the sea")])

    assert enhance()[0] == "Mira by the sea"


def test_a_schema_asks_for_one_prompt_of_a_length(server, enhance):
    server.set_up(answers=says("Mira"))
    enhance()

    schema = server.seen()["asked"][0]["response_format"]["json_schema"]["schema"]

    assert (list(schema["properties"]), schema["required"]) == (["prompt"], ["prompt"])
    assert form_of(PromptBrief(stage="image", prompt="", family="", tokens_max=30, seed=1))


def test_a_film_is_made_from_what_a_server_wrote(home, server, tmp_path):
    stream = finished(home, written(tmp_path, server.url))

    made = {one.stage: one for one in events_of(stream, e.PromptEnhanced)}
    assert (made["image"].image_prompt, made["video"].motion_prompt) == ("a prompt 1",) * 2
    assert (made["image"].family, made["video"].family) == ("sdxl", "wan")
    assert json.loads(made["image"].raw) == {"prompt": "a prompt 1"}
    assert made["image"].provenance.settings["tokens_out"] > 0
    image = next(r for r in work_of(stream.session).shots[0].commands if r.kind == "image")
    assert image.inputs["prompt"] == "a prompt 1"


def test_each_is_asked_in_the_words_of_its_family(home, server, tmp_path):
    finished(home, written(tmp_path, server.url))

    first = [asked["messages"][0]["content"] for asked in server.seen()["asked"]]
    assert sorted("SDXL" in one for one in first) == [False, True]
    assert sorted("Wan" in one for one in first) == [False, True]


def test_an_answer_is_on_record_before_it_is_read(home, server, tmp_path):
    stream = finished(home, written(tmp_path, server.url))

    kinds = [type(one.event).__name__ for one in stream.history]
    at = kinds.index("AnswerReceived")
    assert kinds[at : at + 2] == ["AnswerReceived", "PromptEnhanced"]
    assert {one.kind for one in events_of(stream, e.AnswerReceived)} == {"enhance"}


def test_verifying_asks_nobody_even_where_the_server_is_gone(home, mortal, tmp_path):
    stream = finished(home, written(tmp_path, mortal.url))
    mortal.kill()

    asked: list[str] = []
    verdicts = list(Verifier(stream.session, home.artifacts, stages=counting(asked)).verdicts())

    assert {one.verdict for one in verdicts} == {"identical"}
    assert "enhance" not in asked


def test_the_same_prompts_in_another_film_are_not_asked_for_again(home, server, tmp_path):
    path = written(tmp_path, server.url)
    finished(home, path)
    chosen = ready.checked(profile.load(str(path)))
    with home.open(TYPES) as log:
        stages = decide.stages_of(chosen, scripted=False)
        fake_session(log, "session_b", stages=stages, shots=1)
        work(home, log, ["session_b"])

    assert server.count("asked") == 2


def test_a_night_with_wrong_answers_has_a_film_in_the_words_as_written(home, server, tmp_path):
    server.set_up(answers=["no"] * 4)

    found = work_of(finished(home, written(tmp_path, server.url)).session)

    assert found.complete
    assert [one.kind for one in found.parked] == ["enhance"] * 2
    assert found.shots[0].worded.image_prompt == "view 1 of a lighthouse"


def test_a_budget_stops_enhancing_and_not_the_film(home, server, tmp_path):
    begun(home, written(tmp_path, server.url))
    with home.open(TYPES) as log:
        stream = SessionStream(log, SESSION)
        stream.append([e.BudgetSet(tokens=10)], RUN)
        found = work_of(work(home, log).session)

    assert (found.complete, server.count("asked")) == (True, 0)
    assert found.session.attempts[found.parked[0].id].last_error.startswith("OverBudget")


@pytest.mark.parametrize("number", range(1, 5))
def test_killed_around_an_answer_it_is_asked_for_once(server, tmp_path, number):
    server.set_up()
    home = Home(tmp_path / "home")
    begun(home, written(tmp_path, server.url, AIMED + 'prompts = "image"\n'))

    def dies(counter: Counter) -> None:
        with DeadlyLog.open(home.log_path, TYPES) as log:
            log.counter = counter
            with closing(Worker(Home(home.root), log)) as worker:
                worker.work_on([SESSION])

    assert run(lambda: dies(Counter("after", 6 + number))) == -signal.SIGKILL
    assert run(lambda: dies(Counter())) == 0

    stream = stream_of(home)
    assert (server.count("asked"), len(events_of(stream, e.PromptEnhanced))) == (1, 1)
    assert work_of(stream.session).complete


def own(folder: Path, text: str = "Mine.\n---\n{{prompt}}", name: str = "enhance_image.md") -> Path:
    (folder / "own").mkdir(exist_ok=True)
    (folder / "own" / name).write_text(text)
    return folder / "own"


@pytest.fixture
def load(server, tmp_path):
    """The stage of a profile with these lines more, ready for work."""

    def loaded(more: str = "") -> StageProfile:
        path = written(tmp_path, server.url, AIMED + more)
        return ready.checked(profile.load(str(path))).stages["enhance"]

    return loaded


def test_a_template_of_ones_own_goes_for_all_families(load, tmp_path):
    own(tmp_path)

    stage = load('template = "own"')

    assert stage.templates["enhance_image_sdxl"] == "Mine.\n---\n{{prompt}}"
    assert "Wan" in stage.templates["enhance_video_wan"]


def test_one_for_a_family_stands_above_one_for_all(load, tmp_path):
    own(tmp_path)
    own(tmp_path, "For SDXL.\n---\n{{prompt}}", "enhance_image_sdxl.md")

    stage = load('template = "own"')

    assert stage.templates["enhance_image_sdxl"] == "For SDXL.\n---\n{{prompt}}"


def test_one_file_may_be_named_for_pictures_or_clips(load, tmp_path):
    own(tmp_path)

    stage = load('image_template = "own/enhance_image.md"')

    assert stage.templates["enhance_image_sdxl"] == "Mine.\n---\n{{prompt}}"


def test_another_template_of_pictures_names_no_clip_anew(load, tmp_path):
    own(tmp_path)

    before, after = load(), load('template = "own"')

    assert before.settings["image_template"] != after.settings["image_template"]
    assert before.settings["video_template"] == after.settings["video_template"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Mine.\n---\nrewrite it", r"enhance_image.md: the placeholder {{prompt}} is missing"),
        ("Mine.\n---\n{{prompt}} {{camera}}", "unknown placeholder 'camera'"),
        ("{{prompt}}", "a line of three dashes is missing"),
    ],
)
def test_a_template_that_would_not_work_is_refused_before_any_work(load, tmp_path, text, told):
    own(tmp_path, text)

    with pytest.raises(BriefRefused, match=told):
        load('template = "own"')


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ('template = "own/enhance_image.md"', "names a folder with templates"),
        ("template = 3", "names a file or folder, found 3"),
        ('image_template = "nowhere.md"', "nowhere.md is not there"),
    ],
)
def test_what_is_no_template_is_refused_by_name(load, tmp_path, more, told):
    own(tmp_path)

    with pytest.raises(BriefRefused, match=told):
        load(more)


def test_a_film_owns_its_templates_whatever_becomes_of_the_files(home, server, tmp_path):
    folder = own(tmp_path)
    begun(home, written(tmp_path, server.url, AIMED + 'template = "own"\n'))
    shutil.rmtree(folder)
    with home.open(TYPES) as log:
        stream = work(home, log)
        gc.collect(home, log)

    assert server.seen()["asked"][0]["messages"][0]["content"] == "Mine."
    kept = templates_of(stream.session.stages["enhance"])
    assert all(home.artifacts.holds(one, "text/markdown") for one in kept.values())
    assert audit(home).clean


def test_a_model_that_the_server_has_not_is_refused_before_any_work(server, tmp_path):
    path = written(tmp_path, server.url)
    path.write_text(path.read_text().replace("tiny-writer", "tiny-writre"))

    with pytest.raises(BriefRefused, match=r"enhance of profile mine: .*tiny-writre"):
        ready.checked(profile.load(str(path)))
