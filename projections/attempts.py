"""What happened to a command since the last retry: starts, and how they ended."""

from typing import NamedTuple

from projections.events import CommandFailed, CommandInterrupted

ATTEMPTS_MAX = 3


class Attempts(NamedTuple):
    """What happened to a command since the last retry."""

    starts: int = 0
    failures: int = 0
    interruptions: int = 0
    successes: int = 0
    final: bool = False
    last_error: str = ""

    def started(self) -> "Attempts":
        """With one more start."""
        return self._replace(starts=self.starts + 1)

    def ended(self, event: CommandFailed | CommandInterrupted) -> "Attempts":
        """With the outcome of a start."""
        starts = max(self.starts, self.outcomes + 1)  # its start may lie before the last retry
        if isinstance(event, CommandInterrupted):
            return self._replace(starts=starts, interruptions=self.interruptions + 1)
        return self._replace(
            starts=starts,
            failures=self.failures + 1,
            last_error=event.error,
            final=event.final,
        )

    def succeeded(self) -> "Attempts":
        """With a result: whatever died before it, the command can be done."""
        if self == FIRST_ATTEMPT:
            return DONE_AT_ONCE  # the usual case, on the path of every fold
        if self.deaths <= 0:
            return self
        return self._replace(successes=self.successes + self.deaths)

    @property
    def deaths(self) -> int:
        """Starts that nobody reported an outcome of; one of them may be running now."""
        return self.starts - self.outcomes

    @property
    def parked(self) -> bool:
        """Whether it failed for good, failed too often, or killed its worker too often."""
        return self.final or max(self.failures, self.deaths) >= ATTEMPTS_MAX

    @property
    def outcomes(self) -> int:
        """Starts that ended one way or another."""
        return self.failures + self.interruptions + self.successes


NO_ATTEMPTS = Attempts()
FIRST_ATTEMPT = Attempts(starts=1)
DONE_AT_ONCE = Attempts(starts=1, successes=1)
