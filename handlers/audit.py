"""Audit: everything that the log promises about films, checked against what is there.

Read tables against a rebuild, artifacts against their hashes, forks against their parents.
Reads only.
"""

from collections.abc import Iterator

from eventstore import audit as store
from eventstore.audit import RESTORE, Finding
from eventstore.errors import LogDamaged
from eventstore.home import Home
from eventstore.log import EventLog
from eventstore.reader import LogReader
from eventstore.recorded import Head
from handlers import look
from handlers.audit_sessions import Report, check_sessions
from handlers.checkers import Checkers, shares
from handlers.keeping import Store
from projections.events import TYPES

__all__ = ["Report", "audit"]


def audit(
    home: Home, name: str | None = None, against: Head | None = None, *, files: bool = True
) -> Report:
    """Check the log, and all sessions or the named one. Raises NoSuchLog, NotALog, LogFailed.

    Without `files` only what the log itself holds: no artifact is read.
    """
    report = Report()
    with home.reader(checked=False) as reader:
        reader.connection.execute("BEGIN")
        if name is not None:
            with report.findings.survive(home.log_path, "the sessions"):
                report.session = _find(reader, name)
        with Checkers(home, shares(reader, report.session), files=files) as checkers:
            _check_log(reader, report, against)
            _check_sessions(home, report, Store(home) if files else None, checkers)
    return report


def _check_log(reader: LogReader, report: Report, against: Head | None) -> None:
    chain = store.check_log(reader.connection, reader.path, report.findings)
    report.events = chain.events
    if chain.log_id:
        report.head = Head(chain.log_id, chain.global_position, chain.hash)
    if against is not None:
        with report.findings.survive(reader.path, "the head"):
            store.check_against(reader.connection, chain, against, report.findings)


def _find(reader: LogReader, name: str) -> str:
    """A session by its id, whatever the read tables hold, or as people name it."""
    if reader.query("SELECT 1 FROM events WHERE stream = ? LIMIT 1", (name,)):
        return name
    return look.find(reader, name)


def _check_sessions(home: Home, report: Report, kept: Store | None, checkers: Checkers) -> None:
    findings, path = report.findings, home.log_path
    with findings.survive(path, "the sessions"):
        try:
            log = home.open_existing(TYPES, read_only=True)
        except LogDamaged:
            return  # no log id: found already
        with log:
            log.connection.execute("BEGIN")
            sessions = list(_sessions(log, report))
            checked = checkers.collect(report, kept)
            check_sessions(log, (one for one in sessions if one not in checked), report, kept)
            if report.session is None:
                for table, session in store.strangers(log.connection):
                    report.rows_foreign = True
                    message = f"{table} has rows of a session without events: {session}"
                    findings.add(Finding("tables", message, "`reelog audit --repair` removes them"))
    if kept is None:
        return
    report.artifacts, report.bytes = kept.checked, kept.bytes
    report.leftovers, report.set_aside = kept.leftovers(), kept.set_aside()
    if report.session is None:
        report.orphans, report.orphan_bytes = kept.orphans()


def _sessions(log: EventLog, report: Report) -> Iterator[str]:
    if report.session is not None:
        yield report.session
        return
    for raw in store.streams(log.connection):
        try:
            yield raw.decode()
        except UnicodeDecodeError:
            name = raw.decode("utf-8", "backslashreplace")
            message = f"the session id {name} is no text"
            report.findings.add(Finding("events", message, RESTORE))
