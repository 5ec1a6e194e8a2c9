"""A worker that kills itself, for real, at one chosen instant. Wraps what it kills; no hooks.

The instants of a film, numbered from 1 each:
  before  N   right before the Nth append: artifact kept, event not there
  after   N   right after the Nth committed append
  stage   N   in the middle of the Nth stage run, its file half written
  kept    N   right after the Nth artifact was renamed into the store
"""

import os
import signal
from contextlib import closing
from pathlib import Path
from typing import Any

from eventstore.artifacts import Artifacts
from eventstore.home import Home
from eventstore.log import EventLog
from gpu.stages import Made, Report, Stage, open_stage
from handlers.worker import Worker
from projections.events import TYPES

WAYS = ("before", "after", "stage", "kept")


class Counter:
    """Counts instants of each kind, and dies (or does what it is told) at one of them."""

    def __init__(self, way: str = "", number: int = 0, die: Any = None) -> None:
        self.seen = dict.fromkeys(WAYS, 0)
        self._target = (way, number)
        self._die = die or (lambda: os.kill(os.getpid(), signal.SIGKILL))

    def reach(self, way: str) -> None:
        """One more instant of that kind."""
        self.seen[way] += 1
        if (way, self.seen[way]) == self._target:
            self._die()


class DeadlyLog(EventLog):
    """A log whose appends are instants."""

    counter: Counter

    def append(self, *args: Any, **options: Any) -> Any:
        self.counter.reach("before")
        recorded = super().append(*args, **options)
        self.counter.reach("after")
        return recorded


class DeadlyArtifacts(Artifacts):
    """A store whose renames are instants."""

    counter: Counter

    def keep(self, temporary: Path, media_type: str) -> tuple[str, int]:
        kept = super().keep(temporary, media_type)
        self.counter.reach("kept")
        return kept


class DeadlyStage:
    """A stage that may die with half a file written."""

    def __init__(self, stage: Stage, counter: Counter) -> None:
        self._stage, self._counter = stage, counter

    def run(self, brief: Any, out: Path, report: Report) -> Made:
        out.write_bytes(b"half of a file")
        self._counter.reach("stage")
        return self._stage.run(brief, out, report)


def work(home: Home, session: str, counter: Counter) -> None:
    """Work on a session until the counter says otherwise."""
    home = Home(home.root)
    artifacts = DeadlyArtifacts(home.artifacts.root)
    artifacts.counter = counter
    home.__dict__["artifacts"] = artifacts
    with DeadlyLog.open(home.log_path, TYPES) as log:
        log.counter = counter
        stages = lambda kind, backend: DeadlyStage(open_stage(kind, backend), counter)  # noqa: E731
        with closing(Worker(home, log, stages=stages)) as worker:
            worker.work_on([session])
