"""Heads kept outside the log: a small file that proves later what the log was, and that it grew.

Nothing inside a log can find a cut tail, an older copy or a recomputed chain; a kept head can.
"""

import json
import os
from pathlib import Path

from eventstore.connection import sync_folder
from eventstore.recorded import Head

_BYTES_MAX = 4096


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
        with temporary.open("w", encoding="utf-8") as file:
            file.write(json.dumps(content, indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path.resolve())
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(folder)


def read_head(path: Path) -> Head:
    """A kept head. Raises NoHead, OSError."""
    if not path.is_file():
        raise NoHead(f"{path} is no file" if path.exists() else f"there is no file {path}")
    with path.open("rb") as file:
        content = file.read(_BYTES_MAX + 1)
    try:
        values = json.loads(content.decode())
        head = Head(values["log_id"], values["global_position"], bytes.fromhex(values["hash"]))
    except (ValueError, KeyError, TypeError):
        raise NoHead(f"{path} is no head that `reelog audit --head` wrote") from None
    if type(head.log_id) is not str or type(head.global_position) is not int:
        raise NoHead(f"{path} is no head that `reelog audit --head` wrote")
    return head
