"""Runs one child process that can never outlive us: killed on any exception and at our death.

Knows arguments, pipes and last words; knows nothing of ffmpeg or speech. No shell, ever.
"""

import errno
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import IO, Self

from gpu.errors import ToolDisturbed, ToolFailed

if sys.platform == "linux":
    import fcntl

_HEAD_BYTES = 4_096
_TAIL_BYTES = 8_192
_PIPE_BYTES = 1 << 20
_FULL = ("No space left on device", "Disk quota exceeded")
_PASSING = (
    "Interrupted system call", "Resource temporarily unavailable", "Input/output error",
    "Text file busy", "Stale file handle", "Device or resource busy",
    "Exiting normally, received signal",
)  # fmt: skip
_LEASH = Path(__file__).with_name("leash.py")


class Child:
    """A running child process. Leaving the block with an exception kills it; `finish` judges it."""

    def __init__(
        self, arguments: Sequence[str], *, name: str = "", feeds: bool = False, reads: bool = False
    ) -> None:
        self.name = name or Path(arguments[0]).name.partition("-")[0]
        self._head = b""
        self._tail = b""
        self._process = subprocess.Popen(
            _leashed(arguments),
            stdin=subprocess.PIPE if feeds else subprocess.DEVNULL,
            stdout=subprocess.PIPE if reads else subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "LC_ALL": "C"},  # so that a full disk is told in words we know
            start_new_session=True,  # Ctrl-C is ours to answer: the child must not die of it first
        )
        for stream in (self._process.stdin, self._process.stdout):
            _widen(stream)
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def write(self, data: bytes | memoryview) -> None:
        """Feed the child. When it has gone away, its own last words are raised."""
        try:
            _open(self._process.stdin).write(data)
        except BrokenPipeError:
            self.finish()
            raise ToolFailed(f"{self.name} stopped reading its input") from None

    def end_of_input(self) -> None:
        """Close the child's stdin: there is no more to come."""
        with suppress(BrokenPipeError):  # it has gone away; `finish` tells why
            _open(self._process.stdin).close()

    def read(self, count: int = -1) -> bytes:
        """`count` bytes of what the child prints, or fewer at its end."""
        return _open(self._process.stdout).read(count)

    def finish(self) -> None:
        """Close the pipes, wait, and raise ToolFailed or OSError ENOSPC unless all went well."""
        if self._process.stdin:
            self.end_of_input()
        status = self._process.wait()
        self._listener.join()
        self._close()
        if status:
            self._raise(status)

    def kill(self) -> None:
        """End the child now; harmless when it has ended."""
        self._process.kill()
        self._process.wait()
        self._listener.join()
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    def _listen(self) -> None:
        stream = _open(self._process.stderr)
        while part := os.read(stream.fileno(), 65_536):
            room = _HEAD_BYTES - len(self._head)
            self._head += part[:room]
            self._tail = (self._tail + part[room:])[-_TAIL_BYTES:]

    def _close(self) -> None:
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            with suppress(BrokenPipeError):  # unsent bytes of a child that is gone
                if stream:
                    stream.close()

    def _raise(self, status: int) -> None:
        words = (self._head + self._tail).decode("utf-8", "replace")
        if any(sign in words for sign in _FULL):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        disturbed = status < 0 or any(sign in words for sign in _PASSING)
        failure = ToolDisturbed if disturbed else ToolFailed
        raise failure(f"{self.name} {how}: {_last_words(words)}")


def run(arguments: Sequence[str], *, name: str = "", feed: bytes = b"") -> bytes:
    """Run to the end and return what it printed. `feed` must be small or read before printing."""
    with Child(arguments, name=name, feeds=bool(feed), reads=True) as child:
        if feed:
            child.write(feed)
            child.end_of_input()
        printed = child.read()
        child.finish()
    return printed


def _leashed(arguments: Sequence[str]) -> list[str]:
    if sys.platform != "linux":
        return list(arguments)
    return [sys.executable, "-I", "-S", str(_LEASH), str(os.getpid()), *arguments]


def _widen(stream: IO[bytes] | None) -> None:
    """A whole picture fits into the pipe, where the system allows it."""
    if stream and sys.platform == "linux":
        with suppress(OSError):
            fcntl.fcntl(stream, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise ValueError("this child was started without that pipe")
    return stream


def _last_words(words: str) -> str:
    lines = [line.strip() for line in words.replace("\r", "\n").split("\n") if line.strip()]
    return " · ".join(lines[-4:])[-600:] or "it said nothing"
