"""Whether a model fits a card, and with which rung of the ladder it is begun. Knows no torch."""

from dataclasses import dataclass

GIB = 1 << 30
KEEPING = ("evict", "group-offload", "sequential")
QUANTIZED = ("fp8", "nf4")
CHANGING = ("halved-batch", "tiling", *QUANTIZED)
RESERVE_GIB = 3.0
IN_WORDS = {
    "": "all of it fits",
    "group-offload": "too large for all of it: group-offload moves its weights block by block",
    "sequential": "far too large: sequential moves its weights layer by layer",
}


@dataclass(frozen=True)
class Plan:
    """What a model takes, what there is, and the rung it is begun with."""

    weights_bytes: int
    peak_bytes: int
    free_bytes: int
    rung: str

    def __str__(self) -> str:
        parts = [f"weights {self.weights_bytes / GIB:.1f} GiB"]
        parts.append(f"peak {self.peak_bytes / GIB:.1f} GiB")
        parts.append(f"free {self.free_bytes / GIB:.1f} GiB")
        return f"{', '.join(parts)}: {self.rung or IN_WORDS['']}"


def plan(weights_bytes: int, peak_bytes: int, free_bytes: int, reserve_gib: float) -> Plan:
    """Begin on the first rung that leaves the reserve free. Pure.

    `peak_bytes`: measured before for this model, else 0 and a third of the weights is taken for
    granted. A peak below the weights was measured while they were offloaded: all of it is work.
    """
    activations = peak_bytes or weights_bytes // 3
    if peak_bytes > weights_bytes:
        activations = peak_bytes - weights_bytes
    room = free_bytes - int(reserve_gib * GIB) - activations
    if weights_bytes <= room:
        rung = ""
    else:
        rung = "group-offload" if weights_bytes // 4 <= room else "sequential"
    return Plan(weights_bytes, weights_bytes + activations, free_bytes, rung)
