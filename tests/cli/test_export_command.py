"""The commands `export` and `import`."""

import json

import pytest

from projections.events import TYPES
from tests.build import SESSION, fake_session
from tests.command import Reelog
from tests.handlers.crew_of_one import work


@pytest.fixture
def film(reelog):
    with reelog.home.open(TYPES) as log:
        fake_session(log)
        work(reelog.home, log)
    return reelog


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("prompts", f"{SESSION}_prompts.csv"),
        ("shots.csv", f"{SESSION}_shots.csv"),
        ("json", f"{SESSION}.json"),
        ("bundle", f"{SESSION}.reelog"),
        ("sheet", f"{SESSION}.png"),
        ("pdf", f"{SESSION}.pdf"),
        ("otio", f"{SESSION}.otio"),
        ("otioz", f"{SESSION}.otioz"),
        ("edl", f"{SESSION}.edl"),
        ("srt", f"{SESSION}.srt"),
        ("vtt", f"{SESSION}.vtt"),
        ("fountain", f"{SESSION}.fountain"),
        ("csv", f"{SESSION}_prompts.csv"),
    ],
)
def test_a_format_is_written_here_under_the_sessions_name(film, name, file):
    answer = film.quickly("export", "last", "--format", name, "--json").data

    assert (answer["file"], (film.folder / file).is_file()) == (file, True)


@pytest.mark.parametrize("name", ["csv", "sheet", "pdf"])
def test_a_folder_that_is_not_there_is_named(film, name):
    done = film.quickly("export", "last", "--format", name, "--to", "nowhere/x")

    assert (done.status, "there is no folder nowhere; make it first" in done.err) == (2, True)


def test_a_folder_in_the_place_of_a_file_is_refused(film):
    (film.folder / "a_file").write_text("mine")

    for to in ("a_file", "a_file/below"):
        done = film.quickly("export", "last", "--to", to)
        assert (done.status, done.err.count("a_file is no folder")) == (2, 1)


def test_a_file_can_be_named(film):
    film("export", "last", "--format", "json", "--to", "x.json")

    assert json.loads((film.folder / "x.json").read_text())["session_id"] == SESSION


def test_a_file_can_go_into_a_folder(film):
    (film.folder / "out").mkdir()

    film("export", "last", "--format", "json", "--to", "out")

    assert (film.folder / "out" / f"{SESSION}.json").is_file()


def test_text_can_be_printed(film):
    done = film("export", "last", "--format", "shots.csv", "--to", "-")

    assert done.out.startswith("index,")
    assert not (film.folder / "-").exists()


@pytest.mark.parametrize("format_", ["folder", "bundle"])
def test_what_is_no_text_is_not_printed(film, format_):
    done = film("export", "last", "--format", format_, "--to", "-")

    assert (done.status, "no text for standard output" in done.err) == (2, True)


def test_an_unknown_format_is_refused(film):
    assert film("export", "last", "--format", "gif", "--json").error["code"] == "unknown_format"


def test_a_bundle_makes_a_film_in_another_home(film, tmp_path):
    film("export", "last", "--format", "bundle", "--to", "b")
    (tmp_path / "other").mkdir()
    other = Reelog(tmp_path / "other")

    other("import", str(film.folder / "b"))

    film_file = other.home.sessions / SESSION / "film.mp4"
    assert (film_file.is_file(), other("list", "--json").data[0]["state"]) == (
        True,
        "COMPLETE",
    )


def test_an_import_that_was_done_before_says_so(film):
    film("export", "last", "--format", "bundle", "--to", "b")

    done = film("import", "b")

    assert (done.status, "is here already" in done.out) == (0, True)


def test_what_is_no_bundle_is_refused(film):
    (film.folder / "b").write_text("no bundle")

    done = film("import", "b", "--json")

    assert (done.status, done.error["code"]) == (2, "bad_bundle")
