"""SQLite's own file operations below a recorder's root, by an apsw VFS around SQLite's.

A journal's or a WAL's first sync also syncs its folder, as os_unix.c does for whoever asked to
create it (UNIXFILE_DIRSYNC). What the dead still do as they are put away reaches no disk.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import apsw

from tests.faults.power.operations import Sync, Truncate, Write
from tests.faults.power.recorder import Killed, Recorder

BASE = "unix"
JOURNALS = apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL | apsw.SQLITE_OPEN_WAL


@contextmanager
def recording(recorder: Recorder, lies_about: str = "") -> Iterator[None]:
    """Every connection that is opened inside is recorded.

    `lies_about`: syncs of files whose names end so are not done, as by a disk that lies.
    """
    vfs = RecordingVFS(recorder, lies_about)
    try:
        yield
    finally:
        vfs.unregister()


def _quiet(kind: type[BaseException] | None) -> bool:
    return kind is not None and issubclass(kind, Killed)


class RecordingVFS(apsw.VFS):
    """SQLite's VFS for this system, which the recorder looks over the shoulder."""

    def __init__(self, recorder: Recorder, lies_about: str = "") -> None:
        self._recorder, self._lies_about = recorder, lies_about
        super().__init__("recorded", BASE, makedefault=True)

    def excepthook(self, kind: Any, error: Any, at: Any) -> bool | None:
        return None if _quiet(kind) else super().excepthook(kind, error, at)

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return RecordedFile(self._recorder, name, flags, self._lies_about)

    def xDelete(self, path: str, sync_folder: bool) -> None:  # noqa: N802
        inner = self._recorder.below(path)
        if inner is None:
            super().xDelete(path, sync_folder)
            return
        if self._recorder.dead:
            return
        self._recorder.alive()
        super().xDelete(path, sync_folder)
        if inner in self._recorder.nodes:
            self._recorder.unlinked(inner)
            if sync_folder:
                self._recorder.did(Sync(self._recorder.place(inner)[0]))


class RecordedFile(apsw.VFSFile):
    """A file that SQLite writes."""

    def __init__(self, recorder: Recorder, name: Any, flags: list[int], lies_about: str) -> None:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._recorder = recorder
        self._inner = recorder.below(path) if path else None
        self._lies = bool(lies_about) and path.endswith(lies_about)
        creates = flags[0] & apsw.SQLITE_OPEN_CREATE
        if self._inner is not None and creates and self._inner not in recorder.nodes:
            recorder.alive()
        super().__init__(BASE, name, flags)
        if self._inner is not None:
            self._node = recorder.opened(self._inner)
        self._folder_too = bool(creates and flags[0] & JOURNALS)

    def excepthook(self, kind: Any, error: Any, at: Any) -> bool | None:
        return None if _quiet(kind) else super().excepthook(kind, error, at)

    def xLock(self, level: int) -> None:  # noqa: N802
        try:
            super().xLock(level)
        except apsw.IOError as error:  # a reader that asks for all as it closes: SQLite takes a no
            raise apsw.BusyError("not for a reader") from error

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802
        if self._recorder.dead:
            return
        if self._inner is not None:
            self._recorder.alive()
            self._recorder.did(Write(self._node, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        if self._recorder.dead:
            return
        if self._inner is not None:
            self._recorder.alive()
            self._recorder.did(Truncate(self._node, size))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802
        if self._recorder.dead:
            return
        if self._inner is not None and not self._lies:
            self._recorder.alive()
            self._recorder.did(Sync(self._node))
            if self._folder_too:
                self._recorder.did(Sync(self._recorder.place(self._inner)[0]))
                self._folder_too = False
        super().xSync(flags)
