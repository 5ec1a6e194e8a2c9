"""Prompts that are enhanced by workers: made once, taken over, handed out."""

import csv
import io
import json

import pytest

from eventstore.home import Home
from gpu.errors import BriefRefused, ScriptError, StageError
from handlers import edit, export_text, replay, steer, takes, travel
from handlers.audit import audit
from handlers.bundle import write_bundle
from handlers.diff_page import page
from handlers.edit import EditRequest
from handlers.folder import SessionFolder
from handlers.giving_up import IN_A_ROW
from handlers.importing import import_bundle
from handlers.look_prompts import enhanced
from handlers.stale import what_if
from handlers.start import StartRequest, start
from handlers.stream import SessionStream
from handlers.verify import Verifier
from projections import events as e
from projections.attempts import ATTEMPTS_MAX
from projections.difference import Side, compare
from projections.events import TYPES
from projections.work import pending
from projections.work import work as work_of
from tests.build import FAKE, RUN, SESSION, WITH_ENHANCER, fake_session, leftovers, rebuilt
from tests.handlers.crew_of_one import counting, hooked, work

PROFILE = """
[profile]
description = "mine"
[enhance]
backend = "fake"
model = "fake"
revision = "1"
"""


@pytest.fixture
def film(home, log) -> SessionStream:
    """A finished film of two shots with enhanced prompts."""
    fake_session(log, stages=WITH_ENHANCER, shots=2)
    return work(home, log)


def made(stream) -> list[e.PromptEnhanced]:
    return [one.event for one in stream.history if isinstance(one.event, e.PromptEnhanced)]


def change(stream, **changes) -> None:
    stream.append(edit.edit_shot(stream.session, 1, changes), RUN)


def runs_of(home, log, session=SESSION) -> list[str]:
    """The stages that run until the film is finished."""
    ran: list[str] = []
    work(home, log, [session], stages=counting(ran))
    return ran


def test_a_film_is_made_from_enhanced_prompts(film):
    first = work_of(film.session).shots[0]

    assert first.worded.image_prompt == "view 1 of a lighthouse, plain, for plain"
    assert first.shot.image_prompt == "view 1 of a lighthouse"
    assert film.session.completed_at


def test_an_event_has_both_wordings_the_family_the_raw_answer_and_who_wrote_it(film):
    event = made(film)[0]

    assert (event.stage, event.original) == ("image", "view 1 of a lighthouse")
    assert event.image_prompt == event.raw == "view 1 of a lighthouse, plain, for plain"
    assert (event.motion_prompt, event.family) == ("", "plain")
    assert (event.provenance.backend, event.provenance.seed) == (
        "fake",
        film.session.shots[1].plan.seed,
    )


def test_all_prompts_are_enhanced_before_the_first_picture(film):
    kinds = [type(one.event).__name__ for one in film.history]

    assert max(at for at, kind in enumerate(kinds) if kind == "PromptEnhanced") < kinds.index(
        "ImageRendered"
    )


@pytest.mark.usefixtures("film")
def test_the_read_tables_equal_a_rebuild(log):
    assert log.stored_rows(SESSION) == rebuilt(log)


@pytest.mark.usefixtures("film")
def test_text_leaves_no_file_that_no_event_names(home):
    assert leftovers(home) == []
    assert audit(home).clean


def test_an_edited_prompt_is_enhanced_and_only_what_hangs_on_it_is_made(film, home, log):
    change(film, image_prompt="a storm")

    assert runs_of(home, log) == ["enhance", "enhance", "image", "video", "film"]


def test_an_edited_narration_enhances_nothing(film, home, log):
    change(film, narration="Nobody answers, and nobody ever will again.")

    assert "enhance" not in runs_of(home, log)


def test_words_that_come_back_ask_nobody(film, home, log):
    change(film, image_prompt="a storm")
    work(home, log)
    film.reload()
    change(film, image_prompt="view 1 of a lighthouse")

    assert runs_of(home, log) == []
    assert work_of(SessionStream(log, SESSION).session).complete


