"""Reading beside the log: sqlite-utils over our connection, the light reader, the views."""

import pytest

from eventstore.errors import NoSuchLog
from eventstore.inspect import inspect
from projections import events as e
from projections.events import TYPES
from tests.build import RUN, SESSION, fake_session, provenance, started, told


@pytest.fixture
def film(log):
    """A log with a session whose story was told and taken back."""
    stream = fake_session(log)
    stream.append([told()], RUN)
    stream.append([e.SessionRewound(to=1)], RUN)
    stream.append([e.CommandFailed(command_id="c", kind="image", shot=3, error="no light")], RUN)
    return stream


def test_sqlite_utils_reads_rows_over_our_connection(log):
    log.append("a", [started()], expected=0, cause=RUN)

    database = inspect(log)

    assert database["events"].count == 1
    assert [row["stream"] for row in database["events"].rows_where("position = ?", [1])] == ["a"]


def test_sqlite_utils_sees_tables_views_and_queries(log):
    database = inspect(log)

    assert {"events", "sessions", "shots"} <= set(database.table_names())
    assert {"history", "costs", "failures"} <= set(database.view_names())
    assert list(database.query("SELECT 1 AS one")) == [{"one": 1}]


def test_reading_with_sqlite_utils_drops_no_lock(home, log):
    inspect(log)["events"].count  # noqa: B018 - reading is the point
    with home.open(TYPES) as other:
        other.append("a", [started()], expected=0, cause=RUN)

    log.append("a", [e.SessionUnpaused()], expected=1, cause=RUN)

    assert log.version("a") == 2


@pytest.mark.usefixtures("film")
def test_the_reader_finds_read_tables_by_session(home):
    with home.reader() as reader:
        tables = reader.tables(SESSION)

    assert [row["state"] for row in tables["sessions"]] == ["NEW"]
    assert tables["withdrawn"] == [{"session": SESSION, "position": 2}]


@pytest.mark.usefixtures("film")
def test_a_query_without_rows_gives_none(home):
    with home.reader() as reader:
        assert reader.query("SELECT * FROM shots") == []


def test_the_reader_asks_for_a_log(home):
    with pytest.raises(NoSuchLog):
        home.reader()


@pytest.mark.usefixtures("film")
def test_history_shows_withdrawn_events_as_withdrawn(log):
    shown = log.query("SELECT type, withdrawn FROM history ORDER BY position")

    assert [tuple(row.values()) for row in shown] == [
        ("SessionStarted", 0),
        ("StoryGenerated", 1),
        ("SessionRewound", 0),
        ("CommandFailed", 0),
    ]


def test_history_names_the_event_that_caused_another(log, film):
    from eventstore.recorded import Cause

    first = film.history[0]
    film.append([e.SessionPaused()], Cause(first.event_id, "run"))

    (row,) = log.query("SELECT caused_by FROM history WHERE type = 'SessionPaused'")
    assert row["caused_by"] == "SessionStarted 1"


@pytest.mark.usefixtures("film")
def test_costs_keep_what_was_taken_back(log):
    (row,) = log.query("SELECT seconds, withdrawn, reused FROM costs")

    assert row == {"seconds": provenance().seconds, "withdrawn": 1, "reused": 0}


@pytest.mark.usefixtures("film")
def test_failures_say_what_went_wrong(log):
    (row,) = log.query("SELECT kind, shot, error FROM failures")

    assert row == {"kind": "image", "shot": 3, "error": "no light"}
