"""Which files the events of a session name, and how these files are: present, whole, or not."""

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from eventstore.durable import make_folder, sync_folder
from eventstore.home import Home
from eventstore.leases import NO_LOCK
from eventstore.plain_files import NOT_FOLLOWED, is_plain, open_plain
from eventstore.registry import Event
from handlers.stream import SessionStream
from handlers.table import HANDLERS
from projections.events import (
    ArtifactLost,
    LateResultRejected,
    MediaResult,
    PreviewRendered,
    ReferenceGiven,
    ReferenceRendered,
    SessionStarted,
    ShotResult,
)
from projections.named import WORDS, templates, workflows
from projections.rows import KIND_OF

CHUNK_BYTES = 1 << 20
TEXT = "application/json"
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Used(NamedTuple):
    """A file that events name. `remade`: its command makes it again once it is lost."""

    command_id: str
    sha256: str
    media_type: str
    bytes: int | None
    what: str
    remade: bool

    @property
    def key(self) -> tuple[str, str]:
        """A file that is made again is lost for each of its commands, another one at once."""
        return self.command_id if self.remade else "", self.sha256


class Lost(NamedTuple):
    """A file that a session names and that is gone or damaged."""

    session: str
    used: Used
    reason: str


def used_by(stream: SessionStream, seen: set[str]) -> Iterator[Used]:
    """The files that a session's events name, withdrawn ones too, without recorded losses.

    `seen` is given every hash that is named, recorded losses included.
    """
    used: dict[tuple[str, str], Used] = {}
    for recorded in stream.inherited:
        for one in _named_by(recorded.event):
            seen.add(one.sha256)
            if one.remade:  # the rest is the parent's concern
                used[one.key] = one
    for recorded in stream.history:
        event = recorded.event
        if isinstance(event, ArtifactLost):
            used.pop((event.command_id, event.sha256), None)
            used.pop(("", event.sha256), None)
        elif isinstance(event, LateResultRejected):
            seen.add(event.sha256)
        for one in _named_by(event):
            seen.add(one.sha256)
            used[one.key] = one
    yield from used.values()


class Store:
    """The artifact store as an auditor sees it: each file is read once."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._found: dict[tuple[str, str], tuple[str, int]] = {}
        self._named: set[str] = set()

    @property
    def checked(self) -> int:
        """How many files were looked at."""
        return len(self._found)

    @property
    def bytes(self) -> int:
        """What the files that were looked at hold."""
        return sum(max(0, size) for _, size in self._found.values())

    def take(self, other: "Store") -> None:
        """What another auditor of the same store saw."""
        self._found |= other._found
        self._named |= other._named

    def used(self, stream: SessionStream) -> Iterator[Used]:
        """The files that a session's events name, withdrawn ones too, without recorded losses."""
        yield from used_by(stream, self._named)

    def wrong_with(self, used: Used) -> str:
        """What is wrong with a file; empty when it is whole."""
        if not _SHA256.fullmatch(used.sha256):
            return "is no SHA-256 of any file"
        key = used.sha256, used.media_type
        if key not in self._found:
            path = self._home.artifacts.path(*key)
            self._found[key] = _state(path, used.sha256)
        reason, size = self._found[key]
        if not reason and used.bytes is not None and size != used.bytes:
            return f"has {size} bytes where its event says {used.bytes}"
        return reason

    def set_damaged_aside(self, used: Used) -> Path | None:
        """Move what stands in a file's place out of the way; None when nothing stands there."""
        if not _SHA256.fullmatch(used.sha256):
            return None
        path = self._home.artifacts.path(used.sha256, used.media_type)
        if not os.path.lexists(path) or not _state(path, used.sha256)[0]:
            return None
        folder = self._home.artifacts.root / "damaged"
        make_folder(folder)
        target, number = folder / path.name, 1
        while os.path.lexists(target):
            number += 1
            target = folder / f"{path.name}.{number}"
        path.rename(target)
        sync_folder(folder)
        sync_folder(path.parent)
        return target

    def orphans(self) -> tuple[int, int]:
        """How many files no event names, and their bytes."""
        count = size = 0
        for path in self._home.artifacts.files():
            if path.name.partition(".")[0] not in self._named:
                with suppress(FileNotFoundError):  # collected meanwhile
                    size += path.lstat().st_size
                    count += 1
        return count, size

    def leftovers(self) -> list[str]:
        """What dead workers left half written."""
        return sorted(
            str(path)
            for path in self._home.artifacts.temporaries()
            if _is_dead(self._home.locks / path.name.partition("-")[0])
        )

    def set_aside(self) -> int:
        """How many damaged files an earlier repair moved out of the way."""
        return len(list((self._home.artifacts.root / "damaged").glob("*")))


def _named_by(event: Event) -> Iterator[Used]:
    command_id = getattr(event, "command_id", "")
    if isinstance(event, MediaResult):
        made = event.artifact
        yield Used(command_id, made.sha256, made.media_type, made.bytes, _what(event), remade=True)
    if isinstance(event, PreviewRendered) and event.state is not None:
        state = event.state
        what = f"the state of a preview of shot {event.shot}"
        yield Used(command_id, state.sha256, state.media_type, state.bytes, what, remade=False)
    if isinstance(event, ReferenceGiven):
        own, what = event.artifact, f"the picture {event.file} of {event.name}"
        yield Used("reference", own.sha256, own.media_type, own.bytes, what, remade=False)
    if isinstance(event, SessionStarted) and event.script is not None:
        script = event.script
        what = f"the script {script.name}"
        yield Used("script", script.sha256, script.media_type, None, what, remade=False)
    for sha256 in workflows(event):
        yield Used("workflow", sha256, TEXT, None, "a ComfyUI workflow", remade=False)
    for sha256 in templates(event):
        yield Used("template", sha256, WORDS, None, "a template of questions", remade=False)
    provenance = getattr(event, "provenance", None)
    if provenance is not None and provenance.environment is not None:
        what = "the environment it was made in"
        yield Used(command_id, provenance.environment, TEXT, None, what, remade=False)


def _what(event: MediaResult) -> str:
    kind = KIND_OF[type(event)]
    if isinstance(event, ShotResult):
        return f"{kind} of shot {event.shot}"
    return f"the sheet of {event.name}" if isinstance(event, ReferenceRendered) else f"the {kind}"


def _state(path: Path, sha256: str) -> tuple[str, int]:
    """(what is wrong, size): empty when a regular file with that content is there."""
    if not os.path.lexists(path):
        return "is gone", 0
    if not is_plain(path):
        return "is no regular file", 0
    try:
        descriptor = open_plain(path)
    except OSError as error:
        return f"cannot be read: {error.strerror}", 0
    size = os.fstat(descriptor).st_size
    digest = hashlib.sha256()
    with os.fdopen(descriptor, "rb") as file:
        try:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
        except OSError as error:
            return f"cannot be read: {error.strerror}", 0
    if digest.hexdigest() != sha256:
        return "has other content than its name says", size
    return "", size


def _is_dead(lock: Path) -> bool:
    """Whether nobody holds a worker's lock; changes nothing."""
    try:
        descriptor = os.open(lock, os.O_RDONLY | NOT_FOLLOWED)
    except OSError as error:
        if error.errno not in NO_LOCK:
            raise
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


assert set(KIND_OF.values()) <= {*HANDLERS, "preview"}
