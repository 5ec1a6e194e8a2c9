"""Steering a session: retry, pause, unpause, cancel, priority. Decide, append, nothing else."""

from collections.abc import Sequence

from eventstore.log import EventLog, new_id
from eventstore.recorded import Cause, Recorded
from eventstore.registry import Event
from handlers import decide
from handlers.errors import Refused
from handlers.stream import Decide, SessionStream
from projections.events import (
    SessionCancelled,
    SessionPaused,
    SessionPrioritised,
    SessionUnpaused,
)
from projections.session import Session
from projections.work import work

REASON_CHARACTERS_MAX = 1000
PRIORITY_MAX = 1000


def ask(log: EventLog, session_id: str, request: Decide) -> list[Recorded]:
    """Decide a request on the newest session and append what follows."""
    request_id = new_id()
    return SessionStream(log, session_id).record(request, Cause(request_id, request_id))


def retry(session: Session) -> Sequence[Event]:
    """Open everything that is parked again."""
    events = decide.reopen(session, only_deaths=False)
    if not events:
        raise Refused("nothing_parked", f"nothing of {session.id} is parked", "see `reelog view`")
    return events


def pause(session: Session, *, now: bool) -> Sequence[Event]:
    """Start no new work; with `now`, end work in flight too."""
    if session.cancelled:
        raise Refused("cancelled", f"{session.id} was cancelled", "`reelog fork` goes on from it")
    _refuse_complete(session, "pause")
    if session.paused and session.paused_now >= now:
        return []
    return [SessionPaused(now=now)]


def unpause(session: Session) -> Sequence[Event]:
    """Let work start again."""
    if not session.paused:
        raise Refused("not_paused", f"{session.id} is not paused", "see `reelog list`")
    return [SessionUnpaused()]


def cancel(session: Session, *, reason: str, now: bool) -> Sequence[Event]:
    """Never work on it again; with `now`, end work in flight too."""
    decide.check_text(reason, "the reason", REASON_CHARACTERS_MAX)
    if session.cancelled and session.cancelled_now >= now:
        return []
    _refuse_complete(session, "cancel")
    return [SessionCancelled(reason=reason, now=now)]


def _refuse_complete(session: Session, what: str) -> None:
    if work(session).complete:
        raise Refused("complete", f"{session.id} is complete, there is nothing to {what}", "")


def prioritise(session: Session, *, priority: int) -> Sequence[Event]:
    """Sessions of higher priority are worked on first."""
    if abs(priority) > PRIORITY_MAX:
        raise Refused(
            "out_of_range",
            f"priority {priority} is out of range",
            f"it takes {-PRIORITY_MAX} to {PRIORITY_MAX}",
        )
    return [] if session.priority == priority else [SessionPrioritised(priority=priority)]
