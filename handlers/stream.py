"""One session's stream, open for reading and appending: the shell around the pure decisions."""

from collections.abc import Callable, Iterable, Sequence

from eventstore.errors import LogDamaged, WrongExpectedVersion
from eventstore.garbage import no_collections
from eventstore.log import EventLog
from eventstore.recorded import Cause, Fence, Recorded
from eventstore.registry import Event
from eventstore.tables import Change, Rows, difference
from projections.events import SessionForked, SessionRewound
from projections.history import film
from projections.rows import KnownRows, rows
from projections.session import Session, advance, fold

Decide = Callable[[Session], Sequence[Event]]


def inherited(log: EventLog, first: Recorded | None) -> list[Recorded]:
    """The film events that a fork takes over: its parent's effective history at the fork."""
    if first is None or not isinstance(first.event, SessionForked):
        return []
    parent = log.read(first.event.parent, to=first.event.at)
    return [*inherited(log, parent[0] if parent else None), *film(parent)]


class SessionStream:
    """History and session of one stream, kept current by reload()."""

    def __init__(self, log: EventLog, session_id: str) -> None:
        self.log = log
        self.id = session_id
        self.history: list[Recorded] = []
        self.inherited: list[Recorded] = []
        self.session = Session(session_id)
        self.known = KnownRows()
        self._rows: Rows | None = None
        self._rewound: tuple[int, int, Session] | None = None
        self.reload()

    def reload(self) -> list[Recorded]:
        """Read what was appended since the last time; returns it."""
        new = self.log.read(self.id, after=len(self.history))
        if new:
            if not self.history:
                self.inherited = inherited(self.log, new[0])
            after = self._after(new)
            # No call in between: a signal handler's exception must not part them.
            self.session, self.history, self._rows = after, [*self.history, *new], None
        return new

    def rows(self) -> Rows:
        """The read tables' rows of the session as it is."""
        if self._rows is None:
            self._rows = rows(self.session, self.known)
        return self._rows

    def branch(self, at: int, session_id: str) -> "SessionStream":
        """A stream that takes over this film as it was right after `at`; nothing is appended."""
        child = SessionStream(self.log, session_id)
        if not child.history:
            child.inherited = [*self.inherited, *film(self.history[:at])]
            child.session = fold(session_id, [], child.inherited)
            child.known = self.known.branch()
        return child

    def rewound(self, to: int) -> Session:
        """The session as a rewind to a position would make it: looked at before it is done."""
        version = len(self.history)
        if self._rewound is None or self._rewound[:2] != (version, to):
            last, here = self.history[-1], version + 1
            rewind = last._replace(position=here, append_end=here, event=SessionRewound(to=to))
            found = fold(self.id, [*self.history, rewind], self.inherited)
            self._rewound = version, to, found
        return self._rewound[2]

    def _after(self, new: Sequence[Recorded]) -> Session:
        match [recorded.event for recorded in new]:
            case [SessionRewound(to=to)] if self.history:
                after = self.rewound(to).copy()
                after.version, after.updated_at = new[0].position, new[0].recorded_at
                return after
            case events if SessionRewound in map(type, events):
                return fold(self.id, [*self.history, *new], self.inherited)
        if self.history or self.session.started:
            return advance(self.session, new)
        return fold(self.id, new, self.inherited)

    def append(
        self,
        events: Sequence[Event],
        cause: Cause,
        *,
        fence: Fence | None = None,
    ) -> list[Recorded]:
        """Append after the version this stream has seen; read tables follow in the same commit.

        Raises WrongExpectedVersion when somebody else was first, FenceLost, LogFailed.
        """
        before = self.rows() if self.history else {}
        outcome: list[tuple[Session, Rows]] = []

        def project(new: list[Recorded]) -> Iterable[Change]:
            if not self.history and not self.inherited:
                self.inherited = inherited(self.log, new[0])
            session = self._after(new)
            after = rows(session, self.known)
            outcome.append((session, after))
            return difference(before, after)

        with no_collections():
            recorded = self.log.append(
                self.id,
                events,
                expected=len(self.history),
                cause=cause,
                fence=fence,
                project=project,
            )
        if outcome:
            self.history += recorded
            self.session, self._rows = outcome[-1]
        return recorded

    def record(self, decide: Decide, cause: Cause, *, fence: Fence | None = None) -> list[Recorded]:
        """Decide on the newest session and append; decide again when somebody else was first.

        Raises LogDamaged where nobody was, and the log still holds more than can be read.
        """
        self.reload()
        while True:
            events = decide(self.session)
            try:
                return self.append(events, cause, fence=fence)
            except WrongExpectedVersion as error:
                if not self.reload():
                    raise LogDamaged(
                        f"{self.log.path}: events of {self.id} are missing; see `reelog audit`"
                    ) from error
