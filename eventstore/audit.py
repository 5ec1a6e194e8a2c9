"""Checks that the log is as it was written: file, schema, chain, positions. Knows no film.

Rows are streamed and never held; text is read as bytes, so that no byte can stop a check. Whatever
is wrong becomes a finding, and the checks go on behind it.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import apsw

from eventstore import hashes, schema
from eventstore.chain import Chain, verify
from eventstore.chain_parts import ChainParts
from eventstore.connection import FORMAT, disk_errors
from eventstore.errors import LogDamaged, UnknownEventType
from eventstore.recorded import Head
from eventstore.registry import EventTypes
from eventstore.tables import READ_TABLES

FINDINGS_MAX = 50
"""How many findings of one check are told one by one; the rest is counted."""
RESTORE = "put a backup back with `reelog restore`"
REBUILD = "`reelog audit --repair` rebuilds it"
NEWER = "update reelog"
_CHECK_CACHE = -64_000
"""KiB, negative as SQLite has it: each event is looked up in its indexes, anywhere in them."""
EPOCH_MAX = 2**62
"""Of the fence: so many claims nobody makes."""
_TYPES = {
    "text": (
        "event_id", "stream", "type", "data", "causation_id", "correlation_id", "recorded_at",
    ),
    "integer": ("global_position", "position", "append_end", "version"),
    "blob": ("previous_hash", "content_hash", "hash"),
}  # fmt: skip


class Finding(NamedTuple):
    """One thing that is not as it should be, and what to do about it.

    `grave`: the log itself is in doubt, so that nothing more may be written to it.
    """

    check: str
    message: str
    hint: str
    session: str = ""
    grave: bool = False


class Findings:
    """Findings in the order of the checks, a bounded number of each check."""

    def __init__(self) -> None:
        self.told: list[Finding] = []
        self.counts: Counter[str] = Counter()

    def add(self, finding: Finding) -> None:
        """Keep a finding, or only count it when there are many of its check."""
        self.counts[finding.check] += 1
        if self.counts[finding.check] <= FINDINGS_MAX:
            self.told.append(finding)

    def take(self, others: "Findings") -> None:
        """Findings of the same checks, made elsewhere."""
        told = Counter(finding.check for finding in self.told)
        for finding in others.told:
            if told[finding.check] < FINDINGS_MAX:
                self.told.append(finding)
                told[finding.check] += 1
        self.counts.update(others.counts)

    @property
    def untold(self) -> dict[str, int]:
        """Check → how many of its findings are only counted."""
        return {k: n - FINDINGS_MAX for k, n in self.counts.items() if n > FINDINGS_MAX}

    @property
    def grave(self) -> bool:
        """Whether the log itself is in doubt."""
        return any(finding.grave for finding in self.told)

    @contextmanager
    def survive(self, path: Path, what: str) -> Iterator[None]:
        """Damage that stops one check is its finding. A disk that fails is raised as LogFailed."""
        try:
            with disk_errors(path):
                yield
        except (LogDamaged, apsw.Error, UnicodeDecodeError) as error:
            self.add(
                Finding("file", f"{what} cannot be read to the end: {error}", RESTORE, grave=True)
            )


def check_log(connection: apsw.Connection, path: Path, findings: Findings) -> Chain:
    """All checks of the log itself. Inside a transaction of the caller: one moment for all."""
    chain = Chain(b"")
    with findings.survive(path, "the schema"):
        if not _schema(connection, findings):
            return chain
    # beside SQLite's own checks, which take as long
    with closing(ChainParts(connection, path)) as parts:
        with findings.survive(path, "the file"):
            _file(connection, findings)
        with findings.survive(path, "the log's id"):
            chain = _identity(connection, findings)
        with findings.survive(path, "the chain of events"):
            _chain(connection, chain, parts, findings)
    with findings.survive(path, "the fence"):
        _fence(connection, findings)
    if findings.told:  # else SQLite has looked at every type and every index itself
        with findings.survive(path, "the table of events"):
            _columns(connection, findings)
    return chain


def _schema(connection: apsw.Connection, findings: Findings) -> bool:
    """Whether the tables of the log are there, so that the other checks make sense."""
    log_format = connection.pragma("user_version")
    if log_format > FORMAT or log_format < 1:
        findings.add(Finding("schema", f"the log's format is {log_format}", RESTORE, grave=True))
    whole = True
    for how, kind, name in schema.differences(connection):
        if kind == "view" and how != "foreign" and log_format < FORMAT:
            continue  # whoever writes to it next defines it anew
        if how == "foreign":
            message = f"{kind} {name} is foreign: schema.sql has none of that name"
            hint, grave = f"DROP {kind.upper()} {name}", kind == "trigger"
        else:
            how = "missing" if how == "missing" else "not as it should be"
            message = f"{kind} {name} of schema.sql is {how}"
            again = REBUILD if kind == "view" else f"run CREATE {kind.upper()} of schema.sql again"
            hint = RESTORE if kind == "table" else again
            grave = kind != "view"
        findings.add(Finding("schema", message, hint, grave=grave))
        whole = whole and (how, kind) != ("missing", "table")
    return whole


def _file(connection: apsw.Connection, findings: Findings) -> None:
    connection.pragma("cache_size", _CHECK_CACHE)
    for (message,) in connection.execute(
        "SELECT CAST(integrity_check AS BLOB) FROM pragma_integrity_check"
    ):
        if message != b"ok":
            findings.add(Finding("file", f"SQLite says: {_plain(message)}", RESTORE, grave=True))


def _identity(connection: apsw.Connection, findings: Findings) -> Chain:
    """The beginning of the chain, checked against the log's id.

    No hash covers when the log was created: that it is a time is all that can be said of it.
    """
    rows = list(
        connection.execute("SELECT CAST(id AS BLOB), genesis, CAST(created_at AS BLOB) FROM log")
    )
    if len(rows) != 1:
        message = f"the log has {len(rows)} ids instead of one"
        findings.add(Finding("chain", message, RESTORE, grave=True))
        return Chain(b"")
    ((log_id, genesis, created_at),) = rows
    if not is_time(when := _plain(created_at)):
        message = f"the log was created at {when!r}, which is no time"
        findings.add(Finding("chain", message, RESTORE))
    if hashlib.sha256(log_id or b"").digest() != genesis:
        message = "the log's id was changed: its hash is not what the chain begins with"
        findings.add(Finding("chain", message, RESTORE, grave=True))
    return Chain(genesis if isinstance(genesis, bytes) else b"", _plain(log_id))


def _chain(
    connection: apsw.Connection, chain: Chain, parts: ChainParts, findings: Findings
) -> None:
    # a damaged file may look otherwise to who reads it from a place on than to who reads all of it
    if not findings.told and (end := parts.all_right()):
        chain.hash, chain.events, chain.global_position = end.hash, end.events, end.global_position
        return
    for message, session in verify(connection, chain):
        findings.add(Finding("chain", message, RESTORE, session, grave=True))


def _fence(connection: apsw.Connection, findings: Findings) -> None:
    """The number that shuts late finishers out: one, and not below that of any claim."""
    epochs = [epoch for (epoch,) in connection.execute("SELECT epoch FROM fence")]
    ((claimed,),) = connection.execute("SELECT coalesce(max(epoch), 0) FROM leases")
    if len(epochs) == 1 and isinstance(epochs[0], int) and claimed <= epochs[0] < EPOCH_MAX:
        return
    has = ", ".join(map(str, epochs)) or "nothing"
    message = f"the fence holds {has}, where one number from {claimed} on has to be"
    findings.add(Finding("fence", message, REBUILD))


def is_time(text: str) -> bool:
    """Whether a text that was recorded as a time is one."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _columns(connection: apsw.Connection, findings: Findings) -> None:
    """Columns of the wrong type, and event ids that occur twice."""
    wrong = " OR ".join(
        f"typeof({column}) <> '{kind}'" for kind, columns in _TYPES.items() for column in columns
    )
    for (at,) in connection.execute(
        f"SELECT global_position FROM events WHERE {wrong} LIMIT {FINDINGS_MAX}"
    ):
        message = f"event {at} has a value of the wrong type"
        findings.add(Finding("chain", message, RESTORE, grave=True))
    twice = "SELECT CAST(event_id AS BLOB) FROM events GROUP BY event_id HAVING count(*) > 1"
    for (event_id,) in connection.execute(f"{twice} LIMIT {FINDINGS_MAX}"):
        message = f"more than one event has the id {_plain(event_id)}"
        findings.add(Finding("chain", message, RESTORE, grave=True))


