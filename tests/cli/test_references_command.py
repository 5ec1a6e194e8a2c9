"""Characters and places as people type them: start, edit, retake, view, and what is refused."""

import json
from collections.abc import Iterator

import pytest
from PIL import Image

from tests.command import Reelog

SCRIPT = {
    "title": "Storm",
    "characters": [{"name": "Mira", "look": "a yellow raincoat"}],
    "shots": [{"narration": "Mira.", "characters": ["Mira"]}, {"narration": "Rain."}],
}
START = ("start", "--script", "s.json", "--profile", "fake", "--new", "--workers", "1")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reelog]:
    """A finished film with somebody in its first shot; the last test here changes it."""
    reelog = Reelog(tmp_path_factory.mktemp("film"))
    (reelog.folder / "s.json").write_text(json.dumps(SCRIPT))
    Image.new("RGB", (64, 64), "gold").save(reelog.folder / "me.png")
    assert reelog(*START, "--reference", "mira=me.png", "--json").status == 0
    yield reelog
    reelog.end()


def test_what_if_names_the_sheet_and_what_follows_from_it(film):
    done = film("edit", "last", "--look", "mira=an old sailor", "--what-if")

    listed = [line.split("  about")[0].strip() for line in done.out.splitlines()[1:]]
    assert listed == ["sheet of Mira", "image of shot 1", "video of shot 1", "film"]


def test_a_picture_of_ones_own_is_taken_at_the_start_and_shown(film):
    assert "own picture (me.png)" in film("view", "last").out


def test_nothing_is_kept_of_a_picture_that_was_only_asked_about(film):
    before = len(list((film.home.artifacts.root).rglob("*.png")))

    Image.new("RGB", (64, 64), "navy").save(film.folder / "other.png")
    film("edit", "last", "--reference", "mira=other.png", "--what-if")

    assert len(list((film.home.artifacts.root).rglob("*.png"))) == before


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("edit", "last", "--look", "mirra=x"), "did you mean 'Mira'?"),
        (("edit", "last", "--look", "mira"), "is no NAME=VALUE"),
        (("edit", "last", "--reference", "mira=s.json"), "a picture is a PNG, JPEG or WebP"),
        (("retake", "last"), "name either a shot, by its place, or a --reference"),
        (("retake", "last", "--reference", "mira", "--count", "2"), "one new take at a time"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_mistake_is_said_in_words_and_changes_nothing(film, words, expected):
    events = film.session().version

    done = film(*words)

    assert done.status in (1, 2)
    assert expected in done.err
    assert "Traceback" not in done.err
    assert film.session().version == events


def test_a_retake_of_a_sheet_is_made_by_resume(film):
    film("retake", "last", "--reference", "mira")

    done = film("resume", "last", "--workers", "1")

    assert "sheet of Mira" in done.out
    (mira,) = film("view", "last", "--json").data["references"]
    assert (mira["take"], mira["state"], mira["shots"]) == (2, "drawn", [1])
