"""How the log's file is opened, locked and written. The only module with log.py that imports apsw.

Write lock first: a blocking flock so that nobody starves, then BEGIN IMMEDIATE.
"""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from eventstore import ground
from eventstore.durable import make_folder, sync_folder, sync_if_allowed, sync_way_to
from eventstore.errors import (
    DiskFull,
    LogDamaged,
    LogFailed,
    LogTooNew,
    LogTooOld,
    NoSuchLog,
    NotALog,
)
from eventstore.plain_files import open_lock

SCHEMA = Path(__file__).resolve().parent.parent / "schema.sql"
APPLICATION_ID = 1919247724
FORMAT = 2
BUSY_TIMEOUT_MS = 10_000
_DAMAGE = (
    apsw.NotADBError, apsw.CorruptError, apsw.SQLError, apsw.TooBigError, apsw.ConstraintError,
    apsw.MismatchError,
)  # fmt: skip
"""What our own statements fail with when the file is not as we wrote it."""
_REFUSALS = (
    apsw.IOError, apsw.CantOpenError, apsw.ReadOnlyError, apsw.PermissionsError,
    apsw.ProtocolError,
)  # fmt: skip
"""What a disk that fails, or takes no writing, looks like."""
_CACHE_KIB = -16_000
"""Negative as SQLite has it: a rewind of a large film changes 5 MB of pages in one commit."""
CHECKPOINT_PAGES = 4_000  # 16 MB: a checkpoint syncs twice more, so not after every large append


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn apsw's errors into ours: a sentence with the file and the way out."""
    try:
        yield
    except apsw.FullError as error:
        raise DiskFull(
            f"no room left on the disk of {path}; the log is whole, free some space and go on"
        ) from error
    except _DAMAGE as error:
        raise LogDamaged(f"{path} is damaged: {error}; see `reelog audit`") from error
    except UnicodeDecodeError as error:
        raise LogDamaged(
            f"{path} is damaged: a text in it holds byte 0x{error.object[error.start]:02x}, "
            "which is no UTF-8; see `reelog audit`"
        ) from error
    except (apsw.ReadOnlyError, apsw.PermissionsError) as error:
        raise LogFailed(
            f"the disk refused {path}: {error}; nothing was lost, "
            "mind who may write there, or choose another --home"
        ) from error
    except _REFUSALS as error:
        if getattr(error, "extendedresult", 0) == apsw.SQLITE_IOERR_SHMSIZE:  # no room for -shm
            raise DiskFull(f"no room left on the disk of {path}; free some space") from error
        raise LogFailed(f"the disk refused {path}: {error}; nothing was lost, go on later") from (
            error
        )
    except apsw.BusyError as error:
        raise LogFailed(f"{path} is locked by another program: {error}") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(f"no room left on the disk of {path}; free some space") from error
        raise LogFailed(f"{path} cannot be used: {error.strerror}; choose another --home") from (
            error
        )


def connect(path: Path, *, read_only: bool = False, any_format: bool = False) -> apsw.Connection:
    """An open, checked connection to an existing log.

    Older logs are read as they are; to write to one, lift it first, or say `any_format`.

    Raises NoSuchLog, NotALog, LogTooNew, LogTooOld.
    """
    if not os.path.lexists(path):
        ground.refuse_file_as_home(path.parent)
        raise NoSuchLog(f"there is no log at {path}; `reelog start` begins one")
    if not path.is_file():
        raise NotALog(f"{path} is no file; choose another --home")
    if path.is_symlink():
        raise NotALog(f"{path} is a link; name the home that it leads to with --home")
    if 0 < path.stat().st_size < 100:
        raise NotALog(f"{path} is no reelog log; choose another --home or move that file away")
    ground.refuse_old_sqlite()
    with disk_errors(path):
        if not read_only:
            ground.refuse_network_disk(path.parent)
        connection = _open_for_reading(path) if read_only else _open(path)
        with closed_on_error(connection):
            try:
                _configure(connection, path, read_only)
                older = connection.pragma("user_version") < FORMAT
                if older and not (read_only or any_format):
                    raise LogTooOld(f"{path} has the format of an earlier reelog")
            except apsw.NotADBError:
                raise NotALog(
                    f"{path} is no reelog log; choose another --home or move that file away"
                ) from None
    return connection


@contextmanager
def closed_on_error(connection: apsw.Connection) -> Iterator[None]:
    """A connection that is not handed out is closed."""
    try:
        yield
    except BaseException:
        connection.close()
        raise


def _open(path: Path) -> apsw.Connection:
    return apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)


