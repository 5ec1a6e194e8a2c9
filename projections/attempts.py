"""What happened to a command since the last retry: starts, and how they ended."""

from dataclasses import dataclass, replace

from projections.events import CommandFailed, CommandInterrupted


@dataclass(frozen=True, slots=True)
class Attempts:
    """What happened to a command since the last retry."""

    starts: int = 0
    failures: int = 0
    interruptions: int = 0
    successes: int = 0
    final: bool = False
    last_error: str = ""

    def started(self) -> "Attempts":
        """With one more start."""
        return replace(self, starts=self.starts + 1)

    def ended(self, event: CommandFailed | CommandInterrupted) -> "Attempts":
        """With the outcome of a start."""
        starts = max(self.starts, self.outcomes + 1)  # its start may lie before the last retry
        if isinstance(event, CommandInterrupted):
            return replace(self, starts=starts, interruptions=self.interruptions + 1)
        return replace(
            self,
            starts=starts,
            failures=self.failures + 1,
            last_error=event.error,
            final=event.final,
        )

    def succeeded(self) -> "Attempts":
        """With a result: whatever died before it, the command can be done."""
        if self.deaths <= 0:
            return self
        return replace(self, successes=self.successes + self.deaths)

    @property
    def deaths(self) -> int:
        """Starts that nobody reported an outcome of; one of them may be running now."""
        return self.starts - self.outcomes

    @property
    def outcomes(self) -> int:
        """Starts that ended one way or another."""
        return self.failures + self.interruptions + self.successes


NO_ATTEMPTS = Attempts()
FIRST_ATTEMPT = Attempts(starts=1)
