"""Immutable files named by the SHA-256 of their content.

Temporary file → fsync → rename → fsync of the folder; only then may an event name the artifact.
"""

import errno
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from eventstore.durable import make_folder, sync_file, sync_folder
from eventstore.errors import DiskFull, LogFailed
from eventstore.plain_files import is_plain, refuse_stranger

SUFFIXES = {
    "image/png": ".png",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/x-matroska": ".mkv",
    "video/webm": ".webm",
    "audio/wav": ".wav",
    "application/json": ".json",
    "text/markdown": ".md",
    "text/plain": ".txt",
    "application/octet-stream": ".bin",
    "application/x-safetensors": ".safetensors",
}
CHUNK_BYTES = 1 << 20
_NAME = re.compile(r"\w[\w-]*")


def file_sha256(path: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def full_disk_is_ours(path: Path) -> Iterator[None]:
    """An ENOSPC or a failing disk below becomes DiskFull or LogFailed."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(
                f"no room left on the disk of {path}; the log is whole, free some space and go on"
            ) from error
        if error.errno in (errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM):
            raise LogFailed(f"the disk refused {path}: {error.strerror}") from error
        raise


class Artifacts:
    """The artifact store of one home."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._numbers = count(1)

    def path(self, sha256: str, media_type: str) -> Path:
        """Where the artifact of that content is, or would be; always in the store."""
        if not _NAME.fullmatch(sha256):
            return self.root / "no" / "such"
        return self.root / sha256[:2] / (sha256 + SUFFIXES.get(media_type, ".bin"))

    def temporary(self, worker: str, media_type: str) -> Path:
        """A new name for a worker to write to; swept once the worker is dead."""
        folder = self.root / "tmp"
        with full_disk_is_ours(folder):
            refuse_stranger(folder)
            make_folder(folder)
        return folder / f"{worker}-{next(self._numbers)}{SUFFIXES.get(media_type, '.bin')}"

    def keep(self, temporary: Path, media_type: str) -> tuple[str, int]:
        """Move a finished temporary file in; returns its SHA-256 and its size in bytes.

        When it returns, the artifact survives a power cut.
        """
        with full_disk_is_ours(temporary):
            descriptor = os.open(temporary, os.O_RDONLY)
            try:
                os.fsync(descriptor)
                size = os.fstat(descriptor).st_size
            finally:
                os.close(descriptor)
            sha256 = file_sha256(temporary)
            target = self.path(sha256, media_type)
            refuse_stranger(target.parent)
            make_folder(target.parent)
            if self.secure(sha256, media_type):
                temporary.unlink()
            else:
                temporary.chmod(0o444)
                temporary.rename(target)
                sync_folder(target.parent)
        return sha256, size

    def secure(self, sha256: str, media_type: str) -> bool:
        """Whether the artifact is there, whole; if so, it survives a power cut from here on.

        Whoever brought it may have died before that. It counts as young: gc leaves it alone.
        """
        if not self.holds(sha256, media_type):
            return False
        path = self.path(sha256, media_type)
        with full_disk_is_ours(path):
            sync_file(path)
            make_folder(path.parent)
            sync_folder(path.parent)
            path.touch()
        return True

    def holds(self, sha256: str, media_type: str) -> bool:
        """Whether the file is there with its right content."""
        path = self.path(sha256, media_type)
        return is_plain(path) and file_sha256(path) == sha256

    def files(self) -> Iterator[Path]:
        """Whatever lies where artifacts do; what is behind a link is not ours."""
        for folder in self.root.glob("[0-9a-f][0-9a-f]"):
            if not folder.is_symlink():
                yield from folder.glob("*")

    def temporaries(self) -> Iterator[Path]:
        """What workers, living and dead, write to."""
        folder = self.root / "tmp"
        yield from () if folder.is_symlink() else folder.glob("*-*")

    def sweep(self, locks: Path) -> int:
        """Remove what dead workers were writing, files and folders; returns how many."""
        return sweep(self.root / "tmp", locks)


def sweep(folder: Path, locks: Path) -> int:
    """Remove what in a folder bears the name of a dead worker; returns how many."""
    from eventstore.leases import is_dead  # with the whole log; whoever only reads needs none

    removed = 0
    if folder.is_symlink():
        return removed  # what lies there is not ours
    for leftover in folder.glob("*-*") if folder.is_dir() else ():
        if not is_dead(locks, leftover.name.partition("-")[0]):
            continue
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)
        removed += 1
    return removed
