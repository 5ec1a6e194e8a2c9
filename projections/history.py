"""Which events count: rewind as a filter on history."""

from collections.abc import Sequence

from eventstore.recorded import Recorded
from projections.events import OPERATIONS, SessionRewound

_Node = tuple["_Node | None", Recorded]


def effective(history: Sequence[Recorded]) -> list[Recorded]:
    """The events that count after all rewinds, in order; operations always count.

    SessionRewound(to=k) means that film history is what it was right after position k, whatever
    was rewound before or after k: so undoing a rewind is a rewind to just before it.
    """
    if not any(isinstance(recorded.event, SessionRewound) for recorded in history):
        return list(history)
    current: _Node | None = None
    after: dict[int, _Node | None] = {}
    operations = []
    for recorded in history:
        if isinstance(recorded.event, SessionRewound):
            current = after[recorded.event.to]
        elif isinstance(recorded.event, OPERATIONS):
            operations.append(recorded)
        else:
            current = (current, recorded)
        after[recorded.position] = current
    film = []
    while current is not None:
        current, recorded = current
        film.append(recorded)
    return sorted([*film, *operations], key=_position)


def _position(recorded: Recorded) -> int:
    return recorded.position


def withdrawn_positions(history: Sequence[Recorded], counted: Sequence[Recorded]) -> frozenset[int]:
    """Positions of film events that a rewind took back."""
    if len(counted) == len(history):
        return frozenset()
    kept = {recorded.position for recorded in counted}
    return frozenset(
        recorded.position
        for recorded in history
        if recorded.position not in kept and not isinstance(recorded.event, SessionRewound)
    )


def boundaries(history: Sequence[Recorded]) -> list[int]:
    """Positions at which an append ended: the only ones a rewind may land on."""
    return [recorded.position for recorded in history if recorded.position == recorded.append_end]