def _open_for_reading(path: Path) -> apsw.Connection:
    if _asleep(path) and not os.access(path.parent, os.W_OK):
        return _open_alone(path)
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        connection.pragma("schema_version")
    except _REFUSALS:
        connection.close()
        return _open_alone(path)
    except apsw.Error:
        pass  # _configure finds it again, and says what it means
    return connection


def _asleep(path: Path) -> bool:
    """Whether all of the log stands in its one file: no WAL beside it has anything to add."""
    wal = path.with_name(path.name + "-wal")
    return not wal.exists() or wal.stat().st_size == 0


def _open_alone(path: Path) -> apsw.Connection:
    """For a disk that is full or takes no writing: SQLite wants a -shm file even for reading.

    Nobody writes meanwhile: a writer would have that file, and then it would have served us too.
    """
    if _asleep(path):
        flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        return apsw.Connection(f"{path.resolve().as_uri()}?immutable=1", flags=flags)
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY, vfs="unix-none")
    connection.pragma("locking_mode", "exclusive")  # the WAL's index is kept in memory then
    return connection


def _configure(connection: apsw.Connection, path: Path, read_only: bool) -> None:
    connection.set_busy_timeout(BUSY_TIMEOUT_MS)
    application_id = connection.pragma("application_id")
    log_format = connection.pragma("user_version")
    if application_id != APPLICATION_ID:
        raise NotALog(f"{path} is a database, but no reelog log; choose another --home")
    if log_format > FORMAT:
        raise LogTooNew(
            f"{path} has format {log_format}, this reelog knows up to {FORMAT}; update reelog"
        )
    connection.pragma("mmap_size", 0)
    connection.pragma("recursive_triggers", True)
    connection.pragma("trusted_schema", False)
    if not read_only:
        _write_ahead(connection, path)
        connection.pragma("synchronous", "FULL")
        connection.pragma("cache_size", _CACHE_KIB)
        connection.wal_autocheckpoint(CHECKPOINT_PAGES)


def _write_ahead(connection: apsw.Connection, path: Path) -> None:
    """A log is a WAL database: a backup that was put in its place by hand is none.

    With a rollback journal a commit is not durable: SQLite does not sync the journal's removal.
    """
    if connection.pragma("journal_mode", "wal") != "wal":
        raise LogFailed(f"the disk refused {path}: it cannot be a WAL database here")


def create(path: Path, rows: str) -> None:
    """Create the log when there is none, whole or not at all. `rows` is SQL run after the schema.

    Safe when several processes do it at once: the file appears by one rename, under the lock.
    A log that is there is made durable by name: whoever created it may have died before.
    """
    with disk_errors(path):
        if _is_there(path):
            sync_if_allowed(path.parent)
            return
        try:
            make_folder(path.parent)
            ground.refuse_network_disk(path.parent)
            sync_way_to(path.parent)
        except FileExistsError:
            raise NotALog(f"{path.parent} is no folder; choose another --home") from None
    unborn = path.with_name(path.name + ".new")
    with disk_errors(path), write_lock(path):
        if _is_there(path):
            return
        for leftover in (unborn, *unborn.parent.glob(unborn.name + "-*")):
            leftover.unlink(missing_ok=True)
        _fill(unborn, rows)
        unborn.rename(path)
        sync_folder(path.parent)


def _fill(unborn: Path, rows: str) -> None:
    """The whole log in one file, with nothing left in a WAL.

    It becomes a WAL database at the very end: SQLite tells nobody when the checkpoint at a close
    fails, and a file that is renamed away from its WAL is half a log.
    """
    connection = apsw.Connection(str(unborn))
    try:
        connection.pragma("synchronous", "FULL")
        with transaction(connection):
            connection.execute(SCHEMA.read_text(encoding="utf-8"))
            connection.execute(rows)
        _write_ahead(connection, unborn)
    finally:
        connection.close()


def _is_there(path: Path) -> bool:
    if path.is_symlink():
        return True
    return path.exists() and (path.stat().st_size > 0 or not path.is_file())


@contextmanager
def write_lock(path: Path) -> Iterator[None]:
    """Wait in line for the right to write. The kernel frees the line when a process dies."""
    descriptor = open_lock(os.path.splitext(path)[0] + ".lock")  # noqa: PTH122 - at every append
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """BEGIN IMMEDIATE … COMMIT; rolled back on any error, and the first error is the one raised."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        _roll_back(connection)
        raise


def _roll_back(connection: apsw.Connection) -> None:
    if not connection.in_transaction:
        return
    try:
        connection.execute("ROLLBACK")
    except apsw.Error:
        connection.interrupt()  # the error that led here tells more than a failed rollback
