"""Writes down all that a program does to the files below one folder, as it does it.

Python's file functions are wrapped here, SQLite's by an apsw VFS (vfs.py). A recorder can also
kill its program: from one operation on nothing reaches the disk any more.
"""

import builtins
import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

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

MAKING = os.O_CREAT | os.O_TRUNC


class Killed(BaseException):
    """The program is gone: nobody catches this."""


class Recorder:
    """The operations below `root` so far, and the tree as the program sees it."""

    def __init__(self, root: Path, nodes: dict[str, int] | None = None) -> None:
        self.root = str(root.resolve())
        self.operations: list[Operation] = []
        self.kill_at = -1
        self.dead = False
        self.nodes = dict(nodes or {"": ROOT})
        self._folders = {ROOT}
        self._next = max(self.nodes.values()) + 1
        self._open: dict[int, int] = {}
        self._descriptors: set[int] = set()

    def below(self, path: Any, dir_fd: int | None = None) -> str | None:
        """A path below the root, from it; None for any other path."""
        if isinstance(path, int):
            return None
        text = os.fspath(path)
        if dir_fd is not None:
            text = os.path.join(os.readlink(f"/proc/self/fd/{dir_fd}"), text)  # noqa: PTH115, PTH118
        text = os.path.normpath(os.path.join(os.getcwd(), os.fsdecode(text)))  # noqa: PTH118, PTH109
        if text == self.root:
            return ""
        return text[len(self.root) + 1 :] if text.startswith(self.root + "/") else None

    def alive(self) -> None:
        """Before anything reaches the disk. Raises Killed."""
        if len(self.operations) == self.kill_at:
            self.dead = True
        if self.dead:
            raise Killed

    def buried(self) -> None:
        """What a kernel does for the dead: their files are closed, and so their locks are free."""
        for descriptor in list(self._descriptors):
            os.close(descriptor)
        self._descriptors.clear()
        self._open.clear()

    def did(self, operation: Operation) -> None:
        """One more operation."""
        self.operations.append(operation)

    def mark(self, kind: str, value: Any) -> None:
        """The program was told that something is safe."""
        self.alive()
        self.did(Mark(kind, value))

    def make(self, path: str, *, folder: bool = False) -> int:
        """A new node with its name."""
        node, self._next = self._next, self._next + 1
        self.did(Made(node, folder))
        self.did(Link(*self.place(path), node))
        self.nodes[path] = node
        return node

    def place(self, path: str) -> tuple[int, str]:
        """Node of the folder that a path is in, and its name there."""
        above, _, name = path.rpartition("/")
        return self.nodes[above], name

    def opened(self, path: str) -> int:
        """The node of a file that was opened; a new one, where it was not there."""
        return self.nodes[path] if path in self.nodes else self.make(path)

    def unlinked(self, path: str) -> None:
        """A file or folder lost this name."""
        self.did(Unlink(*self.place(path)))
        del self.nodes[path]

    def renamed(self, path: str, target: str) -> None:
        """A file or folder has another name, and so has all below it."""
        self.did(Rename(*self.place(path), *self.place(target), self.nodes[path]))
        below = f"{path}/"
        for one in [one for one in self.nodes if one == path or one.startswith(below)]:
            self.nodes[target + one[len(path) :]] = self.nodes.pop(one)

    @contextmanager
    def recording(self) -> Iterator["Recorder"]:
        """Python's file functions are recorded inside."""
        wrapped = {
            "open": _os_open, "close": _close, "write": _os_write, "fsync": _fsync,
            "fdatasync": _fsync, "mkdir": _mkdir, "rmdir": _unlink, "unlink": _unlink,
            "remove": _unlink, "rename": _rename, "replace": _rename, "link": _link,
        }  # fmt: skip
        with ExitStack() as stack:
            for name, function in wrapped.items():
                real = getattr(os, name)
                stack.enter_context(patch.object(os, name, partial(function, self, real)))
            for module in (io, builtins):
                opening = partial(_open, self, io.open)
                stack.enter_context(patch.object(module, "open", opening))
            stack.enter_context(patch.object(shutil, "_USE_CP_SENDFILE", False))
            yield self


Real = Callable[..., Any]


