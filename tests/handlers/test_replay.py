"""Replay: folding from nothing again, and noticing what does not follow from the events."""

import pytest

from handlers import replay, travel
from handlers.stream import SessionStream
from projections.replay import appends, disagreements, moments, row_differences
from projections.rows import rows
from tests.build import RUN, SESSION, beginning, carried_on, fake_session, recorded
from tests.cli.films import fail
from tests.handlers.crew_of_one import work

FILM = recorded(carried_on(beginning(shots=2)))


@pytest.fixture
def film(home, log) -> SessionStream:
    fake_session(log)
    return work(home, log)


def spoil(log, sql: str) -> None:
    with log.writing():
        log.connection.execute(sql)


def test_a_replay_ends_where_the_session_is(log, film):
    source = replay.read(log, SESSION)

    done = replay.replay(source, len(source.history))

    assert done.end.session == film.session


def test_a_replay_says_how_much_was_folded(log, film):
    source = replay.read(log, SESSION)

    done = replay.replay(source, len(source.history))

    ends = [one for one in film.history if one.position == one.append_end]
    assert (done.events, done.appends) == (len(film.history), len(ends))


@pytest.mark.usefixtures("film")
def test_a_replay_to_a_position_is_the_session_then(log):
    source = replay.read(log, SESSION)

    done = replay.replay(source, 1)

    assert (done.end.session.version, done.end.session.title) == (1, "")


def test_nothing_differs_in_a_sound_log(log, film):
    source = replay.read(log, SESSION)

    assert replay.replay(source, len(film.history), check=True).differences == []


def test_nothing_differs_after_failures_rewinds_and_more_work(home, log):
    fake_session(log)
    stream = work(home, log)
    travel.rewind(stream, 10)
    travel.rewind(stream, len(stream.history) - 1)
    travel.rewind(stream, 10)
    fail(stream, "image", 2, "no", times=1)
    work(home, log)
    source = replay.read(log, SESSION)

    assert replay.replay(source, len(source.history), check=True).differences == []


def test_nothing_differs_in_a_fork(home, log, film):
    child = travel.fork(film, 10, "session_child", None)
    work(home, log, [child.id])
    source = replay.read(log, child.id)

    assert replay.replay(source, len(source.history), check=True).differences == []


@pytest.mark.usefixtures("film")
def test_a_spoilt_read_table_is_named(log):
    spoil(log, "UPDATE shots SET narration = 'spoilt' WHERE shot = 2")

    (found,) = replay.read(log, SESSION).differences

    assert found == "shots 2 is stored with other values than the events mean"


@pytest.mark.usefixtures("film")
def test_a_missing_row_is_named(log):
    spoil(log, "DELETE FROM takes WHERE shot = 1 AND stage = 'image'")

    assert replay.read(log, SESSION).differences == ["takes 1 image 1 is missing"]


@pytest.mark.usefixtures("film")
def test_a_row_too_many_is_named(log):
    spoil(log, "INSERT INTO withdrawn VALUES ('session_20250208_002238', 3)")

    (found,) = replay.read(log, SESSION).differences

    assert found == "withdrawn 3 is stored, and does not follow from the events"


def test_each_moment_comes_with_the_one_before_it(log, film):
    source = replay.read(log, SESSION)
    seen = []

    replay.replay(source, len(film.history), each=lambda *pair: seen.append(pair))

    assert [one for one, _ in seen] == [None, *[moment for _, moment in seen[:-1]]]


def test_a_history_is_cut_where_its_appends_end():
    assert [len(one) for one in appends(FILM)][:4] == [1, 1, 1, 2]


def test_moments_count_what_is_pending():
    counts = [len(one.work.pending) for one in moments(SESSION, FILM)]

    assert (counts[0], counts[3], counts[-1]) == (1, 4, 0)


def test_folding_on_wrongly_is_noticed():
    moment = list(moments(SESSION, FILM))[-1]
    wrong = moment.session.copy()
    wrong.title = "wrong"
    spoilt = type(moment)(moment.appended, wrong, moment.work)

    found = disagreements(spoilt, FILM)

    assert found[0].endswith("title differs when folded from nothing")


def test_rows_that_are_equal_have_no_differences():
    session = list(moments(SESSION, FILM))[-1].session

    assert row_differences(rows(session), rows(session)) == []


@pytest.mark.usefixtures("film")
def test_a_replay_appends_nothing(log):
    before = log.head()
    source = replay.read(log, SESSION)

    replay.replay(source, len(source.history), check=True)

    assert log.head() == before


def test_an_edit_by_a_person_is_one_moment(log, film):
    from handlers.takes import retake

    film.append(retake(film.session, 1, "image", count=2, seed=None), RUN)
    source = replay.read(log, SESSION)

    done = replay.replay(source, len(source.history))

    assert len(done.end.appended) == 2
