"""Somebody with something in the hands: one motif made of two."""

from dataclasses import replace

from gpu.motifs import Motif
from gpu.pen import Pen

_GRIPS: dict[str, tuple[float, float, float, float]] = {
    "violin": (0.02, 0.58, 0.42, 1.05),
    "guitar": (-0.08, 0.36, 0.5, 0.95),
    "sword": (0.24, 0.4, 0.5, 0.3),
    "scroll": (0.0, 0.42, 0.22, 0.0),
    "book": (0.0, 0.5, 0.16, 0.0),
    "map": (0.0, 0.48, 0.24, 0.0),
}
"""Where the thing's foot is on somebody one unit tall, its size, and how far it leans."""


def holding(doer: Motif, thing: Motif) -> Motif:
    """The doer with the thing."""
    x, y, size, turn = _GRIPS.get(thing.key, (0.0, 0.44, 0.17, 0.0))

    def painter(pen: Pen) -> None:
        doer.painter(pen)
        tall = 0.72 if doer.key == "child" else 1.0
        part = pen.part((x, y * (0.8 if tall < 1 else 1.0)), size, turn=turn)
        thing.painter(part)

    return replace(doer, painter=painter)
