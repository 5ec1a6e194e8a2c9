"""Files of a home are regular files: no link is followed out of it, no pipe is waited for."""

import errno
import os
import stat
from pathlib import Path

from eventstore.errors import LogFailed

NOT_FOLLOWED = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def is_plain(path: Path) -> bool:
    """Whether a regular file is there, itself and not by a link."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def open_plain(path: Path) -> int:
    """A descriptor to read a regular file. Raises OSError for whatever else stands there."""
    descriptor = os.open(path, os.O_RDONLY | NOT_FOLLOWED)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "is no regular file", str(path))
    return descriptor


def read_plain(path: Path, bytes_max: int) -> bytes:
    """A regular file's content. Raises OSError, also for one that is longer."""
    with os.fdopen(open_plain(path), "rb") as file:
        content = file.read(bytes_max + 1)
    if len(content) > bytes_max:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return content


def write_new(path: Path, content: bytes) -> None:
    """Write a file in the place of whatever has that name; nothing is written through a link.

    Raises LogFailed for a folder in its place.
    """
    clear(path)
    with path.open("xb") as file:
        file.write(content)


def clear(path: Path) -> None:
    """Take away what stands in a file's place. Raises LogFailed for a folder."""
    refuse_folder(path)
    path.unlink(missing_ok=True)


def refuse_folder(path: Path) -> None:
    """Raises LogFailed where a folder stands in a file's place."""
    if path.is_dir() and not path.is_symlink():
        raise LogFailed(f"{path} is a folder, and a file has to stand there; move it away")


def open_lock(path: Path | str, *, create: bool = True) -> int:
    """A descriptor to lock. Raises OSError for a link, a folder, a socket."""
    flags = os.O_RDWR | NOT_FOLLOWED | (os.O_CREAT if create else 0)
    return os.open(path, flags, 0o644)


def refuse_stranger(folder: Path) -> None:
    """Raises LogFailed where a link or a file stands in the place of a folder of ours."""
    if folder.is_symlink() or (os.path.lexists(folder) and not folder.is_dir()):
        kind = "a link" if folder.is_symlink() else "no folder"
        raise LogFailed(f"{folder} is {kind}, and nothing is written there; move it away")
