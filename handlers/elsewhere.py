"""Whether a film's profile was chosen elsewhere: by whoever made the bundle that it came in.

Such a film may name any server, and any variable of this machine as its key.
"""

from eventstore.log import EventLog
from eventstore.registry import Event
from projections.events import ProfileChanged, SessionForked, SessionImported, SessionStarted
from projections.history import effective


def chosen_elsewhere(log: EventLog, session_id: str) -> bool:
    """Whether who does the stages, as it counts now, was said before the film was imported."""
    whole = log.read(session_id)
    counted = whole
    while whole:
        imported = max(
            (r.position for r in whole if isinstance(r.event, SessionImported)), default=0
        )
        chosen = [r.position for r in effective(counted) if _chooses(r.event)]
        if chosen:
            return chosen[-1] < imported
        first = whole[0].event
        if not isinstance(first, SessionForked):
            return imported > 0
        whole = log.read(first.parent)
        counted = whole[: first.at]
    return False


def _chooses(event: Event) -> bool:
    """Whether an event says who does the stages."""
    forked = isinstance(event, SessionForked) and event.stages is not None
    return forked or isinstance(event, SessionStarted | ProfileChanged)
