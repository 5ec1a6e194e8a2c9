"""Going back in a large session: rewind and fork as one event each, read tables included."""

import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import sample
from benchmarks.command import reelog
from benchmarks.measure import Row, at_most, median_of, seconds
from eventstore.home import Home
from handlers import travel
from handlers.start import session_ids
from handlers.stream import SessionStream
from projections.events import TYPES
from projections.history import boundaries

EVENTS, SHOTS, PLACES = 10_000, 1_000, 9
TRAVEL_MS_MAX = 50
ROUNDS = 5


def rows() -> list[Row]:
    """Rewind and fork anywhere in the session; the state that they lead to is loaded already.

    As people do it: what would be withdrawn, and what is there then, is found and shown first; then
    it is done.
    """
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        with home.open(TYPES) as log:
            stream = sample.grow(log, "session_big", EVENTS, SHOTS)
            view_s = median_of(5, lambda: reelog(folder, "view", "last"))
            ends = boundaries(stream.history)
            places = [ends[len(ends) * n // PLACES] for n in range(1, PLACES)]
            stream.rows()
            forks, rewinds = (
                _by_place(places, *_fork(stream)),
                _by_place(places, *_rewind(stream)),
            )
    name = f"of {EVENTS:,} events, {SHOTS:,} shots"
    return [
        _anywhere(f"rewind in a session {name}", rewinds),
        _anywhere(f"fork in a session {name}", forks),
        at_most(f"reelog view of a session {name}", view_s * 1e3, 300, "ms"),
    ]


Load = Callable[[int], Any]
Move = Callable[[Any, int], object]


def _fork(stream: SessionStream) -> tuple[Load, Move]:
    names = session_ids("session_20260101_220000")
    return (
        lambda at: travel.prepare_fork(stream, at, next(names), None),
        lambda prepared, _: travel.begin(prepared),
    )


def _rewind(stream: SessionStream) -> tuple[Load, Move]:
    def load(at: int) -> SessionStream:
        travel.preview(stream, at)
        return stream

    return load, travel.rewind


def _by_place(places: list[int], load: Load, move: Move) -> list[float]:
    """The median time at each place, going from place to place."""
    kept = []  # what a move makes is not thrown away while it is timed
    took: dict[int, list[float]] = {at: [] for at in places}
    for _ in range(ROUNDS):
        for at in places:
            loaded = load(at)
            took[at].append(seconds(lambda at=at, loaded=loaded: kept.append(move(loaded, at))))
    return [statistics.median(one) for one in took.values()]


def _anywhere(what: str, took: list[float]) -> Row:
    """The bound is one for the slowest place."""
    median, slowest = statistics.median(took) * 1e3, max(took) * 1e3
    return Row(
        what, f"{median:.0f} ms, slowest {slowest:.0f} ms", "limit",
        f"{slowest / TRAVEL_MS_MAX:.2f}", f"≤ {TRAVEL_MS_MAX} ms", slowest <= TRAVEL_MS_MAX,
    )  # fmt: skip
