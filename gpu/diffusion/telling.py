"""What takes long before the first step: told meanwhile, so that nobody takes its worker for dead.

Knows no torch.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

from gpu.stages import Report, Share

GB = 1e9
TELL_BYTES = 64 << 20
TELL_S = 0.5
Result = TypeVar("Result")


def silent(_: float) -> None:
    """For whoever has nobody to tell."""


class Counted:
    """Bytes of all there are, told every so many."""

    def __init__(self, what: str, total: int, report: Report) -> None:
        self._what, self._total, self._report = what, total, report
        self._done = self._told = 0

    def add(self, count: int) -> None:
        """So many more are done."""
        self._done += count
        if self._done - self._told >= TELL_BYTES:
            self._told = self._done
            self._report(Share(0.0, self._words()))

    def _words(self) -> str:
        return f"{self._what} {self._done / GB:.1f} of {self._total / GB:.1f} GB"


def meanwhile(work: Callable[[], Result], words: str, report: Report) -> Result:
    """Do it in a thread and tell that it goes on. What `report` raises is raised at its end."""
    with ThreadPoolExecutor(1, thread_name_prefix="loader") as thread:
        future = thread.submit(work)
        while not wait([future], TELL_S).done:
            report(Share(0.0, words))
        return future.result()
