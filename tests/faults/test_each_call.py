"""The disk fails, or a process dies, at each call of a film that writes; and what comes of it."""

import errno
import random
from pathlib import Path

import pytest

from eventstore.home import Home
from projections.events import TYPES
from tests.build import RUN, chain_is_whole, started
from tests.command import Done
from tests.faults import beside, cases
from tests.faults.launch import needs_stopped_calls, supervised
from tests.faults.small_film import (
    FILM,
    READING,
    SmallFilm,
    calls,
    check_finished,
    check_log,
    undisturbed,
)
from tests.faults.supervisor import Failing, Killing, Plan

pytestmark = needs_stopped_calls

WAYS = ("full", "full", "quota", "broken", "broken once", "read-only", "killed")
DISK_FAILED, INTERRUPTED = 3, 130


def plan_of(way: str, number: int) -> Plan:
    """What befalls the call of that number."""
    match way:
        case "full":
            return Failing(number, errno.ENOSPC, sticky=True)
        case "quota":
            return Failing(number, errno.EDQUOT, sticky=True)
        case "read-only":
            return Failing(number, errno.EROFS, sticky=True)
        case "broken":
            return Failing(number, errno.EIO, sticky=True)
        case "broken once":
            return Failing(number, errno.EIO, sticky=False)
    return Killing(number, "caller")


def one_sentence(done: Done) -> None:
    """A disk that fails is told in one line, with the exit status of its own."""
    assert done.status in (0, DISK_FAILED), done
    told = [line for line in done.err.splitlines() if line.startswith("reelog: ")]
    assert len(told) == (done.status == DISK_FAILED), done


def still_reads(film: SmallFilm, plan: Plan) -> None:
    """Every command that only reads answers, on the disk as it is."""
    for command in READING:
        done, _ = film.command(*command, plan=plan)
        assert done.status == 0, (command, done)


def struck(seed: int, folder: Path) -> int:
    """One call of a film is struck; then the cause is gone."""
    chance = random.Random(seed)
    number, way = (chance.randint(1, calls()), chance.choice(WAYS))
    befall(folder, number, way)
    return 1


def befall(folder: Path, number: int, way: str) -> None:
    """One film, struck at one call in one way, and made to its end afterwards."""
    film, plan = SmallFilm(folder), plan_of(way, number)
    done, _ = film.command(*FILM, "--workers", "1", plan=plan)
    if way != "killed":
        one_sentence(done)
    check_log(film)
    if film.begun:
        still_reads(film, plan)
        check_log(film)

    done = film.go_on()

    assert done.status == 0, done
    check_finished(film)


def test_a_fault_at_any_writing_call_of_a_film_is_told_and_the_film_goes_on():
    undisturbed()

    beside.run("faults at writing calls", cases.seeds(64, 6_000), struck)


def opened(home: Home) -> None:
    """The log of a home, created where there is none; and used."""
    with home.open(TYPES) as log:
        log.append("a", [started()], expected=0, cause=RUN)


@pytest.mark.parametrize("way", ["broken once", "full", "killed"])
def test_a_log_whose_making_is_struck_at_any_call_is_whole_or_not_there(tmp_path, way):
    # SQLite tells nobody when the checkpoint at a close fails: half a log was renamed into place
    struck, number = 1, 0
    while struck:
        number += 1
        home = Home(tmp_path / str(number))
        status, supervisor = supervised(lambda h=home: opened(h), home.root, plan_of(way, number))
        struck = len(supervisor.calls) >= number

        with home.open(TYPES) as log:
            assert log.version("a") == 1 or status, "acknowledged, and not there"
            if not log.version("a"):
                log.append("a", [started()], expected=0, cause=RUN)
            assert chain_is_whole(log)

    assert number > 40
