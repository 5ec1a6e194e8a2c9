"""The event log: append, read, head. The one door to the database; knows no film.

An append is one transaction: ids, expected version, fence, events with their hash chain, rows of
the read tables. It returns after COMMIT under synchronous=FULL: acknowledged means durable.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from eventstore import hashes, tables
from eventstore.connection import connect, create, disk_errors, transaction, write_lock
from eventstore.ends import KnownEnds
from eventstore.errors import EventIdConflict, FenceLost, WrongExpectedVersion
from eventstore.garbage import no_collections
from eventstore.reader import dicts
from eventstore.reading import events_of
from eventstore.recorded import Cause, CopiedAppend, Ends, Fence, Head, Recorded
from eventstore.registry import Event, EventTypes
from eventstore.same_place import SamePlace
from eventstore.schema import identity
from eventstore.tables import Change, Row

Clock = Callable[[], str]

INSERT_EVENT = "INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"


def utc_now() -> str:
    """UTC, ISO 8601, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_id() -> str:
    """A random event id."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[str]:
    """Random UUIDs, version 4, from one draw."""
    drawn = os.urandom(16 * count).hex()
    return [_uuid4(drawn[at : at + 32]) for at in range(0, len(drawn), 32)]


def _uuid4(random: str) -> str:
    variant = "89ab"[int(random[16], 16) & 3]
    return f"{random[:8]}-{random[8:12]}-4{random[13:16]}-{variant}{random[17:20]}-{random[20:]}"


class EventLog:
    """One open log. Not for sharing between threads or across a fork."""

    def __init__(
        self, path: Path, types: EventTypes, *, read_only: bool = False, clock: Clock = utc_now
    ) -> None:
        self.path = path
        self.types = types
        self._place = SamePlace(path)
        self.connection = connect(path, read_only=read_only)
        self._clock = clock
        self.log_id, genesis = identity(self.connection, path, checked=not read_only)
        with disk_errors(path):
            self._ends = KnownEnds(self.connection, self.log_id, genesis)
            pragma = self.connection.execute
            self.columns = dict(
                tables.columns_in_schema(lambda table: pragma(f"PRAGMA table_info({table})"))
            )
        self._keys = tables.key_clauses(self.columns.__getitem__)
        if not read_only:
            self._place.opened()

    @classmethod
    def open(cls, path: Path, types: EventTypes, *, clock: Clock = utc_now) -> Self:
        """Open the log, creating it when there is none."""
        log_id = new_id()
        create(
            path,
            "INSERT INTO log (id, genesis, created_at) VALUES "
            f"('{log_id}', x'{hashes.genesis(log_id).hex()}', '{clock()}')",
        )
        return cls(path, types, clock=clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; a closed log is of no more use."""
        self.connection.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One write transaction: in line, on the file that was opened, all or nothing."""
        self._place.check()  # first, so that a home that went away is not looked for
        with disk_errors(self.path), write_lock(self.path):
            self._place.check()
            with transaction(self.connection):
                self._ends.begun()
                yield
            self._ends.committed()

    def append(
        self,
        stream: str,
        events: Sequence[Event],
        *,
        expected: int,
        cause: Cause,
        event_ids: Sequence[str] | None = None,
        fence: Fence | None = None,
        project: Callable[[list[Recorded]], Iterable[Change]] | None = None,
    ) -> list[Recorded]:
        """Append events as one unit after position `expected` and return them as recorded.

        `project` says which read-table rows change with them, in the same commit. With
        `event_ids`, repeating an append that is in the log already is a no-op. Raises
        WrongExpectedVersion, EventIdConflict, FenceLost, LogFailed; nothing is written then.
        """
        if not events:
            return []
        ids = list(event_ids) if event_ids is not None else new_ids(len(events))
        payloads = [(*self.types.name_of(event), self.types.dump(event)) for event in events]
        with self.writing():
            if event_ids is not None and self._already_there(stream, ids, payloads):
                return [recorded for recorded in self.read(stream) if recorded.event_id in set(ids)]
            ends = self._ends.of(stream)
            if ends.version != expected:
                raise WrongExpectedVersion(stream, expected, ends.version)
            if fence is not None:
                self._settle(fence)
            entries = list(zip(ids, payloads, events, strict=True))
            recorded = self._insert(ends, entries, cause)
            if project is not None:
                tables.write(self.connection.executemany, self._keys, project(recorded))
        return recorded

    def begin_with(
        self,
        stream: str,
        copies: Sequence[CopiedAppend],
        project: Callable[[list[Recorded]], Iterable[Change]],
    ) -> list[Recorded]:
        """Begin a stream with whole appends of another log: ids, causes and times are kept.

        One commit. Raises WrongExpectedVersion when the stream has begun, EventIdConflict.
        """
        recorded: list[Recorded] = []
        with self.writing():
            if actual := self.version(stream):
                raise WrongExpectedVersion(stream, 0, actual)
            for ids, events, cause, when in copies:
                payloads = [
                    (*self.types.name_of(event), self.types.dump(event)) for event in events
                ]
                if self._already_there(stream, list(ids), payloads):
                    raise EventIdConflict(f"events of {stream} stand twice among the copies")
                entries = list(zip(ids, payloads, events, strict=True))
                recorded += self._insert(self._ends.of(stream), entries, cause, when)
            tables.write(self.connection.executemany, self._keys, project(recorded))
        return recorded

    def _already_there(
        self, stream: str, ids: list[str], payloads: list[tuple[str, int, str]]
    ) -> bool:
        if len(set(ids)) < len(ids):
            raise EventIdConflict(f"{len(ids)} events with {len(set(ids))} different ids")
        known = 0
        for event_id, payload in zip(ids, payloads, strict=True):
            row = self.connection.execute(
                "SELECT stream, type, version, data FROM events WHERE event_id = ?", (event_id,)
            ).fetchone()
            if row is None:
                continue
            if row != (stream, *payload):
                raise EventIdConflict(f"event {event_id} is in the log with other content")
            known += 1
        if 0 < known < len(ids):
            raise EventIdConflict(f"{known} of {len(ids)} event ids are in the log already")
        return known == len(ids)

    def _settle(self, fence: Fence) -> None:
        """Hand the lease back in the transaction that records its result."""
        self.connection.execute(
            "DELETE FROM leases WHERE command_id = ? AND epoch = ?", (fence.command_id, fence.epoch)
        )
        if self.connection.changes() != 1:
            raise FenceLost(fence.command_id, fence.epoch)

    def _insert(
        self,
        ends: Ends,
        entries: list[tuple[str, tuple[str, int, str], Event]],
        cause: Cause,
        recorded_at: str | None = None,
    ) -> list[Recorded]:
        stream, version, (_, at, previous) = ends
        append_end = version + len(entries)
        shared = (*cause, recorded_at or self._clock())
        content_hash = hashes.AppendHash(stream, append_end, shared).of
        new = tuple.__new__
        rows: list[tuple[Any, ...]] = []
        recorded = []
        for event_id, payload, event in entries:
            at += 1
            version += 1
            content = content_hash(at, event_id, version, payload)
            this = hashes.chain_hash(previous, content)
            rows.append(
                (at, event_id, stream, version, append_end, *payload, *shared,
                 previous, content, this)
            )  # fmt: skip
            recorded.append(new(Recorded, (at, event_id, version, append_end, *shared, event)))
            previous = this
        self.connection.executemany(INSERT_EVENT, rows)
        self._ends.moved(stream, version, at, previous)
        return recorded

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """Whatever is read inside was there at the same time."""
        with disk_errors(self.path):
            self.connection.execute("BEGIN")
            try:
                yield
            finally:
                self.connection.execute("ROLLBACK")

    def version(self, stream: str) -> int:
        """Position of the stream's last event; 0 for an empty stream."""
        with disk_errors(self.path):
            ((position,),) = self.connection.execute(
                "SELECT coalesce(max(position), 0) FROM events WHERE stream = ?", (stream,)
            )
        return int(position)

    def head(self) -> Head:
        """The end of the log; position 0 and the genesis hash when it is empty."""
        with disk_errors(self.path):
            return self._ends.read("").head

    def read(self, stream: str, *, after: int = 0, to: int | None = None) -> list[Recorded]:
        """The events of a stream in order, after one position and up to another.

        Raises LogDamaged where one does not read as it was written, or where some are not there.
        """
        with disk_errors(self.path), no_collections():
            loaders = self.types.loaders
            return events_of(self.connection, loaders, self.path, stream, after=after, to=to)

    def results_of(self, command_id: str) -> list[tuple[str, Recorded]]:
        """Every event of the whole log that names this command, oldest first, with its stream."""
        with disk_errors(self.path):
            places = list(
                self.connection.execute(
                    "SELECT stream, position FROM events WHERE data ->> '$.command_id' = ? "
                    "ORDER BY global_position",
                    (command_id,),
                )
            )
        return [
            (stream, *self.read(stream, after=position - 1, to=position))
            for stream, position in places
        ]

    def streams(self) -> list[str]:
        """All session ids, in the order in which they began."""
        with disk_errors(self.path):
            return [
                stream
                for (stream,) in self.connection.execute(
                    "SELECT stream FROM events WHERE position = 1 ORDER BY global_position"
                )
            ]

    def query(self, sql: str, values: Row = ()) -> list[dict[str, Any]]:
        """Rows of a reading query as dicts."""
        with disk_errors(self.path):
            return dicts(self.connection, sql, values)

    def stored_rows(self, session: str) -> dict[str, dict[Row, Row]]:
        """What the read tables hold for one session."""
        with disk_errors(self.path):
            return tables.stored(self.connection.execute, session)

    def changed(self) -> int:
        """A number that differs once another connection has committed."""
        return int(self.connection.pragma("data_version"))
