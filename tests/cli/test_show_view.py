"""The screen of `reelog view`."""

from pathlib import Path
from typing import Any

import pytest

from cli import show_film, show_found, show_view
from cli.show_found import Found
from eventstore.home import Home
from handlers import look, travel
from handlers.errors import Refused
from handlers.stream import SessionStream
from projections import events as e
from projections import rows
from projections.work import work
from tests.build import RUN, SESSION
from tests.cli.films import NOW, begin, carry_on, fail, log_at, screen, shown

OUT_OF_MEMORY = "RuntimeError: out of memory: tried to allocate 2.00 GiB (GPU 0; 139 GiB in use)"


@pytest.fixture
def home() -> Home:
    """A home whose path is the same everywhere."""
    return Home(Path("output"))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder that holds the home."""
    monkeypatch.chdir(tmp_path)


def half_made(home: Home) -> None:
    """Two shots done, one with two takes, one given up, one not begun."""
    with log_at(home) as log:
        stream = begin(log, idea="a lighthouse keeper who counts the stars, and loses one")
        carry_on(stream, lambda command: command.shot in (None, 1, 2))
        stream.append([e.TakeRequested(shot=2, stage="image", take=2, seed=77)], RUN)
        carry_on(stream, lambda command: command.shot == 2)
        chosen = e.TakeChosen(shot=2, stage="image", take=1, because="the second one is dark")
        stream.append([chosen], RUN)
        fail(stream, "image", 3, OUT_OF_MEMORY)


def finished(home: Home) -> None:
    """A whole film, of which a rewind took the end back, made again."""
    with log_at(home) as log:
        stream = carry_on(begin(log))
        stream.append([e.SessionRewound(to=12)], RUN)
        carry_on(stream)


def found(home: Home, at: str | None = None) -> Found:
    """What the screen shows."""
    with home.reader() as reader:
        return show_found.read(home, reader, SESSION, at)


@pytest.mark.parametrize("width", [80, 120])
def test_a_half_made_film_shows_shots_takes_and_what_was_given_up(home: Home, width: int) -> None:
    half_made(home)

    assert screen(f"view_{width}") == shown(*show_film.fancy(found(home), NOW, width), width=width)


def test_a_narrow_terminal_loses_ends_of_narration_only(home: Home) -> None:
    half_made(home)

    text = shown(*show_film.fancy(found(home), NOW, 60), width=60)

    assert max(len(line) for line in text.splitlines()) <= 60
    assert SESSION in text
    assert OUT_OF_MEMORY in " ".join(text.split())


def test_a_pipe_gets_plain_whole_lines(home: Home) -> None:
    half_made(home)

    assert screen("view_plain") == "\n".join(show_film.plain(found(home), NOW))


def test_a_finished_film_counts_what_was_taken_back(home: Home) -> None:
    finished(home)

    costs = {row["type"]: row for row in found(home).costs}

    assert "COMPLETE" in shown(*show_film.fancy(found(home), NOW, 80), width=80)
    assert (costs["FilmAssembled"]["made"], costs["FilmAssembled"]["withdrawn"]) == (2, 1)
    assert [costs["FilmAssembled"][k] for k in ("seconds", "withdrawn_seconds")] == [1.0, 0.5]


def test_an_earlier_moment_is_shown_as_it_was_and_says_so(home: Home) -> None:
    finished(home)

    before = found(home, at="7")
    text = shown(*show_film.fancy(before, NOW, 80), width=80)

    assert "AS IT WAS RIGHT AFTER EVENT 7 OF 31, NOT AS IT IS NOW" in text.splitlines()[0]
    assert f"  images       {'─' * 24}    0/4    0 %" in text.splitlines()
    assert [[row["type"], row["made"]] for row in before.costs] == [
        ["StoryGenerated", 1],
        ["SceneGraphBuilt", 1],
        ["ShotPlanned", 1],
    ]


def test_an_event_is_a_moment_here_too(home: Home) -> None:
    finished(home)

    assert found(home, at="ShotPlanned").at == 7


def test_a_moment_that_never_was_is_refused(home: Home) -> None:
    finished(home)

    with pytest.raises(Refused, match="has events 1 to 31, not 32"):
        found(home, at="32")


def test_steps_from_rows_are_the_steps_of_the_projection(home: Home) -> None:
    with log_at(home) as log:
        stream = begin(log)
        for kind in ("story", "scene_graph", "shots", "audio", "image", "video", "film"):
            with home.reader() as reader:
                seen = look.steps(reader.tables(SESSION))
            assert rows.steps(stream.session, work(stream.session)) == seen
            carry_on(stream, lambda command, kind=kind: command.kind == kind)  # type: ignore[misc]
        with home.reader() as reader:
            assert {(1, 1), (4, 4)} == set(look.steps(reader.tables(SESSION)).values())


def test_programs_get_whole_rows(home: Home) -> None:
    half_made(home)

    answer: dict[str, Any] = show_found.complete(found(home))

    assert list(answer) == [
        "at", "newest", "session", "steps", "scenes", "references", "shots", "takes", "artifacts",
        "commands", "costs", "answers", "budget", "files", "imported", "elders", "forks", "prompts",
    ]  # fmt: skip
    assert answer["steps"]["images"] == {"done": 2, "total": 4}
    assert [shot["shot_index"] for shot in answer["shots"]] == [1, 2, 3, 4]
    assert answer["takes"][0]["file"].startswith("output/artifacts/")
    assert answer["files"]["film"] is None


def test_an_interrupted_death_is_told_apart_from_a_failure() -> None:
    session = {"session": SESSION}
    dead = {
        "kind": "film", "shot": None, "state": "parked", "starts": 3, "failures": 0,
        "last_error": "",
    }  # fmt: skip
    tables: look.Tables = {"sessions": [session], "shots": [], "commands": [dead]}
    dying = Found(home=Home(Path("output")), tables=tables, costs=[], at=None, newest=9)

    assert show_view.parked(dying) == [
        ("film started 3 times and never came back", "no error: its worker died each time")
    ]


def test_a_take_of_other_words_says_which(home: Home) -> None:
    half_made(home)
    with log_at(home, "2025-02-08T02:00:00") as log:
        stream = SessionStream(log, SESSION)
        was = stream.session.shots[2].plan.image_prompt
        stream.append([e.ShotEdited(shot=2, image_prompt=f"{was} in a storm")], RUN)
        carry_on(stream, lambda command: command.shot == 2)

    page = "\n".join(show_film.plain(found(home), NOW))

    assert "take 2 was made from:" in page
    assert "[- in a storm-]" in page
    assert "take 1 was made from:" not in page


def test_a_fork_that_took_a_take_over_knows_its_words(home: Home) -> None:
    half_made(home)
    with log_at(home, "2025-02-08T02:00:00") as log:
        parent = SessionStream(log, SESSION)
        child = travel.fork(parent, len(parent.history), "session_child", None)
        child.append([e.ShotEdited(shot=2, image_prompt="a storm")], RUN)
        carry_on(child, lambda command: command.shot == 2)

    with home.reader() as reader:
        film = show_found.read(home, reader, "session_child", None)

    assert "take 2 was made from: [-a storm-]{+" in "\n".join(show_film.plain(film, NOW))


def test_a_film_after_its_newest_event_is_as_it_is_now(home: Home) -> None:
    finished(home)
    newest = found(home).newest

    assert (show_view.moment(found(home, str(newest))), found(home, "1").at) == ("", 1)


def test_what_was_reused_was_not_made(home: Home) -> None:
    finished(home)
    with log_at(home, "2025-02-08T02:00:00") as log:
        film = SessionStream(log, SESSION)
        made = next(r for r in film.history if isinstance(r.event, e.ImageRendered))
        again = made.event.provenance.model_copy(
            update={"reused_from": made.event_id, "seconds": 0.0}
        )
        before = {row["type"]: row for row in found(home).costs}["ImageRendered"]
        film.append([made.event.model_copy(update={"provenance": again})], RUN)

    after = {row["type"]: row for row in found(home).costs}["ImageRendered"]

    assert (after["made"], after["reused"]) == (before["made"], before["reused"] + 1)


def test_an_imported_film_says_when_it_began_and_when_it_came(home: Home) -> None:
    with log_at(home, "2025-02-07T20:00:00") as log:
        stream = begin(log)
    with log_at(home, "2025-02-08T01:00:00") as log:
        stream = SessionStream(log, SESSION)
        stream.append([e.SessionImported(log_id="other", session=SESSION, head_hash="00")], RUN)

    lines = [line.split(maxsplit=1) for line in show_film.plain(found(home), NOW)]
    said = {line[0]: line[1] for line in lines if len(line) == 2}

    assert said["started"].startswith("2025-02-07 20:00")
    assert said["imported"].startswith("2025-02-08 01:00")


def test_a_fork_names_whom_it_descends_from(home: Home) -> None:
    with log_at(home) as log:
        film = begin(log)
        child = travel.fork(film, 1, "session_child", None)
        travel.fork(child, 1, "session_grandchild", None)

    with home.reader() as reader:
        film = show_found.read(home, reader, "session_grandchild", None)
    lines = [line.split() for line in show_film.plain(film, NOW)]

    assert ["fork", "of", "session_child", "at", "1"] in lines
    assert ["that", "of", SESSION, "at", "1"] in lines


def test_a_film_names_its_forks(home: Home) -> None:
    half_made(home)
    with log_at(home, "2025-02-08T02:00:00") as log:
        travel.fork(SessionStream(log, SESSION), 1, "session_child", None)

    assert ["fork", "session_child", "at", "1"] in [
        line.split() for line in show_film.plain(found(home), NOW)
    ]
