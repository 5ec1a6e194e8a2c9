"""Copies of the log by SQLite's own backup API, while others write; checked before they count.

A file copy would drop this process's locks on the log and might be torn. A copy stands alone: one
file, no WAL beside it.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from eventstore.audit import Findings, check_log
from eventstore.connection import connect, disk_errors
from eventstore.durable import sync_file, sync_folder, sync_way_to
from eventstore.errors import LogDamaged
from eventstore.unborn import left_by_the_dead, unborn_beside


def copy_log(source: Path, target: Path, *, journal_mode: str) -> None:
    """Copy a log to a new file, one instant of it, and check the copy from end to end.

    Raises NoSuchLog, NotALog, LogTooNew, LogDamaged, LogFailed; FileExistsError when there is
    anything at the target. Nothing is left there then.
    """
    unborn = unborn_beside(target)
    for leftover in left_by_the_dead(target):
        leftover.unlink(missing_ok=True)
    with _removed(unborn):
        original = connect(source, read_only=True)
        try:
            with disk_errors(target):
                _copy(original, unborn, journal_mode)
        finally:
            original.close()
        check(unborn, source)
        with disk_errors(target):
            sync_file(unborn)
        _appear(unborn, target)


def _copy(original: apsw.Connection, unborn: Path, journal_mode: str) -> None:
    copied = apsw.Connection(str(unborn))
    try:
        with copied.backup("main", original, "main") as backup:
            backup.step()
        copied.pragma("journal_mode", journal_mode)
    finally:
        copied.close()


@contextmanager
def _removed(unborn: Path) -> Iterator[None]:
    leftovers = [unborn.with_name(unborn.name + end) for end in ("", "-journal", "-wal", "-shm")]
    for leftover in leftovers:
        leftover.unlink(missing_ok=True)
    try:
        yield
    finally:
        for leftover in leftovers:
            leftover.unlink(missing_ok=True)


def _appear(unborn: Path, target: Path) -> None:
    """Under its name, all at once, and never in the place of another file."""
    try:
        target.hardlink_to(unborn)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS):
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from error
        unborn.rename(target)
    sync_folder(target.parent)
    sync_way_to(target.parent)


def check(path: Path, source: Path) -> None:
    """Everything that a log promises. Raises LogDamaged with the first thing that is wrong."""
    findings = Findings()
    connection = connect(path, read_only=True)
    try:
        check_log(connection, path, findings)
    finally:
        connection.close()
    for finding in findings.told:
        if finding.grave:
            raise LogDamaged(f"{source} is damaged: {finding.message}; see `reelog audit`")
