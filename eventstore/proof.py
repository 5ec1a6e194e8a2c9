"""A few streams of a log with the proof that they stood in it: one line an event of the whole log.

The streams' own events stand in full, all others as their content hash alone: enough to compute
every link of the chain again, and nothing is told about foreign sessions.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from eventstore import hashes
from eventstore.connection import disk_errors
from eventstore.errors import EventStoreError
from eventstore.log import EventLog

LINE_BYTES_MAX = 16 << 20
NAMES = (
    "global_position", "event_id", "stream", "position", "append_end", "type", "version", "data",
    "causation_id", "correlation_id", "recorded_at",
)  # fmt: skip
_KINDS = {"global_position": int, "position": int, "append_end": int, "version": int}
_SELECT = f"SELECT {', '.join(NAMES)}, content_hash, hash FROM events ORDER BY global_position"


class ProofBroken(EventStoreError):
    """The lines do not prove what they say."""


@dataclass(frozen=True)
class Row:
    """One event in full, as its log stored it."""

    global_position: int
    event_id: str
    stream: str
    position: int
    append_end: int
    type: str
    version: int
    data: str
    causation_id: str
    correlation_id: str
    recorded_at: str


@dataclass
class Written:
    """What went into the lines: the head, and how many events of each stream."""

    global_position: int = 0
    hash: bytes = b""
    counts: dict[str, int] = field(default_factory=dict)


def write(log: EventLog, upto: Mapping[str, int | None], written: Written) -> Iterator[bytes]:
    """The lines of a whole log, one instant of it. `upto`: own streams, and how far each goes."""
    with disk_errors(log.path):
        for *columns, content, this in log.connection.execute(_SELECT):
            stream, position = columns[2], columns[3]
            written.global_position, written.hash = columns[0], this
            if stream in upto and position <= (upto[stream] or position):
                written.counts[stream] = position
                yield json.dumps([*columns, this.hex()]).encode() + b"\n"
            else:
                yield json.dumps(content.hex()).encode() + b"\n"


def read(lines: Iterable[bytes], log_id: str, head: tuple[int, str]) -> Iterator[Row]:
    """The events that stand in full. Raises ProofBroken at the first that was changed or moved,

    or at the end when the chain does not lead to the head.
    """
    at = 0
    try:
        previous = hashes.genesis(log_id)
    except UnicodeEncodeError as error:
        raise ProofBroken("the log's id is no text") from error
    reached: dict[str, int] = {}
    for at, line in enumerate(lines, start=1):
        value = _parsed(line, at)
        if isinstance(value, str):
            previous = hashes.chain_hash(previous, _hash(value, at))
            continue
        row, this = _row(value, at)
        columns = tuple(value[:-1])
        expected = hashes.chain_hash(previous, hashes.content_hash(columns))
        if row.global_position != at or expected != this:
            raise ProofBroken(
                f"event {row.position} of {row.stream} ({row.type}) was changed, or an event "
                "before it was: its hash is not that of the chain"
            )
        _check_place(row, reached)
        previous = this
        yield row
    if (at, previous.hex()) != head:
        raise ProofBroken(f"the chain of {at} events does not lead to the head that is named")


def _parsed(line: bytes, at: int) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ProofBroken(f"line {at} of the events is no JSON") from error


def _hash(text: Any, at: int) -> bytes:
    try:
        found = bytes.fromhex(text)
    except (ValueError, TypeError):
        found = b""
    if len(found) != 32:
        raise ProofBroken(f"line {at} of the events holds no hash")
    return found


def _row(value: Any, at: int) -> tuple[Row, bytes]:
    sound = isinstance(value, list) and len(value) == len(NAMES) + 1
    if not sound or any(
        type(part) is not _KINDS.get(name, str) for name, part in zip(NAMES, value, strict=False)
    ):
        raise ProofBroken(f"line {at} of the events is no event")
    row = Row(*value[:-1])
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise ProofBroken(f"line {at} of the events is no text") from error
    return row, _hash(value[-1], at)


def _check_place(row: Row, reached: dict[str, int]) -> None:
    if row.position != reached.get(row.stream, 0) + 1 or row.append_end < row.position:
        raise ProofBroken(f"event {row.position} of {row.stream} is not the next of its session")
    reached[row.stream] = row.position
