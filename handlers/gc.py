"""Which files of a home nobody needs, and taking them away. The log loses nothing, ever.

Needed is what any event of any session names. With `withdrawn`, only what a history that counts
names; then ArtifactLost is recorded first, so that whoever comes back makes it again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eventstore.home import Home
from eventstore.leases import is_dead
from eventstore.log import EventLog, new_id
from eventstore.recorded import Cause
from handlers import leftovers
from handlers.errors import Refused
from handlers.stream import SessionStream
from projections.events import ArtifactLost
from projections.named import named
from projections.usage import Claim, claims
from projections.work import work

ORPHAN, WITHDRAWN, LEFTOVER = "no event names it", "taken back", "left over by a dead worker"
HALF_MADE = "half a clip that nobody wants any more"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_WORKER = "[0-9a-f]" * 12


@dataclass(frozen=True)
class Garbage:
    """A file that can go, and why. `claims`: (session, claim) of withdrawn events that name it."""

    path: Path
    bytes: int
    why: str
    mtime_ns: int
    claims: Sequence[tuple[str, Claim]] = ()


def stored(home: Home) -> list[Path]:
    """Every file of the artifact store that is named by its content."""
    return [
        path
        for path in sorted(home.artifacts.files())
        if _SHA256.fullmatch(path.name.partition(".")[0]) and path.is_file()
    ]


def temporaries(home: Home) -> list[Path]:
    """What workers, living and dead, write to."""
    return sorted(home.artifacts.temporaries())


def named_anywhere(log: EventLog) -> set[str]:
    """Every hash in any event: also of types that a newer program wrote."""
    found: set[str] = set()
    for row in log.query("SELECT data FROM events"):
        found.update(_SHA256.findall(row["data"]))
    return found


def garbage(home: Home, log: EventLog, *, withdrawn: bool = False) -> list[Garbage]:
    """What could go. Changes nothing but the lock files of the dead."""
    # In this order: whoever made a file that is listed still lives, or an event names it.
    files = [(path, path.name.partition(".")[0], path.stat()) for path in stored(home)]
    since = _oldest_worker(home)
    known = named_anywhere(log)
    found = [
        Garbage(path, status.st_size, ORPHAN, status.st_mtime_ns)
        for path, sha256, status in files
        if sha256 not in known and (since is None or status.st_mtime_ns < since)
    ]
    if withdrawn:
        taken_back = _only_withdrawn(log)
        found += [
            Garbage(path, status.st_size, WITHDRAWN, status.st_mtime_ns, taken_back[sha256])
            for path, sha256, status in files
            if sha256 in taken_back
        ]
    found += [
        Garbage(path, path.lstat().st_size, LEFTOVER, path.lstat().st_mtime_ns)
        for path in temporaries(home)
        if is_dead(home.locks, path.name.partition("-")[0])
    ]
    return found + _half_made(home, log)


def _half_made(home: Home, log: EventLog) -> list[Garbage]:
    """States of clips whose commands are not open in any session."""
    files = [(path, path.stat()) for path in sorted(home.checkpoints.glob("*.safetensors*"))]
    if not files or _oldest_worker(home) is not None:
        return []
    open_ids = {
        command.id
        for name in log.streams()
        for command in work(SessionStream(log, name).session).open
    }
    return [
        Garbage(path, status.st_size, HALF_MADE, status.st_mtime_ns)
        for path, status in files
        if path.name.partition(".")[0] not in open_ids
    ]


def _oldest_worker(home: Home) -> int | None:
    """When the longest-living worker began (its lock file's time); None when nobody lives."""
    alive = [path for path in home.locks.glob(_WORKER) if not is_dead(home.locks, path.name)]
    return min((path.stat().st_mtime_ns for path in alive if path.exists()), default=None)


def _only_withdrawn(log: EventLog) -> dict[str, list[tuple[str, Claim]]]:
    """Results that were taken back and that no history needs, forks' included."""
    needed: set[str] = set()
    gone: dict[str, list[tuple[str, Claim]]] = {}
    for name in log.streams():
        stream = SessionStream(log, name)
        needed |= {sha256 for r in stream.inherited for sha256, _ in named(r.event)}
        for claim in claims(stream.history):
            if claim.withdrawn and claim.kind:
                gone.setdefault(claim.sha256, []).append((name, claim))
            else:
                needed.add(claim.sha256)
    return {sha256: found for sha256, found in gone.items() if sha256 not in needed}


def collect(home: Home, log: EventLog, *, withdrawn: bool = False) -> list[Garbage]:
    """Take away what can go; returns what went. Raises Refused while a worker may need it."""
    if withdrawn and _oldest_worker(home) is not None:
        raise Refused(
            "busy", "a worker is at work, and may need what was taken back", "wait for it"
        )
    found = garbage(home, log, withdrawn=withdrawn)
    for one in found:
        _record_loss(log, one)
    for one in found:
        if one.why != LEFTOVER and _is_as_it_was(one):
            one.path.unlink(missing_ok=True)
    leftovers.remove(home, log)
    return found


def _is_as_it_was(one: Garbage) -> bool:
    """Nobody made it again meanwhile."""
    return one.path.exists() and one.path.stat().st_mtime_ns == one.mtime_ns


def _record_loss(log: EventLog, one: Garbage) -> None:
    """In every session that might come back to it."""
    for session, command_id in sorted({(name, claim.command_id) for name, claim in one.claims}):
        lost = ArtifactLost(
            command_id=command_id,
            sha256=one.path.name.partition(".")[0],
            reason="removed by gc: it was taken back",
        )
        request_id = new_id()
        SessionStream(log, session).record(
            lambda _, lost=lost: [lost],  # type: ignore[misc]
            Cause(request_id, request_id),
        )
