"""What would be: a session after events that nobody has recorded."""

from collections.abc import Sequence

from eventstore.log import new_id, utc_now
from eventstore.recorded import Recorded
from eventstore.registry import Event
from projections.session import Session, advance


def imagined(session: Session, events: Sequence[Event]) -> Session:
    """The session as it would be after these events, none of which is a rewind."""
    end = session.version + len(events)
    return advance(
        session,
        [
            Recorded(0, new_id(), session.version + n, end, "what-if", "what-if", utc_now(), event)
            for n, event in enumerate(events, start=1)
        ],
    )
