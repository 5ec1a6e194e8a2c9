"""A disk that writes late: what may stand on it after a power cut.

Nothing is durable before its own fsync. Of what is not, any part may be there: a write by sectors
of 512 bytes, in any order; a file's new size without its data; names of a folder in any order and
any choice, as long as a rename loses no file. A sync of a file makes its content durable, not its
name. That is weaker than ext4, XFS and Btrfs are.
"""

from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import NamedTuple

from tests.faults.power.operations import (
    ROOT,
    Link,
    Made,
    Mark,
    Operation,
    Rename,
    Sync,
    Truncate,
    Unlink,
    Write,
)

SECTOR = 512
HOW_DATA = ("none", "all", "first", "last", "some", "sectors", "sizes", "mixed")
HOW_NAMES = ("none", "all", "first", "some")


class Name(NamedTuple):
    """What one name of a folder comes to lead to; None: it goes."""

    folder: int
    name: str
    node: int | None


@dataclass
class File:
    """What is durable of a file, and what was done to it since."""

    durable: bytes = b""
    pending: list[Write | Truncate] = field(default_factory=list)
    latest: bytes | None = None

    def content(self) -> bytes:
        """What a running program reads."""
        if self.latest is None:
            content = bytearray(self.durable)
            for change in self.pending:
                _apply(content, change)
            self.latest = bytes(content)
        return self.latest

    def sync(self) -> None:
        """All of it is durable."""
        self.durable, self.pending = self.content(), []

    def after(self, how: str, chance: Random) -> bytes:
        """What may be left of it."""
        if not self.pending or how == "none":
            return self.durable
        if how == "mixed":
            how = chance.choice(HOW_DATA[:-1])
            return self.after(how, chance)
        if how == "all":
            return self.content()
        content = bytearray(self.durable)
        cut = chance.randrange(len(self.pending))
        for at, change in enumerate(self.pending):
            if how == "sectors":
                _apply_torn(content, change, chance, 0.5)
            elif how == "sizes":
                _apply_size(content, change, chance)
            elif how == "some":
                if chance.random() < 0.5:
                    _apply(content, change)
            elif at == cut:
                _apply_torn(content, change, chance, 0.7)
            elif (at < cut) == (how == "first"):
                _apply(content, change)
        return bytes(content)


def _apply(content: bytearray, change: Write | Truncate) -> None:
    if isinstance(change, Truncate):
        _resize(content, change.size)
        return
    if change.offset > len(content):
        _resize(content, change.offset)
    content[change.offset : change.offset + len(change.data)] = change.data


def _resize(content: bytearray, size: int) -> None:
    del content[size:]
    content.extend(bytes(size - len(content)))


def _apply_torn(content: bytearray, change: Write | Truncate, chance: Random, kept: float) -> None:
    """Some sectors of a write: each for itself, or all up to one, or all from one."""
    if isinstance(change, Truncate):
        if chance.random() < kept:
            _apply(content, change)
        return
    begin, end = change.offset, change.offset + len(change.data)
    edges = [begin, *range(begin - begin % SECTOR + SECTOR, end, SECTOR), end]
    pieces = list(pairwise(edges))
    match chance.randrange(3):
        case 0:
            chosen = [piece for piece in pieces if chance.random() < kept]
        case 1:
            chosen = pieces[: chance.randrange(len(pieces) + 1)]
        case _:
            chosen = pieces[chance.randrange(len(pieces) + 1) :]
    if chance.random() < 0.3 and end > len(content):
        _resize(content, end)  # the size came first
    for low, high in chosen:
        _apply(content, Write(change.node, low, change.data[low - begin : high - begin]))


def _apply_size(content: bytearray, change: Write | Truncate, chance: Random) -> None:
    """The new size is there, the data are not: zeros, or what stood on the disk before."""
    if isinstance(change, Truncate):
        _apply(content, change)
        return
    end = change.offset + len(change.data)
    if end > len(content):
        old = len(content)
        _resize(content, end)
        if chance.random() < 0.3:
            content[old:end] = chance.randbytes(end - old)


