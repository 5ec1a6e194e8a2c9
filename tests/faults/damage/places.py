"""What may stand in the place of a home's files, and a fence around what is not its own."""

import os
import shutil
import socket
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

from eventstore.home import Home
from tests.faults.damage.homes import FILM

WORKER = "abcdefabcdef"
PLACES = (
    "reelog.db", "reelog.db-wal", "reelog.db-shm", "reelog.lock",
    "artifacts", "artifacts/??", "artifacts/??/*.png", "artifacts/tmp", "artifacts/damaged",
    "artifacts/tmp/" + WORKER + "-1.png",
    "locks", f"locks/folder-{FILM}", f"locks/{WORKER}",
    "sessions", f"sessions/{FILM}", f"sessions/{FILM}/images",
    f"sessions/{FILM}/manifest.json", f"sessions/{FILM}/story.json",
    f"sessions/{FILM}/.story.json.new", f"sessions/{FILM}/images/shot_001.png",
    f"sessions/{FILM}/images/.shot_001.png.new", f"sessions/{FILM}/film.mp4",
    "previews", "checkpoints",
)  # fmt: skip
MAY_BE_LINKS = {"artifacts", "locks", "sessions", "previews", "checkpoints"}
"""Folders that people put on another disk."""


def pipe(path: Path, outside: Path) -> None:  # noqa: ARG001
    os.mkfifo(path)


def unix_socket(path: Path, outside: Path) -> None:  # noqa: ARG001
    with socket.socket(socket.AF_UNIX) as bound, chdir(path.parent):
        bound.bind(path.name)


def folder(path: Path, outside: Path) -> None:  # noqa: ARG001
    path.mkdir()
    (path / "mine").write_text("mine")


def loop(path: Path, outside: Path) -> None:  # noqa: ARG001
    path.symlink_to(path.name)


def link_to_a_file(path: Path, outside: Path) -> None:
    path.symlink_to(outside / "mine-1.txt")


def link_to_nothing(path: Path, outside: Path) -> None:
    path.symlink_to(outside / "new")


def link_to_a_folder(path: Path, outside: Path) -> None:
    path.symlink_to(outside / "folder")


def link_to_a_device(path: Path, outside: Path) -> None:  # noqa: ARG001
    path.symlink_to("/dev/zero")


def nothing_in_it(path: Path, outside: Path) -> None:  # noqa: ARG001
    path.touch()


KINDS: tuple[Callable[[Path, Path], None], ...] = (
    pipe, unix_socket, folder, loop, link_to_a_file, link_to_nothing, link_to_a_folder,
    link_to_a_device, nothing_in_it,
)  # fmt: skip


def put(home: Home, place: str, kind: Callable[[Path, Path], None], outside: Path) -> None:
    """Put something else where that stood."""
    found = sorted(home.root.glob(place))
    path = found[0] if found else home.root / place
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    kind(path, outside)


def fenced(folder: Path) -> Path:
    """A folder of somebody else: a file, and a folder with files that look like artifacts."""
    outside = folder / "outside"
    (outside / "folder").mkdir(parents=True)
    for name in ("mine-1.txt", "folder/mine-2.txt", f"folder/{'a' * 64}.png"):
        (outside / name).write_text("mine")
    return outside


def listing(outside: Path) -> dict[str, tuple[int, int, int, bytes]]:
    """Everything that can be told of it."""
    found = {}
    for path in sorted(outside.rglob("*")):
        status = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        name = str(path.relative_to(outside))
        found[name] = (status.st_mode, status.st_size, status.st_mtime_ns, content)
    return found
