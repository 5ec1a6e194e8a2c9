"""The sessions of a large log are checked by several processes: they find what one finds."""

import sys
from pathlib import Path

import pytest

from eventstore.home import Home
from handlers import checkers
from handlers.audit import Report, audit
from handlers.checkers import Checkers, shares
from projections.events import TYPES
from tests.build import fake_session
from tests.handlers.crew_of_one import work
from tests.tampering import copy_of, tamper

SESSIONS = [f"session_20250208_00000{number}" for number in range(4)]


@pytest.fixture(scope="module")
def films(tmp_path_factory) -> Home:
    home = Home(tmp_path_factory.mktemp("checkers") / "films")
    with home.open(TYPES) as log:
        for number, session in enumerate(SESSIONS):
            fake_session(log, session, shots=1, duration_s=5.0, idea=f"idea {number}")
        work(home, log, SESSIONS)
    return home


@pytest.fixture
def home(films, tmp_path) -> Home:
    return copy_of(films, tmp_path / "home")


@pytest.fixture(autouse=True)
def three_processes(monkeypatch):
    """Whatever this machine has."""
    monkeypatch.setattr(checkers, "LARGE_EVENTS", 1)
    monkeypatch.setattr(checkers, "cores", lambda: 3)


def alone(home: Home, monkeypatch) -> Report:
    """The same audit in one process."""
    with monkeypatch.context() as patched:
        patched.setattr(checkers, "LARGE_EVENTS", 1_000_000)
        return audit(home)


def damage(home: Home) -> None:
    """In all sessions but the first."""
    tamper(home, f"UPDATE sessions SET title = 'another' WHERE session = '{SESSIONS[1]}'")
    tamper(home, f"UPDATE events SET data = '{{}}' WHERE stream = '{SESSIONS[2]}' AND position = 2")
    for picture in sorted(home.artifacts.root.glob("*/*.png")):
        picture.unlink()


def test_all_sessions_have_their_share(home):
    with home.reader() as reader:
        found = shares(reader, None)

    assert [one for share in found for one in share] == SESSIONS
    assert len(found) == 3


def test_one_session_and_a_small_log_need_no_processes(home, monkeypatch):
    with home.reader() as reader:
        assert shares(reader, SESSIONS[0]) == []
        monkeypatch.setattr(checkers, "LARGE_EVENTS", 1_000_000)
        assert shares(reader, None) == []


def test_an_untouched_log_is_clean(home):
    report = audit(home)

    assert report.clean
    assert (report.sessions, report.readable) == (len(SESSIONS), SESSIONS)


def as_told(report: Report) -> dict[str, object]:
    """A report without what no order is promised of."""
    values = vars(report) | {"findings": sorted(report.findings.told)}
    return values | {"lost": sorted(report.lost)}


def test_processes_find_what_one_finds(home, monkeypatch):
    damage(home)

    found = audit(home)

    assert {finding.check for finding in found.findings.told} == {
        "chain",
        "events",
        "tables",
        "artifacts",
    }
    assert as_told(found) == as_told(alone(home, monkeypatch))


def test_what_a_process_does_not_come_to_is_checked_all_the_same(home, monkeypatch):
    damage(home)
    whole = alone(home, monkeypatch)
    monkeypatch.setattr(sys, "executable", "/bin/false")

    assert as_told(audit(home)) == as_told(whole)


def test_no_process_outlives_the_audit(home):
    with Checkers(home, [[one] for one in SESSIONS], files=True) as checkers:
        processes = [Path(f"/proc/{process.pid}") for process in checkers._processes]

    assert not any(process.exists() for process in processes)
