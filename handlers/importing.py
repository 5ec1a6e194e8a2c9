"""Take a checked bundle into this home: artifacts first, then each session in one commit.

Events keep their ids, causes, times and positions; SessionImported behind them says where
they came from. So an import that was done before is known by its ids, and does nothing.
"""

import shutil
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from zipfile import ZipFile

from eventstore.artifacts import full_disk_is_ours
from eventstore.errors import WrongExpectedVersion
from eventstore.home import Home
from eventstore.leases import WorkerLock
from eventstore.log import EventLog, new_id, utc_now
from eventstore.recorded import Cause, CopiedAppend, Recorded
from eventstore.registry import Event
from eventstore.tables import Change, Row, difference
from handlers.bundle import artifact_name
from handlers.bundle_check import Checked, check, opened, refuse
from handlers.errors import SENSELESS, Refused
from handlers.stream import inherited
from projections.events import (
    TYPES,
    SessionForked,
    SessionImported,
    SessionPaused,
    SessionRewound,
    SessionStarted,
)
from projections.history import film
from projections.replay import appends
from projections.rows import rows
from projections.session import fold


@dataclass(frozen=True)
class Imported:
    """What an import came to. `sessions`: name in the bundle → name here; `new`: what was added."""

    session: str
    sessions: dict[str, str]
    new: list[str]
    events: int
    artifacts: int
    missing: Sequence[str]


def import_bundle(home: Home, path: Path) -> Imported:
    """Check a bundle and take it in. Raises Refused with what is wrong; nothing is left then."""
    if not path.is_file():
        raise Refused("no_such_file", f"there is no file {path}", "name a bundle")
    with opened(path) as bundle:
        checked = check(bundle)
        order = _oldest_first(checked)
        _check_sense(checked, order)
        with home.open(TYPES) as log, closing(WorkerLock(home.locks)) as lock:
            known = {name: _known_as(log, checked.streams[name]) for name in order}
            new = [name for name in order if known[name] is None]
            artifacts = _take_artifacts(home, lock, bundle, checked) if new else 0
            names = {name: here for name, here in known.items() if here}
            for name in new:
                names[name] = _take_session(log, checked, name, names)
    return Imported(
        session=names[checked.session],
        sessions=names,
        new=[names[name] for name in new],
        events=sum(len(checked.streams[name]) for name in new),
        artifacts=artifacts,
        missing=checked.missing,
    )


def _oldest_first(checked: Checked) -> list[str]:
    """The session with its parents in front. Raises Refused when events do not fit together."""
    order: list[str] = []
    name: str | None = checked.session
    while name is not None:
        order.insert(0, name)
        name = _parent(checked, name, order)
    if len(order) != len(checked.streams):
        raise refuse("it holds sessions that the film does not come from")
    return order


def _parent(checked: Checked, name: str, seen: Sequence[str]) -> str | None:
    """The session that one was forked from, if any; its events are looked over on the way."""
    first, *rest = (recorded.event for recorded in checked.streams[name])
    strange = [e for e in rest if isinstance(e, SessionStarted | SessionForked)]
    if strange or not isinstance(first, SessionStarted | SessionForked):
        raise refuse(f"{name} does not begin as a session does")
    if isinstance(first, SessionStarted) and not _can_be_made(first):
        raise refuse(f"{name} asks for a film that cannot be made")
    for recorded in checked.streams[name]:
        event = recorded.event
        if isinstance(event, SessionRewound) and not 1 <= event.to < recorded.position:
            raise refuse(f"event {recorded.position} of {name} rewinds to {event.to}")
    if isinstance(first, SessionStarted):
        return None
    parent = checked.streams.get(first.parent)
    if parent is None or len(parent) != first.at or first.parent in seen:
        raise refuse(f"{name} was forked from {first.parent}, which is not in it as it was then")
    return first.parent


def _can_be_made(started: SessionStarted) -> bool:
    least = min(started.fps, started.width, started.height, started.shots)
    return least >= 1 and started.duration_s > 0


def _fits(row: Row) -> bool:
    """Whether SQLite can hold it."""
    return all(not isinstance(one, int) or -(2**63) <= one < 2**63 for one in row)


