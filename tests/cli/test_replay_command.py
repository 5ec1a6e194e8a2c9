"""The command `replay`: what it says, and how it ends."""

import signal

import pytest

from projections.events import TYPES
from tests.build import SESSION, fake_session
from tests.handlers.crew_of_one import work


@pytest.fixture
def film(reelog):
    with reelog.home.open(TYPES) as log:
        fake_session(log)
        work(reelog.home, log)
    return reelog


def test_a_replay_sums_up(film):
    done = film("replay", "last")

    assert (done.status, "state    COMPLETE" in done.out) == (0, True)


def test_step_by_step_there_is_a_line_for_every_append(film):
    answer = film("replay", SESSION, "--step", "--check", "--json").data

    assert len(answer["moments"]) == answer["appends"]


def test_a_step_says_which_work_was_begun_and_what_changed(film):
    lines = [line.split() for line in film("replay", SESSION, "--step").out.splitlines()]

    assert any(line[1:4] == ["CommandStarted", "image", "1"] for line in lines)
    assert any(line[1:3] == ["ImageRendered", "1"] and "images" in line for line in lines)


@pytest.mark.parametrize("bound", ["-1", "0", "nan", "inf"])
def test_a_bound_that_bounds_nothing_is_refused(film, bound):
    done = film("replay", SESSION, "--verify", "--bound", bound)

    assert (done.status, "is out of range" in done.err) == (2, True)


def test_a_replay_to_a_position_stops_there(film):
    assert film("replay", SESSION, "--to", "3", "--json").data["title"] == "a lighthouse"


def test_a_difference_ends_with_1(film):
    with film.home.open(TYPES) as log, log.writing():
        log.connection.execute("UPDATE sessions SET title = 'spoilt'")

    done = film("replay", SESSION)

    assert (done.status, "sessions is stored with other values" in done.out) == (1, True)


def test_what_was_made_comes_out_identical(film):
    done = film("replay", SESSION, "--verify")

    assert (done.status, done.out.splitlines()[-1]) == (0, "13 rendered again: 13 identical.")


def test_what_differs_ends_with_1(film):
    for path in (film.home.root / "artifacts").rglob("*.png"):
        path.unlink()

    done = film("replay", SESSION, "--verify", "--json")

    assert (done.status, done.data["counts"]["unverifiable"]) == (1, 4)


def test_verifying_and_folding_are_two_things(film):
    assert film("replay", SESSION, "--verify", "--step").status == 2


def test_a_shot_is_for_verifying(film):
    assert film("replay", SESSION, "--shot", "1", "--json").error["code"] == "wrong_use"


def test_nothing_of_it_is_in_the_log(film):
    before = len(film.history())

    film("replay", SESSION, "--verify")

    assert len(film.history()) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_leaves_no_temporary_folder(film, number):
    temporary = film.folder / "temporary"
    temporary.mkdir()
    film.settings["TMPDIR"] = str(temporary)
    film.plant("image=wait")
    running = film.begin("replay", SESSION, "--verify")
    film.standing()

    running.signal(number)

    assert (running.ended().status, list(temporary.iterdir())) == (130, [])
