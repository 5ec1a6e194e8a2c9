"""The hash chain from genesis to head, recomputed from the stored columns: one pass, nothing held.

The quick way says only that an event is right; the slow way says what is wrong with it.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import apsw

_ROWS = """SELECT global_position, CAST(event_id AS BLOB), CAST(stream AS BLOB), position,
    append_end, CAST(type AS BLOB), version, CAST(data AS BLOB), CAST(causation_id AS BLOB),
    CAST(correlation_id AS BLOB), CAST(recorded_at AS BLOB), previous_hash, content_hash, hash
    FROM events"""
_ALL = f"{_ROWS} ORDER BY global_position"
_PART = f"{_ROWS} WHERE global_position BETWEEN ? AND ? ORDER BY global_position"
_REACHED = """SELECT CAST(stream AS BLOB), max(position) FROM events
    WHERE +global_position < ? GROUP BY stream"""
_NAMES = (
    "global_position", "event_id", "stream", "position", "append_end", "type", "version", "data",
    "causation_id", "correlation_id", "recorded_at", "previous_hash", "content_hash", "hash",
)  # fmt: skip
_INTEGERS = ("global_position", "position", "append_end", "version")
_LOWEST = -(2**63)
"""Of all numbers that SQLite can give a row: whoever forges an event may choose one below 1."""
_NOTHING_SHARED: tuple[tuple[bytes, ...], bytes, bytes] = ((), b"", b"")
_KEPT_MAX = 4096
_NUMBERS_MAX = 65536
_LENGTHS_MAX = 4096
_LENGTHS = [n.to_bytes(4, "big") for n in range(_LENGTHS_MAX)]

Row = tuple[Any, ...]
Problem = tuple[str, str]
"""A sentence, and the session that it is about."""


@dataclass(slots=True)
class Chain:
    """How far the chain was followed: the last event and its hash; positions reached by session."""

    hash: bytes
    log_id: str = ""
    events: int = 0
    global_position: int = 0
    reached: dict[bytes, int] = field(default_factory=dict)
    open_end: int = 0
    open_stream: bytes = b""


class _Prefixed(dict[bytes, bytes]):
    """Bytes behind their length, kept for values that come again and again."""

    def __missing__(self, value: bytes) -> bytes:
        if len(self) > _KEPT_MAX:
            self.clear()
        found = self[value] = _prefixed(value)
        return found


class _Numbers(dict[int, bytes]):
    """Numbers as text behind their length, kept: every session of a log counts from 1."""

    def __missing__(self, number: int) -> bytes:
        if len(self) > _NUMBERS_MAX:
            self.clear()
        found = self[number] = _prefixed(b"%d" % number)
        return found


def _prefixed(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


def verify(connection: apsw.Connection, chain: Chain) -> Iterator[Problem]:
    """What is wrong with the chain, event by event; `chain` is where it has come to."""
    rows = connection.execute(_ALL)
    while (row := _next_wrong(rows, chain)) is not None:
        yield from _problems(row, chain)
        _go_on_behind(row, chain)
    if chain.open_end:
        yield "the log ends in the middle of an append", _plain(chain.open_stream)


def is_right(connection: apsw.Connection, first: int, last: int, last_hash: bytes) -> bool:
    """Whether nothing is wrong from one event to another, the end of an append, with this hash.

    What the log says of the events before it is taken for right; before the first one is none.
    """
    connection.execute("BEGIN")
    chain = last_of(connection, first - 1)
    begin = first if first > 1 else _LOWEST
    chain.reached = dict(connection.execute(_REACHED, (begin,)))
    wrong = _next_wrong(connection.execute(_PART, (begin, last)), chain)
    end = chain.global_position, chain.hash, chain.open_end
    return wrong is None and end == (last, last_hash, 0)


def last_of(connection: apsw.Connection, global_position: int) -> Chain:
    """The chain up to an event, as the log says. Position 0 is its beginning."""
    hashes = connection.execute("SELECT genesis FROM log")
    if global_position:
        sql = "SELECT hash FROM events WHERE global_position = ?"
        hashes = connection.execute(sql, (global_position,))
    ((last,),) = hashes
    return Chain(last, events=global_position, global_position=global_position)


def _next_wrong(rows: Iterable[Row], chain: Chain) -> Row | None:
    """Follow the chain to the next event with which anything is wrong. The quick way: one loop."""
    sha256, join, lengths = hashlib.sha256, b"".join, _LENGTHS
    kept, numbers = _Prefixed(), _Numbers()
    shared, of_stream, of_cause = _NOTHING_SHARED
    reached, last, before = chain.reached, chain.hash, chain.global_position
    open_end, open_stream = chain.open_end, chain.open_stream
    wrong = None
    for row in rows:
        (at, event_id, stream, position, end, kind, version, data, because, run, when,
         previous, content, this) = row  # fmt: skip
        try:
            g, size = b"%d" % at, len(data)
            if shared != (stream, because, run, when):  # by the events of an append
                shared = stream, because, run, when
                of_stream, of_cause = kept[stream], kept[because] + kept[run] + kept[when]
            parts = (
                lengths[len(g)], g, lengths[len(event_id)], event_id, of_stream,
                numbers[position], numbers[end], kept[kind], numbers[version],
                lengths[size] if size < _LENGTHS_MAX else size.to_bytes(4, "big"), data, of_cause,
            )  # fmt: skip
        except (TypeError, IndexError, OverflowError):
            wrong = row
            break
        if not (
            at == before + 1
            and previous == last
            and sha256(join(parts)).digest() == content
            and sha256(previous + content).digest() == this
            and position == reached.get(stream, 0) + 1
            and (end == open_end and stream == open_stream if open_end else end >= position)
        ):
            wrong = row
            break
        reached[stream] = position
        open_end, open_stream = (end if end > position else 0), stream
        last, before = this, at
    chain.events += before - chain.global_position + (wrong is not None)
    chain.hash, chain.global_position = last, before
    chain.open_end, chain.open_stream = open_end, open_stream
    return wrong


def _content_hash(values: dict[str, Any]) -> bytes:
    """The content hash of an event, the slow way."""
    columns = [values[name] for name in _NAMES[:11]]
    encoded = [c if isinstance(c, bytes) else str(c).encode() for c in columns]
    return hashlib.sha256(b"".join(_prefixed(part) for part in encoded)).digest()


def _problems(row: Row, chain: Chain) -> Iterator[Problem]:
    """Everything that is wrong with one event."""
    values = dict(zip(_NAMES, row, strict=True))
    at, stream, position = values["global_position"], values["stream"], values["position"]
    session = _plain(stream)
    name = f"event {at} ({session}, position {position}, {_plain(values['type'])})"
    wrong = [n for n in _NAMES if not isinstance(values[n], int if n in _INTEGERS else bytes)]
    if wrong:
        yield f"{name} has a value of the wrong type in {', '.join(wrong)}", session
        return
    if at > chain.global_position + 1:
        gone = (
            f"event {at - 1} is"
            if at == chain.global_position + 2
            else (f"events {chain.global_position + 1} to {at - 1} are")
        )
        yield f"{gone} missing before {name}", session
    elif at <= chain.global_position:
        yield f"{name} stands behind event {chain.global_position}", session
    if values["previous_hash"] != chain.hash:
        yield f"{name} does not follow the event before it: the chain is broken there", session
    if _content_hash(values) != values["content_hash"]:
        yield f"{name} was changed: its content has another hash", session
    linked = values["previous_hash"] + values["content_hash"]
    if hashlib.sha256(linked).digest() != values["hash"]:
        yield f"{name} was changed: its hash is not of its content and the event before", session
    yield from _place_problems(values, chain, name)


def _place_problems(values: dict[str, Any], chain: Chain, name: str) -> Iterator[Problem]:
    stream, position, append_end = values["stream"], values["position"], values["append_end"]
    session = _plain(stream)
    reached = chain.reached.get(stream, 0)
    if position != reached + 1:
        yield f"{name} follows position {reached} of its session: positions have a gap", session
    if chain.open_end and (append_end != chain.open_end or stream != chain.open_stream):
        yield f"{name} splits the append before it", session
    elif append_end < position:
        yield f"{name} stands behind the end of its own append, position {append_end}", session


def _go_on_behind(row: Row, chain: Chain) -> None:
    """Take a wrong event as it stands, so that those behind it are judged for themselves."""
    at, stream, position, append_end, this = row[0], row[2], row[3], row[4], row[13]
    chain.global_position = at if isinstance(at, int) else chain.global_position + 1
    if isinstance(this, bytes):
        chain.hash = this
    if isinstance(position, int) and isinstance(append_end, int) and isinstance(stream, bytes):
        chain.reached[stream] = position
        chain.open_end = append_end if append_end > position else 0
        chain.open_stream = stream


def _plain(value: Any) -> str:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
