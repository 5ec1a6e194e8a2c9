"""The commands `rewind`, `fork`, and edits of a film that is not worked on: what people read."""

import pytest

from handlers import stale
from handlers.stream import SessionStream
from projections.events import TYPES, ProfileChanged, SessionPrioritised
from tests import shelf
from tests.build import RUN, SESSION, names, stages_of


@pytest.fixture
def film(reelog):
    """A finished film."""
    shelf.finished(reelog.home)
    return reelog


def test_a_rewind_says_first_which_takes_it_takes_back(film):
    done = film.quickly("rewind", "last", "--to", "ShotPlanned", "--dry-run")

    assert "image takes withdrawn: shot 1, shot 2, shot 3\n" in done.out
    assert done.out.endswith("Nothing was changed.\n")


def test_a_rewind_says_what_the_film_then_has(film):
    done = film.quickly("rewind", "last", "--to", "ShotPlanned", "--dry-run")

    there = "story, scene graph, shots, images 0/3, narration 0/3, clips 0/3, film 0/1"
    assert f"  it then has: {there}\n" in done.out


def test_a_film_of_one_shot_is_told_in_numbers_too(reelog):
    fake = ("--profile", "fake", "--shots", "1", "--duration", "5")
    assert reelog("start", "a lamp", *fake).status == 0

    done = reelog.quickly("fork", "last", "--at", "ShotPlanned", "--dry-run")

    assert "shots, images 0/1, narration 0/1, clips 0/1, film 0/1\n" in done.out
    whole = reelog.quickly("fork", "last", "--at", str(len(reelog.history())), "--dry-run")
    assert "shots, images 1/1, narration 1/1, clips 1/1, film\n" in whole.out


def test_programs_are_told_what_the_film_then_has(film):
    done = film.quickly("rewind", "last", "--to", "ShotPlanned", "--dry-run", "--json")

    assert done.data["steps_after"]["images"] == {"done": 0, "total": 3}


def test_a_fork_that_is_only_looked_at_begins_nothing(film):
    before = film.quickly("list", "--json").data

    done = film.quickly("fork", "last", "--at", "ShotPlanned", "--dry-run")

    assert "images 0/3" in done.out
    assert done.out.endswith("Nothing was changed.\n")
    assert film.quickly("list", "--json").data == before


def test_a_rewind_asks_and_no_changes_nothing(film):
    before = len(film.history())
    terminal = film.at_terminal("rewind", "last", "--to", "ShotPlanned")
    terminal.reads("Rewind?")
    terminal.types("n\n")

    assert terminal.ended().status == 0
    assert len(film.history()) == before


def test_what_is_appended_while_the_question_stands_is_taken_back_too_and_told(film):
    terminal = film.at_terminal("rewind", "last", "--to", "ShotPlanned")
    terminal.reads("Rewind?")
    film.quickly("prioritise", "last", "3")
    terminal.types("y\n")

    ended = terminal.ended()
    assert ended.status == 0
    assert "1 event that was recorded meanwhile too" in ended.out
    assert names(film.history())[-1] == "SessionRewound"


def test_ctrl_c_at_the_question_changes_nothing_and_says_so(film):
    before = len(film.history())
    terminal = film.at_terminal("rewind", "last", "--to", "ShotPlanned")
    terminal.reads("Rewind?")

    ended = terminal.types_to_leave("\x03")
    assert (ended.status, len(film.history())) == (130, before)
    assert "Nothing was changed." in ended.out


def test_a_program_rewinds_with_yes_alone(film):
    before = len(film.history())

    refused = film.quickly("rewind", "last", "--to", "ShotPlanned", "--json")
    assert (refused.status, len(film.history())) == (2, before)
    assert "--dry-run" in refused.error["hint"]

    looked = film.quickly("rewind", "last", "--to", "ShotPlanned", "--json", "--dry-run")
    done = film.quickly("rewind", "last", "--to", "ShotPlanned", "--json", "--yes")
    assert (looked.data["rewound"], done.data["rewound"]) == (False, True)
    assert names(film.history())[before:] == ["SessionRewound"]


