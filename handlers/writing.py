"""A stage's last part in a thread of its own: encoding and writing beside the next brief's work.

One at a time: a writer slower than the card holds it back instead of filling memory.
"""

import resource
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, wait
from pathlib import Path

from eventstore.artifacts import Artifacts, full_disk_is_ours
from eventstore.hashes import sha256_of
from gpu.errors import StageError
from gpu.stages import Made
from gpu.whole import whole_or_nothing
from handlers.again import Meanwhile, Pause, Tries
from handlers.attempt import Attempt
from handlers.environment import Environments
from handlers.making import Product
from handlers.stage_run import discard
from projections.parts import KeptState

POLL_S = 0.05
STATE_TYPE = "application/x-safetensors"


class Writing:
    """One result on its way to its file. `seconds`: spent on it so far."""

    def __init__(
        self,
        attempt: Attempt,
        out: Path,
        finish: Callable[[], Made],
        spent_s: float,
        *,
        tries: Tries,
    ) -> None:
        self.attempt, self.out = attempt, out
        self.seconds = spent_s
        self._tries = tries
        self._finish = finish
        self._future: Future[Made] | None = None
        self._abandoned = False

    def start(self, thread: Executor) -> None:
        """Write beside whatever comes next; else it is done when it is waited for."""
        self._future = thread.submit(self._write, self._unless_abandoned)

    def _finished(self) -> Made:
        with whole_or_nothing(self.out):
            return self._finish()

    def _write(self, meanwhile: Meanwhile | None = None) -> Made:
        began = time.monotonic()
        try:
            with full_disk_is_ours(self.out):
                return self._tries.of(self._finished, meanwhile)
        finally:
            self.seconds += time.monotonic() - began
            if self._abandoned:
                self._discard()

    def _unless_abandoned(self, _: Pause) -> None:
        if self._abandoned:
            raise StageError("nobody waits for it any more")

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not."""
        return self._future is not None and self._future.done()

    def wait(self, report: Callable[[float], None]) -> Made:
        """What was made; `report` is called while it is waited for, and may raise."""
        try:
            if self._future is None:
                return self._write()
            while not wait([self._future], POLL_S).done:
                report(1.0)
            return self._future.result()
        except BaseException:
            self.abandon()
            raise

    def kept(self, made: Made, artifacts: Artifacts, environments: Environments) -> Product:
        """The product, its file and its environment among the artifacts.

        A text stands in its event; kept as a file too it would be one that no event names.
        """
        try:
            text = b""
            if made.media_type == "application/json":
                text = self.out.read_bytes()
                sha256, size = sha256_of(text), len(text)
            else:
                sha256, size = self._tries.of(lambda: artifacts.keep(self.out, made.media_type))
            state = _kept_state(made.state, artifacts)
        finally:
            self._discard()
        ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return Product(
            command=self.attempt.command,
            made=made,
            sha256=sha256,
            bytes=size,
            seconds=self.seconds,
            peak_memory_bytes=made.peak_memory_bytes or ours,
            environment=environments.keep(made.environment),
            text=text.decode(),
            state=state,
            retries=self._tries.again,
        )

    def abandon(self) -> None:
        """Nobody waits for it any more; its file goes when it ends."""
        self._abandoned = True
        if self._future is None or self.done:
            self._discard()

    def _discard(self) -> None:
        discard(self.out)


def _kept_state(state: Path | None, artifacts: Artifacts) -> KeptState | None:
    if state is None:
        return None
    sha256, size = artifacts.keep(state, STATE_TYPE)
    return KeptState(sha256=sha256, bytes=size, media_type=STATE_TYPE)
