"""Canonical JSON and the hash chain. Pure; knows no database."""

import hashlib
import json
from typing import Any

Columns = tuple[int, str, str, int, int, str, int, str, str, str, str]
"""The hashed columns of an event, global_position to recorded_at, in the order of the table."""


def canonical_json(value: Any) -> str:
    """Sorted keys, no spaces, no NaN. Raises ValueError for NaN and for lone surrogates."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    text.encode()
    return text


def sha256_of(text: str) -> str:
    """Hex SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def genesis(log_id: str) -> bytes:
    """What the first event of a log names as its previous hash."""
    return hashlib.sha256(log_id.encode()).digest()


def content_hash(columns: Columns) -> bytes:
    """SHA-256 of the columns in order, each as u32 big-endian length + UTF-8."""
    parts = []
    for column in columns:
        encoded = str(column).encode()
        parts.append(len(encoded).to_bytes(4, "big"))
        parts.append(encoded)
    return hashlib.sha256(b"".join(parts)).digest()


def chain_hash(previous: bytes, content: bytes) -> bytes:
    """SHA-256(previous_hash ‖ content_hash)."""
    return hashlib.sha256(previous + content).digest()
