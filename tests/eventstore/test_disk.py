"""A disk that is full, read-only or broken: a sentence of ours, and a log that is whole."""

import errno
import subprocess
from pathlib import Path

import apsw
import pytest

from eventstore.connection import disk_errors
from eventstore.errors import DiskFull, LogFailed
from eventstore.home import Home
from projections import events as e
from projections.events import TYPES
from tests.build import RUN, chain_is_whole, started

BLOCK = "x" * 30_000


@pytest.fixture
def small_disk(tmp_path):
    """A disk of one MiB, where the machine lets us have one."""
    at = tmp_path / "disk"
    at.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(at)]
    try:
        refused = subprocess.run(mount, capture_output=True, check=False).returncode
    except FileNotFoundError:
        refused = 1
    if refused:
        pytest.skip("mounting a small disk is not allowed here")
    yield at
    subprocess.run(["umount", "-l", str(at)], check=True)


def fill(log):
    """Append until the disk refuses; returns how many events were acknowledged."""
    version = 0
    while True:
        try:
            log.append("a", [started(idea=BLOCK)], expected=version, cause=RUN)
        except DiskFull:
            return version
        version += 1


def test_a_full_disk_is_named_and_everything_acknowledged_is_there(small_disk):
    with Home(small_disk / "home").open(TYPES) as log:
        acknowledged = fill(log)

        assert len(log.read("a")) == acknowledged > 3
        assert chain_is_whole(log)


def test_the_log_goes_on_once_there_is_room_again(small_disk):
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 300_000)
    with Home(small_disk / "home").open(TYPES) as log:
        acknowledged = fill(log)

        ballast.unlink()

        log.append("a", [e.SessionUnpaused()], expected=acknowledged, cause=RUN)
        assert chain_is_whole(log)


def test_a_new_home_on_a_full_disk_is_refused_as_full(small_disk):
    (small_disk / "ballast").write_bytes(b"x" * 1_020_000)

    with pytest.raises(DiskFull, match="no room left on the disk"):
        Home(small_disk / "home").open(TYPES)


def test_a_read_only_disk_is_named(small_disk):
    home = Home(small_disk / "home")
    home.open(TYPES).close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)

    with pytest.raises(LogFailed, match=r"choose another --home|the disk refused"):
        home.open(TYPES).append("a", [started()], expected=0, cause=RUN)


def test_a_new_home_on_a_read_only_disk_is_refused(small_disk):
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)

    with pytest.raises(LogFailed, match=r"cannot be used.*choose another --home"):
        Home(small_disk / "home").open(TYPES)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (apsw.FullError("full"), DiskFull),
        (apsw.IOError("io"), LogFailed),
        (apsw.CantOpenError("open"), LogFailed),
        (apsw.ReadOnlyError("ro"), LogFailed),
        (apsw.CorruptError("bad"), LogFailed),
        (apsw.BusyError("busy"), LogFailed),
        (OSError(errno.ENOSPC, "full"), DiskFull),
        (OSError(errno.EDQUOT, "quota"), DiskFull),
        (OSError(errno.EROFS, "ro"), LogFailed),
        (OSError(errno.EIO, "io"), LogFailed),
        (PermissionError(errno.EACCES, "no"), LogFailed),
    ],
    ids=repr,
)
def test_every_failure_of_the_disk_becomes_ours_and_names_the_file(theirs, ours):
    with pytest.raises(ours, match=r"/x/reelog\.db"), disk_errors(Path("/x/reelog.db")):
        raise theirs


class Failing(apsw.VFSFile):
    """A file that fails to sync, or to write, while told so."""

    failing: str = ""

    def xSync(self, flags):  # noqa: N802 - SQLite's name
        if Failing.failing == "sync":
            raise apsw.IOError
        super().xSync(flags)

    def xWrite(self, data, offset):  # noqa: N802 - SQLite's name
        if Failing.failing == "write":
            raise apsw.FullError
        super().xWrite(data, offset)


class FailingDisk(apsw.VFS):
    """The usual disk, with files that can fail; the default while it lives."""

    def __init__(self):
        super().__init__("failing", "unix", makedefault=True)

    def xOpen(self, name, flags):  # noqa: N802 - SQLite's name
        return Failing("unix", name, flags)


@pytest.fixture
def failing_disk():
    """Everything that is opened meanwhile is on a disk that can be told to fail."""
    disk = FailingDisk()
    yield Failing
    Failing.failing = ""
    disk.unregister()
    apsw.set_default_vfs("unix")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("way", "ours"), [("sync", LogFailed), ("write", DiskFull)])
def test_an_append_that_the_disk_fails_is_not_acknowledged_and_not_there(
    home, failing_disk, way, ours
):
    with home.open(TYPES) as log:
        log.append("a", [started()], expected=0, cause=RUN)

        failing_disk.failing = way
        with pytest.raises(ours):
            log.append("a", [e.SessionUnpaused()], expected=1, cause=RUN)
        failing_disk.failing = ""

    with home.open(TYPES) as log:
        assert log.version("a") == 1
        log.append("a", [e.SessionUnpaused()], expected=1, cause=RUN)
        assert chain_is_whole(log)


def test_a_read_only_disk_can_still_be_read(small_disk):
    home = Home(small_disk / "home")
    with home.open(TYPES) as log:
        log.append("a", [started()], expected=0, cause=RUN)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)

    with home.reader() as reader:
        assert reader.query("SELECT count(*) AS n FROM events") == [{"n": 1}]
