"""Backups: the log by SQLite's backup API, its artifacts beside it; and a new home out of them.

The log is copied first: every artifact that its copy names was there before. Each artifact is
copied, and checked by its hash.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from eventstore.artifacts import Artifacts, file_sha256, full_disk_is_ours
from eventstore.backup import copy_log
from eventstore.durable import make_folder, sync_file, sync_folder, sync_way_to
from eventstore.errors import LogDamaged
from eventstore.home import Home
from eventstore.log import EventLog
from eventstore.rebuild import rebuild_rows, remove_strangers
from eventstore.tables import difference
from eventstore.unborn import left_by_the_dead, unborn_beside
from handlers.errors import Refused
from handlers.folder import SessionFolder
from handlers.keeping import used_by
from handlers.stream import SessionStream
from projections.events import TYPES
from projections.named import named


@dataclass(frozen=True)
class BackedUp:
    """What a backup or a restoring came to. `missing`: named, and not there whole."""

    path: str
    artifacts_path: str | None
    sessions: list[str]
    global_position: int
    head_hash: str
    artifacts: int
    bytes: int
    missing: list[str]


def artifacts_of(file: Path) -> Path:
    """Where the artifacts of a backup lie when nobody says otherwise."""
    return file.with_name(file.name + ".artifacts")


def back_up(home: Home, file: Path, artifacts: Path | None) -> BackedUp:
    """Copy the log to `file`, and what it names to `artifacts` (None: the log alone).

    Raises Refused when the file is there already.
    """
    if os.path.lexists(file):
        raise Refused("file_exists", f"{file} is there already", "a backup takes no file's place")
    if not file.absolute().parent.is_dir():
        raise Refused("no_such_folder", f"there is no folder {file.parent}", "make it first")
    if artifacts is not None and artifacts.exists() and not artifacts.is_dir():
        raise Refused(
            "file_exists", f"{artifacts} is no folder", "name another with --with-artifacts"
        )
    try:
        copy_log(home.log_path, file, journal_mode="delete")
    except FileExistsError:
        raise Refused("file_exists", f"{file} appeared meanwhile", "name another file") from None
    if artifacts is not None:
        make_folder(artifacts)
        sync_way_to(artifacts)
    with EventLog(file, TYPES, read_only=True) as log:
        return _with_artifacts(log, file, home.artifacts, artifacts)


def restore(file: Path, artifacts: Path | None, home: Home) -> BackedUp:
    """A new home out of a backup, all at once or not at all. Raises Refused, LogDamaged."""
    if not file.is_file():
        raise Refused("no_such_file", f"there is no file {file}", "name a backup")
    if artifacts is not None and not artifacts.is_dir():
        raise Refused(
            "no_such_folder",
            f"there is no folder {artifacts}",
            "name it with --with-artifacts, or say --without-artifacts",
        )
    root = home.root.absolute()
    with _unborn(root) as unborn:
        copy_log(file, Home(unborn).log_path, journal_mode="wal")
        source = Artifacts(artifacts) if artifacts else None
        with EventLog(Home(unborn).log_path, TYPES) as log:
            done = _with_artifacts(log, root, source, Home(unborn).artifacts.root)
            for session in done.sessions:
                _bring_up(Home(unborn), SessionStream(log, session))
            remove_strangers(log)
    return replace(done, artifacts_path=str(home.artifacts.root) if source else None)


def _bring_up(home: Home, stream: SessionStream) -> None:
    """What follows from events: read tables, which no chain protects, and the session folder."""
    try:
        right = not difference(stream.log.stored_rows(stream.id), stream.rows())
    except LogDamaged:  # a text that is none
        right = False
    if not right:
        rebuild_rows(stream.log, stream.id, stream.rows)
    SessionFolder(home, stream.id).sync(stream.session)


@contextmanager
def _unborn(root: Path) -> Iterator[Path]:
    """A folder that becomes `root` when all went well, and is nothing otherwise."""
    if os.path.lexists(root) and not (root.is_dir() and not any(root.iterdir())):
        raise Refused("home_not_empty", f"{root} is not empty", "restore into a new --home")
    unborn = unborn_beside(root)
    for leftover in left_by_the_dead(root):
        shutil.rmtree(leftover, ignore_errors=True)
    with full_disk_is_ours(root):
        make_folder(unborn)
        try:
            yield unborn
            _replace(root, unborn)
            sync_folder(root.parent)
            sync_way_to(root.parent)
        finally:
            shutil.rmtree(unborn, ignore_errors=True)


def _replace(root: Path, unborn: Path) -> None:
    try:
        unborn.rename(root)
    except OSError as error:
        if error.errno not in (errno.EBUSY, errno.ENOTDIR, errno.ENOTEMPTY, errno.EEXIST):
            raise
        why = f"{root} cannot be replaced: {error.strerror}"
        raise Refused("home_taken", why, "name a folder that is not there yet") from error


def _with_artifacts(
    log: EventLog, path: Path, source: Artifacts | None, target: Path | None
) -> BackedUp:
    """Bring every artifact that the log names; what is not there whole is named as missing.

    What is recorded as lost is no longer missed.
    """
    count = size = 0
    missing = []
    for sha256, media_type in _named_in(log) if source and target else ():
        assert source is not None
        assert target is not None
        if _bring(source, Artifacts(target), sha256, media_type):
            count, size = count + 1, size + source.path(sha256, media_type).stat().st_size
        else:
            missing.append(sha256)
    if missing:
        streams = (SessionStream(log, name) for name in log.streams())
        counted_on = {one.sha256 for stream in streams for one in used_by(stream, set())}
        missing = [sha256 for sha256 in missing if sha256 in counted_on]
    head = log.head()
    return BackedUp(
        path=str(path),
        artifacts_path=str(target) if target and source else None,
        sessions=log.streams(),
        global_position=head.global_position,
        head_hash=head.hash.hex(),
        artifacts=count,
        bytes=size,
        missing=missing,
    )


def _named_in(log: EventLog) -> list[tuple[str, str]]:
    found = {
        name
        for session in log.streams()
        for recorded in log.read(session)
        for name in named(recorded.event)
    }
    return sorted(found)


def _bring(source: Artifacts, target: Artifacts, sha256: str, media_type: str) -> bool:
    """One artifact, whole, under its name; False when the source has it not, or not whole."""
    goal = target.path(sha256, media_type)
    if target.secure(sha256, media_type):
        return True
    if not source.holds(sha256, media_type):
        return False
    make_folder(goal.parent)
    temporary = goal.with_name(f".{goal.name}.new")
    temporary.unlink(missing_ok=True)
    try:
        with full_disk_is_ours(goal):
            _copy(source.path(sha256, media_type), temporary)
            if file_sha256(temporary) != sha256:
                return False
            temporary.replace(goal)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(goal.parent)
    return True


def _copy(source: Path, target: Path) -> None:
    """Bytes of its own: a link would share whatever happens to them."""
    shutil.copyfile(source, target)
    target.chmod(0o444)
    sync_file(target)