def test_after_a_rewind_to_before_it_nobody_is_asked_again(film, home, log):
    first = next(r.position for r in film.history if isinstance(r.event, e.PromptEnhanced))
    travel.rewind(film, first - 2)
    assert not any(one.made for shot in work_of(film.session).shots for one in shot.prompts)

    assert runs_of(home, log) == []
    again = SessionStream(log, SESSION)
    assert work_of(again.session).complete
    assert made(again)[-1].provenance.reused_from


def test_undoing_the_rewind_brings_them_back(film):
    first = next(r.position for r in film.history if isinstance(r.event, e.PromptEnhanced))
    travel.rewind(film, first - 2)
    travel.rewind(film, film.session.version - 1)

    assert work_of(film.session).complete


def test_a_retake_is_drawn_from_the_same_prompt(film, home, log):
    film.append(takes.retake(film.session, 1, "image"), RUN)

    assert runs_of(home, log) == ["image", "video", "film"]


def test_a_fork_takes_enhanced_prompts_over(film, home, log):
    child = travel.fork(film, film.session.version, "session_child", None)

    assert runs_of(home, log, child.id) == []
    with home.reader() as reader:
        told = enhanced(reader, reader.tables("session_child"))
    assert len(told) == 4


def test_a_fork_into_a_profile_with_an_enhancer_enhances(home, log, tmp_path):
    fake_session(log, stages=FAKE, shots=2)
    parent = work(home, log)
    path = tmp_path / "finer.toml"
    path.write_text(PROFILE.replace("[enhance]", FAKES + "[enhance]"))
    child = travel.fork(
        parent, parent.session.version, "session_child", edit.asked_profile(str(path), {})
    )

    assert runs_of(home, log, child.id).count("enhance") == 4


FAKES = "".join(
    f'[{kind}]\nbackend = "fake"\nmodel = "fake"\nrevision = "1"\n'
    for kind in ("story", "scene_graph", "shots", "image", "video", "audio", "film")
)


@pytest.mark.usefixtures("film")
def test_the_same_prompts_in_another_film_are_taken_over(home, log):
    fake_session(log, "session_b", stages=WITH_ENHANCER, shots=2)

    assert "enhance" not in runs_of(home, log, "session_b")


def test_reused_prompts_are_of_the_shot_that_they_are_for(film, home, log):
    film.append(edit.add_shot(film.session, 1, {"image_prompt": "a storm"}), RUN)
    work(home, log)
    film.reload()
    again = SessionStream(log, SESSION)

    assert {one.shot for one in made(again)} == {1, 2, 3}


def test_another_shot_put_in_is_not_verbatim_because_its_neighbour_is(film):
    change(film, verbatim=True)

    (added,) = edit.add_shot(film.session, 1, {"image_prompt": "a storm"})

    assert added.plan.verbatim is False


def test_a_shot_can_keep_its_own_words(film, home, log):
    change(film, verbatim=True)

    assert runs_of(home, log) == ["image", "video", "film"]
    assert work_of(SessionStream(log, SESSION).session).shots[0].worded.enhanced is None


def test_what_would_be_enhanced_is_told_before(film, log):
    events = edit.edit_shot(film.session, 1, {"image_prompt": "a storm"})

    told = [(one.kind, one.shot, one.name) for one in what_if(log, film.session, events)]

    assert told == [
        ("enhance", 1, "image"), ("enhance", 1, "video"), ("image", 1, ""), ("video", 1, ""),
        ("film", None, ""),
    ]  # fmt: skip


def test_how_long_it_takes_is_told_by_what_it_took(film, log):
    events = edit.edit_shot(film.session, 1, {"motion_prompt": "waves"})

    first = what_if(log, film.session, events)[0]

    assert (first.kind, first.expected_s is not None) == ("enhance", True)


def fails(kind, *_):
    if kind == "enhance":
        raise StageError("nobody answers")


