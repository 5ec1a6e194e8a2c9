"""Notices that an open log's files were moved, deleted or replaced: what is written then is lost.

SQLite goes on writing to files that nobody finds any more and says that all is well, to a WAL as to
the database (SQLITE_FCNTL_HAS_MOVED looks at the database alone).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eventstore.errors import LogMoved
from eventstore.file_identity import Identity, identity


class SamePlace:
    """Where the log's files are. Made before the log is opened, told once it is."""

    def __init__(self, path: Path) -> None:
        self._path, self._wal = str(path), f"{path}-wal"
        self._identity = identity(self._path)
        self._wal_identity: Identity = None

    def opened(self) -> None:
        """The log was opened and read, and so its WAL: it stays while anybody has it open."""
        self._wal_identity = identity(self._wal)
        self.check()

    def check(self) -> None:
        """Raise LogMoved when a path no longer leads to the file that was opened."""
        if identity(self._path) != self._identity:
            raise _moved(self._path)
        if self._wal_identity is not None and identity(self._wal) != self._wal_identity:
            raise _moved(self._wal)


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


def _moved(path: str) -> LogMoved:
    return LogMoved(
        f"{path} was moved, deleted or replaced while in use; "
        "put it back or start again, nothing was written to the wrong place"
    )
