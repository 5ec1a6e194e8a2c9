"""Canonical JSON and the hash chain. Pure; knows no database."""

import hashlib
import json
from functools import lru_cache
from typing import Any

Columns = tuple[int, str, str, int, int, str, int, str, str, str, str]
"""The hashed columns of an event, global_position to recorded_at, in the order of the table."""


_ENCODE = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode


def canonical_json(value: Any) -> bytes:
    """UTF-8 JSON: sorted keys, no spaces. Raises ValueError for NaN and for lone surrogates."""
    return _ENCODE(value).encode()


def sha256_of(data: bytes) -> str:
    """Hex SHA-256."""
    return hashlib.sha256(data).hexdigest()


def genesis(log_id: str) -> bytes:
    """What the first event of a log names as its previous hash."""
    return hashlib.sha256(log_id.encode()).digest()


@lru_cache(256)
def _kept(text: str) -> bytes:
    """A value that many events share, behind its length."""
    return _prefixed(text.encode())


def _prefixed(part: bytes) -> bytes:
    return len(part).to_bytes(4, "big") + part


def _number(value: int) -> bytes:
    digits = b"%d" % value
    return b"\0\0\0%c%b" % (len(digits), digits)


_kept_number = lru_cache(256)(_number)


class AppendHash:
    """The content hashes of one append: what its events share is encoded once."""

    def __init__(self, stream: str, append_end: int, shared: tuple[str, str, str]) -> None:
        """`shared`: causation id, correlation id, time."""
        self._stream, self._end = _kept(stream), _number(append_end)
        self._shared = b"".join(map(_kept, shared))

    def of(self, at: int, event_id: str, position: int, payload: tuple[str, int, str]) -> bytes:
        """content_hash of one event. `payload`: type, version, data."""
        kind, version, data = payload
        identity, text = event_id.encode(), data.encode()
        return hashlib.sha256(
            b"".join(
                (
                    _number(at), len(identity).to_bytes(4, "big"), identity, self._stream,
                    _number(position), self._end, _kept(kind), _kept_number(version),
                    len(text).to_bytes(4, "big"), text, self._shared,
                )
            )
        ).digest()  # fmt: skip


def content_hash(columns: Columns) -> bytes:
    """SHA-256 of the columns in order, each as u32 big-endian length + UTF-8."""
    at, event_id, stream, position, end, kind, version, data, because, run, when = columns
    parts = (
        _number(at), _prefixed(event_id.encode()), _kept(stream),
        _number(position), _number(end), _kept(kind),
        _kept_number(version), _prefixed(data.encode()),
        _kept(because), _kept(run), _kept(when),
    )  # fmt: skip
    return hashlib.sha256(b"".join(parts)).digest()


def chain_hash(previous: bytes, content: bytes) -> bytes:
    """SHA-256(previous_hash ‖ content_hash)."""
    return hashlib.sha256(previous + content).digest()
