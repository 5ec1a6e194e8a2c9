"""Disks that are full or take no writing: told in a sentence, still read, and gone on from."""

import random
from pathlib import Path

import pytest

from handlers.stream import SessionStream
from projections import events as e
from projections.events import TYPES
from tests import shelf
from tests.build import RUN
from tests.command import FAKE, Reelog, kill
from tests.faults import beside, cases, small_disk
from tests.faults.launch import needs_stopped_calls
from tests.faults.small_film import (
    FILM,
    READING,
    SmallFilm,
    check_finished,
    check_log,
    undisturbed,
)
from tests.processes import run

pytestmark = small_disk.needs_small_disks


def on_a_small_disk(seed: int, folder: Path) -> int:
    """A film on a disk with some room, which may be enough or not; then there is more."""
    room = random.Random(seed).randrange(0, 700_000)
    film = SmallFilm(folder)
    root = film.home.root
    small_disk.mount(root)
    try:
        small_disk.fill(root, room)
        done, _ = film.command(*FILM, "--workers", "1")
        assert done.status in (0, 3), done
        if done.status:
            assert done.err.count("reelog: ") == 1
            assert "no room left on the disk" in done.err, (room, done)
        check_log(film)
        for command in READING if film.begun else ():
            done, _ = film.command(*command)
            assert done.status == 0, (room, command, done)

        small_disk.empty(root)
        done = film.go_on()

        assert done.status == 0, (room, done)
        check_finished(film)
    finally:
        small_disk.unmount(root)
    return 1


@needs_stopped_calls
def test_a_film_on_a_disk_that_fills_up_is_told_read_and_made_to_its_end_later():
    undisturbed()

    beside.run("films on small disks", cases.seeds(4, 300), on_a_small_disk)


@pytest.fixture
def disk(reelog):
    """A home on a small disk."""
    assert small_disk.mount(reelog.home.root)
    yield reelog
    reelog.end()
    small_disk.unmount(reelog.home.root)


def left_asleep(reelog: Reelog) -> None:
    """All of the log in its one file."""
    assert run(lambda: shelf.stopped(reelog.home)) == 0


def left_by_a_kill(reelog: Reelog) -> None:
    """The last event stands in the WAL alone, and SQLite's shared memory is gone."""
    left_asleep(reelog)

    def append_and_die() -> None:
        with reelog.home.open(TYPES) as log:
            stream = SessionStream(log, *log.streams())
            stream.append([e.SessionPrioritised(priority=77)], RUN)
            import os

            kill(os.getpid())

    run(append_and_die)
    assert (reelog.home.root / "reelog.db-wal").stat().st_size
    (reelog.home.root / "reelog.db-shm").unlink()


@pytest.mark.parametrize("failing", [small_disk.fill, small_disk.read_only])
@pytest.mark.parametrize("leave", [left_asleep, left_by_a_kill])
def test_a_log_is_read_on_a_disk_that_takes_nothing(disk, leave, failing):
    leave(disk)
    expected = "77" if leave is left_by_a_kill else "0"
    failing(disk.home.root)

    answers = [disk.quickly(*command) for command in READING]
    seen = disk.quickly("sql", "SELECT priority FROM sessions")

    assert [done.status for done in answers] == [0] * len(READING)
    assert seen.out.split()[-1] == expected


@pytest.mark.parametrize("command", [("start", "a harbour", *FAKE, "--new"), ("pause", "last")])
def test_a_disk_that_takes_no_writing_is_told_and_the_film_goes_on_later(disk, command):
    left_asleep(disk)
    small_disk.read_only(disk.home.root)

    done = disk.quickly(*command)

    assert done.status == 3
    assert done.err.count("reelog: ") == 1
    small_disk.writable(disk.home.root)
    assert disk.quickly("resume", "--workers", "1").status == 0
    assert disk.session().completed_at
