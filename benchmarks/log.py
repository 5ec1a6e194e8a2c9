"""The log: append beside bare apsw writing the same rows; read and fold of a large session."""

import statistics
import tempfile
from pathlib import Path
from typing import Any

import apsw

from benchmarks import sample
from benchmarks.measure import Row, at_most, median_of, seconds
from eventstore import tables
from eventstore.home import Home
from eventstore.log import EventLog
from eventstore.registry import Event
from handlers.stream import SessionStream
from projections.events import TYPES
from projections.session import fold

ROUNDS = 81


def append() -> Row:
    """Seven planned shots, chained, validated, with their read-table rows, synchronous=FULL.

    The peer is bare apsw: it writes the very rows that our append has just written, computed
    beforehand, into a copy of the log with the same tables, indexes and triggers.
    """
    ours, bare = [], []
    with (
        tempfile.TemporaryDirectory() as folder,
        Home(Path(folder) / "ours").open(TYPES) as log,
    ):
        streams = [_prepared(log, f"session_{n:03d}") for n in range(ROUNDS)]
        copy = _copy(log, Path(folder) / "bare.db")
        for stream in streams:
            before = log.stored_rows(stream.id)
            first = log.head().global_position
            ours.append(seconds(lambda one=stream: one.append(_validated(), sample.CAUSE)))
            events = list(
                log.connection.execute("SELECT * FROM events WHERE global_position > ?", (first,))
            )
            changes = tables.difference(before, log.stored_rows(stream.id))
            bare.append(seconds(lambda e=events, c=changes: _write_bare(copy, e, c)))
        copy.close()
    ours_s, bare_s = statistics.median(ours), statistics.median(bare)
    ratio = bare_s / ours_s
    return Row(
        "append 7 events, chained, validated, with read tables, FULL",
        f"{ours_s * 1e3:.2f} ms", f"bare apsw, same rows: {bare_s * 1e3:.2f} ms",
        f"{ratio:.2f}", "≥ 0.70", ratio >= 0.7,
    )  # fmt: skip


def _validated() -> list[Event]:
    return sample.planned(1, 7)


def _prepared(log: EventLog, session: str) -> SessionStream:
    stream = SessionStream(log, session)
    for events in ([sample.started()], *sample.story()):
        stream.append(events, sample.CAUSE)
    stream.rows()
    return stream


def _copy(log: EventLog, path: Path) -> apsw.Connection:
    copy = apsw.Connection(str(path))
    with copy.backup("main", log.connection, "main") as backup:
        while not backup.done:
            backup.step()
    copy.pragma("journal_mode", "wal")
    copy.pragma("synchronous", "FULL")
    return copy


def _write_bare(copy: apsw.Connection, events: list[Any], changes: list[tables.Change]) -> None:
    copy.execute("BEGIN IMMEDIATE")
    copy.executemany(f"INSERT INTO events VALUES ({','.join('?' * 14)})", events)
    for table, key, row in changes:
        if row is None:
            copy.execute(f"DELETE FROM {table} WHERE session = ? AND command_id = ?", key)
        else:
            copy.execute(f"INSERT OR REPLACE INTO {table} VALUES ({','.join('?' * len(row))})", row)
    copy.execute("COMMIT")


def read_and_fold() -> Row:
    """One session of 10,000 events."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        with home.open(TYPES) as log:
            sample.grow(log, "session_big", 10_000)
            count = len(log.read("session_big"))
            took = median_of(9, lambda: fold("session_big", log.read("session_big")))
    return at_most(f"read + fold a session of {count:,} events", took * 1e3, 100, "ms")


def rows() -> list[Row]:
    """All rows of this part."""
    return [append(), read_and_fold()]
