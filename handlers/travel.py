"""Going back and branching: rewind and fork. Events only; nothing is deleted, nothing is copied."""

from collections.abc import Mapping
from dataclasses import dataclass

from eventstore.log import new_id
from eventstore.recorded import Cause, Recorded
from eventstore.registry import Event
from gpu.profile import Profile
from handlers import decide
from handlers.errors import Refused
from handlers.imagined import imagined
from handlers.stream import SessionStream
from projections.events import (
    RESULTS,
    MediaResult,
    PreviewRendered,
    SessionForked,
    SessionRewound,
    ShotResult,
)
from projections.rows import steps
from projections.session import STAGE_OF, Session
from projections.work import work

Steps = Mapping[str, tuple[int, int]]
"""Step → (done, total), in the order of making."""


@dataclass(frozen=True)
class Withdrawal:
    """What a rewind takes back, and what it brings back; `steps`: what is there afterwards."""

    to: int
    taken_back: tuple[Recorded, ...]
    brought_back: tuple[Recorded, ...]
    shots_before: int
    shots_after: int
    steps: Steps
    places: Mapping[int, int]

    @property
    def nothing(self) -> bool:
        """Whether the session is already what it was then."""
        return not self.taken_back and not self.brought_back

    @property
    def seconds(self) -> float:
        """Seconds of work in the events that are taken back; their files stay."""
        events = [r.event for r in self.taken_back if isinstance(r.event, RESULTS)]
        return sum(e.provenance.seconds for e in events if e.provenance)

    @property
    def media(self) -> int:
        """How many pictures, clips, lines and films are taken back."""
        return sum(isinstance(r.event, MediaResult) for r in self.taken_back)

    @property
    def takes(self) -> dict[str, list[tuple[int, int]]]:
        """Stage → (place of the shot in the cut, take) of what was made and is taken back."""
        found: dict[str, set[tuple[int, int]]] = {}
        for recorded in self.taken_back:
            event = recorded.event
            if isinstance(event, ShotResult):
                stage = event.stage if isinstance(event, PreviewRendered) else STAGE_OF[type(event)]
                place = self.places.get(event.shot, event.shot)
                found.setdefault(stage, set()).add((place, event.take))
        return {stage: sorted(takes) for stage, takes in sorted(found.items())}


def preview(stream: SessionStream, to: int) -> Withdrawal:
    """What a rewind to a position would do. Changes nothing."""
    before, after = stream.session, stream.rewound(to)
    taken_back, brought_back = (
        tuple(stream.history[position - 1] for position in sorted(positions))
        for positions in (after.withdrawn - before.withdrawn, before.withdrawn - after.withdrawn)
    )
    return Withdrawal(
        to=to,
        taken_back=taken_back,
        brought_back=brought_back,
        shots_before=len(before.order),
        shots_after=len(after.order),
        steps=_steps(after, stream),
        places={
            shot: at for order in (after.order, before.order) for at, shot in enumerate(order, 1)
        },
    )


def rewind(stream: SessionStream, to: int) -> list[Recorded]:
    """Film history is again what it was right after position `to`; returns what was appended.

    What a worker appends meanwhile is taken back too.
    """
    if to < 1:
        parent = stream.session.parent
        hint = f"rewind its parent {parent} instead" if parent else "1 is the first"
        raise Refused("before_the_beginning", f"{stream.id} begins at position 1", hint)

    def decide(session: Session) -> list[SessionRewound]:
        there = session.withdrawn == stream.rewound(to).withdrawn
        return [] if there else [SessionRewound(to=to)]

    request_id = new_id()
    return stream.record(decide, Cause(request_id, request_id))


@dataclass(frozen=True)
class Fork:
    """A film that is about to begin as another one was: with which events, and what is there."""

    child: SessionStream
    events: tuple[Event, ...]
    steps: Steps


def fork(
    parent: SessionStream, at: int, new_session: str, profile: Profile | None
) -> SessionStream:
    """A new session whose history begins as the parent's was right after `at`: one event."""
    return begin(prepare_fork(parent, at, new_session, profile))


def prepare_fork(parent: SessionStream, at: int, new_session: str, profile: Profile | None) -> Fork:
    """The fork as it would be; nothing is appended.

    What its language models may cost is told again.
    """
    child = parent.branch(at, new_session)
    (row,) = child.log.query(
        "SELECT hash FROM events WHERE stream = ? AND position = ?", (parent.id, at)
    )
    forked = SessionForked(
        parent=parent.id,
        at=at,
        at_hash=row["hash"].hex(),
        profile=profile.name if profile else None,
        stages=decide.stages_for(parent.session, profile) if profile else None,
    )
    limit = [parent.session.budget] if parent.session.budget else []
    events = (forked, *limit)
    return Fork(child, events, _steps(imagined(child.session, events), child))


def begin(prepared: Fork) -> SessionStream:
    """Append what begins a fork."""
    child = prepared.child
    if child.history:
        raise Refused("session_exists", f"{child.id} has begun already", "try again")
    request_id = new_id()
    child.append(prepared.events, Cause(request_id, request_id))
    return child


def _steps(after: Session, stream: SessionStream) -> Steps:
    """What is there then. The stream comes to know the work of that moment."""
    return steps(after, work(after, stream.known.shots, named=False))
