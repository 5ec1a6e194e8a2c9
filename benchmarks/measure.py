"""Rounds, medians, ratios."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of a result table."""

    what: str
    ours: str
    peer: str
    ratio: str
    bound: str
    holds: bool


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def median_of(rounds: int, work: Callable[[], object]) -> float:
    """Median wall time of several calls."""
    return statistics.median(seconds(work) for _ in range(rounds))


def side_by_side(
    rounds: int, ours: Callable[[], object], peer: Callable[[], object]
) -> tuple[float, float]:
    """Median wall times of both, taken in turn so that noise meets both alike."""
    pairs = [(seconds(ours), seconds(peer)) for _ in range(rounds)]
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)


def at_most(what: str, ours: float, bound: float, unit: str, peer: str = "limit") -> Row:
    """A row whose bound is a limit in the same unit."""
    return Row(
        what, f"{ours:.0f} {unit}", peer, f"{ours / bound:.2f}", f"≤ {bound:.0f} {unit}",
        ours <= bound,
    )  # fmt: skip
