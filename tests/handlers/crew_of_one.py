"""A worker for tests, with stages that can be watched and interrupted."""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from eventstore.home import Home
from eventstore.log import EventLog
from gpu.stages import Made, Report, Stage, open_stage
from handlers.again import Patience
from handlers.stream import SessionStream
from handlers.worker import Worker
from tests.build import SESSION

Hook = Callable[[str, Any, Path, Report], None]


class Hooked:
    """A stage that does something before it does its work."""

    def __init__(self, kind: str, stage: Stage, hook: Hook) -> None:
        self._kind, self._stage, self._hook = kind, stage, hook

    def run(self, brief: Any, out: Path, report: Report) -> Made:
        self._hook(self._kind, brief, out, report)
        return self._stage.run(brief, out, report)


def hooked(hook: Hook) -> Callable[[str, str], Stage]:
    """Opens the usual stages, each with the hook before it."""
    return lambda kind, backend: Hooked(kind, open_stage(kind, backend), hook)


def counting(into: list[str]) -> Callable[[str, str], Stage]:
    """Opens the usual stages, and writes down each run."""
    return hooked(lambda kind, *_: into.append(kind))


def work(
    home: Home,
    log: EventLog,
    sessions: Sequence[str] = (SESSION,),
    *,
    stages: Callable[[str, str], Stage] = open_stage,
    **options: Any,
) -> SessionStream:
    """Work to the end, and return the first session as it is then. Nobody waits between tries."""
    options = {"patience": Patience(sleep=lambda _: None), **options}
    with closing(Worker(home, log, stages=stages, **options)) as worker:
        worker.work_on(sessions)
    return SessionStream(log, sessions[0])
