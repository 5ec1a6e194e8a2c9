"""The chain of a large log is followed in parts, which find whatever one go finds."""

import sys
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from eventstore import chain_parts
from eventstore.chain import is_right
from eventstore.chain_parts import ChainParts
from eventstore.home import Home
from projections.events import TYPES
from tests.build import SESSION
from tests.processes import until
from tests.tampering import copy_of, found, make_film, past_triggers, tamper

PAGE = 4096
LAST = "(SELECT max(global_position) FROM events)"


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> Home:
    return make_film(tmp_path_factory.mktemp("parts") / "film")


@pytest.fixture
def home(film, tmp_path) -> Home:
    return copy_of(film, tmp_path / "home")


@pytest.fixture(autouse=True)
def three_processes(monkeypatch):
    """Whatever this machine has."""
    monkeypatch.setattr(chain_parts, "LARGE_EVENTS", 1)
    monkeypatch.setattr(chain_parts, "cores", lambda: 3)


def ends(home: Home) -> list[int]:
    """The last event of each part."""
    with home.reader() as reader:
        return chain_parts._ends(reader.connection)


def parts_are_right(home: Home) -> list[bool]:
    """Each part by itself, followed here."""
    places = [0, *ends(home)]
    answers = []
    for before, last in pairwise(places):
        with home.reader() as reader:
            ((end,),) = reader.connection.execute(
                "SELECT hash FROM events WHERE global_position = ?", (last,)
            )
            answers.append(is_right(reader.connection, before + 1, last, end))
    return answers


def alone(home: Home, monkeypatch) -> list[tuple[object, ...]]:
    """What the same audit finds that starts no process."""
    with monkeypatch.context() as patched:
        patched.setattr(chain_parts, "LARGE_EVENTS", 1_000_000)
        return sorted(found(home).findings.told)


def test_every_part_is_right_of_a_log_that_nobody_touched(home):
    assert parts_are_right(home) == [True, True, True]


def test_the_processes_find_the_log_right_and_where_it_ends(home):
    with home.open_existing(TYPES, read_only=True) as log:
        head = log.head()

    with home.reader() as reader, closing(ChainParts(reader.connection, home.log_path)) as parts:
        end = parts.all_right()

    assert end is not None
    assert (end.global_position, end.hash) == (head.global_position, head.hash)


def test_a_part_that_ends_with_another_hash_is_not_right(home):
    with home.reader() as reader:
        assert not is_right(reader.connection, 1, ends(home)[0], bytes(32))


@pytest.mark.parametrize("at", [0, -5])
@pytest.mark.parametrize("session", [SESSION, "a ghost"])
def test_an_event_before_the_first_one_is_found(home, monkeypatch, at, session):
    with past_triggers(home) as raw:
        (row,) = raw.execute("SELECT * FROM events WHERE global_position = 1")
        forged = (at, "forged", session, at, at, *row[5:])
        raw.execute(f"INSERT INTO events VALUES ({','.join('?' * 14)})", forged)

    told = sorted(found(home).findings.told)

    assert f"event {at} (" in str(told)
    assert told == alone(home, monkeypatch)


@pytest.mark.parametrize("back", [2, 3, 4, 5])
def test_processes_are_not_believed_of_a_file_that_sqlite_finds_damaged(home, monkeypatch, back):
    """Another page of the events in the place of the last: who seeks may not come to it."""
    content = home.log_path.read_bytes()
    at = len(content) - back * PAGE
    home.log_path.write_bytes(content[:-PAGE] + content[at : at + PAGE])

    report = found(home)

    assert "SQLite says" in str(report.findings.told)
    assert sorted(report.findings.told) == alone(home, monkeypatch)


def test_the_end_of_the_chain_is_that_of_the_log(home):
    with home.open_existing(TYPES, read_only=True) as log:
        head = log.head()

    report = found(home)

    assert report.clean
    assert report.head == head
    assert report.events == head.global_position


def test_a_part_ends_where_an_append_ends(home):
    with home.reader() as reader:
        rows = reader.connection.execute(
            "SELECT position = append_end FROM events "
            f"WHERE global_position IN ({','.join(map(str, ends(home)))})"
        )

        assert [bool(one) for (one,) in rows] == [True, True, True]


@pytest.mark.parametrize(
    "change",
    [
        "data = data || ' '", "position = position + 100", "append_end = append_end + 1",
        "previous_hash = zeroblob(32)", "hash = zeroblob(32)", "stream = 'another'",
    ],
)  # fmt: skip
def test_a_change_of_any_event_is_found_in_some_part(home, change):
    for at in range(1, ends(home)[-1] + 1):
        with past_triggers(home) as raw:
            raw.execute("SAVEPOINT whole")
            (before,) = raw.execute("SELECT * FROM events WHERE global_position = ?", (at,))
            raw.execute(f"UPDATE events SET {change} WHERE global_position = ?", (at,))
            raw.execute("RELEASE whole")

        assert not all(parts_are_right(home)), at

        with past_triggers(home) as raw:
            raw.execute("DELETE FROM events WHERE global_position = ?", (at,))
            raw.execute(f"INSERT INTO events VALUES ({','.join('?' * 14)})", before)


@pytest.mark.parametrize("at", ["1", "7", "20", LAST])
def test_an_audit_tells_what_it_tells_without_processes(home, monkeypatch, at):
    tamper(home, f"UPDATE events SET data = data || ' ' WHERE global_position = {at}")

    told = sorted(found(home).findings.told)

    assert "was changed" in str(told)
    assert told == alone(home, monkeypatch)


def test_a_log_that_ends_in_the_middle_of_an_append_is_not_right(home):
    with past_triggers(home) as raw:
        ((inside,),) = raw.execute("SELECT max(position) FROM events WHERE position < append_end")
        raw.execute("DELETE FROM events WHERE position > ?", (inside,))

    assert "the log ends in the middle of an append" in str(found(home).findings.told)


def test_an_event_that_is_gone_between_two_parts_is_found(home):
    at = ends(home)[0]
    tamper(home, f"DELETE FROM events WHERE global_position = {at}")

    assert f"event {at} is missing" in str(found(home).findings.told)


def test_a_process_that_dies_leaves_the_chain_to_whoever_asked(home, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")

    assert found(home).clean


def test_without_room_for_a_process_the_chain_is_followed_all_the_same(home, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    assert found(home).clean


def test_a_small_log_needs_no_processes(home, monkeypatch):
    monkeypatch.setattr(chain_parts, "LARGE_EVENTS", 1_000_000)

    assert ends(home) == []


def test_no_process_outlives_who_follows_the_chain(home):
    with home.reader() as reader, closing(ChainParts(reader.connection, home.log_path)) as parts:
        processes = [Path(f"/proc/{process.pid}") for process in parts._processes]

    assert len(processes) == 3
    until(lambda: not any(process.exists() for process in processes))
