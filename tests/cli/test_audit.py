"""reelog audit: what people and programs read, and how it ends."""

import json
import os
from pathlib import Path

import pytest

from projections import events as e
from tests.build import SESSION, file_of
from tests.command import Reelog
from tests.tampering import make_film, tamper


@pytest.fixture
def film(reelog: Reelog) -> Reelog:
    """The command, with a film in its home."""
    make_film(reelog.home.root)
    return reelog


def picture(reelog: Reelog) -> Path:
    event = next(r.event for r in reelog.history() if isinstance(r.event, e.ImageRendered))
    return file_of(reelog.home.artifacts, event)


def test_a_whole_film_is_all_right(film):
    done = film("audit")

    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[0].startswith("checked 23 events, 8 artifacts (")
    assert done.out.splitlines()[0].endswith("): all right")


def test_programs_get_everything_in_one_envelope(film):
    done = film("audit", "last", "--json")

    assert done.status == 0
    assert (done.data["clean"], done.data["events"], done.data["sessions"]) == (True, 23, 1)
    assert done.data["head"]["global_position"] == 23
    assert done.data["findings"] == []


def test_a_finding_is_a_sentence_with_the_way_out(film):
    picture(film).unlink()

    done = film("audit")

    assert done.status == 1
    assert done.out.splitlines()[0] == (
        f"artifacts: {SESSION}: image of shot 1 ({picture(film).name[:12]}) is gone; "
        "`reelog audit --repair`, then `reelog resume` makes it again"
    )
    assert ": 1 finding" in done.out


def test_programs_get_findings_and_a_failed_check(film):
    tamper(film.home, "UPDATE events SET type = 'SessionPaused' WHERE global_position = 3")

    done = film("audit", "--json")

    assert done.status == 1
    assert done.data["clean"] is False
    assert done.data["findings"][0]["check"] == "chain"
    assert done.data["findings"][0]["grave"] is True


def test_what_was_lost_is_mended_and_the_film_goes_on(film):
    picture(film).unlink()
    tamper(film.home, "UPDATE sessions SET title = 'Another'")

    done = film("audit", "--repair")

    assert done.status == 0
    assert "repaired: rebuilt the read tables of" in done.out
    assert "repaired: recorded in" in done.out
    assert film("resume", "--workers", "1").status == 0
    assert picture(film).is_file()
    assert film("audit").status == 0


def test_a_kept_head_proves_that_the_log_only_grew(film, tmp_path):
    head = tmp_path / "head.json"

    assert film("audit", "--head", str(head)).status == 0
    assert film("prioritise", "last", "5").status == 0
    grown = film("audit", "--against", str(head))
    tamper(film.home, "DELETE FROM events WHERE global_position > 20")
    cut = film("audit", "--against", str(head))

    assert set(json.loads(head.read_text())) == {"log_id", "global_position", "hash", "written_at"}
    assert grown.status == 0
    assert cut.status == 1
    assert "head: the log ends at event 20, but the kept head is of event 23" in cut.out


def test_a_head_into_no_folder_is_refused_before_anything_is_checked(film):
    done = film("audit", "--head", "nowhere/head.json")

    assert (done.status, done.out) == (2, "")
    assert "there is no folder nowhere; make it first" in done.err


def test_no_head_is_kept_of_a_log_in_doubt(film, tmp_path):
    tamper(film.home, "UPDATE events SET data = data || ' ' WHERE global_position = 3")

    done = film("audit", "--head", str(tmp_path / "head.json"))

    assert done.status == 1
    assert "no head is kept of a log that is in doubt" in done.err
    assert not (tmp_path / "head.json").exists()


def test_the_log_itself_is_never_replaced_by_a_head(film):
    done = film("audit", "--head", str(film.home.log_path), "--json")

    assert (done.status, done.error["code"]) == (2, "no_head")
    assert film("audit").status == 0


@pytest.mark.parametrize("content", [None, "mine"])
def test_a_head_that_is_none_is_refused(film, tmp_path, content):
    if content:
        (tmp_path / "head.json").write_text(content)

    done = film("audit", "--against", str(tmp_path / "head.json"))

    assert done.status == 2
    assert "`reelog audit --head FILE` writes one" in done.err


def test_without_a_log_there_is_nothing_to_check(reelog):
    assert (reelog("audit").status, reelog.home.root.exists()) == (2, False)


@pytest.mark.parametrize("content", [b"a" * 50, b"a" * 5000, os.urandom(8192)])
def test_a_file_that_cannot_be_read_at_all_is_one_sentence(film, content):
    film.home.log_path.write_bytes(content)

    done = film("audit")

    assert (done.status, done.out, len(done.err.splitlines())) == (3, "", 1)


def test_leftovers_of_dead_workers_are_named(film):
    film.home.artifacts.temporary("0123456789ab", "image/png").write_text("half")

    done = film("audit")

    assert done.status == 0
    assert "left half written by a worker that died: " in done.out
