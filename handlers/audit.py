"""Audit: everything that the log promises about films, checked against what is there.

Read tables against a rebuild, artifacts against their hashes, forks against their parents.
Reads only.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from eventstore import audit as store
from eventstore.audit import REBUILD, RESTORE, Finding, Findings
from eventstore.errors import EventStoreError, LogDamaged
from eventstore.home import Home
from eventstore.log import EventLog
from eventstore.reader import LogReader
from eventstore.recorded import Head
from eventstore.tables import difference
from handlers import look
from handlers.errors import SENSELESS
from handlers.keeping import Lost, Store, Used
from handlers.stream import SessionStream
from projections.events import TYPES, SessionForked, SessionRewound


@dataclass
class Report:
    """What was checked, what was found, and how the log stands."""

    findings: Findings = field(default_factory=Findings)
    head: Head | None = None
    events: int = 0
    sessions: int = 0
    artifacts: int = 0
    bytes: int = 0
    orphans: int | None = None
    orphan_bytes: int = 0
    leftovers: list[str] = field(default_factory=list)
    set_aside: int = 0
    lost: list[Lost] = field(default_factory=list)
    rows_wrong: list[str] = field(default_factory=list)
    rows_foreign: bool = False
    readable: list[str] = field(default_factory=list)
    session: str | None = None

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings.told


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
        chain = store.check_log(reader.connection, home.log_path, report.findings)
        report.events = chain.events
        if chain.log_id:
            report.head = Head(chain.log_id, chain.global_position, chain.hash)
        if against is not None:
            with report.findings.survive(home.log_path, "the head"):
                store.check_against(reader.connection, chain, against, report.findings)
    _check_sessions(home, report, Store(home) if files else None)
    return report


def _find(reader: LogReader, name: str) -> str:
    """A session by its id, whatever the read tables hold, or as people name it."""
    if reader.query("SELECT 1 FROM events WHERE stream = ? LIMIT 1", (name,)):
        return name
    return look.find(reader, name)


def _check_sessions(home: Home, report: Report, kept: Store | None) -> None:
    """Each session's events, artifacts, forks and read tables, one session at a time."""
    findings, path = report.findings, home.log_path
    with findings.survive(path, "the sessions"):
        try:
            log = home.open_existing(TYPES, read_only=True)
        except LogDamaged:
            return  # no log id: found already
        with log:
            log.connection.execute("BEGIN")
            for session in _sessions(log, report):
                with findings.survive(path, session):
                    _check_session(log, session, report, kept)
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


def _check_session(log: EventLog, session: str, report: Report, kept: Store | None) -> None:
    findings = report.findings
    report.sessions += 1
    stream = _folded(log, session, findings)
    if stream is None:
        return
    report.readable.append(session)
    for message in (*_forks(log, stream), *_rewinds(stream)):
        findings.add(Finding("forks", message, RESTORE, session))
    if kept is not None:
        for used in kept.used(stream):
            _check_file(report, kept, session, used)
    _check_rows(log, stream, report)


def _check_rows(log: EventLog, stream: SessionStream, report: Report) -> None:
    """The read tables against a rebuild; rows that cannot be read are wrong ones."""
    try:
        changes = difference(log.stored_rows(stream.id), stream.rows())
    except LogDamaged as error:
        if not isinstance(error.__cause__, UnicodeDecodeError):
            raise
        message = f"{stream.id}: its read tables hold bytes that are no text"
    else:
        if not changes:
            return
        names = ", ".join(sorted(change.table for change in changes))
        count = sum(len(change.written) + len(change.removed) for change in changes)
        rows = f"1 row of {names} is" if count == 1 else f"{count} rows of {names} are"
        message = f"{stream.id}: {rows} not what its events say"
    report.findings.add(Finding("tables", message, REBUILD, stream.id))
    report.rows_wrong.append(stream.id)


def _folded(log: EventLog, session: str, findings: Findings) -> SessionStream | None:
    """The session as its events mean it, or None with findings of why there is none."""
    before = findings.counts.total()
    try:
        return SessionStream(log, session)
    except (*SENSELESS, RecursionError, EventStoreError) as error:
        for finding in store.unreadable_events(log.connection, TYPES, session):
            findings.add(finding)
        if findings.counts.total() == before:
            why = f"{type(error).__name__}: {error}"
            message = f"{session}: its events make no sense together ({why})"
            findings.add(Finding("events", message, RESTORE, session))
        return None


def _check_file(report: Report, kept: Store, session: str, used: Used) -> None:
    reason = kept.wrong_with(used)
    if not reason:
        return
    message = f"{session}: {used.what} ({used.sha256[:12]}) {reason}"
    hint = "`reelog audit --repair`, then `reelog resume` makes it again" if used.remade else (
        "`reelog audit --repair` records the loss"
    )  # fmt: skip
    report.findings.add(Finding("artifacts", message, hint, session))
    report.lost.append(Lost(session, used, reason))


def _forks(log: EventLog, stream: SessionStream) -> Iterator[str]:
    """What is wrong with where a session branched off."""
    for recorded in stream.history:
        if not isinstance(recorded.event, SessionForked):
            continue
        fork = recorded.event
        rows = log.query(
            "SELECT global_position, append_end, hash FROM events "
            "WHERE stream = ? AND position = ?",
            (fork.parent, fork.at),
        )
        where = f"{stream.id} was forked from {fork.parent} at {fork.at}"
        if recorded.position != 1:
            yield f"{stream.id} is forked in its midst, at position {recorded.position}"
        elif not rows or rows[0]["global_position"] > recorded.global_position:
            yield f"{where}, which is not there"
        elif rows[0]["append_end"] != fork.at:
            yield f"{where}, in the middle of an append"
        elif rows[0]["hash"].hex() != fork.at_hash:
            yield f"{where}, but the event there is not the one that it names"


def _rewinds(stream: SessionStream) -> Iterator[str]:
    """Rewinds that do not land on the end of an earlier append."""
    ends = set()
    for recorded in stream.history:
        if isinstance(recorded.event, SessionRewound) and recorded.event.to not in ends:
            yield f"{stream.id} was rewound to {recorded.event.to}, where no append ended"
        if recorded.position == recorded.append_end:
            ends.add(recorded.position)
