"""Real small disks, where the machine lets us have them, and ways to fill them."""

import functools
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

SIZE = "3m"


def mount(at: Path) -> bool:
    """A disk of a few MiB at a folder, which is made; whether that was allowed."""
    at.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(at)]
    return not subprocess.run(command, capture_output=True, check=False).returncode


def unmount(at: Path) -> None:
    """Take the disk away, whoever still uses it."""
    subprocess.run(["umount", "-l", str(at)], check=True)


def read_only(at: Path) -> None:
    """The disk takes no more writing."""
    subprocess.run(["mount", "-o", "remount,ro", str(at)], check=True)


def writable(at: Path) -> None:
    """The disk is as it was."""
    subprocess.run(["mount", "-o", "remount,rw", str(at)], check=True)


def fill(at: Path, room: int = 0) -> None:
    """Leave so many bytes of room, to a page."""
    ballast = at / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError:
                continue
    with ballast.open("r+b") as file:
        file.truncate(max(0, ballast.stat().st_size - room))


def empty(at: Path) -> None:
    """There is room again."""
    (at / "ballast").unlink()


@functools.cache
def allowed() -> bool:
    """Whether we may mount a disk here."""
    if not shutil.which("mount"):
        return False
    with tempfile.TemporaryDirectory() as folder:
        may = mount(Path(folder) / "disk")
        if may:
            unmount(Path(folder) / "disk")
    return may


needs_small_disks = pytest.mark.skipif(
    not allowed(), reason="mounting a small disk is not allowed here"
)
