"""Files and folders that survive a power cut: content and names are synced, each for itself.

SQLite ignores it when it cannot sync a folder, and never syncs the one above it.
"""

import errno
import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make a folder's entries durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Make a file's content durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Create a folder and make it durable in its parent, up to the first one that was there.

    That one's name is made durable too: whoever made it may have died before.
    """
    if folder.is_dir():
        sync_if_allowed(folder.parent)
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_way_to(folder: Path) -> None:
    """Make the names of a folder and of all above it durable, as far as this disk goes."""
    folder = folder.absolute()
    for above in folder.parents:
        if above.stat().st_dev != folder.stat().st_dev:
            break
        sync_if_allowed(above)


def sync_if_allowed(folder: Path) -> None:
    """Sync a folder that may be somebody else's: who may not read it cannot sync it."""
    try:
        sync_folder(folder)
    except OSError as error:
        if error.errno == errno.EIO:
            raise
