"""gc: what may go, what never does, and that whoever comes back makes it again."""

import os
from contextlib import closing

import pytest

from eventstore.leases import WorkerLock
from handlers import edit, travel
from handlers.errors import Refused
from handlers.gc import HALF_MADE, LEFTOVER, ORPHAN, WITHDRAWN, collect, garbage, stored
from handlers.stream import SessionStream
from handlers.worker import Stopped
from projections import events as e
from projections.named import named
from projections.work import pending
from tests.build import RUN, SESSION, fake_session, leftovers
from tests.handlers.crew_of_one import counting, work

CHILD = "session_child"


@pytest.fixture
def film(home, log) -> SessionStream:
    """A finished film; the raw texts of its text stages are in the events, and went already."""
    fake_session(log)
    stream = work(home, log)
    collect(home, log)
    return stream


def orphan(home, text: str = "nobody's"):
    temporary = home.artifacts.temporary("nobody", "image/png")
    temporary.write_text(text)
    return home.artifacts.path(home.artifacts.keep(temporary, "image/png")[0], "image/png")


def retold(film) -> None:
    """Another picture for shot 1, rendered and then taken back."""
    film.append(edit.edit_shot(film.session, 1, {"image_prompt": "the moon"}), RUN)


def taken_back(home, log, film) -> SessionStream:
    end = len(film.history)
    retold(film)
    stream = work(home, log)
    travel.rewind(stream, end)
    return stream


def whys(found) -> set[str]:
    return {one.why for one in found}


@pytest.mark.usefixtures("film")
def test_a_finished_film_needs_all_its_files(home, log):
    assert garbage(home, log) == []


@pytest.mark.usefixtures("film")
def test_a_file_that_no_event_names_can_go(home, log):
    path = orphan(home)

    assert [(one.path, one.why) for one in garbage(home, log)] == [(path, ORPHAN)]


@pytest.mark.usefixtures("film")
def test_looking_removes_nothing(home, log):
    path = orphan(home)

    garbage(home, log)

    assert path.is_file()


@pytest.mark.usefixtures("film")
def test_collecting_removes_it(home, log):
    path = orphan(home)

    collect(home, log)

    assert not path.exists()


def test_every_named_file_stays(home, log, film):
    orphan(home)

    collect(home, log)

    assert all(home.artifacts.holds(*name) for one in film.history for name in named(one.event))


def test_what_was_taken_back_stays(home, log, film):
    taken_back(home, log, film)
    collect(home, log)

    assert garbage(home, log) == []


def test_on_request_what_was_taken_back_can_go(home, log, film):
    taken_back(home, log, film)
    collect(home, log)

    found = garbage(home, log, withdrawn=True)

    assert (whys(found), len(found)) == ({WITHDRAWN}, 3)


def test_what_was_taken_back_and_goes_is_recorded_as_lost(home, log, film):
    stream = taken_back(home, log, film)

    collect(home, log, withdrawn=True)

    stream.reload()
    lost = [one.event for one in stream.history if isinstance(one.event, e.ArtifactLost)]
    assert len(lost) == 3


def test_a_film_that_counts_is_whole_after_that(home, log, film):
    stream = taken_back(home, log, film)

    collect(home, log, withdrawn=True)

    stream.reload()
    assert (pending(stream.session), bool(stream.session.completed_at)) == ([], True)


def test_whoever_comes_back_makes_it_again(home, log, film):
    stream = taken_back(home, log, film)
    before = len(stream.history) - 1
    collect(home, log, withdrawn=True)
    stream.reload()
    travel.rewind(stream, before)
    ran: list[str] = []

    work(home, log, stages=counting(ran))

    assert sorted(ran) == ["film", "image", "video"]


def test_coming_back_without_it_makes_nothing(home, log, film):
    stream = taken_back(home, log, film)
    before = len(stream.history) - 1
    collect(home, log)
    travel.rewind(stream, before)
    ran: list[str] = []

    work(home, log, stages=counting(ran))

    assert ran == []


def test_what_a_fork_needs_stays(home, log, film):
    end = len(film.history)
    retold(film)
    stream = work(home, log)
    travel.fork(stream, len(stream.history), CHILD, None)
    travel.rewind(stream, end)

    assert WITHDRAWN not in whys(garbage(home, log, withdrawn=True))


