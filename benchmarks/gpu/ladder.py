"""What each rung of the memory ladder costs on a card: seconds, room, and whether bits stay.

The first rows are one model as it lies on the card; each rung is stepped onto as it would be when
the card has no room left.
"""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.gpu.clock import Clock
from gpu.diffusion import memory
from gpu.diffusion.loop import Call
from gpu.diffusion.model import Model, Rendered
from gpu.diffusion.plan import CHANGING, GIB, KEEPING
from gpu.diffusion.prompts import Embeds, Prompt
from gpu.diffusion.spec import ModelSpec
from gpu.diffusion.telling import silent

RUNGS = ("", *(rung for rung in (*KEEPING, *CHANGING) if rung != "evict"))
"""Whole first; letting other models go takes nothing of this one."""
ROUNDS = 2
WARM_UP = 2
"""Steps."""


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One model on one rung. Median seconds of a whole picture or clip; the most that was taken."""

    model: str
    name: str
    seconds: float
    peak_bytes: int
    same: bool
    """Latents and pixels as on the card whole, each time on this rung."""

    @property
    def holds(self) -> bool:
        """A rung that keeps bits has kept them."""
        return self.same or (self.name != "" and self.name not in KEEPING)


def climbed(
    name: str, spec: ModelSpec, call: Call, tell: Callable[[Rung], None] = lambda _: None
) -> list[Rung]:
    """Each rung of a model whose weights are on disk, each from a model that was just loaded."""
    found: list[Rung] = []
    whole: Rendered | None = None
    known: dict[Prompt, Embeds] = {}
    for rung in RUNGS:
        model = Model(spec)
        model.prompts._known = known  # the same words for all: read once
        model.render(replace(call, steps=WARM_UP), silent)
        if rung:
            model._step_onto(rung)
            model.render(replace(call, steps=WARM_UP), silent)
        made, seconds = _measured(model, call)
        whole = made[0] if whole is None else whole
        found.append(
            Rung(
                model=name, name=rung, seconds=statistics.median(seconds),
                peak_bytes=max(one.peak_bytes or 0 for one in made),
                same=all(_same(whole, one) for one in made),
            )
        )  # fmt: skip
        tell(found[-1])
        model.leave()
        del model
        memory.release()
    return found


def _measured(model: Model, call: Call) -> tuple[list[Rendered], list[float]]:
    made, seconds = [], []
    for _ in range(ROUNDS):
        clock = Clock(model.device)
        clock.mark()
        made.append(model.render(call, silent))
        clock.mark()
        seconds += clock.intervals_s()
    return made, seconds


def _same(one: Rendered, other: Rendered) -> bool:
    """Down to the last latents: what is decoded of random weights may be all one colour."""
    same_latents = one.facts["latents"] == other.facts["latents"]
    return same_latents and np.array_equal(one.output, other.output)


def sdxl(folder: Path, steps: int = 20) -> tuple[str, ModelSpec, Call]:
    """Its pictures."""
    call = Call(
        prompt=Prompt("a lighthouse at dusk", "blurred", True, 0), seed=1, steps=steps,
        guidance=5.0, width=1024, height=1024,
    )  # fmt: skip
    return f"SDXL, 1024×1024, {steps} steps", _spec(folder), call


def ltx(folder: Path) -> tuple[str, ModelSpec, Call]:
    """Its clips."""
    still = np.random.default_rng(1).integers(0, 255, (544, 960, 3), dtype=np.uint8)
    call = Call(
        prompt=Prompt("the lamp turns", "blurred", True, 128), seed=1, steps=10, guidance=3.0,
        width=960, height=544,
        more={"image": Image.fromarray(still), "num_frames": 97, "frame_rate": 24},
    )  # fmt: skip
    return "LTX-Video 2B, 960×544×97, 10 steps", _spec(folder), call


def _spec(folder: Path) -> ModelSpec:
    return ModelSpec(model=str(folder), where=str(folder), revision="1", dtype="bf16")


def table(found: Sequence[Rung]) -> str:
    """A Markdown table."""
    lines = [
        "| model | rung | seconds | beside whole | peak | same bits | bound | holds |",
        "| --- " * 8 + "|",
    ]
    return "\n".join([*lines, *(line(one, found) for one in found)])


def line(one: Rung, found: Sequence[Rung]) -> str:
    """A row; `found` has the same model as it lies on the card whole."""
    whole = next(other for other in found if other.model == one.model and not other.name)
    bound = "same" if not one.name or one.name in KEEPING else ""
    cells = [
        one.model, one.name or "whole", f"{one.seconds:.2f} s",
        f"{one.seconds / whole.seconds:.2f}", f"{one.peak_bytes / GIB:.1f} GiB",
        "yes" if one.same else "no", bound, ("yes" if one.holds else "NO") if bound else "",
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"
