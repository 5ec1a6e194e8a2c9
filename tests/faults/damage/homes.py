"""A home with a finished film and one that was stopped, to be damaged: asleep, or with a WAL."""

import os
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import apsw

from eventstore.home import Home
from handlers.folder import SessionFolder
from handlers.stream import SessionStream
from projections.events import TYPES
from tests import processes, shelf
from tests.build import fake_session
from tests.command import Reelog

FILM, STOPPED = shelf.SESSIONS[0], shelf.SESSIONS[1]
TABLES = (
    "log", "events", "sessions", "scenes", "shots", "takes", "artifacts",
    "commands", "withdrawn",
)  # fmt: skip
"""What has to be right: all but who works on what, which is no history."""
UNHASHED = {"log": ("created_at",)}
"""Told and read by nobody. Of another time in its place nothing inside can tell."""
Content = dict[str, list[tuple[Any, ...]]]


class Whole(NamedTuple):
    """Undamaged homes. `asleep`: all in one file; `awake`: the last events stand in the WAL."""

    asleep: Home
    awake: Home
    head: Path
    bundle: Path
    backup: Path


def build(folder: Path) -> Whole:
    """Make them, with a kept head, a bundle and a backup; nobody has them open."""
    asleep, awake = Home(folder / "asleep"), Home(folder / "awake")
    assert processes.run(lambda: _film(asleep)) == 0
    shutil.copytree(asleep.root, awake.root)
    assert processes.run(lambda: _die_with_the_wal(awake)) == 0
    assert awake.log_path.with_name("reelog.db-wal").stat().st_size > 0
    (folder / "asking").mkdir()
    asking = Reelog(folder / "asking")
    asking.home = asleep
    head, bundle, backup = folder / "head.json", folder / "film.reelog", folder / "backup.db"
    for arguments in (
        ("audit", "--head", str(head)),
        ("export", FILM, "--format", "bundle", "--to", str(bundle)),
        ("backup", str(backup)),
    ):
        assert asking.quickly(*arguments).status == 0
    return Whole(asleep, awake, head, bundle, backup)


def _film(home: Home) -> None:
    shelf.finished(home, "a lighthouse", FILM)
    shelf.stopped(home, "a lamp", STOPPED)
    with home.open(TYPES) as log:
        for session in (FILM, STOPPED):
            SessionFolder(home, session).sync(SessionStream(log, session).session)


def _die_with_the_wal(home: Home) -> None:
    """Append, and go without closing: the WAL stays as a killed process leaves it."""
    log = home.open(TYPES)
    fake_session(log, shelf.SESSIONS[2], idea="a third film", shots=2)
    os._exit(0)


def copied(home: Home, folder: Path) -> Reelog:
    """The command on a copy of a home, in a folder of its own."""
    shutil.copytree(home.root, folder / "home", symlinks=True)
    return Reelog(folder)


def content(home: Home) -> Content | None:
    """Every row of every table, as bytes; None where they cannot be read to the end."""
    try:
        connection = apsw.Connection(str(home.log_path), flags=apsw.SQLITE_OPEN_READONLY)
    except apsw.Error:
        return None
    try:
        return {table: _rows(connection, table) for table in TABLES}
    except apsw.Error:
        return None
    finally:
        connection.close()


def _rows(connection: apsw.Connection, table: str) -> list[tuple[Any, ...]]:
    """Rows in one order; no text is decoded, and no index is asked."""
    names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    names = [name for name in names if name not in UNHASHED.get(table, ())]
    columns = ", ".join(f"typeof({name}), CAST({name} AS BLOB)" for name in names)
    return sorted(connection.execute(f"SELECT {columns} FROM {table} NOT INDEXED"))