def test_what_another_film_needs_stays(home, log, film):
    stream = taken_back(home, log, film)
    other = travel.fork(stream, len(stream.history), CHILD, None)
    retold(other)
    work(home, log, [CHILD])

    found = garbage(home, log, withdrawn=True)

    assert WITHDRAWN not in whys(found)


@pytest.mark.usefixtures("film")
def test_what_a_living_worker_has_just_kept_stays(home, log):
    with closing(WorkerLock(home.locks)):
        path = orphan(home)
        collect(home, log)

    assert path.is_file()


@pytest.mark.usefixtures("film")
def test_an_old_file_that_a_living_worker_makes_again_stays(home, log):
    path = orphan(home)
    os.utime(path, ns=(0, 0))
    with closing(WorkerLock(home.locks)):
        orphan(home)
        collect(home, log)

    assert path.is_file()


@pytest.mark.usefixtures("film")
def test_beside_a_living_worker_old_orphans_go(home, log):
    path = orphan(home)
    os.utime(path, ns=(0, 0))
    with closing(WorkerLock(home.locks)):
        collect(home, log)

    assert not path.exists()


@pytest.mark.usefixtures("film")
def test_nothing_taken_back_goes_while_a_worker_lives(home, log):
    with closing(WorkerLock(home.locks)), pytest.raises(Refused, match="at work"):
        collect(home, log, withdrawn=True)


@pytest.mark.usefixtures("film")
def test_what_a_dead_worker_left_goes(home, log):
    home.artifacts.temporary("deadbeef0000", "image/png").write_text("half")

    assert whys(collect(home, log)) == {LEFTOVER}
    assert leftovers(home) == []


@pytest.mark.usefixtures("film")
def test_what_a_living_worker_writes_to_stays(home, log):
    with closing(WorkerLock(home.locks)) as lock:
        home.artifacts.temporary(lock.name, "image/png").write_text("half")
        collect(home, log)

    assert len(leftovers(home)) == 1


@pytest.mark.usefixtures("film")
def test_a_file_that_is_no_artifact_is_not_ours(home, log):
    note = home.artifacts.root / "ab" / "notes.txt"
    note.parent.mkdir(exist_ok=True)
    note.write_text("mine")

    collect(home, log)

    assert note.is_file()


def test_what_a_late_result_left_stays(home, log, film):
    late = orphan(home, "late")
    film.append(
        [e.LateResultRejected(command_id="c", kind="image", sha256=late.stem, worker="w")], RUN
    )

    collect(home, log)

    assert late in stored(home)


def test_sessions_lose_no_event(home, log, film):
    taken_back(home, log, film)
    before = len(SessionStream(log, SESSION).history)

    collect(home, log)

    assert len(SessionStream(log, SESSION).history) == before


def half_made(home, command_id: str):
    home.checkpoints.mkdir(parents=True, exist_ok=True)
    path = home.checkpoints / f"{command_id}.safetensors"
    path.write_text("half a clip")
    return path


@pytest.mark.usefixtures("film")
def test_half_a_clip_that_nobody_wants_any_more_goes(home, log):
    path = half_made(home, "a" * 64)

    (gone,) = collect(home, log)

    assert (gone.path, gone.why) == (path, HALF_MADE)
    assert not path.exists()


def test_half_a_clip_that_is_still_to_be_made_stays(home, log):
    fake_session(log)
    with pytest.raises(Stopped):
        work(home, log, stages=failing_clips())
    stream = SessionStream(log, SESSION)
    command = next(one for one in pending(stream.session) if one.kind == "video")
    path = half_made(home, command.id)

    assert path not in {one.path for one in collect(home, log)}
    assert path.exists()


@pytest.mark.usefixtures("film")
def test_half_a_clip_stays_while_a_worker_lives(home, log):
    path = half_made(home, "a" * 64)

    with closing(WorkerLock(home.locks)):
        assert collect(home, log) == []

    assert path.exists()


def failing_clips():
    """Stages whose clips fail once, and are pending then."""
    from tests.handlers.crew_of_one import hooked

    def fail(kind, *_):
        if kind == "video":
            raise Stopped("stopped")

    return hooked(fail)
