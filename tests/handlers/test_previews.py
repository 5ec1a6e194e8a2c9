"""Previews of takes: wanted, made, chosen from, gone on from; and never in the way."""

from contextlib import suppress
from typing import Any

import pytest

from eventstore.home import Home
from handlers import edit, takes
from handlers.bundle import write_bundle
from handlers.errors import Refused
from handlers.gc import collect
from handlers.importing import import_bundle
from handlers.stale import what_if
from handlers.stream import SessionStream
from handlers.worker import Stopped
from projections import events as e
from projections.events import TYPES
from projections.parts import StageChoice
from projections.work import pending
from projections.work import work as work_of
from tests.build import FAKE, RUN, SESSION, fake_session, leftovers, rebuilt
from tests.handlers.crew_of_one import counting, hooked, work

STEPPED = FAKE | {
    kind: StageChoice(backend="fake", model="fake", revision="1", settings={"steps": 8})
    for kind in ("image", "video")
}


@pytest.fixture
def film(home, log) -> SessionStream:
    """A finished film, whose pictures and clips are made in 8 steps."""
    fake_session(log, stages=STEPPED, shots=2)
    return work(home, log)


def asked(film, stage: str = "video", count: int = 2, preview: int = 3) -> None:
    film.append(takes.retake(film.session, 1, stage, count=count, preview=preview), RUN)


def chosen(film, take: int, stage: str = "video") -> None:
    film.append(takes.choose(film.session, 1, take, stage, ""), RUN)


def previews(stream) -> list[e.PreviewRendered]:
    return [one.event for one in stream.history if isinstance(one.event, e.PreviewRendered)]


def test_previews_are_wanted_beside_a_film_that_stays_complete(film):
    asked(film)

    assert [(c.kind, c.take, c.inputs["preview_steps"]) for c in pending(film.session)] == [
        ("video", 2, 3),
        ("video", 3, 3),
    ]
    assert work_of(film.session).complete
    assert film.session.shots[1].chosen_take("video") == (1, "")


def test_previews_are_made_before_the_take_that_is_in_the_cut(home, log):
    fake_session(log, stages=STEPPED, shots=2)
    made: list[int | None] = []
    with suppress(Stopped):
        work(home, log, stages=hooked(_stop_at_the_first_clip))
    film = SessionStream(log, SESSION)
    asked(film)

    work(home, log, stages=hooked(lambda _, brief, *__: made.append(_steps(brief))))

    assert made[:3] == [3, 3, None]


def _stop_at_the_first_clip(kind: str, *_: Any) -> None:
    if kind == "video":
        raise Stopped("not yet")


def _steps(brief: Any) -> int | None:
    return getattr(brief, "preview_steps", None)


def test_a_preview_is_an_event_with_its_state(home, log, film):
    asked(film)

    stream = work(home, log)

    assert [(one.take, one.stage, one.steps) for one in previews(stream)] == [
        (2, "video", 3),
        (3, "video", 3),
    ]
    for one in previews(stream):
        assert home.artifacts.holds(one.state.sha256, one.state.media_type)
    assert pending(stream.session) == []
    assert leftovers(home) == []


def test_a_chosen_preview_is_made_in_full_from_its_state_under_its_usual_name(home, log, film):
    asked(film)
    stream = work(home, log)
    chosen(stream, 3)
    (full,) = [c for c in pending(stream.session) if c.kind == "video"]
    begun = []

    stream = work(home, log, stages=hooked(lambda _, brief, *__: begun.append(_begin(brief))))

    state = previews(stream)[1].state
    assert begun[0] == str(home.artifacts.path(state.sha256, state.media_type))
    assert "preview_steps" not in full.inputs
    assert work_of(stream.session).complete
    assert film_takes(stream) == [3, 1]


def _begin(brief: Any) -> str:
    return str(getattr(brief, "running", {}).get("begin", ""))


def film_takes(stream) -> list[int]:
    found = work_of(stream.session)
    return [one.chosen["video"].take for one in found.shots]


def test_the_whole_take_has_the_name_that_it_has_without_a_preview(film):
    asked(film, count=1)
    chosen(film, 2)
    (after_preview,) = [c for c in pending(film.session) if c.kind == "video"]

    twin = SessionStream(film.log, SESSION)
    plain = takes.retake(twin.session, 2, "video", seed=after_preview.inputs["seed"])
    twin.append(plain, RUN)
    (of_shot_2,) = [c for c in pending(twin.session) if (c.kind, c.shot) == ("video", 2)]

    assert set(of_shot_2.inputs) == set(after_preview.inputs)


def test_a_preview_that_nobody_chose_is_made_once(home, log, film):
    asked(film)
    stream = work(home, log)

    stream.append(edit.edit_shot(stream.session, 1, {"motion_prompt": "wind"}), RUN)

    assert {c.take for c in pending(stream.session) if c.kind == "video"} == {1}


def test_a_film_is_not_cut_from_a_preview(home, log, film):
    asked(film)
    stream = work(home, log)
    chosen(stream, 2)

    found = work_of(stream.session)

    assert not found.complete
    assert found.film is None
    assert "video" not in found.shots[0].made


def test_another_choice_makes_a_preview_of_it_again(film):
    asked(film, count=1)
    chosen(film, 2)
    chosen(film, 1)

    (left,) = pending(film.session)

    assert left.inputs["preview_steps"] == 3
    assert work_of(film.session).complete


