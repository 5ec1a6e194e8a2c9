"""du: every file is counted once, and under the right name."""

import pytest

from handlers import edit, gc, takes, travel
from handlers.stream import SessionStream
from handlers.usage import SessionUsage, Usage, usage
from projections import events as e
from tests.build import RUN, SESSION, fake_session
from tests.handlers.crew_of_one import work

CHILD = "session_child"


@pytest.fixture
def film(home, log) -> SessionStream:
    fake_session(log)
    return work(home, log)


def of(found: Usage, session: str = SESSION) -> SessionUsage:
    return next(one for one in found.sessions if one.session == session)


def on_disk(home) -> int:
    return sum(path.stat().st_size for path in home.artifacts.root.glob("??/*"))


@pytest.mark.usefixtures("film")
def test_a_film_alone_has_all_files_but_the_orphans(home, log):
    found = usage(home, log)

    assert of(found).kept_bytes + found.orphans_bytes == on_disk(home)


@pytest.mark.usefixtures("film")
def test_all_files_are_counted_once(home, log):
    assert usage(home, log).artifacts_bytes == on_disk(home)


def test_what_was_taken_back_is_counted_apart(home, log, film):
    end = len(film.history)
    film.append(edit.edit_shot(film.session, 1, {"image_prompt": "the moon"}), RUN)
    stream = work(home, log)
    before = of(usage(home, log))
    travel.rewind(stream, end)

    after = of(usage(home, log))

    assert after.withdrawn_bytes > 0
    assert after.kept_bytes + after.withdrawn_bytes == before.kept_bytes


def test_what_a_fork_builds_on_is_counted_with_its_parents(home, log, film):
    end = next(r.position for r in film.history if isinstance(r.event, e.VideoRendered))
    child = travel.fork(film, end, CHILD, None)

    found = usage(home, log)

    assert (of(found, CHILD).parent, of(found, CHILD).kept_bytes) == (SESSION, 0)
    assert of(found, CHILD).inherited_bytes == sum(
        one.bytes for one in of(found).takes if one.sha256 in _files_until(film, end)
    ) + _environment_bytes(home, child)


def test_takes_are_named_by_their_shots_place_in_the_cut(home, log, film):
    last = len(film.session.order)
    film.append(edit.move_shot(film.session, last, 1), RUN)
    film.append(edit.remove_shot(film.session, 2), RUN)

    images = [one for one in of(usage(home, log)).takes if one.kind == "image"]

    places = {one.shot: one.place for one in images}
    assert (places[film.session.order[0]], places[1]) == (1, None)


def test_what_two_films_share_is_said(home, log, film):
    child = travel.fork(film, 10, CHILD, None)
    work(home, log, [child.id])

    found = usage(home, log)

    assert of(found, CHILD).shared_bytes == found.shared_bytes > 0


def test_what_two_films_share_is_counted_once(home, log, film):
    before = usage(home, log).artifacts_bytes
    work(home, log, [travel.fork(film, 10, CHILD, None).id])

    assert usage(home, log).artifacts_bytes == before


@pytest.mark.usefixtures("film")
def test_every_take_is_listed_with_its_size(home, log):
    takes = of(usage(home, log)).takes

    assert len(takes) == 13
    assert all(one.bytes > 0 and one.in_cut for one in takes)


def test_another_take_is_not_in_the_cut(home, log, film):
    film.append(takes.retake(film.session, 1, "image", count=1, seed=None), RUN)
    work(home, log)

    listed = of(usage(home, log)).takes

    old = [one for one in listed if (one.kind, one.shot, one.in_cut) == ("image", 1, False)]
    assert [one.take for one in old] == [1]


@pytest.mark.usefixtures("film")
def test_a_missing_file_is_counted_as_missing(home, log):
    next(home.artifacts.root.rglob("*.png")).unlink()

    assert of(usage(home, log)).missing == 1


@pytest.mark.usefixtures("film")
def test_what_is_recorded_as_lost_is_not_missed(home, log, film):
    travel.rewind(film, 1)
    gc.collect(home, log, withdrawn=True)

    assert of(usage(home, log)).missing == 0


def test_temporary_files_are_counted(home, log):
    home.artifacts.temporary("deadbeef0000", "image/png").write_text("half")

    assert usage(home, log).temporary_bytes == 4


@pytest.mark.usefixtures("film")
def test_links_in_session_folders_are_not_counted_again(home, log):
    from handlers.folder import SessionFolder

    SessionFolder(home, SESSION).sync(SessionStream(log, SESSION).session)
    texts = sum(
        path.stat().st_size
        for path in home.sessions.rglob("*")
        if path.is_file() and path.suffix in (".json", ".srt")
    )

    assert usage(home, log).folders_bytes == texts


@pytest.mark.usefixtures("film")
def test_the_log_has_its_size(home, log):
    assert usage(home, log).log_bytes >= home.log_path.stat().st_size


def test_an_empty_log_has_no_sessions(home, log):
    found = usage(home, log)

    assert (found.sessions, found.artifacts_bytes) == ([], 0)


def _files_until(stream, position):
    results = [r.event for r in stream.history[:position] if isinstance(r.event, e.MediaResult)]
    return {event.artifact.sha256 for event in results}


def _environment_bytes(home, child):
    """What else the inherited events name."""
    names = {
        r.event.provenance.environment for r in child.inherited if hasattr(r.event, "artifact")
    }
    return sum(home.artifacts.path(name, "application/json").stat().st_size for name in names)
