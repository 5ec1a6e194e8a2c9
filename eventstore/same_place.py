"""Notices that an open log's files were moved, deleted or replaced: what is written then is lost.

SQLite goes on writing to files that nobody finds any more and says that all is well, to a WAL as to
the database (SQLITE_FCNTL_HAS_MOVED looks at the database alone).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eventstore.errors import LogMoved

Identity = tuple[int, int] | None


class SamePlace:
    """Where the log's files are. Made before the log is opened, told once it is, closed with it.

    Since Linux 6.13 a file that was asked for its times (stat) costs its next sync a third more:
    what is written after that gets a time of its own, which is journalled. So the kernel is asked
    for the names of files held open; only where one has changed are the files looked at.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._wal, self._folder = str(path), f"{path}-wal", str(path.parent)
        self._identity = _identity(self._path)
        self._wal_identity: Identity = None
        self._folder_identity: Identity = None
        self._held: list[int] = []
        self._links: list[str] = []
        self._names: list[str | None] = []

    def opened(self) -> None:
        """The log was opened and read, and so its WAL: it stays while anybody has it open."""
        self._folder_identity = _identity(self._folder)
        self._wal_identity = _identity(self._wal)
        self._look()
        self._hold(self._path, self._identity)
        self._hold(self._wal, self._wal_identity)

    def close(self) -> None:
        """Let go of the files."""
        self._links = []
        while self._held:
            os.close(self._held.pop())

    def check(self) -> None:
        """Raise LogMoved when a path no longer leads to the file that was opened."""
        if not self._undisturbed():
            self._look()

    def _undisturbed(self) -> bool:
        return (
            len(self._links) == 2
            and [_name(link) for link in self._links] == self._names
            and _identity(self._folder) == self._folder_identity
        )

    def _look(self) -> None:
        if _identity(self._path) != self._identity:
            raise _moved(self._path)
        if self._wal_identity is not None and _identity(self._wal) != self._wal_identity:
            raise _moved(self._wal)

    def _hold(self, path: str, identity: Identity) -> None:
        """Keep a file by a descriptor that is no opening of it: SQLite's locks outlive its close.

        Not where the system has no such descriptors or names: there the files are looked at.
        """
        try:
            held = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
        except (AttributeError, OSError):
            return
        self._held.append(held)
        status, link = os.fstat(held), f"/proc/self/fd/{held}"
        name = _name(link)
        if name is not None and (status.st_dev, status.st_ino) == identity:
            self._links.append(link)
            self._names.append(name)


@contextmanager
def beside_the_log(path: Path) -> Iterator[None]:
    """Write files beside a log; where it is gone, that is the answer. Raises LogMoved."""
    if not os.path.lexists(path):  # else the home's folders would be made anew, empty
        raise _moved(str(path))
    try:
        yield
    except FileNotFoundError:
        if os.path.lexists(path):
            raise
        raise _moved(str(path)) from None


def _identity(path: str) -> Identity:
    try:
        status = os.stat(path)  # noqa: PTH116 - on the path of every append
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _name(link: str) -> str | None:
    """What the kernel calls an open file now: its path, or that it is deleted."""
    try:
        return os.readlink(link)  # noqa: PTH115 - on the path of every append
    except OSError:
        return None


def _moved(path: str) -> LogMoved:
    return LogMoved(
        f"{path} was moved, deleted or replaced while in use; "
        "put it back or start again, nothing was written to the wrong place"
    )
