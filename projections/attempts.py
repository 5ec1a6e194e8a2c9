"""What happened to a command since the last retry: starts, and how they ended."""

from functools import lru_cache
from typing import NamedTuple

from projections.events import CommandFailed, CommandInterrupted, WorkerDied

ATTEMPTS_MAX = 3


class Attempts(NamedTuple):
    """What happened to a command since the last retry."""

    starts: int = 0
    failures: int = 0
    interruptions: int = 0
    successes: int = 0
    final: bool = False
    last_error: str = ""
    worker: str = ""
    """Who started last and has not been heard of since; it may be at work now."""

    def ended(self, event: CommandFailed | CommandInterrupted) -> "Attempts":
        """With the outcome of a start."""
        starts = max(self.starts, self.outcomes + 1)  # its start may lie before the last retry
        if isinstance(event, CommandInterrupted):
            return self._replace(starts=starts, interruptions=self.interruptions + 1, worker="")
        return self._replace(
            starts=starts,
            failures=self.failures + 1,
            last_error=event.error,
            final=event.final,
            worker="",
        )

    def died(self, event: WorkerDied) -> "Attempts":
        """With what is known of a worker's death, before or after somebody else began again."""
        worker = "" if event.worker == self.worker else self.worker
        return self._replace(last_error=event.reason, worker=worker)

    def succeeded(self) -> "Attempts":
        """With a result: whatever died before it, the command can be done."""
        if self.starts == 1 and not (self.failures or self.interruptions or self.successes):
            return DONE_AT_ONCE  # the usual case, on the path of every fold
        if self.lost <= 0:
            return self._replace(worker="")
        return self._replace(successes=self.successes + self.lost, worker="")

    @property
    def deaths(self) -> int:
        """Starts that ended without an outcome. The last one counts once its end is known."""
        return self.lost - bool(self.worker)

    @property
    def lost(self) -> int:
        """Starts that nobody reported an outcome of; the last one may be running now."""
        return self.starts - self.outcomes

    @property
    def parked(self) -> bool:
        """Whether it failed for good, failed too often, or killed its worker too often."""
        if self.final or self.starts < ATTEMPTS_MAX:  # there is no outcome without a start
            return self.final
        return max(self.failures, self.deaths) >= ATTEMPTS_MAX

    @property
    def outcomes(self) -> int:
        """Starts that ended one way or another."""
        return self.failures + self.interruptions + self.successes


def begun(before: Attempts | None, worker: str) -> Attempts:
    """With one more start. Whoever began before must be gone: a lease is held by one."""
    if before is None:
        return _begun_once(worker)
    return before._replace(starts=before.starts + 1, worker=worker)


@lru_cache(256)
def _begun_once(worker: str) -> Attempts:
    """What most commands of a worker look like while it is at them."""
    return Attempts(starts=1, worker=worker)


NO_ATTEMPTS = Attempts()
DONE_AT_ONCE = Attempts(starts=1, successes=1)