def test_a_fork_has_its_folder_at_once(film):
    child = film.quickly("fork", "last", "--at", "ShotPlanned", "--json").data["session"]

    assert (film.home.sessions / child / "shots.json").is_file()


def test_an_edit_that_changes_nothing_says_so_to_programs_too(film):
    film.quickly("edit", "last", "1", "--camera", "arc")

    again = film.quickly("edit", "last", "1", "--camera", "arc", "--json").data

    assert (again["events"], again["appended"]) == ([], False)


def test_a_picture_cannot_be_edited_away(film):
    done = film.quickly("edit", "last", "1", "--image-prompt", " ")

    assert (done.status, "a shot needs a picture" in done.err) == (2, True)


def test_a_worker_may_append_while_an_edit_is_looked_at(film, monkeypatch):
    """Between looking what becomes stale and appending, somebody else is faster."""
    seen = stale.what_if

    def slowly(log, session, events):
        SessionStream(log, SESSION).append([SessionPrioritised(priority=3)], RUN)
        return seen(log, session, events)

    monkeypatch.setattr(stale, "what_if", slowly)

    assert film.quickly("edit", "last", "1", "--camera", "arc").status == 0
    assert names(film.history())[-2:] == ["SessionPrioritised", "ShotEdited"]


def test_a_rewind_names_the_command_that_undoes_it(film):
    done = film.quickly("rewind", "last", "--to", "ShotPlanned", "--yes")
    (undo,) = [line for line in done.out.splitlines() if line.startswith("reelog rewind")]

    film.quickly(*undo.split()[1:], "--yes")

    assert film.session().version == len(film.history())
    assert film.quickly("resume").out.startswith("Nothing left to do")


def test_where_there_is_nothing_to_rewind_nothing_is_asked(film):
    done = film.quickly("rewind", "last", "--to", str(len(film.history())))

    assert (done.status, done.out.count("\n")) == (0, 1)
    assert "there is nothing to rewind" in done.out


def test_the_folder_of_the_session_follows_a_rewind(film):
    folder = film.home.sessions / SESSION
    film.quickly("export", "last")
    was_there = (folder / "images" / "shot_001.png").is_file()

    film.quickly("rewind", "last", "--to", "ShotPlanned", "--yes")

    assert was_there
    assert list(folder.glob("images/*")) == []
    assert not (folder / "film.mp4").exists()


def test_a_time_of_the_parent_is_answered_with_the_parent(film):
    child = film.quickly("fork", "last", "--at", "ShotPlanned", "--json").data["session"]

    done = film.quickly("rewind", child, "--to", "5", "--yes")

    assert (done.status, f"events 1 to 9 of {SESSION}" in done.err) == (2, True)


def test_an_edit_of_a_cancelled_film_says_how_it_is_made(reelog):
    session = shelf.stopped(reelog.home)
    reelog.quickly("cancel", "last")

    done = reelog.quickly("edit", "last", "1", "--camera", "arc")

    assert f"reelog fork {session} --at " in done.out
    assert "resume" not in done.out


def test_an_edit_of_a_paused_film_says_how_it_is_made(reelog):
    session = shelf.stopped(reelog.home)
    reelog.quickly("pause", "last")

    done = reelog.quickly("edit", "last", "1", "--camera", "arc")

    assert f"go on with: reelog unpause {session}" in done.out


@pytest.mark.parametrize(
    ("profile", "stage", "told"),
    [
        ("animatic", "audio", "says a line alike whatever the seed"),
        ("animatic", "image", "another seed moves what grows and drifts"),
        ("animatic", "video", ""),
        ("fake", "audio", ""),
    ],
)
def test_where_takes_come_out_alike_it_is_said(film, profile, stage, told):
    with film.home.open(TYPES) as log:
        changed = ProfileChanged(profile=profile, stages=stages_of(profile))
        SessionStream(log, SESSION).append([changed], RUN)

    done = film.quickly("retake", "last", "1", "--stage", stage)

    assert (done.status, bool(done.err)) == (0, bool(told))
    assert told in done.err
