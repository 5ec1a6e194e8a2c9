"""SIGKILL at any writing call, to a worker, to all of them, or to everybody; and what comes of it.

The instants are counted in calls that write to the home: a seed strikes the same place again.
"""

import random
from pathlib import Path

import pytest

from tests.faults import beside, cases
from tests.faults.launch import needs_stopped_calls
from tests.faults.small_film import FILM, SmallFilm, calls, check_finished, check_log, undisturbed
from tests.faults.supervisor import Killing

WHOM = ("worker", "workers", "caller", "everybody")
COLD_EVERY = 16
"""Of so many cases one starts its processes by exec, as a shell does; see launch.py."""


pytestmark = needs_stopped_calls


def killed_and_resumed(seed: int, folder: Path) -> int:
    """One film: killed once or twice, then made to its end; how many kills there were."""
    chance = random.Random(seed)
    workers = chance.choice((1, 1, 2))
    film = SmallFilm(folder, cold=seed % COLD_EVERY == 0)
    kills = [Killing(chance.randint(1, calls()), chance.choice(WHOM))]
    film.command(*FILM, "--workers", str(workers), plan=kills[0])
    check_log(film)
    if film.begun and chance.random() < 0.25:
        kills.append(Killing(chance.randint(1, calls() // 2), chance.choice(WHOM)))
        film.command("resume", "--workers", str(workers), plan=kills[1])
        check_log(film)

    done = film.go_on(workers)

    assert done.status == 0, (kills, done)
    check_finished(film)
    return sum(bool(one.struck) for one in kills)


@pytest.mark.long
def test_a_film_that_is_killed_anywhere_ends_as_if_nobody_had_disturbed_it():
    undisturbed()  # once, before the processes that compare with it

    beside.run("kills of real processes", cases.seeds(60, 2_000), killed_and_resumed)