def test_a_night_without_an_answer_still_has_a_film_and_says_what_was_given_up(home, log):
    fake_session(log, stages=WITH_ENHANCER, shots=2)

    stream = work(home, log, stages=hooked(fails))

    found = work_of(stream.session)
    assert found.complete
    assert [one.kind for one in found.parked] == ["enhance"] * 4
    assert stream.session.attempts[found.parked[0].id].failures == ATTEMPTS_MAX


def failing(ran, error):
    """Stages of which the one that enhances fails; each run is written down."""

    def hook(kind, *_):
        ran.append(kind)
        if kind == "enhance":
            raise error

    return hooked(hook)


def test_a_night_is_not_spent_on_asking_again_and_again(home, log):
    ran = []
    fake_session(log, stages=WITH_ENHANCER, shots=6)

    stream = work(home, log, stages=failing(ran, StageError("nobody answers")))

    found = work_of(stream.session)
    assert ran.count("enhance") == IN_A_ROW * ATTEMPTS_MAX
    assert (found.complete, len(found.parked)) == (True, 12)
    errors = {stream.session.attempts[one.id].last_error for one in found.parked}
    assert errors == {
        "StageError: nobody answers",
        "given up after others in a row: StageError: nobody answers",
    }


def test_what_was_given_up_with_others_is_open_again_after_a_retry(home, log):
    fake_session(log, stages=WITH_ENHANCER, shots=6)
    stream = work(home, log, stages=hooked(fails))
    stream.append(steer.retry(stream.session), RUN)

    assert runs_of(home, log).count("enhance") == 12
    assert work_of(SessionStream(log, SESSION).session).parked == []


def test_what_is_refused_at_once_says_nothing_about_the_other_prompts(home, log):
    ran = []
    fake_session(log, stages=WITH_ENHANCER, shots=6)

    work(home, log, stages=failing(ran, BriefRefused("the model declines")))

    assert ran.count("enhance") == 12


def test_a_retry_enhances_and_draws_again(home, log):
    fake_session(log, stages=WITH_ENHANCER, shots=2)
    stream = work(home, log, stages=hooked(fails))
    stream.append(steer.retry(stream.session), RUN)

    ran = runs_of(home, log)

    assert (ran.count("enhance"), ran.count("image"), ran.count("film")) == (4, 2, 1)
    assert work_of(SessionStream(log, SESSION).session).parked == []


def test_verifying_takes_prompts_from_the_record(film, home):
    asked: list[str] = []

    verdicts = list(Verifier(film.session, home.artifacts, stages=counting(asked)).verdicts())

    assert {one.verdict for one in verdicts} == {"identical"}
    assert "enhance" not in asked


@pytest.mark.usefixtures("film")
def test_a_replay_agrees_with_the_read_tables(log):
    source = replay.read(log, SESSION)

    assert replay.replay(source, len(source.history), check=True).differences == []


@pytest.mark.parametrize("name", ["images/shot_001.png", "videos/shot_001.mp4"])
def test_a_sidecar_has_both_wordings(film, home, name):
    folder = SessionFolder(home, SESSION).sync(film.session)

    told = json.loads((folder / f"{name}.json").read_text())["prompt"]

    assert told["enhanced"] == f"{told['original']}, plain, for plain"
    assert (told["family"], told["provenance"]["backend"]) == ("plain", "fake")
    assert told["event_id"] in {one.event_id for one in film.history}


def test_a_sidecar_of_words_as_written_says_nothing_of_it(film, home):
    folder = SessionFolder(home, SESSION).sync(film.session)

    assert "prompt" not in json.loads((folder / "audio/narration_001.wav.json").read_text())


def test_shots_json_keeps_the_words_as_written_and_has_the_enhanced_ones_beside(film, home):
    folder = SessionFolder(home, SESSION).sync(film.session)
    (first, _) = json.loads((folder / "shots.json").read_text())
    (listed, _) = json.loads((folder / f"{SESSION}_meta.json").read_text())["shots"]

    for shot in (first, listed):
        assert shot["image_prompt"] == "view 1 of a lighthouse"
        assert shot["enhanced_image_prompt"] == "view 1 of a lighthouse, plain, for plain"
        assert shot["enhanced_motion_prompt"] == "nothing moves, plain, for plain"