def test_the_same_preview_elsewhere_is_taken_over(home, log, film):
    asked(film)
    work(home, log)
    fake_session(log, "session_other", stages=STEPPED, shots=2)
    other = work(home, log, ["session_other"])
    seeds = [take.seed for take in previews_asked(film)]
    runs: list[str] = []
    other.append(takes.retake(other.session, 1, "video", seed=seeds[0], preview=3), RUN)

    other = work(home, log, ["session_other"], stages=counting(runs))

    assert runs == []
    assert previews(other)[0].provenance.reused_from


def previews_asked(stream) -> list[e.TakeRequested]:
    return [one.event for one in stream.history if isinstance(one.event, e.TakeRequested)]


@pytest.mark.parametrize("loss", ["gone", "damaged"])
def test_a_lost_state_means_a_run_from_the_first_step(loss, home, log, film):
    asked(film, count=1)
    stream = work(home, log)
    state = previews(stream)[0].state
    path = home.artifacts.path(state.sha256, state.media_type)
    path.unlink()
    if loss == "damaged":
        path.write_bytes(b"noise")
    chosen(stream, 2)
    begun: list[str] = []

    stream = work(home, log, stages=hooked(lambda _, brief, *__: begun.append(_begin(brief))))

    assert begun[0] == ""
    assert work_of(stream.session).complete


def test_the_state_of_a_preview_is_nobodys_garbage(home, log, film):
    asked(film)
    stream = work(home, log)
    wanted = {one.state.sha256 for one in previews(stream)}

    gone = {one.path.name.partition(".")[0] for one in collect(home, log, withdrawn=True)}

    assert len(wanted) == 2
    assert not wanted & gone


def test_a_withdrawn_preview_can_go_with_its_state(home, log, film):
    from handlers import travel

    end = len(film.history)
    asked(film, count=1)
    stream = work(home, log)
    (preview,) = previews(stream)
    travel.rewind(stream, end)

    gone = {one.path.name.partition(".")[0] for one in collect(home, log, withdrawn=True)}

    assert {preview.artifact.sha256, preview.state.sha256} <= gone


def test_a_bundle_takes_previews_and_their_states_along(home, log, film, tmp_path):
    asked(film)
    stream = work(home, log)
    write_bundle(home, log, SESSION, tmp_path / "film.bundle")
    other = Home(tmp_path / "other")
    with other.open(TYPES) as their_log:
        import_bundle(other, tmp_path / "film.bundle")
        arrived = SessionStream(their_log, SESSION)

        assert len(previews(arrived)) == 2
        assert pending(arrived.session) == []
    for one in previews(stream):
        assert other.artifacts.holds(one.state.sha256, one.state.media_type)


@pytest.mark.usefixtures("film")
def test_the_read_tables_have_previews_and_a_rebuild_finds_the_same(home, log, film):
    asked(film)
    stream = work(home, log)

    rows = log.query("SELECT take, chosen, sha256 FROM takes WHERE shot = 1 AND stage = 'video'")
    kinds = log.query("SELECT sha256 FROM artifacts WHERE kind = 'preview' ORDER BY position")

    assert [row["sha256"] for row in rows][1:] == [row["sha256"] for row in kinds]
    assert [row["chosen"] for row in rows] == [1, 0, 0]
    assert rebuilt(log) == {t: dict(r) for t, r in stream.rows().items()}


def test_what_a_dead_worker_was_showing_goes_when_another_one_begins(home, log):
    home.previews.mkdir(parents=True)
    left = home.previews / f"{'ab' * 6}-{SESSION}-video-1-1.png"
    left.write_bytes(b"half a picture")
    shown: list[str] = []
    fake_session(log, stages=STEPPED, shots=1)

    work(home, log, stages=hooked(lambda _, brief, *__: shown.append(_glimpse(brief))))

    assert not left.exists()
    name = next(filter(None, shown)).rpartition("/")[2]
    assert name.partition("-")[2] == f"{SESSION}-image-1-1.png"


def _glimpse(brief: Any) -> str:
    return str(getattr(brief, "running", {}).get("glimpse", ""))


def test_what_if_names_previews(log, film):
    events = takes.retake(film.session, 1, "video", count=1, preview=3)

    (one,) = what_if(log, film.session, events)

    assert (one.kind, one.take, one.preview) == ("video", 2, True)


@pytest.mark.parametrize(
    ("stage", "preview", "words"),
    [
        ("audio", 2, "fake makes audio at once, not in steps"),
        ("video", 8, "--preview 8 is out of range: video takes 8 steps"),
        ("video", 0, "--preview 0 is out of range"),
        ("image", -1, "--preview -1 is out of range"),
    ],
)
def test_a_preview_that_cannot_be_is_refused_in_words(stage, preview, words, film):
    with pytest.raises(Refused, match=words):
        takes.retake(film.session, 1, stage, preview=preview)


def test_who_has_steps_and_cannot_stop_at_one_is_asked_for_no_preview(film):
    others = {
        kind: one.model_copy(update={"backend": "comfyui"}) if kind == "video" else one
        for kind, one in STEPPED.items()
    }
    film.append([e.ProfileChanged(profile="x", stages=others)], RUN)

    with pytest.raises(Refused, match="comfyui makes video at once"):
        takes.retake(film.session, 1, "video", preview=3)


def test_previews_that_a_new_profile_cannot_make_are_not_wanted(film):
    asked(film)
    film.append([e.ProfileChanged(profile="fake", stages=FAKE)], RUN)

    takes = {(c.kind, c.take) for c in pending(film.session)}

    assert ("video", 2) not in takes
