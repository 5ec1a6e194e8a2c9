"""Another try where what went wrong may be gone by then: growing pauses, few tries, then the error.

Never for a full disk, which stops the work, and never for what is wrong itself.
"""

import errno
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gpu.errors import ToolDisturbed
from handlers.logs import LOGGER

PAUSES_S = (0.5, 1.0, 2.0, 4.0)
SLICE_S = 0.1
"""So often it is asked in a pause whether anybody still wants it."""
PASSING = frozenset(
    (errno.EINTR, errno.EAGAIN, errno.EIO, errno.ETXTBSY, errno.ESTALE, errno.EBUSY)
)
Result = TypeVar("Result")


@dataclass(frozen=True)
class Patience:
    """How long is waited before each further try. `sleep` takes seconds."""

    pauses_s: tuple[float, ...] = PAUSES_S
    sleep: Callable[[float], None] = time.sleep


NONE = Patience(())


@dataclass(frozen=True)
class Pause:
    """Why and how long is waited before the next try, which is number `next` of `tries`."""

    error: Exception
    seconds: float
    next: int
    tries: int

    @property
    def words(self) -> str:
        """For people."""
        return f"{self.error}; try {self.next} of {self.tries} in {self.seconds:g} s"


Meanwhile = Callable[[Pause], object]


@dataclass
class Tries:
    """The tries of one piece of work. `again`: how many came after a first one. `facts`: for logs.

    `meanwhile` is called all through a pause, and ends it by raising.
    """

    patience: Patience = field(default_factory=Patience)
    facts: Mapping[str, Any] = field(default_factory=dict)
    meanwhile: Meanwhile = lambda _: None
    again: int = 0

    def of(self, make: Callable[[], Result], meanwhile: Meanwhile | None = None) -> Result:
        """What `make` gives, at one of its tries. Raises what the last one raised, saying so."""
        pauses, number = self.patience.pauses_s, 0
        while True:
            number += 1
            try:
                return make()
            except (OSError, ToolDisturbed) as error:
                if not _passing(error) or not pauses:
                    raise
                if number > len(pauses):
                    raise _given_up(error, number) from error
                pause = Pause(error, pauses[number - 1], number + 1, len(pauses) + 1)
            self.again += 1
            LOGGER.warning("writing again: %s", pause.words, extra=dict(self.facts))
            self._wait(pause, meanwhile or self.meanwhile)

    def _wait(self, pause: Pause, meanwhile: Meanwhile) -> None:
        left_s = pause.seconds
        while left_s > 0:
            meanwhile(pause)
            self.patience.sleep(min(SLICE_S, left_s))
            left_s -= SLICE_S
        meanwhile(pause)


def _passing(error: Exception) -> bool:
    return isinstance(error, ToolDisturbed) or getattr(error, "errno", None) in PASSING


def _given_up(error: OSError | ToolDisturbed, tries: int) -> OSError | ToolDisturbed:
    """The same error, with how often it was met."""
    if isinstance(error, OSError):
        return OSError(error.errno, f"{error.strerror}, {tries} times", error.filename)
    return ToolDisturbed(f"{error}, {tries} times")
