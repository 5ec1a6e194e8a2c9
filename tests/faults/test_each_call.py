"""The disk fails, or a process dies, at each call of a film that writes; and what comes of it."""

import errno
import os
import random
from math import gcd
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
from tests.faults.supervisor import Failing, Killing

pytestmark = needs_stopped_calls

WAYS = ("full", "broken", "killed", "broken once", "read-only", "quota")
SHARE = 60
"""How many of all these cases `make test` runs, spread over all calls and ways."""
DISK_FAILED, INTERRUPTED = 3, 130


def plan_of(way: str, number: int) -> Failing | Killing:
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


def still_reads(film: SmallFilm, plan: Failing | Killing) -> None:
    """Two of the commands that only read answer, on the disk as it is; at each call other ones."""
    for command in random.Random(plan.number).sample(READING, 2):
        done, _ = film.command(*command, plan=plan)
        assert done.status == 0, (command, done)


def struck(seed: int, folder: Path) -> int:
    """A seed is a call and a way: each call in all ways, one call after the other."""
    number, way = divmod(seed - 1, len(WAYS))
    befall(folder, number + 1, WAYS[way])
    return 1


def chosen() -> range:
    """Every call in every way, or a share of them."""
    every = calls() * len(WAYS)
    if cases.RELEASE or any(name.startswith("FAULTS_") for name in os.environ):
        return cases.seeds(SHARE, every)
    stride = every // SHARE
    while gcd(stride, len(WAYS)) > 1:
        stride -= 1
    return range(1, every + 1, stride)


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


@pytest.mark.long
def test_a_fault_at_any_writing_call_of_a_film_is_told_and_the_film_goes_on():
    undisturbed()

    beside.run("faults at writing calls", chosen(), struck)


def opened(home: Home) -> None:
    """The log of a home, created where there is none; and used."""
    with home.open(TYPES) as log:
        log.append("a", [started()], expected=0, cause=RUN)


@pytest.mark.parametrize("way", WAYS if cases.RELEASE else ["broken once"])
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
