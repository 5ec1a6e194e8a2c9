"""The view lineage: where a file comes from, whatever became of it since."""

import json
from pathlib import Path

import pytest

from eventstore.home import Home
from eventstore.log import EventLog
from handlers import edit, takes, travel
from handlers.ask import ask
from handlers.start import StartRequest, start
from handlers.stream import SessionStream
from projections import events as e
from projections.events import TYPES
from tests.build import RUN, fake_session
from tests.handlers.crew_of_one import work

SCRIPT = {
    "title": "Storm",
    "characters": [{"name": "Mira", "look": "a yellow raincoat"}],
    "shots": [{"narration": "Mira waits.", "characters": ["Mira"]}, {"narration": "Rain."}],
}


def lineage(home: Home, where: str) -> list[dict[str, object]]:
    """Rows of the view: kind, shot, withdrawn, and the kinds and shots of the parents."""
    asked = "kind, shot, sha256, parents, inputs, raw_sha256, withdrawn"
    answer = ask(home, f"SELECT {asked} FROM lineage {where}", rows_max=1000, seconds_max=20.0)
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def parents(home: Home, row: dict[str, object]) -> list[tuple[object, object]]:
    """Kind and shot of the files that one was made from."""
    by_sha = {one["sha256"]: (one["kind"], one["shot"]) for one in lineage(home, "")}
    return [by_sha[sha256] for sha256 in json.loads(str(row["parents"]))]


@pytest.fixture
def film(home: Home, log: EventLog) -> SessionStream:
    """A finished film of two shots."""
    fake_session(log, shots=2, duration_s=10.0)
    return work(home, log)


def test_a_clip_that_was_taken_back_still_names_its_picture(home, film):
    travel.rewind(film, 1)

    gone = lineage(home, "WHERE kind = 'video'")

    assert [(row["withdrawn"], parents(home, row)) for row in gone] == [
        (1, [("image", row["shot"])]) for row in gone
    ]


def test_a_film_that_was_cut_anew_still_names_its_clips_and_lines(home, log, film):
    film.append(edit.edit_shot(film.session, 1, {"camera": "arc"}), RUN)
    work(home, log)

    old, new = lineage(home, "WHERE kind = 'film' ORDER BY position")

    cut = [("video", 1), ("audio", 1), ("video", 2), ("audio", 2)]
    assert [parents(home, old), parents(home, new)] == [cut, cut]
    assert old["parents"] != new["parents"]


def test_each_clip_names_the_take_of_the_picture_that_it_was_made_from(home, log, film):
    film.append(takes.retake(film.session, 1, "image"), RUN)
    work(home, log)

    pictures = lineage(home, "WHERE kind = 'image' AND shot = 1 ORDER BY position")
    clips = lineage(home, "WHERE kind = 'video' AND shot = 1 ORDER BY position")

    assert [json.loads(str(clip["inputs"])) for clip in clips] == [
        [picture["raw_sha256"]] for picture in pictures
    ]


def test_what_was_taken_over_names_what_the_first_making_was_made_from(home, log, film):
    travel.rewind(film, 1)
    work(home, log)

    first, again = lineage(home, "WHERE kind = 'video' AND shot = 1 ORDER BY position")

    assert (again["withdrawn"], again["parents"]) == (0, first["parents"])


def test_a_fork_names_the_files_of_its_parent(home, log, film):
    image = next(r for r in film.history if isinstance(r.event, e.ImageRendered))
    child = travel.fork(film, image.append_end, "session_child", None)
    work(home, log, [child.id])

    clips = lineage(home, "WHERE kind = 'video' AND session = 'session_child'")

    assert [parents(home, clip) for clip in clips] == [[("image", clip["shot"])] for clip in clips]


def test_a_picture_names_the_sheet_that_it_was_drawn_after(home, log, tmp_path: Path):
    path = tmp_path / "storm.json"
    path.write_text(json.dumps(SCRIPT))
    request = StartRequest(script=path, profile="fake", size="320x180", seed=7)
    work(home, log, [start(home, log, request).id])

    pictures = lineage(home, "WHERE kind = 'image' ORDER BY shot")

    assert [parents(home, picture) for picture in pictures] == [[("reference", None)], []]


def test_what_an_older_program_recorded_is_found_as_long_as_it_is_wanted(home, log, film):
    past = SessionStream(log, "session_of_then")
    past.append([r.event for r in film.history if not isinstance(r.event, e.MediaResult)][:1], RUN)
    for recorded in film.history[1:]:
        past.append([_as_then(recorded.event)], RUN)

    rows = lineage(home, "WHERE session = 'session_of_then' AND kind IN ('video', 'film')")

    assert [len(parents(home, row)) for row in rows] == [1, 1, 4]


def _as_then(event):
    """An event without the inputs that are recorded today."""
    made_by = getattr(event, "provenance", None)
    changes = {"provenance": made_by.model_copy(update={"inputs": ()})} if made_by else {}
    return TYPES.load(*TYPES.name_of(event), TYPES.dump(event.model_copy(update=changes)))
