"""The command `diff`: what it says, and how it ends."""

import pytest

from handlers import edit
from projections.events import TYPES
from tests.build import RUN, SESSION, fake_session
from tests.handlers.crew_of_one import work


@pytest.fixture
def film(reelog):
    """A film, and an edit of it."""
    with reelog.home.open(TYPES) as log:
        fake_session(log)
        stream = work(reelog.home, log)
        changes = {"narration": "This is sight number 2.", "camera": "dolly in"}
        stream.append(edit.edit_shot(stream.session, 2, changes), RUN)
    return reelog


def test_words_are_marked_as_git_marks_them(film):
    done = film("diff", "last@SessionCompleted", "last")

    assert "This is [-view-]{+sight+} number 2." in done.out


def test_films_that_differ_end_with_0(film):
    assert film("diff", "last@SessionCompleted", "last").status == 0


def test_on_request_films_that_differ_end_with_1(film):
    assert film("diff", "last@SessionCompleted", "last", "--exit-code").status == 1


def test_on_request_equal_films_end_with_0(film):
    done = film("diff", SESSION, "last", "--exit-code")

    assert (done.status, "They are the same film." in done.out) == (0, True)


def test_the_data_name_the_page(film):
    answer = film("diff", "last@3", "last", "--html", "page.html", "--json").data

    assert (answer["html"], (film.folder / "page.html").is_file()) == ("page.html", True)


def test_a_page_into_no_folder_is_refused(film):
    done = film("diff", "last@3", "last", "--html", "nowhere/page.html")

    assert (done.status, "there is no folder nowhere; make it first" in done.err) == (2, True)


def test_an_unknown_film_is_refused(film):
    assert film("diff", "nobody", "last", "--json").error["code"] == "unknown_session"


def test_colours_are_for_terminals(film):
    terminal = film.at_terminal("diff", "last@SessionCompleted", "last")

    assert ";31m" in terminal.ended().out


def test_without_colours_words_are_marked_on_a_terminal_too(film):
    film.settings = {"NO_COLOR": "1"}

    done = film.at_terminal("diff", "last@SessionCompleted", "last").ended()

    assert "[-view-]{+sight+}" in done.out
