"""Comparing by name and moment, and the page of a comparison."""

import re
from datetime import UTC, datetime

import pytest

from handlers import diff, edit, travel
from handlers.diff_page import page, write_page
from handlers.errors import Refused
from projections import events as e
from tests.build import RUN, SESSION, fake_session
from tests.handlers.crew_of_one import work

NOW = datetime(2025, 2, 8, tzinfo=UTC)


@pytest.fixture
def film(home, log):
    fake_session(log)
    return work(home, log)


def between(home, log, a: str, b: str):
    with home.reader() as reader:
        return diff.diff(log, reader, (a, b), NOW)


def edited(film, **changes) -> None:
    film.append(edit.edit_shot(film.session, 2, changes), RUN)


@pytest.mark.usefixtures("film")
def test_a_film_and_itself_are_equal(home, log):
    assert between(home, log, SESSION, "last").equal


def test_a_moment_is_a_position(home, log, film):
    edited(film, narration="Nobody is here.")

    found = between(home, log, f"last@{len(film.history) - 1}", "last")

    assert [one.change for one in found.changed] == ["changed"]


@pytest.mark.usefixtures("film")
def test_a_moment_is_an_event(home, log):
    assert between(home, log, "last@StoryGenerated", "last").a.label == f"{SESSION}@3"


@pytest.mark.usefixtures("film")
def test_a_moment_that_never_was_is_refused(home, log):
    with pytest.raises(Refused):
        between(home, log, "last@999", "last")


def test_a_fork_shares_its_parents_shots(home, log, film):
    child = travel.fork(film, len(film.history), "session_child", None)
    child.append(edit.edit_shot(child.session, 2, {"image_prompt": "the moon"}), RUN)

    found = between(home, log, SESSION, child.id)

    assert [one.change for one in found.changed] == ["changed"]


def test_the_data_are_plain_values(home, log, film):
    edited(film, camera="dolly in")

    (shot,) = [
        one
        for one in diff.as_data(between(home, log, "last@3", "last"))["shots"]
        if one["change"] == "added" and one["index_after"] == 2
    ]

    assert (shot["shot_before"], shot["shot_after"]) == (None, 2)


def test_a_page_asks_for_nothing_from_outside(home, log, film):
    edited(film, narration='<img src="http://example.org/x.png">')

    text = page(between(home, log, "last@ShotPlanned", "last"), home.artifacts)

    assert re.findall(r"""(?:src|href)=["'](?!data:)""", text) == []


def test_a_page_escapes_what_the_log_says(home, log, film):
    film.append([e.SessionEdited(title="<script>alert(1)</script>")], RUN)
    edited(film, narration="<b>bold</b> & 'quoted'")

    text = page(between(home, log, "last@ShotPlanned", "last"), home.artifacts)

    assert not re.search(r"<script|<b>bold", text)


def test_a_page_marks_words(home, log, film):
    before = len(film.history)
    edited(film, narration="This is sight number 2.")

    text = page(between(home, log, f"last@{before}", "last"), home.artifacts)

    assert all(word in text for word in ("<del>view</del>", "<ins>sight</ins>"))


@pytest.mark.usefixtures("film")
def test_a_page_without_pictures_says_so(home, log):
    assert "no picture here" in page(between(home, log, "last", "last"), home.artifacts)


@pytest.mark.usefixtures("film")
def test_a_page_carries_small_pictures(home, log):
    from PIL import Image

    for path in (home.root / "artifacts").rglob("*.png"):
        path.chmod(0o644)
        Image.new("RGB", (1280, 720), "teal").save(path)

    assert "data:image/jpeg;base64," in page(between(home, log, "last", "last"), home.artifacts)


@pytest.mark.usefixtures("film")
def test_a_page_does_not_take_the_place_of_a_folder(home, log, tmp_path):
    with pytest.raises(Refused):
        write_page(between(home, log, "last", "last"), home.artifacts, tmp_path)


@pytest.mark.usefixtures("film")
def test_a_page_leaves_one_file(home, log, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()

    write_page(between(home, log, "last", "last"), home.artifacts, folder / "page.html")

    assert [path.name for path in folder.iterdir()] == ["page.html"]
