"""Compute a session again from its events alone, and compare with what the log says it is."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eventstore.log import EventLog
from eventstore.recorded import Recorded
from handlers.stream import inherited
from projections.replay import Moment, disagreements, moments, row_differences
from projections.rows import rows
from projections.session import fold


@dataclass(frozen=True)
class Source:
    """A history as it was read, with what a fork takes over and the read tables of that moment."""

    session_id: str
    history: Sequence[Recorded]
    inherited: Sequence[Recorded]
    differences: Sequence[str]


@dataclass(frozen=True)
class Replayed:
    """What folding from nothing came to."""

    end: Moment
    events: int
    appends: int
    seconds: float
    differences: Sequence[str]


def read(log: EventLog, session_id: str) -> Source:
    """The whole history, and where the read tables differ from it."""
    with log.one_moment():
        history = log.read(session_id)
        stored = log.stored_rows(session_id)
    taken_over = inherited(log, history[0] if history else None)
    rebuilt = rows(fold(session_id, history, taken_over))
    return Source(session_id, history, taken_over, row_differences(stored, rebuilt))


def replay(
    source: Source,
    to: int,
    *,
    check: bool = False,
    each: Callable[[Moment | None, Moment], None] = lambda *_: None,
) -> Replayed:
    """Fold up to a position; `each` gets every moment with the one before it.

    With `check`, every moment is folded from nothing too, and compared.
    """
    history = source.history[:to]
    differences = list(source.differences)
    before: Moment | None = None
    count = 0
    began = time.perf_counter()
    for moment in moments(source.session_id, history, source.inherited):
        if check:
            differences += disagreements(moment, history, source.inherited)
        each(before, moment)
        before, count = moment, count + 1
    assert before is not None, "a session has events"
    seconds = time.perf_counter() - began
    return Replayed(before, len(history), count, seconds, differences)
