"""A disk that fills up in the middle of a run: one sentence, and the film goes on later."""

import shutil
import subprocess
from collections import Counter

import pytest

from tests import shelf
from tests.build import leftovers, names
from tests.command import FAKE, Reelog


def is_told_of_a_full_disk(done) -> None:
    assert done.status == 3
    (line,) = [line for line in done.err.splitlines() if line.startswith("reelog: ")]
    assert "no room left on the disk" in line


def goes_on_to_the_end(reelog: Reelog) -> None:
    assert reelog.quickly("resume", "--workers", "1").status == 0
    assert reelog.session().completed_at
    assert reelog.log_is_whole()


@pytest.fixture
def small_disk(reelog):
    """A home on a disk of three MiB, where the machine lets us have one."""
    reelog.home.root.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(reelog.home.root)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("mounting a small disk is not allowed here")
    yield reelog
    reelog.end()
    subprocess.run(["umount", "-l", str(reelog.home.root)], check=True)


def fill(reelog: Reelog) -> None:
    """Leave no room at all."""
    with (reelog.home.root / "ballast").open("wb", buffering=0) as ballast:
        for size in (65536, 4096, 1):
            try:
                while ballast.write(b"x" * size):
                    pass
            except OSError:
                continue


@pytest.mark.parametrize("stage", ["story", "image", "film"])
def test_a_stage_that_finds_no_room_ends_the_run(reelog, stage):
    reelog.plant(f"{stage}=full")

    done = reelog.quickly("start", "a lighthouse", *FAKE)

    is_told_of_a_full_disk(done)
    counts = Counter(names(reelog.history()))
    assert (counts["CommandFailed"], counts["CommandInterrupted"]) == (0, 1)
    assert leftovers(reelog.home) == []
    reelog.mend()
    goes_on_to_the_end(reelog)


def test_a_disk_that_is_full_in_the_middle_ends_the_run(small_disk):
    small_disk.plant("image:view 2=wait")
    running = small_disk.begin("start", "a lighthouse", *FAKE)
    small_disk.standing()

    fill(small_disk)
    small_disk.mend()
    done = running.ended()

    is_told_of_a_full_disk(done)
    assert small_disk.log_is_whole()
    (small_disk.home.root / "ballast").unlink()
    goes_on_to_the_end(small_disk)


def test_a_disk_that_is_full_from_the_beginning_is_named(small_disk):
    fill(small_disk)

    done = small_disk.quickly("start", "a lighthouse", *FAKE)

    is_told_of_a_full_disk(done)


def test_a_full_disk_has_an_envelope(reelog):
    reelog.plant("story=full")

    done = reelog.quickly("start", "a lighthouse", *FAKE, "--json")

    assert done.error["code"] == "disk_full"


@pytest.mark.parametrize("command", [["resume"], ["pause", "last"], ["export", "last"]])
def test_a_disk_that_became_read_only_is_named(small_disk, command):
    shelf.stopped(small_disk.home)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk.home.root)], check=True)

    done = small_disk.quickly(*command, "--json")

    assert done.status == 3
    assert done.error["code"] in ("log_failed", "disk_failed")