@dataclass
class Disk:
    """All files and folders: what is durable of them, and what is not yet."""

    files: dict[int, File] = field(default_factory=dict)
    folders: dict[int, dict[str, int]] = field(default_factory=lambda: {ROOT: {}})
    steps: list[tuple[Name, ...]] = field(default_factory=list)
    """Changes of names, not durable yet. Of a step, a first part of it may be there alone."""
    unsynced: set[int] = field(default_factory=set)
    """Files with writes that are not durable yet."""

    @property
    def settled(self) -> bool:
        """Whether a power cut can leave one state only."""
        return not self.steps and not self.unsynced

    def do(self, operation: Operation) -> None:
        """The program did this."""
        match operation:
            case Made(node, True):
                self.folders[node] = {}
            case Made(node, False):
                self.files[node] = File()
            case Link(folder, name, node):
                self.steps.append((Name(folder, name, node),))
            case Unlink(folder, name):
                self.steps.append((Name(folder, name, None),))
            case Rename(folder, name, to_folder, to_name, node):
                self.steps.append((Name(to_folder, to_name, node), Name(folder, name, None)))
            case Write() | Truncate():
                file = self.files[operation.node]
                file.pending.append(operation)
                file.latest = None
                self.unsynced.add(operation.node)
            case Sync(node):
                self._sync(node)
            case Mark():
                pass

    def _sync(self, node: int) -> None:
        if node in self.files:
            self.files[node].sync()
            self.unsynced.discard(node)
            return
        left: list[tuple[Name, ...]] = []
        for step in self.steps:
            of_it = [name.folder == node for name in step]
            done = len(step) if of_it[-1] else (1 if of_it[0] else 0)
            for name in step[:done]:
                _set(self.folders, name)
                if name.folder != node:  # done before its turn: what is older counts no more
                    left = [_without(older, name) for older in left]
            left.append(step[done:])
        self.steps = [step for step in left if step]

    def names_after(self, how: str, chance: Random) -> dict[int, dict[str, int]]:
        """Which names may be there."""
        if not self.steps or how == "none":
            return self.folders
        folders = {node: dict(names) for node, names in self.folders.items()}
        cut = chance.randrange(len(self.steps))
        for at, step in enumerate(self.steps):
            kept = step
            if (how == "first" and at > cut) or (how == "some" and chance.random() < 0.5):
                continue
            across = len(step) > 1 and step[0].folder != step[1].folder
            if how == "some" and across and chance.random() < 0.5:
                kept = step[:1]
            for name in kept:
                _set(folders, name)
        return folders

    def after_power_cut(self, chance: Random, how: tuple[str, str] | None = None) -> "Image":
        """One of the states that the disk may be found in."""
        data, names = how or (chance.choice(HOW_DATA), chance.choice(HOW_NAMES))
        folders = self.names_after(names, chance)
        read: dict[int, bytes] = {}

        def content(node: int) -> bytes:
            if node not in read:  # a file with two names is one file
                read[node] = self.files[node].after(data, chance)
            return read[node]

        image = Image({}, [], f"data {data}, names {names}")
        todo = [(ROOT, "")]
        while todo:
            folder, above = todo.pop()
            for name, node in folders[folder].items():
                path = f"{above}/{name}" if above else name
                if node in folders:
                    image.folders.append(path)
                    todo.append((node, path))
                else:
                    image.files[path] = content(node)
        return image


def _set(folders: dict[int, dict[str, int]], name: Name) -> None:
    if name.node is None:
        folders[name.folder].pop(name.name, None)
    else:
        folders[name.folder][name.name] = name.node


def _without(step: tuple[Name, ...], name: Name) -> tuple[Name, ...]:
    return tuple(one for one in step if one[:2] != name[:2])


@dataclass
class Image:
    """A disk as it is found after a power cut: paths below the root, and contents."""

    files: dict[str, bytes]
    folders: list[str]
    how: str

    def disk(self) -> "tuple[Disk, dict[str, int]]":
        """The same as a disk on which all is durable, and the node of each path."""
        disk, nodes = Disk(), {"": ROOT}
        for path in [*sorted(self.folders), *self.files]:
            above, _, name = path.rpartition("/")
            nodes[path] = len(nodes)
            disk.folders[nodes[above]][name] = nodes[path]
            if path in self.files:
                disk.files[nodes[path]] = File(self.files[path])
            else:
                disk.folders[nodes[path]] = {}
        return disk, nodes
