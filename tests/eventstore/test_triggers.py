"""What SQLite itself refuses, whoever asks: through a plain connection, without our code."""

import apsw
import pytest

from eventstore import hashes
from projections import events as e
from tests.build import RUN, chain_is_whole, started

COLUMNS = (
    "global_position", "event_id", "stream", "position", "append_end", "type", "version", "data",
    "causation_id", "correlation_id", "recorded_at", "previous_hash", "content_hash", "hash",
)  # fmt: skip


@pytest.fixture
def raw(home, log):
    """A plain connection to a log with two events."""
    log.append("a", [started()], expected=0, cause=RUN)
    log.append("a", [e.SessionPrioritised(priority=1)], expected=1, cause=RUN)
    connection = apsw.Connection(str(home.log_path))
    connection.set_busy_timeout(1000)
    yield connection
    connection.close()
    assert chain_is_whole(log)


def following(raw, **changes):
    """The row that would rightly be the third event, with some columns changed."""
    ((previous,),) = raw.execute("SELECT hash FROM events WHERE global_position = 2")
    content = hashes.content_hash((3, "id3", "a", 3, 3, "SessionUnpaused", 1, "{}", "c", "r", "t"))
    row = dict(
        zip(
            COLUMNS,
            (3, "id3", "a", 3, 3, "SessionUnpaused", 1, "{}", "c", "r", "t", previous, content,
             hashes.chain_hash(previous, content)),
            strict=True,
        )
    )  # fmt: skip
    return tuple((row | changes).values())


def insert(raw, row, how="INSERT"):
    raw.execute(f"{how} INTO events VALUES ({','.join('?' * 14)})", row)


def test_the_next_event_is_accepted(raw):
    insert(raw, following(raw))

    assert list(raw.execute("SELECT count(*) FROM events")) == [(3,)]


def test_an_update_is_refused(raw):
    with pytest.raises(apsw.ConstraintError, match="UPDATE refused"):
        raw.execute("UPDATE events SET data = '{}' WHERE position = 1")


def test_an_update_or_replace_is_refused(raw):
    with pytest.raises(apsw.ConstraintError, match="UPDATE refused"):
        raw.execute("UPDATE OR REPLACE events SET global_position = 2 WHERE global_position = 1")


def test_a_delete_is_refused(raw):
    with pytest.raises(apsw.ConstraintError, match="DELETE refused"):
        raw.execute("DELETE FROM events")


@pytest.mark.parametrize(
    "same",
    [
        {"global_position": 1},
        {"global_position": 2},
        {"stream": "a", "position": 1},
        {"stream": "a", "position": 2},
    ],
    ids=str,
)
@pytest.mark.parametrize("how", ["INSERT", "INSERT OR REPLACE", "REPLACE"])
def test_no_insert_may_take_anothers_place(raw, how, same):
    with pytest.raises(apsw.ConstraintError, match="not the next event"):
        insert(raw, following(raw, **same), how)


@pytest.mark.parametrize("how", ["INSERT", "INSERT OR REPLACE", "REPLACE"])
def test_no_insert_may_take_anothers_id(raw, how):
    ((taken,),) = raw.execute("SELECT event_id FROM events WHERE position = 1")

    with pytest.raises(apsw.ConstraintError, match="not the next event"):
        insert(raw, following(raw, event_id=taken), how)


@pytest.mark.parametrize(
    "wrong",
    [
        {"global_position": 4},
        {"global_position": None},
        {"global_position": 0},
        {"position": 4},
        {"position": None},
        {"position": 0},
        {"stream": "b"},
        {"append_end": 2},
        {"append_end": None},
        {"previous_hash": b"\0" * 32},
        {"previous_hash": None},
        {"event_id": None},
        {"causation_id": None},
        {"correlation_id": None},
        {"data": None},
        {"data": b"{}"},
    ],
    ids=str,
)
@pytest.mark.parametrize("how", ["INSERT", "INSERT OR REPLACE"])
def test_an_insert_that_is_not_the_next_in_the_chain_is_refused(raw, how, wrong):
    with pytest.raises(apsw.ConstraintError):
        insert(raw, following(raw, **wrong), how)


def test_an_upsert_does_not_change_an_event_either(raw):
    values = ",".join("?" * 14)
    sql = f"INSERT INTO events VALUES ({values}) ON CONFLICT DO UPDATE SET data = '{{}}'"

    with pytest.raises(apsw.ConstraintError, match="not the next event"):
        raw.execute(sql, following(raw, global_position=1))


@pytest.mark.usefixtures("log")
def test_the_first_event_must_name_the_genesis(home):
    raw = apsw.Connection(str(home.log_path))
    row = (1, "i", "a", 1, 1, "T", 1, "{}", "c", "r", "t", b"x" * 32, b"y" * 32, b"z" * 32)

    with pytest.raises(apsw.ConstraintError, match="not the next event"):
        insert(raw, row)
    raw.close()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE log SET id = 'x'",
        "DELETE FROM log",
        "INSERT INTO log VALUES ('x', x'00', 't')",
        "INSERT OR REPLACE INTO log SELECT * FROM log",
    ],
)
def test_the_log_keeps_its_id(raw, sql):
    with pytest.raises(apsw.ConstraintError, match="the log keeps its id"):
        raw.execute(sql)


def test_there_is_one_fence(raw):
    with pytest.raises(apsw.ConstraintError):
        raw.execute("INSERT INTO fence VALUES (2, 0)")
