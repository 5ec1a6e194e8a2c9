"""Logs that are not ours in earnest: foreign triggers, views without end, names that lead out."""

import shutil
from pathlib import Path

import apsw
import pytest

from eventstore.heads import read_head
from eventstore.home import Home
from eventstore.leases import is_dead
from handlers.audit import audit
from tests import processes
from tests.command import Reelog
from tests.faults import cases
from tests.faults.damage.commands import COMMANDS, told
from tests.faults.damage.homes import FILM, STOPPED, Whole, content, copied
from tests.faults.damage.places import fenced, listing
from tests.tampering import chain_again, past_triggers

ENDLESS = "WITH RECURSIVE a (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM a)"
TEXTS = ("event_id", "stream", "type", "data", "causation_id", "correlation_id", "recorded_at")


@pytest.fixture
def reelog(whole: Whole, tmp_path: Path) -> Reelog:
    """The command on a home of its own."""
    return copied(whole.asleep, tmp_path)


def change(home: Home, sql: str) -> None:
    """Change the log from outside."""
    raw = apsw.Connection(str(home.log_path))
    raw.execute(sql)
    raw.close()


def test_a_foreign_trigger_that_drops_events_never_gets_one(reelog):
    change(
        reelog.home,
        "CREATE TRIGGER theirs BEFORE INSERT ON events BEGIN SELECT RAISE(IGNORE); END",
    )

    for arguments in (["pause", STOPPED], ["resume", STOPPED], ["list"], ["gc", "--yes"]):
        done = told(reelog, *arguments)
        assert done.status == 3, arguments
        assert "trigger theirs is foreign" in done.err

    assert "trigger theirs is foreign" in told(reelog, "audit").out


def test_a_view_without_end_is_never_asked(reelog):
    change(
        reelog.home,
        f"DROP VIEW history; CREATE VIEW history AS {ENDLESS} SELECT x AS position FROM a",
    )

    for arguments in COMMANDS[:8]:
        told(reelog, *arguments)

    assert "rebuilds it" in told(reelog, "audit").out
    assert told(reelog, "audit", "--repair").status == 0


def test_tables_of_the_users_own_are_told_and_nobodys_business(reelog):
    change(reelog.home, "CREATE TABLE mine (x); CREATE VIEW my_view AS SELECT 1")

    assert told(reelog, "pause", STOPPED).status == 0
    assert "table mine is foreign" in told(reelog, "audit").out


def test_a_session_of_a_name_that_leads_out_writes_nothing_there(reelog):
    outside = fenced(reelog.folder)
    with past_triggers(reelog.home) as raw:
        raw.execute("UPDATE events SET stream = '../../outside/x' WHERE stream = ?", (FILM,))
    chain_again(reelog.home)
    before = listing(outside)

    told(reelog, "audit", "--repair")
    for arguments in (["export", "outside"], ["resume", "outside"], ["view", "outside"]):
        told(reelog, *arguments)

    assert listing(outside) == before


def test_a_worker_of_a_name_that_leads_out_ends_nobodys_file(tmp_path):
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    (tmp_path / "locks").mkdir()

    assert is_dead(tmp_path / "locks", "../mine.txt")
    assert mine.read_text() == "mine"


@pytest.mark.parametrize("column", TEXTS if cases.RELEASE else TEXTS[::3])
def test_bytes_that_are_no_text_end_no_command_in_a_traceback(reelog, column):
    with past_triggers(reelog.home) as raw:
        raw.execute(
            f"UPDATE events SET {column} = CAST(x'22ff4122' AS TEXT) WHERE global_position = 5"
        )

    with cases.counted("commands on damaged homes", 1, 5):
        for arguments in (["view", FILM], ["history", FILM], ["resume", FILM], ["gc"], ["audit"]):
            done = told(reelog, *arguments)
            assert "bug" not in done.err


CHANGES = (
    "PRAGMA application_id = 1",
    "PRAGMA user_version = 99",
    "DROP TABLE sessions",
    "DROP TRIGGER events_only_grow",
    "DROP VIEW history",
    "DELETE FROM shots",
    "UPDATE sessions SET marks = 'nonsense', state = 'LOST', started_at = 'never'",
    "UPDATE commands SET kind = 'magic', state = 'gone'",
)


@pytest.mark.parametrize("sql", CHANGES if cases.RELEASE else CHANGES[::2])
def test_a_log_that_was_changed_ends_no_command_in_a_traceback(reelog, sql):
    change(reelog.home, sql)

    with cases.counted("commands on damaged homes", 1):
        for arguments in (["list"], ["view", FILM], ["history", FILM], ["du"], ["audit"]):
            told(reelog, *arguments)


def test_the_wal_of_another_log_is_noticed(whole, tmp_path):
    reelog = copied(whole.asleep, tmp_path)
    other = copied(whole.awake, tmp_path / "other")
    for end in ("-wal", "-shm"):
        shutil.copy(f"{other.home.log_path}{end}", f"{reelog.home.log_path}{end}")
    before = content(whole.asleep)

    report = audit(reelog.home, None, read_head(whole.head))

    assert not report.clean or content(reelog.home) in (before, content(whole.awake))


def test_an_older_log_with_a_newer_wal_is_noticed(whole, tmp_path):
    """Whatever SQLite makes of the two, a kept head tells."""
    reelog = copied(whole.awake, tmp_path)
    kept = tmp_path / "head.json"
    assert reelog.quickly("audit", "--head", str(kept)).status == 0
    newest = content(reelog.home)
    shutil.copy(whole.asleep.log_path, reelog.home.log_path)
    Path(f"{reelog.home.log_path}-shm").unlink()

    found = audit(reelog.home, None, read_head(kept))

    assert not found.clean or content(reelog.home) == newest
    assert processes.run(lambda: audit(reelog.home)) == 0
