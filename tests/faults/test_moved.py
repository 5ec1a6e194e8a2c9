"""The log or the home is taken away under a run: noticed, told, and nothing is written astray."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from projections import events as e
from tests import shelf
from tests.build import names
from tests.command import FAKE, Done, Reelog
from tests.processes import run

PARTS = ("reelog.db", "reelog.db-wal", "reelog.db-shm")


def standing_run(reelog: Reelog):
    """A run in the middle of its first picture; it says every few milliseconds that it advances."""
    reelog.plant("image=wait")
    running = reelog.begin("start", "a lighthouse", *FAKE)
    reelog.standing()
    return running


def move(reelog: Reelog) -> Path:
    """The log's files, to another folder."""
    away = reelog.folder / "away"
    away.mkdir(exist_ok=True)
    for name in PARTS:
        (reelog.home.root / name).rename(away / name)
    return away


def put_back(reelog: Reelog) -> None:
    """The log's files, to where they were."""
    for name in PARTS:
        part = reelog.folder / "away" / name
        if part.exists():
            part.rename(reelog.home.root / name)


def delete(reelog: Reelog) -> None:
    """The log's files are gone, and kept elsewhere under other names all the same."""
    away = reelog.folder / "away"
    away.mkdir()
    for name in PARTS:
        (away / name).hardlink_to(reelog.home.root / name)
        (reelog.home.root / name).unlink()


def replace(reelog: Reelog) -> None:
    """Another log lies in its place."""
    other = Reelog(reelog.folder / "other")
    other.folder.mkdir()
    assert run(lambda: shelf.stopped(other.home)) == 0
    move(reelog)
    shutil.copyfile(other.home.log_path, reelog.home.log_path)


def is_told(done: Done) -> None:
    assert done.status == 3
    (line,) = [line for line in done.err.splitlines() if line.startswith("reelog: ")]
    assert "was moved, deleted or replaced while in use" in line


@pytest.mark.parametrize("take_away", [move, delete, replace])
def test_a_run_whose_log_is_taken_away_ends_and_the_film_goes_on_when_it_is_back(
    reelog, take_away: Callable[[Reelog], object]
):
    running = standing_run(reelog)
    take_away(reelog)
    before = reelog.home.log_path.read_bytes() if reelog.home.has_log() else b""

    reelog.mend()
    done = running.ended()

    is_told(done)
    after = reelog.home.log_path.read_bytes() if reelog.home.has_log() else b""
    assert after == before
    reelog.home.log_path.unlink(missing_ok=True)
    put_back(reelog)
    assert reelog.quickly("resume", "--workers", "1").status == 0
    assert reelog.session().completed_at
    assert reelog.log_is_whole()


def test_a_moved_log_is_noticed_when_the_lease_is_renewed_though_nothing_is_appended(reelog):
    running = standing_run(reelog)

    move(reelog)
    done = running.ended()  # nobody mends: the stage never comes to its end

    is_told(done)
    put_back(reelog)
    assert "ImageRendered" not in names(reelog.history())


def test_a_home_that_disappears_ends_the_run_and_is_not_made_anew(reelog):
    running = standing_run(reelog)

    reelog.home.root.rename(reelog.folder / "gone")
    reelog.mend()
    done = running.ended()

    is_told(done)
    assert not reelog.home.log_path.exists()
    shutil.rmtree(reelog.home.root, ignore_errors=True)
    (reelog.folder / "gone").rename(reelog.home.root)
    assert reelog.quickly("resume", "--workers", "1").status == 0
    assert isinstance(reelog.history()[-1].event, e.SessionCompleted)
