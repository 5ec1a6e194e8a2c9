"""Which events count: rewind as a filter on history."""

from collections.abc import Sequence

from eventstore.recorded import Recorded
from projections.events import OPERATIONS, SessionRewound

_OPERATIONS = frozenset(OPERATIONS)


def effective(history: Sequence[Recorded]) -> list[Recorded]:
    """The events that count after all rewinds, in order; operations always count.

    SessionRewound(to=k) means that film history is what it was right after position k, whatever
    was rewound before or after k: so undoing a rewind is a rewind to just before it.
    """
    return [
        recorded
        for recorded, counts in zip(history, _film_that_counts(history), strict=True)
        if counts or type(recorded.event) in _OPERATIONS
    ]


def film(history: Sequence[Recorded]) -> list[Recorded]:
    """The film events that count, in order: what a fork takes over."""
    counting = zip(history, _film_that_counts(history), strict=True)
    return [recorded for recorded, counts in counting if counts]


def withdrawn_positions(history: Sequence[Recorded]) -> frozenset[int]:
    """Positions of film events that a rewind took back."""
    if SessionRewound not in {type(recorded.event) for recorded in history}:
        return frozenset()
    not_taken_back = {SessionRewound, *_OPERATIONS}
    return frozenset(
        recorded.position
        for recorded, counts in zip(history, _film_that_counts(history), strict=True)
        if not counts and type(recorded.event) not in not_taken_back
    )


def _film_that_counts(history: Sequence[Recorded]) -> bytearray:
    """For each event, whether it is part of the film as it is: found from the end backwards.

    What stands between a rewind and where it leads is not looked at: rewinds among it neither.
    """
    counts = bytearray(len(history))
    at = len(history)
    while at > 0:
        at -= 1
        event = history[at].event
        if type(event) is SessionRewound:  # isinstance takes six times as long to say no
            at = min(at, event.to)
        elif type(event) not in _OPERATIONS:
            counts[at] = 1
    return counts


def boundaries(history: Sequence[Recorded]) -> list[int]:
    """Positions at which an append ended: the only ones a rewind may land on."""
    return [recorded.position for recorded in history if recorded.position == recorded.append_end]
