"""Things that a picture can show. One painter each, in its own light and scale; knows no scene."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from gpu.pen import Painter

_MODULES = ("buildings", "travel", "animals", "growing", "people", "trades", "home",
            "treasures", "tools", "music", "ideas")  # fmt: skip


@dataclass(frozen=True)
class Motif:
    """How a thing is drawn and where it belongs."""

    key: str
    painter: Painter
    tall: float
    """Height in the world, where a person is 1."""
    kind: str
    """building, vehicle, afloat, flying, swimming, animal, plant, person, object, heaven, idea."""
    wide: float
    """Width over height."""


_FOUND: dict[str, Motif] = {}


def motif(key: str, kind: str, tall: float, wide: float = 0.8) -> Callable[[Painter], Painter]:
    """Register a painter under its word in the lexicon."""

    def register(painter: Painter) -> Painter:
        _FOUND[key] = Motif(key, painter, tall, kind, wide)
        return painter

    return register


@cache
def all_motifs() -> dict[str, Motif]:
    """Every motif by its word."""
    for name in _MODULES:
        import_module(f"gpu.motifs.{name}")
    return _FOUND
