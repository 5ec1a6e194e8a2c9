"""reelog's worker over a setup's film, in this process."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks import sample
from benchmarks.gpu.setup import Setup
from eventstore.home import Home
from eventstore.recorded import Recorded
from gpu.stages import Stage
from handlers.stream import SessionStream
from handlers.worker import Stopped, Worker
from projections.events import TYPES, CommandFailed

SESSION = "session_20260101_000000"


@dataclass(frozen=True)
class Worked:
    """Wall time of the worker alone, and what stands in the log after it."""

    seconds: float
    home: Home
    history: Sequence[Recorded]


def until_stopped(setup: Setup, folder: Path, opened: Callable[[str, str], Stage]) -> Worked:
    """Work until `opened` raises Stopped instead of opening a stage.

    Raises RuntimeError when a command fails: then something else was measured.
    """
    home = Home(folder)
    with home.open(TYPES) as log:
        stream = SessionStream(log, SESSION)
        for append in setup.appends():
            stream.append(append, sample.CAUSE)
        with closing(Worker(home, log, stages=opened)) as worker:
            began = time.perf_counter()
            with suppress(Stopped):
                worker.work_on([SESSION])
            seconds = time.perf_counter() - began
        stream.reload()
        for one in stream.history:
            if isinstance(one.event, CommandFailed):
                raise RuntimeError(one.event.error)
        return Worked(seconds, home, list(stream.history))
