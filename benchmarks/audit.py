"""Audit and SQL: the chain verified beside bare SHA-256, a whole audit, a query's first row."""

import hashlib
import tempfile
from contextlib import closing
from pathlib import Path

import apsw

from benchmarks import sample
from benchmarks.command import reelog
from benchmarks.measure import Row, at_most, median_of, side_by_side
from eventstore.chain import Chain, verify
from eventstore.chain_parts import ChainParts
from eventstore.home import Home
from handlers.audit import audit
from projections.events import TYPES

SESSIONS, EVENTS = 10, 10_000
ROUNDS = 5
A_SECOND_MIN = 300_000


def chain(home: Home, events: int) -> Row:
    """The whole chain recomputed, by as many processes as an audit starts for it.

    The peer is one process that reads the same rows and hashes their data once, bare.
    """
    with home.reader() as reader:
        connection = reader.connection
        ours_s, bare_s = side_by_side(
            ROUNDS, lambda: _verify(connection, home.log_path), lambda: _bare(connection)
        )
    speed = events / ours_s
    return Row(
        f"verify the hash chain of {events:,} events", f"{speed:,.0f} a second",
        f"read and SHA-256 of data alone: {events / bare_s:,.0f} a second",
        f"{bare_s / ours_s:.2f}", f"≥ {A_SECOND_MIN:,} a second", speed >= A_SECOND_MIN,
    )  # fmt: skip


def _verify(connection: apsw.Connection, path: Path) -> None:
    with closing(ChainParts(connection, path)) as parts:
        if parts.all_right():
            return
    ((genesis,),) = connection.execute("SELECT genesis FROM log")  # on one processor
    assert not list(verify(connection, Chain(genesis)))


def _bare(connection: apsw.Connection) -> None:
    for row in connection.execute("SELECT *, CAST(data AS BLOB) FROM events"):
        hashlib.sha256(row[-1]).digest()


def rows() -> list[Row]:
    """All rows of this part."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        with home.open(TYPES) as log:
            for number in range(SESSIONS):
                sample.grow(log, f"session_20260101_{number:06d}", EVENTS)
            events = log.head().global_position
        found = [chain(home, events)]
        found.append(
            at_most(
                f"audit of {events:,} events: chain, SQLite, fold, read tables",
                median_of(3, lambda: audit(home)), 20, "s",
            )
        )  # fmt: skip
        query = "SELECT session, stage, seconds FROM spending LIMIT 1"
        first_s = median_of(ROUNDS, lambda: reelog(folder, "sql", "SELECT 1"))
        sums_s = median_of(ROUNDS, lambda: reelog(folder, "sql", query))
    return [
        *found,
        at_most("reelog sql: first row, process start included", first_s * 1e3, 300, "ms"),
        at_most(f"reelog sql: spending over {events:,} events", sums_s * 1e3, 1000, "ms"),
    ]