def check_against(
    connection: apsw.Connection, chain: Chain, kept: Head, findings: Findings
) -> None:
    """Whether the log extends a head that was kept elsewhere."""
    row = connection.execute(
        "SELECT hash FROM events WHERE global_position = ?", (kept.global_position,)
    ).fetchone()
    ((last,),) = connection.execute("SELECT coalesce(max(global_position), 0) FROM events")
    message = ""
    if chain.log_id != kept.log_id:
        message = f"this is another log: its id is {chain.log_id}, the kept head's {kept.log_id}"
    elif last < kept.global_position:
        message = (
            f"the log ends at event {last}, but the kept head is of event {kept.global_position}: "
            "its tail was cut off, or an older copy was put back"
        )
    elif (row[0] if row else hashes.genesis(kept.log_id)) != kept.hash:
        message = (
            f"event {kept.global_position} is not the one of the kept head: history was rewritten"
        )
    if message:
        findings.add(Finding("head", message, RESTORE, grave=True))


def streams(connection: apsw.Connection) -> Iterator[bytes]:
    """Every session id that an event names, as bytes, in order."""
    for (stream,) in connection.execute("SELECT DISTINCT CAST(stream AS BLOB) FROM events"):
        yield stream or b""


def sizes(connection: apsw.Connection, large: int) -> dict[str, int]:
    """Session id → events, in the log's order; nothing for a small log, or where damage is met."""
    try:
        ((last,),) = connection.execute("SELECT coalesce(max(global_position), 0) FROM events")
        if last < large:
            return {}
        return dict(connection.execute("SELECT stream, count(*) FROM events GROUP BY stream"))
    except (apsw.Error, UnicodeDecodeError):
        return {}


def unreadable_events(
    connection: apsw.Connection, types: EventTypes, stream: str
) -> Iterator[Finding]:
    """The events of a session that do not load, one by one."""
    for at, kind, version, data in connection.execute(
        "SELECT global_position, CAST(type AS BLOB), version, CAST(data AS BLOB) FROM events "
        "WHERE stream = ? ORDER BY position",
        (stream,),
    ):
        name = _plain(kind)
        try:
            types.load(kind.decode(), version, data.decode())
        except UnknownEventType as error:
            yield Finding("events", f"event {at}: {error}", NEWER, stream)
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            why = str(error).partition("\n")[0]
            yield Finding("events", f"event {at} ({name}) does not load: {why}", RESTORE, stream)


def strangers(connection: apsw.Connection) -> Iterator[tuple[str, str]]:
    """(read table, session) of rows whose session has no event."""
    for table in READ_TABLES:
        for (session,) in connection.execute(
            f"SELECT DISTINCT CAST(session AS BLOB) FROM {table} "
            "WHERE session NOT IN (SELECT stream FROM events)"
        ):
            yield table, _plain(session)


def _plain(value: Any) -> str:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
