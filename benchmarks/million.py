"""A log of a million events, made in a minute: one session of real events, again and again.

Events are chained anew with right hashes; read tables are copied with them. What SQLite has to do
is what it has to do for any log of that size.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw

from benchmarks import sample
from eventstore.home import Home
from eventstore.tables import READ_TABLES
from projections.events import TYPES

EVENTS_OF_A_SESSION = 1_000
TRIGGERS = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
EVENTS = "SELECT * FROM events ORDER BY global_position"
INSERT = f"INSERT INTO events VALUES ({','.join('?' * 14)})"

Row = tuple[Any, ...]


def grow(home: Home, events: int) -> int:
    """Fill a new home with sessions of a thousand events each; returns how many events it has."""
    with home.open(TYPES) as log:
        sample.grow(log, "session_20260101_000000", EVENTS_OF_A_SESSION, shots=100)
        made = log.head().global_position
    raw = apsw.Connection(str(home.log_path))
    raw.pragma("synchronous", "OFF")
    triggers = list(raw.execute(TRIGGERS))
    template = list(raw.execute(EVENTS))
    with raw:
        for name, _ in triggers:
            raw.execute(f"DROP TRIGGER {name}")
        raw.executemany(INSERT, _copies(template, events // made))
        for number in range(1, events // made):
            _copy_rows(raw, template[0][2], _session(number))
        for _, sql in triggers:
            raw.execute(sql)
    raw.pragma("wal_checkpoint", "TRUNCATE")
    raw.close()
    return made * (events // made)


def _session(number: int) -> str:
    return f"session_20260102_{number:06d}"


def _copies(template: list[Row], count: int) -> Iterator[Row]:
    """The rows of all sessions but the first, chained behind it."""
    previous, at = template[-1][13], len(template)
    parts = [[_prefixed(value) for value in row[:11]] for row in template]
    for number in range(1, count):
        session = _session(number)
        stream = _prefixed(session)
        for row, encoded in zip(template, parts, strict=True):
            at += 1
            event_id = f"{number:08x}{row[1][8:]}"
            content = hashlib.sha256(
                b"".join((_prefixed(at), _prefixed(event_id), stream, *encoded[3:]))
            ).digest()
            this = hashlib.sha256(previous + content).digest()
            yield (at, event_id, session, *row[3:11], previous, content, this)
            previous = this


def _prefixed(value: Any) -> bytes:
    data = str(value).encode()
    return len(data).to_bytes(4, "big") + data


def _copy_rows(raw: apsw.Connection, session: str, copy: str) -> None:
    for table in READ_TABLES:
        names = [str(row[1]) for row in raw.execute(f"PRAGMA table_info({table})")]
        columns = ", ".join(names[1:])
        raw.execute(
            f"INSERT INTO {table} SELECT ?, {columns} FROM {table} WHERE session = ?",
            (copy, session),
        )


def size_of(home: Home) -> int:
    """Bytes of the log's file."""
    return Path(home.log_path).stat().st_size
