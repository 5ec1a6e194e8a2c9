"""A file that a user names: a regular one of bounded size, or a reason in words. Light.

Nothing else is opened for long: a pipe would wait for ever, and a device never end.
"""

import os
import stat
from pathlib import Path


def plain_name(path: Path) -> str:
    """A file's name as text that can be recorded, whatever bytes it is made of."""
    return os.fsencode(path.name).decode(errors="replace")


class NotTaken(ValueError):
    """What is wrong with a file: `is not there`, `is a folder`, `has 12 MB, …`."""


def read_given(path: Path, bytes_max: int) -> bytes:
    """The file's content. Raises NotTaken."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise NotTaken("is not there") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "its name holds a NUL character"
        raise NotTaken(f"cannot be read: {why}") from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise NotTaken("is a folder" if stat.S_ISDIR(status.st_mode) else "is no plain file")
    with os.fdopen(descriptor, "rb") as file:
        try:
            content = file.read(bytes_max + 1)
        except OSError as error:
            raise NotTaken(f"cannot be read: {error.strerror}") from None
    if len(content) > bytes_max:
        raise NotTaken(f"has more than {bytes_max / 1e6:.3g} MB")
    return content
