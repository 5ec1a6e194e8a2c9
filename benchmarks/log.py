"""The log: append beside bare apsw writing the same rows; read and fold of a large session."""

import os
import statistics
import tempfile
from pathlib import Path
from typing import Any

import apsw

from benchmarks import sample
from benchmarks.measure import Row, at_most, median_of, seconds
from eventstore import tables
from eventstore.connection import CHECKPOINT_PAGES
from eventstore.file_identity import identity
from eventstore.home import Home
from eventstore.log import EventLog
from eventstore.registry import Event
from handlers.stream import SessionStream
from projections.events import TYPES
from projections.session import fold

ROUNDS, WARM, IN_A_ROW = 25, 5, 8
PAGE_BYTES, PAGES_AN_APPEND, SYNCED_PAGES, SYNCS = 4096, 29, 4000, 400


def append() -> Row:
    """Seven planned shots, chained, validated, with their read-table rows, synchronous=FULL.

    The peer is bare apsw: it writes the very rows that our appends have just written, computed
    beforehand, into a copy of the log with the same tables, indexes and triggers. In turn, some
    appends in a row each; the first rounds, in which both fill their page caches, do not count.
    Both write into a write-ahead log that has its full size, as one of a film's second hour has.
    """
    ours, bare = [], []
    with (
        tempfile.TemporaryDirectory() as folder,
        Home(Path(folder) / "ours").open(TYPES) as log,
    ):
        sessions = [f"session_{n:03d}" for n in range(ROUNDS * IN_A_ROW)]
        _grow_write_ahead_log(log.connection)  # first: it passes for somebody else's write
        streams = [_prepared(log, session) for session in sessions]
        copy = _copy(log, Path(folder) / "bare.db")
        _grow_write_ahead_log(copy)
        for at in range(0, len(streams), IN_A_ROW):
            batch = streams[at : at + IN_A_ROW]
            before = [log.stored_rows(stream.id) for stream in batch]
            ours.append(seconds(lambda b=batch: [s.append(_validated(), sample.CAUSE) for s in b]))
            written = [_written(log, *one) for one in zip(batch, before, strict=True)]
            bare.append(seconds(lambda w=written: [_write_bare(copy, *rows) for rows in w]))
        copy.close()
    ours_s, bare_s = (statistics.median(took[WARM:]) / IN_A_ROW for took in (ours, bare))
    ratio = bare_s / ours_s
    return Row(
        "append 7 events, chained, validated, with read tables, FULL",
        f"{ours_s * 1e3:.2f} ms", f"bare apsw, same rows: {bare_s * 1e3:.2f} ms",
        f"{ratio:.2f}", "≥ 0.70", ratio >= 0.7,
    )  # fmt: skip


def _written(
    log: EventLog, stream: SessionStream, before: tables.Rows
) -> tuple[list[Any], list[tables.Change]]:
    """The rows of the last append to a stream."""
    events = list(
        log.connection.execute(
            "SELECT * FROM events WHERE stream = ? AND position > ?", (stream.id, 3)
        )
    )
    return events, tables.difference(before, log.stored_rows(stream.id))


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
    copy.wal_autocheckpoint(CHECKPOINT_PAGES)
    return copy


def _grow_write_ahead_log(connection: apsw.Connection) -> None:
    """To the size at which it is written back; from then on its pages are used again."""
    connection.execute("CREATE TABLE filler (bytes BLOB)")
    connection.execute("INSERT INTO filler VALUES (zeroblob(?))", (CHECKPOINT_PAGES * 4096,))
    connection.execute("DROP TABLE filler")
    connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()


def _write_bare(copy: apsw.Connection, events: list[Any], changes: list[tables.Change]) -> None:
    copy.execute("BEGIN IMMEDIATE")
    copy.executemany(f"INSERT INTO events VALUES ({','.join('?' * 14)})", events)
    for table, written, removed in changes:
        for key in removed:
            copy.execute(f"DELETE FROM {table} WHERE session = ? AND command_id = ?", key)
        for row in written:
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


def asked_for_its_times() -> Row:
    """What a sync costs of a file that was asked who it is, without its times and with them.

    In turn, each before as many pages as an append has. Where the kernel has one time for all
    writes of a tick, both are alike.
    """
    took: dict[str, list[float]] = {"identity": [], "stat": []}
    with tempfile.NamedTemporaryFile() as file:
        file.write(os.urandom(SYNCED_PAGES * PAGE_BYTES))
        file.flush()
        os.fsync(file.fileno())
        for at in range(SYNCS):
            for how, ask in (("identity", identity), ("stat", os.stat)):
                ask(file.name)
                for page in range(PAGES_AN_APPEND):
                    place = (at * PAGES_AN_APPEND + page) % SYNCED_PAGES
                    os.pwrite(file.fileno(), os.urandom(PAGE_BYTES), place * PAGE_BYTES)
                took[how].append(seconds(lambda: os.fdatasync(file.fileno())))
    ours_s, stat_s = (statistics.median(took[how]) for how in ("identity", "stat"))
    return Row(
        "sync of an append's pages, the file asked who it is before", f"{ours_s * 1e6:.0f} µs",
        f"asked by stat: {stat_s * 1e6:.0f} µs", f"{ours_s / stat_s:.2f}", "told", True,
    )  # fmt: skip


def rows() -> list[Row]:
    """All rows of this part."""
    return [append(), asked_for_its_times(), read_and_fold()]
