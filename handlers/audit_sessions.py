"""The sessions of an audit: events, artifacts, forks and read tables, one session at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from eventstore import audit as store
from eventstore.audit import REBUILD, RESTORE, Finding, Findings, is_time
from eventstore.errors import EventStoreError, LogDamaged
from eventstore.log import EventLog
from eventstore.recorded import Head
from eventstore.tables import difference
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

    def take(self, part: "Report") -> None:
        """What was found of other sessions of the same log."""
        self.findings.take(part.findings)
        self.sessions += part.sessions
        self.lost += part.lost
        self.rows_wrong += part.rows_wrong
        self.readable += part.readable

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings.told


def check_sessions(
    log: EventLog, sessions: Iterable[str], report: Report, kept: Store | None
) -> None:
    """Check some sessions of a log that is open in a transaction: one moment for all."""
    for session in sessions:
        with report.findings.survive(log.path, session):
            _check_session(log, session, report, kept)


def _check_session(log: EventLog, session: str, report: Report, kept: Store | None) -> None:
    findings = report.findings
    report.sessions += 1
    stream = _folded(log, session, findings)
    if stream is None:
        return
    report.readable.append(session)
    for message in _times(stream):
        findings.add(Finding("events", message, RESTORE, session))
    for message in (*_forks(log, stream), *_rewinds(stream)):
        findings.add(Finding("forks", message, RESTORE, session, grave=True))
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
        fork = recorded.event
        if type(fork) is not SessionForked:
            continue
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


def _times(stream: SessionStream) -> Iterator[str]:
    """Times that are none: no hash can know."""
    for when in {recorded.recorded_at for recorded in stream.history}:
        if not is_time(when):
            yield f"{stream.id}: events were recorded at {when!r}, which is no time"


def _rewinds(stream: SessionStream) -> Iterator[str]:
    """Rewinds that do not land on the end of an earlier append."""
    ends = set()
    for recorded in stream.history:
        event = recorded.event
        if type(event) is SessionRewound and event.to not in ends:
            yield f"{stream.id} was rewound to {event.to}, where no append ended"
        if recorded.position == recorded.append_end:
            ends.add(recorded.position)