def test_a_shots_json_comes_back_with_the_words_as_written(film, home, tmp_path):
    folder = SessionFolder(home, SESSION).sync(film.session)
    again = Home(tmp_path / "again")
    with again.open(TYPES) as log:
        request = StartRequest(script=folder / "shots.json", profile="fake")
        stream = work(again, log, [start(again, log, request).id])

    assert [stream.session.shots[n].image_prompt for n in stream.session.order] == [
        "view 1 of a lighthouse", "view 2 of a lighthouse",
    ]  # fmt: skip


@pytest.mark.parametrize("said", ["true", '"yes"'])
def test_a_script_may_keep_the_words_of_a_shot(home, log, tmp_path, said):
    path = tmp_path / "shots.json"
    path.write_text(f'[{{"narration": "Rain.", "image_prompt": "rain", "verbatim": {said}}}]')

    stream = start(home, log, StartRequest(script=path, profile="fake"))
    work(home, log, [stream.id])

    assert SessionStream(log, stream.id).session.shots[1].plan.verbatim is True


def test_a_verbatim_shot_is_one_in_shots_json_too(film, home, tmp_path):
    change(film, verbatim=True)
    folder = SessionFolder(home, SESSION).sync(film.session)
    again = Home(tmp_path / "again")
    with again.open(TYPES) as log:
        stream = start(again, log, StartRequest(script=folder / "shots.json", profile="fake"))
        shots = work(again, log, [stream.id]).session.shots

    assert [shots[number].plan.verbatim for number in (1, 2)] == [True, False]


def test_what_is_neither_true_nor_false_is_refused(home, log, tmp_path):
    path = tmp_path / "shots.json"
    path.write_text('[{"narration": "Rain.", "verbatim": 3}]')

    with pytest.raises(ScriptError, match="verbatim: expected true or false"):
        start(home, log, StartRequest(script=path, profile="fake"))


def test_exported_prompts_have_both(film):
    row = next(csv.DictReader(io.StringIO(export_text.prompts_csv(film.session))))

    assert row["image_prompt"] == "view 1 of a lighthouse"
    assert row["enhanced_image_prompt"] == "view 1 of a lighthouse, plain, for plain"


@pytest.mark.usefixtures("film")
def test_the_prompts_view_has_both(log):
    rows = log.query(
        "SELECT kind, prompt, original, enhanced_for FROM prompts WHERE shot = 1 ORDER BY kind"
    )

    assert [tuple(row.values()) for row in rows] == [
        ("audio", "This is view number 1.", "This is view number 1.", None),
        ("image", "view 1 of a lighthouse, plain, for plain", "view 1 of a lighthouse", "plain"),
        ("video", "nothing moves, plain, for plain", "nothing moves", "plain"),
    ]


def test_the_prompts_view_knows_the_words_of_a_picture_that_came_back(film, home, log):
    change(film, image_prompt="a storm")
    work(home, log)
    film.reload()
    change(film, image_prompt="view 1 of a lighthouse")
    film.reload()
    film.append(takes.retake(film.session, 1, "image"), RUN)
    work(home, log)

    (newest,) = log.query(
        "SELECT prompt, original FROM prompts WHERE kind = 'image' ORDER BY position DESC LIMIT 1"
    )
    assert newest["prompt"].startswith("view 1 of a lighthouse, plain")
    assert newest["original"] == "view 1 of a lighthouse"


def test_prompts_of_a_shot_that_is_verbatim_are_its_own(film, home, log):
    change(film, verbatim=True)
    work(home, log)

    (newest,) = log.query(
        "SELECT prompt, enhanced_for FROM prompts WHERE kind = 'image' "
        "ORDER BY position DESC LIMIT 1"
    )
    assert tuple(newest.values()) == ("view 1 of a lighthouse", None)


@pytest.mark.usefixtures("film")
def test_what_they_cost_is_a_stage_of_its_own(log):
    (row,) = log.query("SELECT made FROM spending WHERE stage = 'enhance'")

    assert row["made"] == 4


