"""Going back in a large session: rewind and fork as one event each, read tables included."""

import statistics
import tempfile
from pathlib import Path

from benchmarks import sample
from benchmarks.command import reelog
from benchmarks.measure import Row, at_most, median_of, seconds
from eventstore.home import Home
from handlers import travel
from projections.events import TYPES
from projections.history import boundaries

EVENTS, SHOTS, PLACES = 10_000, 1_000, 9


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
            forks = [
                seconds(lambda at=at: travel.fork(log, stream, at, f"session_{at}", None))
                for at in places
            ]
            rewinds = [seconds(lambda at=to: travel.rewind(stream, at)) for to in places]
    name = f"of {EVENTS:,} events, {SHOTS:,} shots"
    return [
        at_most(f"rewind in a session {name}", statistics.median(rewinds) * 1e3, 50, "ms"),
        at_most(f"fork in a session {name}", statistics.median(forks) * 1e3, 50, "ms"),
        at_most(f"reelog view of a session {name}", view_s * 1e3, 300, "ms"),
    ]
