"""Old logs mean the same for ever. A golden file is added for a new version, never changed."""

import json

import pytest

from projections import events as e
from projections.events import TYPES
from projections.rows import rows
from projections.work import work
from tests.golden.golden import FOLDER, line, meaning, read, sessions

LOGS = sorted(FOLDER.glob("*.jsonl"))
V1 = FOLDER / "v1.jsonl"
FILM = "session_20250208_002238"


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_an_old_log_means_what_it_meant(path):
    assert meaning(path) == path.with_suffix(".session.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_a_finished_film_of_an_old_log_stays_finished(path):
    film = work(sessions(path)[FILM])

    assert (film.pending, film.parked, film.complete) == ([], [], True)


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_an_old_log_still_has_rows(path):
    for session in sessions(path).values():
        assert rows(session)["sessions"]


def test_every_event_type_is_in_a_golden_log():
    texts = [text for path in LOGS for text in path.read_text(encoding="utf-8").splitlines()]

    assert {json.loads(text)["type"] for text in texts} >= set(TYPES.names())


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_an_event_of_todays_version_is_written_as_it_was(path):
    was = [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]
    read_back = [one for history in read(path).values() for one in history]

    for row, one in zip(was, read_back, strict=True):
        if row["version"] == TYPES.name_of(one.event)[1]:
            assert json.loads(line(row["stream"], one)) == row


def test_the_fork_begins_after_its_parents_plan():
    fork = sessions(V1)[f"{FILM}_2"]

    assert (fork.planned, len(fork.shots), fork.cancelled) == (True, 4, True)
    assert e.ShotPlanned in {type(one.event) for one in fork.results.values()}
