"""Before any work: whether the models of a film fit this machine's card, and how. Light."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from gpu import ready
from gpu.briefs import Scalar
from gpu.card import Card
from gpu.diffusion import families, sizes, weights
from gpu.diffusion.plan import GIB, IN_WORDS, RESERVE_GIB, plan
from gpu.errors import BriefRefused

Peaks = Mapping[tuple[str, str], int]
"""(backend, model) → bytes, the most that this log has measured."""


class Stage(ready.Placed, Protocol):
    """A stage as profiles and events name it."""

    @property
    def backend(self) -> str:
        """Who does it."""

    @property
    def settings(self) -> Mapping[str, Scalar]:
        """What moves bits."""


@dataclass(frozen=True, kw_only=True)
class Fit:
    """One stage's model. `weights_bytes` of the half that makes pictures, 0 where nobody can tell.

    `rung` is the one of the memory ladder that it begins with; `card` is empty on a CPU.
    """

    kind: str
    model: str
    weights_bytes: int
    peak_bytes: int
    measured: bool
    card: str
    card_bytes: int
    free_bytes: int
    rung: str

    def __str__(self) -> str:
        told = f"{self.kind} by {self.model.rpartition('/')[2]}: "
        if self.weights_bytes:
            told += f"{_gib(self.weights_bytes)} of weights, "
            told += f"{'' if self.measured else 'about '}{_gib(self.peak_bytes)} at the peak"
            told += " (measured); " if self.measured else " (estimated); "
        else:
            told += "its weights are not here yet; "
        if not self.card:
            return told + "no card here, it runs on the CPU"
        has = f"{self.card} with {_gib(self.card_bytes)}, {_gib(self.free_bytes)} free"
        return told + has + (f": {IN_WORDS[self.rung]}" if self.weights_bytes else "")


def fits(stages: Mapping[str, Stage], card: Card | None, peaks: Peaks) -> Iterator[Fit]:
    """One for each stage that a diffusers model does, as it would be planned with what is free."""
    for kind, stage in stages.items():
        if stage.backend == "diffusers":
            yield _fit(kind, stage, card, peaks.get((stage.backend, stage.model), 0))


def _fit(kind: str, stage: Stage, card: Card | None, peak_bytes: int) -> Fit:
    held = _weights_bytes(stage, on_card=card is not None)
    reserve_gib = float(stage.running.get("memory.reserve_gib", RESERVE_GIB))
    found = plan(held, peak_bytes, card.free_bytes if card else 0, reserve_gib)
    return Fit(
        kind=kind,
        model=stage.model,
        weights_bytes=held,
        peak_bytes=found.peak_bytes,
        measured=peak_bytes > held > 0,
        card=card.name if card else "",
        card_bytes=card.memory_bytes if card else 0,
        free_bytes=card.free_bytes if card else 0,
        rung=found.rung if card and held else "",
    )


def _weights_bytes(stage: Stage, *, on_card: bool) -> int:
    settings: Mapping[str, Any] = stage.settings
    folder = _folder(stage)
    if folder is None:
        return 0
    dtype = str(settings.get("dtype", "auto"))
    try:
        name = str(settings.get("pipeline", "")) or weights.pipeline_class(folder)
        return sizes.maker_bytes(
            folder,
            families.family_of(name),
            dtype=("bf16" if on_card else "fp32") if dtype == "auto" else dtype,
            variant=str(settings.get("variant", "")),
            quantization=str(settings.get("quantization", "none")),
        )
    except (BriefRefused, OSError, KeyError, TypeError):
        return 0


def _folder(stage: Stage) -> Path | None:
    if stage.model.startswith(weights.TINY):
        folder = weights.tiny_folder(stage.model)
        return folder if folder.is_dir() else None
    return ready.folder_of(stage)


def _gib(size: int) -> str:
    if size < 1 << 20:
        return "1 MiB"
    return f"{size / GIB:.1f} GiB" if size >= 0.1 * GIB else f"{size / (1 << 20):.0f} MiB"
