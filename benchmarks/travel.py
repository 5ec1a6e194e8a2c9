"""Going back in a large session: rewind and fork as one event each, read tables included."""

import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import sample
from benchmarks.command import reelog
from benchmarks.measure import Row, at_most, median_of, seconds
from eventstore.home import Home
from eventstore.log import EventLog, new_id
from handlers import travel
from handlers.stream import SessionStream
from projections.events import TYPES
from projections.history import boundaries

EVENTS, SHOTS, PLACES = 10_000, 1_000, 9
TRAVEL_MS_MAX = 50
ROUNDS = 5


def rows() -> list[Row]:
    """Rewind and fork anywhere in the session; the session is loaded already."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        with home.open(TYPES) as log:
            stream = sample.grow(log, "session_big", EVENTS, SHOTS)
            view_s = median_of(5, lambda: reelog(folder, "view", "last"))
            ends = boundaries(stream.history)
            places = [ends[len(ends) * n // PLACES] for n in range(1, PLACES)]
            stream.rows()
            forks, rewinds = (
                _by_place(places, lambda at: _fork(log, stream, at)),
                _by_place(places, lambda at: travel.rewind(stream, at)),
            )
    name = f"of {EVENTS:,} events, {SHOTS:,} shots"
    return [
        _anywhere(f"rewind in a session {name}", rewinds),
        _anywhere(f"fork in a session {name}", forks),
        at_most(f"reelog view of a session {name}", view_s * 1e3, 300, "ms"),
    ]


def _fork(log: EventLog, stream: SessionStream, at: int) -> SessionStream:
    return travel.fork(log, stream, at, f"fork_{new_id()}", None)


def _by_place(places: list[int], move: Callable[[int], object]) -> list[float]:
    """The median time at each place, going from place to place."""
    kept = []  # what a move makes is not thrown away while it is timed
    took: dict[int, list[float]] = {at: [] for at in places}
    for _ in range(ROUNDS):
        for at in places:
            took[at].append(seconds(lambda at=at: kept.append(move(at))))
    return [statistics.median(one) for one in took.values()]


def _anywhere(what: str, took: list[float]) -> Row:
    """The bound is one for the slowest place."""
    median, slowest = statistics.median(took) * 1e3, max(took) * 1e3
    return Row(
        what, f"{median:.0f} ms, slowest {slowest:.0f} ms", "limit",
        f"{slowest / TRAVEL_MS_MAX:.2f}", f"≤ {TRAVEL_MS_MAX} ms", slowest <= TRAVEL_MS_MAX,
    )  # fmt: skip