def _os_open(recorder: Recorder, real: Real, path: Any, flags: int, *rest: Any, **more: Any) -> int:
    inner = recorder.below(path, more.get("dir_fd"))
    if inner is None:
        return real(path, flags, *rest, **more)
    if flags & MAKING:
        recorder.alive()
    descriptor = real(path, flags, *rest, **more)
    recorder._descriptors.add(descriptor)
    if inner not in recorder.nodes and not flags & os.O_CREAT:
        return descriptor  # something that SQLite keeps for itself, as its shared memory
    recorder._open[descriptor] = recorder.opened(inner)
    if flags & os.O_TRUNC:
        recorder.did(Truncate(recorder.nodes[inner], 0))
    return descriptor


def _close(recorder: Recorder, real: Real, descriptor: int) -> None:
    recorder._open.pop(descriptor, None)
    recorder._descriptors.discard(descriptor)
    real(descriptor)


def _os_write(recorder: Recorder, real: Real, descriptor: int, data: bytes) -> int:
    if descriptor not in recorder._open:
        return real(descriptor, data)
    recorder.alive()
    offset = os.lseek(descriptor, 0, os.SEEK_CUR)
    count = real(descriptor, data)
    recorder.did(Write(recorder._open[descriptor], offset, bytes(data[:count])))
    return count


def _fsync(recorder: Recorder, real: Real, file: Any) -> None:
    descriptor = file if isinstance(file, int) else file.fileno()
    if descriptor in recorder._open:
        recorder.alive()
        recorder.did(Sync(recorder._open[descriptor]))
    real(descriptor)


def _mkdir(recorder: Recorder, real: Real, path: Any, *rest: Any, **more: Any) -> None:
    inner = recorder.below(path)
    if inner is not None:
        recorder.alive()
    real(path, *rest, **more)
    if inner is not None:
        recorder.make(inner, folder=True)


def _unlink(recorder: Recorder, real: Real, path: Any, **more: Any) -> None:
    inner = recorder.below(path, more.get("dir_fd"))
    if inner is not None:
        recorder.alive()
    real(path, **more)
    if inner in recorder.nodes:
        recorder.unlinked(inner)


def _rename(recorder: Recorder, real: Real, path: Any, target: Any, **more: Any) -> None:
    inner, other = recorder.below(path), recorder.below(target)
    assert (inner is None) == (other is None), "a rename into the folder or out of it"
    if inner is not None:
        recorder.alive()
    real(path, target, **more)
    if inner is not None and other is not None:
        recorder.renamed(inner, other)


def _link(recorder: Recorder, real: Real, path: Any, target: Any, **more: Any) -> None:
    inner, other = recorder.below(path), recorder.below(target)
    assert (inner is None) == (other is None), "a link into the folder or out of it"
    if inner is not None:
        recorder.alive()
    real(path, target, **more)
    if inner is not None and other is not None:
        recorder.nodes[other] = recorder.nodes[inner]
        recorder.did(Link(*recorder.place(other), recorder.nodes[inner]))


def _open(
    recorder: Recorder, real: Real, file: Any, mode: str = "r", buffering: int = -1,
    encoding: str | None = None, errors: str | None = None, newline: str | None = None,
    **more: Any,
) -> Any:  # fmt: skip
    inner = recorder.below(file)
    if inner is None or not set(mode) & set("wax+"):
        return real(file, mode, buffering, encoding, errors, newline, **more)
    raw_mode = mode.replace("b", "").replace("t", "")
    raw = RecordedFile(recorder, inner, file, raw_mode)
    if buffering == 0:
        return raw
    buffered: Any = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
    return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)


class RecordedFile(io.FileIO):
    """A file that Python writes."""

    def __init__(self, recorder: Recorder, inner: str, path: Any, mode: str) -> None:
        recorder.alive()
        self._recorder = recorder
        super().__init__(path, mode)
        self._node = recorder.opened(inner)
        recorder._open[self.fileno()] = self._node
        if "w" in mode:
            recorder.did(Truncate(self._node, 0))

    def write(self, data: Any) -> int:
        if self._recorder.dead:  # a buffer that is thrown away
            return len(data)
        self._recorder.alive()
        offset = self.tell()
        count = super().write(data)
        self._recorder.did(Write(self._node, offset, bytes(data[:count])))
        return count

    def truncate(self, size: int | None = None) -> int:
        self._recorder.alive()
        found = super().truncate(size)
        self._recorder.did(Truncate(self._node, found))
        return found

    def close(self) -> None:
        if not self.closed:
            self._recorder._open.pop(self.fileno(), None)
        super().close()
