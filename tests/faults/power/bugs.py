"""Durability bugs that are planted, to see that the harness finds each: patches of this process.

The last ones are how the product was before this harness met it.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import apsw

from eventstore import artifacts, backup, connection, durable, heads, log
from eventstore.artifacts import Artifacts, file_sha256
from eventstore.log import EventLog
from handlers import backup as copying
from tests.faults.power import programs, scenes
from tests.faults.power.operations import Operation, Rename
from tests.faults.power.recordings import Program, Recording


def nothing(*_: Any, **__: Any) -> None:
    """A sync that is not done."""


NO_FSYNC = SimpleNamespace(**{**vars(os), "fsync": nothing})


def plain_folder(folder: Path) -> None:
    """A folder that is made, and that is all."""
    folder.mkdir(parents=True, exist_ok=True)


def folder_without_first(folder: Path) -> None:
    """As make_folder was: a folder that is there is taken for durable."""
    if folder.is_dir():
        return
    folder_without_first(folder.parent)
    folder.mkdir(exist_ok=True)
    durable.sync_folder(folder.parent)


def configured(name: str, value: str) -> Callable[..., None]:
    """A connection that was opened well, and is set otherwise afterwards."""
    configure = connection._configure

    def configure_badly(opened: apsw.Connection, path: Path, read_only: bool) -> None:
        configure(opened, path, read_only)
        if not read_only:
            opened.pragma(name, value)

    return configure_badly


def all_but(bad: Callable[[Path], bool]) -> Callable[[Path], None]:
    """Folders are synced, but for some."""
    sync = durable.sync_folder
    return lambda folder: None if bad(folder) else sync(folder)


def create_in_place(path: Path, rows: str) -> None:
    """A log that is created under its own name."""
    if connection._is_there(path):
        return
    durable.make_folder(path.parent)
    made = apsw.Connection(str(path))
    made.pragma("journal_mode", "wal")
    with connection.transaction(made):
        made.execute(connection.SCHEMA.read_text(encoding="utf-8"))
        made.execute(rows)
    made.close()
    durable.sync_folder(path.parent)


@contextmanager
def every_second_commit(opened: apsw.Connection) -> Iterator[None]:
    """Appends are acknowledged before their COMMIT, which comes with the next one."""
    waiting = opened.in_transaction
    if not waiting:
        opened.execute("BEGIN IMMEDIATE")
    yield
    if waiting:
        opened.execute("COMMIT")


def keep_in_place(self: Artifacts, temporary: Path, media_type: str) -> tuple[str, int]:
    """An artifact that is written under its own name, whatever is there."""
    sha256 = file_sha256(temporary)
    target = self.path(sha256, media_type)
    durable.make_folder(target.parent)
    shutil.copyfile(temporary, target)
    durable.sync_file(target)
    durable.sync_folder(target.parent)
    temporary.unlink()
    return sha256, target.stat().st_size


def secure_by_looking(self: Artifacts, sha256: str, media_type: str) -> bool:
    """An artifact that is there is taken for durable."""
    return self.holds(sha256, media_type)


class EventFirst:
    """The event is appended first, its artifact is kept right after."""

    def __init__(self) -> None:
        self._keep, self._append = Artifacts.keep, EventLog.append
        self._waiting: list[tuple[Artifacts, Path, str]] = []
        bug = self

        def keep(self: Artifacts, temporary: Path, media_type: str) -> tuple[str, int]:
            later = temporary.with_name(f"later-{temporary.name}")
            temporary.rename(later)
            bug._waiting.append((self, later, media_type))
            return file_sha256(later), later.stat().st_size

        def append(self: EventLog, *args: Any, **options: Any) -> Any:
            recorded = bug._append(self, *args, **options)
            while bug._waiting:
                bug._keep(*bug._waiting.pop())
            return recorded

        self.keep, self.append = keep, append


def right_after(program: Program, holds: Callable[[Operation], bool]) -> Recording:
    """A program that is killed right after the first such operation; and the same again."""
    with scenes.machine("undisturbed") as one:
        assert one.run(program)
        at = next(at for at, done in enumerate(one.recorder.operations) if holds(done))
    return scenes.killed("a program", program, program, at + 1)


def renamed(name_ends: str) -> Callable[[Operation], bool]:
    """A rename to such a name."""
    return lambda done: isinstance(done, Rename) and done.to_name.endswith(name_ends)


def after_first_folder() -> Recording:
    """A beginning that is killed when its first folder is made, and not synced yet."""
    return scenes.killed("beginning", programs.one_event, programs.one_event, 2)


def after_a_picture() -> Recording:
    """A film whose worker is killed when its first picture is renamed, and not synced yet."""
    return right_after(programs.film_in_one_go, renamed(".png"))


def after_its_environment() -> Recording:
    """A film whose worker is killed when it has kept its environment; another one keeps it too."""
    return right_after(
        programs.film_in_one_go, lambda done: getattr(done, "kind", "") == "artifacts"
    )


def after_the_log() -> Recording:
    """A log whose maker is killed when it is renamed, and not synced yet."""
    return right_after(programs.one_event, renamed("reelog.db"))


@dataclass(frozen=True)
class Bug:
    """What is patched, and the scene that has to show it."""

    patches: tuple[tuple[Any, str, Any], ...] = ()
    scene: Callable[..., Recording] = scenes.film
    options: dict[str, str] = field(default_factory=dict)

    def recording(self) -> Recording:
        """The scene with the bug in it."""
        with ExitStack() as stack:
            for target, name, planted in self.patches:
                stack.enter_context(patch.object(target, name, planted))
            return self.scene(**self.options)


FIRST = EventFirst()
BUGS: dict[str, Bug] = {
    "synchronous=NORMAL": Bug(((connection, "_configure", configured("synchronous", "NORMAL")),)),
    "synchronous=OFF": Bug(((connection, "_configure", configured("synchronous", "OFF")),)),
    "journal DELETE": Bug(((connection, "_configure", configured("journal_mode", "delete")),)),
    "an artifact's file is not synced": Bug(((artifacts, "os", NO_FSYNC),)),
    "an artifact's folder is not synced": Bug(((artifacts, "sync_folder", nothing),)),
    "the folder of an artifact's folder is not synced": Bug(
        ((artifacts, "make_folder", plain_folder),)
    ),
    "a new home's parent is not synced": Bug(
        ((connection, "make_folder", plain_folder), (connection, "sync_way_to", nothing))
    ),
    "a new log's folder is not synced": Bug(
        ((connection, "sync_folder", all_but(lambda f: (f / "reelog.db").exists())),)
    ),
    "a log is created in place": Bug(((log, "create", create_in_place),)),
    "the event comes before its artifact": Bug(
        ((Artifacts, "keep", FIRST.keep), (EventLog, "append", FIRST.append))
    ),
    "acknowledged before COMMIT": Bug(((log, "transaction", every_second_commit),)),
    "an artifact is overwritten in place": Bug(
        ((Artifacts, "keep", keep_in_place),), after_its_environment
    ),
    "the WAL's sync is a lie": Bug(options={"lies_about": "-wal"}),
    "the log's sync is a lie": Bug(options={"lies_about": "reelog.db"}),
    "a backup's folder is not synced": Bug(
        ((backup, "sync_folder", nothing), (backup, "sync_way_to", nothing)), scenes.copies
    ),
    "a backup's artifacts are not synced": Bug(
        ((copying, "sync_folder", all_but(lambda f: f.name != "elsewhere")),), scenes.copies
    ),
    "a restored home's parent is not synced": Bug(
        (
            (copying, "sync_folder", all_but(lambda f: f.name == "elsewhere")),
            (copying, "sync_way_to", nothing),
        ),
        scenes.copies,
    ),
    "a head's file is not synced": Bug(((heads, "os", NO_FSYNC),), scenes.copies),
    # What the harness found in the product:
    "a folder that is there is taken for durable": Bug(
        ((connection, "make_folder", folder_without_first), (connection, "sync_way_to", nothing)),
        after_first_folder,
    ),
    "an artifact that is there is taken for durable": Bug(
        ((Artifacts, "secure", secure_by_looking),), after_a_picture
    ),
    "a log that is there is taken for durable": Bug(
        ((connection, "sync_if_allowed", nothing),), after_the_log
    ),
    "a backup's way is not synced": Bug(((backup, "sync_way_to", nothing),), scenes.copies),
    "a head's way is not synced": Bug(((heads, "sync_way_to", nothing),), scenes.copies),
}
