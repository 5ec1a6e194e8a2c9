"""Unfinished films at a terminal: which one goes on, or a new one."""

import pytest

from projections import events as e
from tests import shelf
from tests.build import names
from tests.command import FAKE, Reelog
from tests.shelf import SESSIONS


@pytest.fixture
def two(reelog):
    """A lighthouse and a storm, both unfinished; the storm is newer."""
    shelf.stopped(reelog.home, "a lighthouse", SESSIONS[0])
    shelf.killed(reelog.home, "a storm", SESSIONS[1])
    return reelog


@pytest.fixture
def one(reelog):
    """A lighthouse, unfinished."""
    shelf.stopped(reelog.home)
    return reelog


def finished(reelog: Reelog) -> list[str]:
    """The ideas of the films that are whole."""
    sessions = [reelog.session(session) for session in reelog.sessions()]
    return [session.started.idea for session in sessions if session.completed_at]


def test_all_unfinished_films_are_listed_with_their_progress_and_marks(two):
    terminal = two.at_terminal("start", "a whale", *FAKE)

    screen = terminal.reads("Continue one (1–2), or begin a new film (n)?")

    assert "2 films are not finished:" in screen
    lines = screen.splitlines()
    at = lines.index(f"[1] {SESSIONS[1]}  a storm")
    assert lines[at + 1 : at + 7] == [
        "   begun just now, 76 % done",
        "   [DONE] [FAIL] [DONE]",
        "",
        f"[2] {SESSIONS[0]}  a lighthouse",
        "   begun just now, 53 % done",
        "   [DONE] [TODO] [TODO]",
    ]


def test_the_default_for_another_idea_is_a_new_film(two):
    terminal = two.at_terminal("start", "a whale", *FAKE)
    assert "[n]" in terminal.reads("(n)? q leaves [n]:")

    terminal.types("\r")

    assert terminal.ended().status == 0
    assert finished(two) == ["a whale"]
    assert len(two.sessions()) == 3


def test_a_number_goes_on_with_that_film(one):
    terminal = one.at_terminal("start", "a whale", *FAKE)
    terminal.reads("Continue it (1), or begin a new film (n)?")

    terminal.types("1\r")

    assert terminal.ended().status == 0
    assert finished(one) == ["a lighthouse"]
    assert len(one.sessions()) == 1


def test_n_begins_anew_and_the_old_film_stays_as_it_was(one):
    (old,) = one.sessions()
    before = names(one.history(old))
    terminal = one.at_terminal("start", "a whale", *FAKE)
    terminal.reads("(n)?")

    terminal.types("n\r")

    assert terminal.ended().status == 0
    assert names(one.history(old)) == before
    assert finished(one) == ["a whale"]


def test_the_same_idea_again_means_going_on(one):
    terminal = one.at_terminal("start", " a lighthouse ", *FAKE)
    terminal.reads("(n)? q leaves [1]:")

    terminal.types("\r")

    assert terminal.ended().status == 0
    assert finished(one) == ["a lighthouse"]
    assert len(one.sessions()) == 1


def test_an_answer_that_is_none_is_asked_for_again(one):
    terminal = one.at_terminal("start", "a whale", *FAKE)
    terminal.reads("(n)?")

    terminal.types("7\r")
    terminal.reads("Please answer with a number from 1 to 1, n or q.")
    terminal.types("yes\r")

    assert terminal.ended().status == 0
    assert finished(one) == ["a lighthouse"]


@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_leaving_the_question_begins_nothing(one, key):
    terminal = one.at_terminal("start", "a whale", *FAKE)
    terminal.reads("(n)?")

    assert terminal.types_to_leave(key).status == 130
    assert len(one.sessions()) == 1


def test_new_asks_nothing(one):
    done = one.at_terminal("start", "a whale", "--new", *FAKE).ended()

    assert done.status == 0
    assert "(n)?" not in done.out
    assert finished(one) == ["a whale"]


def test_yes_asks_nothing_and_begins_the_film_that_was_named(one):
    done = one.at_terminal("start", "a whale", "--yes", *FAKE).ended()

    assert done.status == 0
    assert "(n)?" not in done.out
    assert finished(one) == ["a whale"]


def test_yes_without_an_idea_goes_on(one):
    done = one.at_terminal("start", "--yes", *FAKE).ended()

    assert done.status == 0
    assert finished(one) == ["a lighthouse"]


def test_a_terminal_is_asked_for_an_idea_that_is_missing(reelog):
    terminal = reelog.at_terminal("start", *FAKE)
    terminal.reads("What is the film about?")

    terminal.types("a whale\r")

    assert terminal.ended().status == 0
    assert finished(reelog) == ["a whale"]


def test_continue_goes_on_with_the_newest(two):
    done = two("start", "--continue", *FAKE)

    assert done.status == 0
    assert finished(two) == ["a storm"]
    assert len(two.sessions()) == 2


def test_continue_id_goes_on_with_that_one(two):
    done = two("start", "--continue-id", SESSIONS[0], *FAKE)

    assert done.status == 0
    assert finished(two) == ["a lighthouse"]


def test_continue_with_nothing_unfinished_does_nothing(reelog):
    session = shelf.finished(reelog.home)
    reelog.quickly("export", session)

    done = reelog("start", "--continue", *FAKE)

    assert done.status == 0
    assert done.out == "Nothing left to do: every film is complete, paused or cancelled.\n"
    assert len(reelog.sessions()) == 1


def test_a_paused_film_is_listed_as_paused(one):
    one.quickly("pause", "last")
    terminal = one.at_terminal("start", "a whale", *FAKE)

    assert ", paused" in terminal.reads("(n)?")


def test_a_cancelled_film_is_not_asked_about(one):
    one.quickly("cancel", "last")

    done = one.at_terminal("start", "a whale", *FAKE).ended()

    assert "(n)?" not in done.out
    assert finished(one) == ["a whale"]


def test_what_an_old_idea_does_to_a_terminal_is_shown_and_not_obeyed(reelog):
    shelf.stopped(reelog.home, "a storm\u202e of\nnights")

    screen = reelog.at_terminal("start", "a whale", *FAKE).reads("(n)?")

    assert "\u202e" not in screen


def test_a_terminal_shows_the_film_at_the_end(one):
    done = one.at_terminal("resume").ended()

    assert "The film is ready, made in" in done.out
    assert isinstance(one.history()[-1].event, e.SessionCompleted)
