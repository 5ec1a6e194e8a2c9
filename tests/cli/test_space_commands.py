"""The commands `du` and `gc`."""

import pytest

from projections.events import TYPES
from tests.build import SESSION, fake_session
from tests.handlers.crew_of_one import work
from tests.handlers.test_gc import orphan


@pytest.fixture
def film(reelog):
    """A film, and a file that no event names."""
    with reelog.home.open(TYPES) as log:
        fake_session(log)
        work(reelog.home, log)
    orphan(reelog.home)
    return reelog


def test_du_lists_films_and_sums_up(film):
    lines = film("du").out.splitlines()

    assert (lines[1].startswith(SESSION), lines[-1].startswith("all ")) == (True, True)


def test_du_lists_takes_on_request(film):
    assert "image of shot 1  take 1, in the cut" in film("du", "--takes").out


def test_du_says_what_a_fork_builds_on(film):
    child = film("fork", "last", "--at", "ImageRendered:1", "--json").data["session"]

    header, *lines = film("du").out.splitlines()

    column = header.index("of parents")
    told = {line.split()[0]: line[column : column + 10].strip() for line in lines[:2]}
    assert (told[SESSION], told[child] != "0 B") == ("0 B", True)


def test_du_answers_in_data(film):
    assert film("du", "--json").data["sessions"][0]["session"] == SESSION


def test_gc_lists_and_removes_nothing(film):
    answer = film("gc", "--json").data

    assert (answer["removed"], len(answer["files"])) == (False, 1)


def test_gc_removes_on_yes(film):
    film("gc", "--yes")

    assert film("gc").out.strip() == "There is nothing to remove."


def test_without_a_log_there_is_nothing_to_measure(reelog):
    assert reelog("du", "--json").error["code"] == "no_log"
