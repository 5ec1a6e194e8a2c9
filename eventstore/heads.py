"""Heads kept outside the log: a small file that proves later what the log was, and that it grew.

Nothing inside a log can find a cut tail, an older copy or a recomputed chain; a kept head can.
"""

import json
import os
from pathlib import Path

from eventstore.durable import sync_folder, sync_way_to
from eventstore.recorded import Head

_BYTES_MAX = 4096
HASH_BYTES = 32


class NoHead(ValueError):
    """A file that is no kept head."""


def write_head(path: Path, head: Head, written_at: str) -> None:
    """Keep a head; the file appears whole and durable. Raises NoHead, OSError.

    A file that is there is replaced only when it is a head itself.
    """
    if path.exists():
        read_head(path)
    content = {
        "log_id": head.log_id,
        "global_position": head.global_position,
        "hash": head.hash.hex(),
        "written_at": written_at,
    }
    folder = path.resolve().parent
    temporary = folder / f".{path.name}.{os.getpid()}.new"
    try:
        temporary.unlink(missing_ok=True)
        with temporary.open("x", encoding="utf-8") as file:
            file.write(json.dumps(content, indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path.resolve())
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(folder)
    sync_way_to(folder)


def read_head(path: Path) -> Head:
    """A kept head. Raises NoHead, OSError."""
    if not path.is_file():
        raise NoHead(f"{path} is no file" if path.exists() else f"there is no file {path}")
    with path.open("rb") as file:
        content = file.read(_BYTES_MAX + 1)
    try:
        values = json.loads(content.decode())
        head = Head(values["log_id"], values["global_position"], bytes.fromhex(values["hash"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NoHead(f"{path} is no head that `reelog audit --head` wrote") from None
    if not _is_sound(head):
        raise NoHead(f"{path} is no head that `reelog audit --head` wrote")
    return head


def _is_sound(head: Head) -> bool:
    """Whether its values can be those of a log; none that SQLite could not be asked for."""
    counted = type(head.global_position) is int and 0 <= head.global_position < 1 << 63
    return type(head.log_id) is str and counted and len(head.hash) == HASH_BYTES
