"""Notices what would keep a run waiting for ever: workers that hang, and workers with nothing left.

Both are seen by the log alone and measured on this process's own monotonic clock.
"""

import time
from collections.abc import Callable

from eventstore.connection import disk_errors
from eventstore.log import EventLog
from projections.session import Session
from projections.work import pending

HUNG_S = 1800.0
"""How long a worker may hold a command without a sign of life before its run ends it.

Other workers take its command over much sooner; see eventstore.leases. Loading a large model from a
slow disk is silent too, and must not be taken for a hang.
"""
LINGER_S = 5.0
"""How long workers may take to end by themselves once nothing is left to do."""


class Watchman:
    """Watches the workers of one run."""

    def __init__(self, log: EventLog, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._log, self._monotonic = log, monotonic
        self._seen: dict[str, tuple[int, int, float]] = {}
        self._idle_since: float | None = None
        self._version = 0

    def hung(self) -> set[str]:
        """The names of workers whose heartbeat has stood still for too long."""
        now = self._monotonic()
        with disk_errors(self._log.path):
            rows = list(
                self._log.connection.execute(
                    "SELECT command_id, worker, epoch, heartbeat FROM leases"
                )
            )
        before, self._seen = self._seen, {}
        found = set()
        for command_id, worker, epoch, heartbeat in rows:
            last = before.get(command_id)
            same = last is not None and last[:2] == (epoch, heartbeat)
            since = last[2] if last is not None and same else now
            self._seen[command_id] = (epoch, heartbeat, since)
            if now - since > HUNG_S:
                found.add(str(worker))
        return found

    def lingers(self, session: Session) -> bool:
        """Whether nothing has been left to do for so long that nobody need be waited for."""
        if session.version != self._version:
            self._version = session.version
            self._idle_since = None if pending(session) else self._monotonic()
        since = self._idle_since
        return since is not None and self._monotonic() - since > LINGER_S
