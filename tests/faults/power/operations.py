"""What a program does to a disk, as one ordered list: log and artifacts together."""

from typing import Any, NamedTuple


class Made(NamedTuple):
    """A new file or folder, not linked anywhere yet."""

    node: int
    folder: bool


class Link(NamedTuple):
    """A name for a node."""

    folder: int
    name: str
    node: int


class Unlink(NamedTuple):
    """A name goes."""

    folder: int
    name: str


class Rename(NamedTuple):
    """A node's name goes, and another one is there for it; whatever had that name is replaced."""

    folder: int
    name: str
    to_folder: int
    to_name: str
    node: int


class Write(NamedTuple):
    """Bytes at an offset of a file."""

    node: int
    offset: int
    data: bytes


class Truncate(NamedTuple):
    """A file's size."""

    node: int
    size: int


class Sync(NamedTuple):
    """What a file holds, or a folder's names, is durable from here on."""

    node: int


class Mark(NamedTuple):
    """Somebody was told something: it must hold after every power cut from here on."""

    kind: str
    value: Any


Operation = Made | Link | Unlink | Rename | Write | Truncate | Sync | Mark
ROOT = 0
"""The folder in which everything happens; it was always there."""
