"""How many bytes a home takes: by session, by what counts and what was taken back, by take."""

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from eventstore.home import Home
from eventstore.log import EventLog
from handlers.gc import named_anywhere, stored, temporaries
from handlers.keeping import used_by
from handlers.stream import SessionStream
from projections.usage import Claim, claims, in_the_cut
from projections.work import work


@dataclass(frozen=True, kw_only=True)
class TakeUsage:
    """One take's file. `shot` is the stable number, `place` that in the cut, where it has one.

    `in_cut`: the film is cut from it.
    """

    kind: str
    shot: int | None
    place: int | None
    take: int | None
    sha256: str
    bytes: int
    in_cut: bool
    withdrawn: bool
    shared: bool


@dataclass(kw_only=True)
class SessionUsage:
    """One session: kept and withdrawn add up to what it names; shared is named by others too.

    `inherited_bytes`: files of its parents that a fork builds on, counted there.
    """

    session: str
    title: str
    parent: str | None = None
    inherited_bytes: int = 0
    kept_bytes: int = 0
    withdrawn_bytes: int = 0
    shared_bytes: int = 0
    alone_bytes: int = 0
    missing: int = 0
    takes: list[TakeUsage] = field(default_factory=list)


@dataclass(kw_only=True)
class Usage:
    """A home. Shared artifacts are counted once in `artifacts_bytes` and in `shared_bytes`."""

    log_bytes: int
    artifacts: int
    artifacts_bytes: int
    shared: int
    shared_bytes: int
    orphans: int
    orphans_bytes: int
    temporary: int
    temporary_bytes: int
    folders_bytes: int
    sessions: list[SessionUsage]

    @property
    def total_bytes(self) -> int:
        """Everything on the disk, hard links once."""
        files = self.log_bytes + self.artifacts_bytes
        return files + self.temporary_bytes + self.folders_bytes

    def as_data(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self) | {"total_bytes": self.total_bytes}


def usage(home: Home, log: EventLog) -> Usage:
    """Measure a home. Changes nothing."""
    sizes = {path.name.partition(".")[0]: path.stat().st_size for path in stored(home)}
    streams = [SessionStream(log, name) for name in log.streams()]
    claimed = {stream.id: claims(stream.history) for stream in streams}
    users: dict[str, set[str]] = {}
    for session, found in claimed.items():
        for claim in found:
            users.setdefault(claim.sha256, set()).add(session)
    shared = {sha256 for sha256, names in users.items() if len(names) > 1 and sha256 in sizes}
    known = named_anywhere(log)
    orphans = [size for sha256, size in sizes.items() if sha256 not in known]
    leftovers = [_bytes_of(path) for path in temporaries(home)]
    return Usage(
        log_bytes=_log_bytes(home),
        artifacts=len(sizes),
        artifacts_bytes=sum(sizes.values()),
        shared=len(shared),
        shared_bytes=sum(sizes[sha256] for sha256 in shared),
        orphans=len(orphans),
        orphans_bytes=sum(orphans),
        temporary=len(leftovers),
        temporary_bytes=sum(leftovers),
        folders_bytes=_folders_bytes(home),
        sessions=[_of_session(stream, claimed[stream.id], sizes, shared) for stream in streams],
    )


def _of_session(
    stream: SessionStream, found: list[Claim], sizes: dict[str, int], shared: set[str]
) -> SessionUsage:
    s = stream.session
    title = s.title or (s.started.idea if s.started else "")
    one = SessionUsage(session=s.id, title=title, parent=s.parent)
    inherited = {claim.sha256 for claim in claims(stream.inherited)} - {c.sha256 for c in found}
    one.inherited_bytes = sum(sizes.get(sha256, 0) for sha256 in inherited)
    place = {shot: at for at, shot in enumerate(s.order, start=1)}
    cut = in_the_cut(s, work(s))
    kept = {claim.sha256 for claim in found if not claim.withdrawn}
    counted_on = {used.sha256 for used in used_by(stream, set())}
    by_sha256 = {claim.sha256: claim for claim in found}
    by_sha256 |= {claim.sha256: claim for claim in found if not claim.withdrawn}
    for sha256, claim in by_sha256.items():
        if sha256 not in sizes:
            one.missing += sha256 in counted_on
            continue
        size = sizes[sha256]
        one.kept_bytes += size if sha256 in kept else 0
        one.withdrawn_bytes += 0 if sha256 in kept else size
        one.shared_bytes += size if sha256 in shared else 0
        one.alone_bytes += 0 if sha256 in shared else size
        if claim.kind:
            one.takes.append(
                TakeUsage(
                    kind=claim.kind, shot=claim.shot, place=place.get(claim.shot or 0),
                    take=claim.take, sha256=sha256, bytes=size,
                    in_cut=sha256 in cut, withdrawn=sha256 not in kept, shared=sha256 in shared,
                )
            )  # fmt: skip
    return one


def _log_bytes(home: Home) -> int:
    paths = (home.log_path.with_name(home.log_path.name + end) for end in ("", "-wal", "-shm"))
    return sum(path.stat().st_size for path in paths if path.exists())


def _folders_bytes(home: Home) -> int:
    """What session folders hold besides links to artifacts."""
    artifacts = {(s.st_dev, s.st_ino) for s in (path.stat() for path in stored(home))}
    return sum(
        status.st_size
        for status in _files_below(home.sessions)
        if (status.st_dev, status.st_ino) not in artifacts
    )


def _files_below(folder: Path) -> Iterator[os.stat_result]:
    for root, _, names in os.walk(folder):
        for name in names:
            yield (Path(root) / name).lstat()


def _bytes_of(path: Path) -> int:
    if path.is_dir():
        return sum(status.st_size for status in _files_below(path))
    return path.lstat().st_size if path.exists() else 0
