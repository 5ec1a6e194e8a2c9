"""How long a card has nothing to do between the shots of one stage, while reelog's worker feeds it.

From the end of one shot's decoding to the first layer that runs for the next, on the card's own
timeline; in between lie pixels on their way to the host, records, leases, and the next brief.
"""

import tempfile
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.gpu import working
from benchmarks.gpu.clock import Clock
from benchmarks.gpu.setup import Setup
from gpu.diffusion.model import Model
from gpu.diffusion.shelf import SHELF
from gpu.stages import Made, OverlappingStage, Report, open_stage
from handlers.worker import Stopped

IDLE_MAX = 0.02


class Marked:
    """A stage whose model marks when it begins to work and when it has decoded.

    From the second shot on: the first one loads.
    """

    def __init__(self, stage: OverlappingStage) -> None:
        self._stage = stage
        self._clock: Clock | None = None
        self._marks: list[str] = []

    def prepare(self, briefs: Sequence[Any], report: Report) -> None:
        """As the stage does."""
        self._stage.prepare(briefs, report)

    def begin(self, brief: Any, out: Path, report: Report) -> Callable[[], Made]:
        """As the stage does."""
        finish = self._stage.begin(brief, out, report)
        if self._clock is None:
            (model,) = SHELF._models.values()
            self._watch(model)
        return finish

    def run(self, brief: Any, out: Path, report: Report) -> Made:
        """As the stage does."""
        return self.begin(brief, out, report)()

    def _watch(self, model: Model) -> None:
        clock = self._clock = Clock(model.device)

        def mark(name: str) -> None:
            self._marks.append(name)
            clock.mark()

        pipeline = model._maker
        denoisers = [getattr(pipeline, name, None) for name in model.family.denoisers]
        for part in filter(None, (*denoisers, pipeline.vae.encoder)):
            part.register_forward_pre_hook(lambda *_: mark("work"))
        pipeline.vae.decoder.register_forward_hook(lambda *_: mark("decoded"))

    def idle_share(self) -> float:
        """Of the time from the second shot's first layer to the last one's decoding, 0 … 1."""
        assert self._clock is not None
        intervals = self._clock.intervals_s()
        idle = [
            seconds
            for seconds, marks in zip(intervals, pairwise(self._marks), strict=True)
            if marks == ("decoded", "work")
        ]
        return sum(idle) / sum(intervals)


def between_shots(setup: Setup) -> float:
    """Idle share over the pictures of a setup's film."""
    SHELF._models.clear()
    marked: list[Marked] = []

    def opened(kind: str, backend: str) -> Marked:
        if kind != "image":
            raise Stopped("pictures alone are measured")
        stage = open_stage(kind, backend)
        assert isinstance(stage, OverlappingStage)
        marked.append(Marked(stage))
        return marked[-1]

    with tempfile.TemporaryDirectory() as folder:
        working.until_stopped(setup, Path(folder), opened)
    return marked[0].idle_share()