@pytest.mark.usefixtures("film")
def test_a_look_lists_them_in_the_order_of_the_cut(home):
    with home.reader() as reader:
        told = enhanced(reader, reader.tables(SESSION))

    assert [(one["shot_index"], one["stage"]) for one in told] == [
        (1, "image"), (1, "video"), (2, "image"), (2, "video"),
    ]  # fmt: skip
    assert told[0]["original"] == "view 1 of a lighthouse"


def compared(a: SessionStream, b: SessionStream):
    sides = (Side("a", a.session, a.history), Side("b", b.session, b.history))
    return compare(*sides, (a.inherited, b.inherited))


def test_a_film_with_enhanced_prompts_differs_from_one_without_in_its_prompts(film, home, log):
    fake_session(log, "session_b", stages=FAKE, shots=2)
    plain = work(home, log, ["session_b"])

    fields = {one.name: one for one in compared(plain, film).shots[0].fields}

    assert set(fields) == {"image_prompt", "motion_prompt"}
    assert fields["image_prompt"].words[-1] == ("+", ", plain, for plain")


def test_an_edit_of_enhanced_words_differs_in_both_wordings(film, home, log):
    child = travel.fork(film, film.session.version, "session_child", None)
    change(child, image_prompt="a storm")
    work(home, log, [child.id])
    child.reload()

    fields = {one.name for one in compared(film, child).shots[0].fields}

    assert fields == {"image_prompt", "original_image_prompt"}


@pytest.mark.usefixtures("film")
def test_a_bundle_brings_the_words_along(home, log, tmp_path):
    write_bundle(home, log, SESSION, tmp_path / "film.reelog")
    there = Home(tmp_path / "there")
    with there.open(TYPES) as other:
        session = import_bundle(there, tmp_path / "film.reelog").session
        assert runs_of(there, other, session) == []
        (row, *_) = other.query("SELECT original FROM prompts WHERE kind = 'image'")

    assert row["original"] == "view 1 of a lighthouse"


def test_settings_say_which_prompts_are_enhanced(home, log, tmp_path):
    path = tmp_path / "finer.toml"
    path.write_text(PROFILE.replace("[enhance]", FAKES + "[enhance]"))
    request = StartRequest(
        idea="a lighthouse", profile=str(path), shots=2, settings={"enhance.prompts": "motion"}
    )

    stream = work(home, log, [start(home, log, request).id])

    assert {one.stage for one in made(stream)} == {"video"}


def test_a_profile_says_for_whom_prompts_are_written(home, log, tmp_path):
    path = tmp_path / "finer.toml"
    lines = 'image_family = "sdxl"\nvideo_family = "wan"\n'
    path.write_text(PROFILE.replace("[enhance]", FAKES + "[enhance]") + lines)

    stream = work(
        home, log, [start(home, log, StartRequest(idea="x", profile=str(path), shots=1)).id]
    )

    assert {one.stage: one.family for one in made(stream)} == {"image": "sdxl", "video": "wan"}
    assert stream.session.stages["enhance"].settings["image_tokens"] == 75


def test_switched_off_it_draws_from_the_words_as_written(film, home, log, tmp_path):
    path = tmp_path / "finer.toml"
    path.write_text(PROFILE.replace("[enhance]", FAKES + "[enhance]"))
    profile = edit.asked_profile(str(path), {"enhance.prompts": "none"})
    film.append(edit.edit(film.session, EditRequest(profile=profile)), RUN)

    ran = runs_of(home, log)

    assert (ran.count("enhance"), ran.count("image")) == (0, 2)


def test_nothing_is_left_to_do_in_the_end(film):
    assert pending(film.session) == []


def test_a_page_of_two_films_shows_the_words_that_went_and_came(film, home, log):
    fake_session(log, "session_b", stages=FAKE, shots=2)
    plain = work(home, log, ["session_b"])

    text = page(compared(plain, film), home.artifacts)

    assert "view 1 of a lighthouse<ins>, plain, for plain</ins>" in text
