"""Going back and branching: rewind and fork. Events only; nothing is deleted, nothing is copied."""

from collections.abc import Sequence
from dataclasses import dataclass

from eventstore.log import EventLog, new_id
from eventstore.recorded import Cause, Recorded
from gpu.profile import Profile
from handlers import decide
from handlers.errors import Refused
from handlers.stream import SessionStream, inherited_at
from projections.events import RESULTS, MediaResult, SessionForked, SessionRewound
from projections.history import effective, withdrawn_positions
from projections.session import fold


@dataclass(frozen=True)
class Withdrawal:
    """What a rewind takes back, and what it brings back."""

    to: int
    taken_back: tuple[Recorded, ...]
    brought_back: tuple[Recorded, ...]
    shots_before: int
    shots_after: int

    @property
    def seconds(self) -> float:
        """Seconds of work in the events that are taken back; their files stay."""
        events = [r.event for r in self.taken_back if isinstance(r.event, RESULTS)]
        return sum(e.provenance.seconds for e in events if e.provenance)

    @property
    def media(self) -> int:
        """How many pictures, clips, lines and films are taken back."""
        return sum(isinstance(r.event, MediaResult) for r in self.taken_back)


def preview(stream: SessionStream, to: int) -> Withdrawal:
    """What a rewind to a position would do. Changes nothing."""
    now, then = effective(stream.history), effective(_rewound(stream, to))
    now_at, then_at = {r.position for r in now}, {r.position for r in then}
    after = fold(stream.id, _rewound(stream, to), stream.inherited)
    return Withdrawal(
        to=to,
        taken_back=tuple(r for r in now if r.position not in then_at),
        brought_back=tuple(
            r for r in then if r.position not in now_at and r.position <= len(stream.history)
        ),
        shots_before=len(stream.session.order),
        shots_after=len(after.order),
    )


def _rewound(stream: SessionStream, to: int) -> list[Recorded]:
    """The history as it would be with the rewind."""
    last = stream.history[-1]
    here = len(stream.history) + 1
    rewind = last._replace(position=here, append_end=here, event=SessionRewound(to=to))
    return [*stream.history, rewind]


def rewind(stream: SessionStream, to: int) -> list[Recorded]:
    """Film history is again what it was right after position `to`; returns what was appended."""
    if to < 1:
        parent = stream.session.parent
        hint = f"rewind its parent {parent} instead" if parent else "1 is the first"
        raise Refused("before_the_beginning", f"{stream.id} begins at position 1", hint)
    if stream.session.withdrawn == withdrawn_positions(_rewound(stream, to)):
        return []
    request_id = new_id()
    return stream.append([SessionRewound(to=to)], Cause(request_id, request_id))


def fork(
    log: EventLog, parent: SessionStream, at: int, new_session: str, profile: Profile | None
) -> SessionStream:
    """A new session whose history begins as the parent's was right after `at`: one event."""
    child = SessionStream(log, new_session)
    if child.history:
        raise Refused("session_exists", f"{new_session} has begun already", "try again")
    (row,) = log.query("SELECT hash FROM events WHERE stream = ? AND position = ?", (parent.id, at))
    forked = SessionForked(
        parent=parent.id,
        at=at,
        at_hash=row["hash"].hex(),
        profile=profile.name if profile else None,
        stages=decide.stages_for(parent.session, profile) if profile else None,
    )
    child.inherited, child.known = inherited_at(parent, at), parent.known.branch()
    request_id = new_id()
    child.append([forked], Cause(request_id, request_id))
    return child


def family(log: EventLog, session_id: str) -> Sequence[str]:
    """The sessions that a session was forked from, nearest first."""
    line = []
    first = log.read(session_id, to=1)
    while first and isinstance(first[0].event, SessionForked):
        line.append(first[0].event.parent)
        first = log.read(first[0].event.parent, to=1)
    return line
