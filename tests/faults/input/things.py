"""Things that are no plain file, to be put in the place of one."""

import os
from pathlib import Path


def pipe(path: Path) -> None:
    """Whoever opens it waits."""
    os.mkfifo(path)


def device(path: Path) -> None:
    """Whoever reads it never ends."""
    path.symlink_to("/dev/zero")


def loop(path: Path) -> None:
    """A link to itself."""
    path.symlink_to(path)


def folder(path: Path) -> None:
    """A folder."""
    path.mkdir()
