"""Who works on which command right now. Not history: a table beside the log.

A worker holds a flock that the kernel frees at its death, so the dead are taken over at once. A
worker that lives but stands still is judged by its heartbeat counter, watched on the claimant's own
monotonic clock: no wall clock, so no jump of it matters. The fence shuts out the late finisher.
"""

import errno
import fcntl
import os
import re
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from eventstore.connection import disk_errors
from eventstore.durable import make_folder
from eventstore.errors import FenceLost, LogDamaged
from eventstore.log import EventLog
from eventstore.plain_files import open_lock
from eventstore.recorded import Fence

NO_LOCK = (errno.ENOENT, errno.ELOOP, errno.EISDIR, errno.ENXIO, errno.ENOTDIR)
"""Nothing is there, or what no worker ever made: a link, a folder, a socket."""
_NAME = re.compile(r"\w[\w.-]*")
STANDSTILL_S = 120.0
"""How long a heartbeat may stand still before another worker takes over."""


class WorkerLock:
    """A named flock, held from construction to close or death."""

    def __init__(self, folder: Path, name: str | None = None) -> None:
        make_folder(folder)
        while True:
            self.name = name or uuid.uuid4().hex[:12]
            self.path = folder / self.name
            self._descriptor = open_lock(self.path)
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(self._descriptor).st_nlink:
                    return
            except BlockingIOError:
                if name:
                    os.close(self._descriptor)
                    raise
            os.close(self._descriptor)  # swept between the two calls: another one

    def close(self) -> None:
        """Free the lock and remove its file; one that stays is one of the dead."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
        os.close(self._descriptor)


def is_dead(folder: Path, worker: str) -> bool:
    """Whether nobody holds the worker's lock any more; the file of a dead worker is removed."""
    if not _NAME.fullmatch(worker):
        return True  # no worker was ever called so, and no file elsewhere is touched
    path = folder / worker
    try:
        descriptor = open_lock(path, create=False)
    except OSError as error:
        if error.errno not in NO_LOCK:
            raise
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        return True
    finally:
        os.close(descriptor)


def sweep_locks(folder: Path) -> None:
    """Remove the lock files of dead workers."""
    for path in folder.glob("[0-9a-f]" * 12):
        is_dead(folder, path.name)


def sweep_leases(log: EventLog, folder: Path) -> None:
    """Take away claims of dead workers: one of a command that is done nobody would claim again."""
    with disk_errors(log.path):
        workers = [name for (name,) in log.connection.execute("SELECT DISTINCT worker FROM leases")]
    dead = [(name,) for name in workers if is_dead(folder, name)]
    if dead:
        with log.writing():
            log.connection.executemany("DELETE FROM leases WHERE worker = ?", dead)


class Leases:
    """The leases of one worker."""

    def __init__(
        self,
        log: EventLog,
        lock: WorkerLock,
        *,
        standstill_s: float = STANDSTILL_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._log = log
        self._lock = lock
        self._standstill_s = standstill_s
        self._monotonic = monotonic
        self._watched: dict[str, tuple[int, int, float]] = {}
        self._ours: dict[str, int] = {}

    def _next_epoch(self) -> int:
        raised = list(
            self._log.connection.execute("UPDATE fence SET epoch = epoch + 1 RETURNING epoch")
        )
        if len(raised) != 1:
            raise LogDamaged(
                f"{self._log.path} has no fence; `reelog audit --repair` makes it anew"
            )
        return int(raised[0][0])

    def claim(self, command_id: str) -> Fence | None:
        """The fence of a new claim, or None while somebody else works on the command."""
        with self._log.writing():
            row = self._log.connection.execute(
                "SELECT worker, epoch, heartbeat FROM leases WHERE command_id = ?", (command_id,)
            ).fetchone()
            if row is not None and not self._is_free(command_id, *row):
                return None
            epoch = self._next_epoch()
            self._log.connection.execute(
                "INSERT OR REPLACE INTO leases (command_id, worker, epoch, heartbeat) "
                "VALUES (?, ?, ?, 0)",
                (command_id, self._lock.name, epoch),
            )
        self._watched.pop(command_id, None)
        self._ours[command_id] = int(epoch)
        return Fence(command_id, int(epoch))

    def held(self, command_ids: Iterable[str]) -> set[str]:
        """Of these commands, those in somebody's living hands. Reads only, and keeps watching."""
        asked = set(command_ids)
        with disk_errors(self._log.path):
            rows = list(
                self._log.connection.execute(
                    "SELECT command_id, worker, epoch, heartbeat FROM leases"
                )
            )
        return {row[0] for row in rows if row[0] in asked and not self._is_free(*row)}

    def _is_free(self, command_id: str, worker: str, epoch: int, heartbeat: int) -> bool:
        ours = worker == self._lock.name and epoch == self._ours.get(command_id)
        if ours or is_dead(self._lock.path.parent, worker):
            return True  # a name alone proves nothing: a process and its fork hold one lock
        seen = self._watched.get(command_id)
        now = self._monotonic()
        if seen is None or seen[:2] != (epoch, heartbeat):
            self._watched[command_id] = (epoch, heartbeat, now)
            return False
        return now - seen[2] > self._standstill_s

    def beat(self, fence: Fence) -> None:
        """Say that the work advances. Raises FenceLost when it was taken over."""
        with self._log.writing():
            self._log.connection.execute(
                "UPDATE leases SET heartbeat = heartbeat + 1 WHERE command_id = ? AND epoch = ?",
                fence,
            )
            if self._log.connection.changes() != 1:
                raise FenceLost(*fence)

    def release(self, fence: Fence) -> None:
        """Hand a claim back without a result; a claim that is gone already is no error."""
        with self._log.writing():
            self._log.connection.execute(
                "DELETE FROM leases WHERE command_id = ? AND epoch = ?", fence
            )

    def living(self) -> dict[str, str]:
        """Command id → worker, for claims whose worker is alive."""
        with disk_errors(self._log.path):
            rows = list(self._log.connection.execute("SELECT command_id, worker FROM leases"))
        folder = self._lock.path.parent
        return {command: worker for command, worker in rows if not is_dead(folder, worker)}