def _check_sense(checked: Checked, order: Sequence[str]) -> None:
    """Raises Refused when folding the events, as it will be done here, ends in nonsense."""
    inherits: list[Recorded] = []
    for name in order:
        history = checked.streams[name]
        try:
            found = rows(fold(name, history, inherits))
            if not all(map(_fits, chain.from_iterable(t.values() for t in found.values()))):
                raise OverflowError("a number in its rows is too large")
        except SENSELESS as error:
            why = f"{type(error).__name__}: {error}"
            raise refuse(f"the events of {name} make no sense together ({why})") from error
        inherits = [*inherits, *film(history)]


def _known_as(log: EventLog, history: Sequence[Recorded]) -> str | None:
    """The session here that these events are, or None. Raises Refused when only some are here."""
    found: dict[str, int] = {}
    for recorded in history:
        for row in log.query("SELECT stream FROM events WHERE event_id = ?", (recorded.event_id,)):
            found[row["stream"]] = found.get(row["stream"], 0) + 1
    if not found:
        return None
    (here, known), *others = found.items()
    if others or known < len(history):
        raise Refused(
            "imported_before",
            f"{here} holds {known} of its {len(history)} events already: an earlier state of it",
            "import it into another --home",
        )
    return here


def _take_artifacts(home: Home, lock: WorkerLock, bundle: ZipFile, checked: Checked) -> int:
    """Keep every artifact that is not here yet; returns how many were."""
    taken = 0
    for sha256, media_type in checked.artifacts:
        if home.artifacts.secure(sha256, media_type):
            continue
        temporary = home.artifacts.temporary(lock.name, media_type)
        try:
            with (
                full_disk_is_ours(temporary),
                bundle.open(artifact_name(sha256, media_type)) as source,
                temporary.open("wb") as target,
            ):
                shutil.copyfileobj(source, target, 1 << 20)
            kept, _ = home.artifacts.keep(temporary, media_type)
        finally:
            temporary.unlink(missing_ok=True)
        if kept != sha256:
            raise refuse(f"artifact {sha256[:12]} changed while it was read")
        taken += 1
    return taken


def _take_session(log: EventLog, checked: Checked, name: str, names: dict[str, str]) -> str:
    """Append one session under its own name, or under the next free one."""
    events: list[Event] = [
        SessionImported(log_id=checked.log_id, session=name, head_hash=checked.head_hash)
    ]
    if name != checked.session:
        events.append(SessionPaused())  # here for its child; nobody asked for the rest of it
    history = [_renamed(log, recorded, names) for recorded in checked.streams[name]]
    request_id = new_id()
    copies = [
        *(_copied(append) for append in appends(history)),
        CopiedAppend([new_id() for _ in events], events, Cause(request_id, request_id), utc_now()),
    ]
    for number in count(1):
        here = name if number == 1 else f"{name}_{number}"
        try:
            log.begin_with(here, copies, lambda new, here=here: _rows(log, here, new))  # type: ignore[misc]
        except WrongExpectedVersion:
            continue
        return here
    raise AssertionError("there is always a free name")


def _renamed(log: EventLog, recorded: Recorded, names: dict[str, str]) -> Recorded:
    """A fork names its parent as it is called here, and the hash that its event has here."""
    event = recorded.event
    if not isinstance(event, SessionForked):
        return recorded
    parent = names[event.parent]
    (row,) = log.query(
        "SELECT hash FROM events WHERE stream = ? AND position = ?", (parent, event.at)
    )
    changes = {"parent": parent, "at_hash": row["hash"].hex()}
    return recorded._replace(event=event.model_copy(update=changes))


def _copied(append: Sequence[Recorded]) -> CopiedAppend:
    first = append[0]
    return CopiedAppend(
        [recorded.event_id for recorded in append],
        [recorded.event for recorded in append],
        Cause(first.causation_id, first.correlation_id),
        first.recorded_at,
    )


def _rows(log: EventLog, name: str, history: list[Recorded]) -> list[Change]:
    return difference({}, rows(fold(name, history, inherited(log, history[0]))))
