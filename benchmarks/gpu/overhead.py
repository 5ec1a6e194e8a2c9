"""The engine beside the plain diffusers script that a user would write for the same shots.

Both make the same pictures and clips with the same models, in one process, in turn. Loading is
timed apart. The engine is reelog's worker over a session: log, leases, records, hashes and all.

python -m benchmarks.gpu.overhead prints what was measured.
"""

import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imageio.v3 as imageio
import numpy as np

from benchmarks.gpu import plain, working
from benchmarks.gpu.setup import SHOTS, TINY, Setup, shots
from benchmarks.measure import Row
from benchmarks.report import line
from eventstore.artifacts import Artifacts
from eventstore.log import EventLog
from gpu.briefs import ImageBrief, VideoBrief
from gpu.diffusion import loading, numerics
from gpu.diffusion.model import Model
from gpu.diffusion.shelf import SHELF
from gpu.stages import Made, OverlappingStage, Report, open_stage
from handlers.worker import Stopped
from projections.events import ImageRendered

ROUNDS = 5
RATIO_MAX = 1.05
DIFFERENCE_MAX = 1
"""Of 255, between two pictures of the same work."""
APART = "loading"


@dataclass(frozen=True)
class Ours:
    """One run of the engine: seconds by what they went to, the pictures, the briefs."""

    work_s: float
    spent: dict[str, float]
    pictures: list[Any]
    images: list[ImageBrief]
    clips: list[VideoBrief]


class Watched:
    """A stage whose parts are timed and whose briefs are kept."""

    def __init__(self, stage: OverlappingStage, spent: dict[str, float], briefs: list[Any]) -> None:
        self._stage, self._spent, self._briefs = stage, spent, briefs

    def prepare(self, given: Sequence[Any], report: Report) -> None:
        """As the stage does."""
        with _spending(self._spent, "prompts"):
            self._stage.prepare(given, report)

    def begin(self, brief: Any, out: Path, report: Report) -> Callable[[], Made]:
        """As the stage does."""
        self._briefs.append(brief)
        with _spending(self._spent, "model"):
            finish = self._stage.begin(brief, out, report)

        def finished() -> Made:
            with _spending(self._spent, "encoding, beside the next shot"):
                return finish()

        return finished

    def run(self, brief: Any, out: Path, report: Report) -> Made:
        """As the stage does."""
        return self.begin(brief, out, report)()


@contextmanager
def _spending(spent: dict[str, float], name: str) -> Iterator[None]:
    began = time.perf_counter()
    loading_before = spent[APART]
    yield
    # what was loaded meanwhile has its own name
    inside = spent[APART] - loading_before if name != APART else 0.0
    spent[name] += time.perf_counter() - began - inside


@contextmanager
def _watching(owner: Any, method: str, spent: dict[str, float], name: str) -> Iterator[None]:
    """While it lasts, the time in a function counts under a name."""
    real = getattr(owner, method)

    def timed(*arguments: Any, **options: Any) -> Any:
        with _spending(spent, name):
            return real(*arguments, **options)

    setattr(owner, method, timed)
    try:
        yield
    finally:
        setattr(owner, method, real)


def engine(setup: Setup, folder: Path) -> Ours:
    """All pictures and clips of the setup's film, up to its cut, which the script does not make."""
    SHELF._models.clear()  # nothing is loaded or read yet, as in a new process
    spent: dict[str, float] = defaultdict(float)
    briefs: dict[str, list[Any]] = {"image": [], "video": []}

    def opened(kind: str, backend: str) -> Watched:
        if kind not in briefs:
            raise Stopped("the cut is not measured")
        stage = open_stage(kind, backend)
        assert isinstance(stage, OverlappingStage)
        return Watched(stage, spent, briefs[kind])

    with ExitStack() as stack:
        for owner, method, name in (
            (loading, "find", APART), (loading, "load_reader", APART), (Model, "_load", APART),
            (Model, "_place", APART),
            (EventLog, "append", "events"), (Artifacts, "keep", "hashing and keeping files"),
        ):  # fmt: skip
            stack.enter_context(_watching(owner, method, spent, name))
        worked = working.until_stopped(setup, folder, opened)
    pictures = [
        imageio.imread(worked.home.artifacts.path(one.event.artifact.sha256, "image/png"))
        for one in worked.history
        if isinstance(one.event, ImageRendered)
    ]
    work_s = worked.seconds - spent[APART]
    return Ours(work_s, dict(spent), pictures, briefs["image"], briefs["video"])


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Medians of both, seconds. `spent`: where those of the engine went."""

    setup: Setup
    ours_s: float
    plain_s: float
    ours_loading_s: float
    plain_loading_s: float
    spent: dict[str, float]

    def row(self, ratio_max: float = RATIO_MAX) -> Row:
        """As a line of the table."""
        ratio = self.ours_s / self.plain_s
        each_ms = (self.ours_s - self.plain_s) * 1000 / (2 * SHOTS)
        return Row(
            f"{SHOTS} shots, pictures and clips: {self.setup.name}",
            f"{self.ours_s:.2f} s, and {self.ours_loading_s:.2f} s loading",
            f"plain diffusers script: {self.plain_s:.2f} s, and {self.plain_loading_s:.2f} s "
            f"loading; {each_ms:+.1f} ms for each picture or clip",
            f"{ratio:.3f}", f"≤ {ratio_max}", ratio <= ratio_max,
        )  # fmt: skip


def compared(setup: Setup, rounds: int = ROUNDS, *, warm_up: bool = True) -> Compared:
    """Both in turn, after one round that warms up; raises where they made different pictures."""
    numerics.settle()
    script = setup.script()
    ours: list[Ours] = []
    theirs: list[plain.Took] = []
    for _ in range(rounds + warm_up):
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
            ours.append(engine(setup, Path(one)))
            asked = shots(ours[0].images, ours[0].clips)
            theirs.append(plain.make(script, asked, Path(other)))
            check_same_work(ours[-1], Path(other))
    ours, theirs = ours[warm_up:], theirs[warm_up:]
    return Compared(
        setup=setup,
        ours_s=statistics.median(one.work_s for one in ours),
        plain_s=statistics.median(one.work_s for one in theirs),
        ours_loading_s=statistics.median(one.spent[APART] for one in ours),
        plain_loading_s=statistics.median(one.loading_s for one in theirs),
        spent={
            name: statistics.median(one.spent.get(name, 0.0) for one in ours)
            for name in ours[0].spent
            if name != APART
        },
    )


def check_same_work(ours: Ours, folder: Path) -> None:
    """Raise RuntimeError for other pictures. On a CPU the place of weights moves the last bits."""
    theirs = [imageio.imread(one) for one in sorted(folder.glob("*.png"))]
    for one, other in zip(ours.pictures, theirs, strict=True):
        if np.abs(one.astype(int) - other.astype(int)).max() > DIFFERENCE_MAX:
            raise RuntimeError("the engine and the plain script made different pictures")


def where_it_goes(one: Compared) -> str:
    """A sentence about the engine's own time."""
    parts = [f"{name} {seconds * 1000:.0f} ms" for name, seconds in sorted(one.spent.items())]
    beside = sum(seconds for name, seconds in one.spent.items() if "beside" not in name)
    return f"{', '.join(parts)}, anything else {(one.ours_s - beside) * 1000:.0f} ms"


def main() -> None:
    """Print a line of a table, and where the engine's time went."""
    one = compared(TINY)
    print(line(one.row()))
    print(where_it_goes(one))


if __name__ == "__main__":
    main()
