"""The commands `backup` and `restore`."""

import pytest

from projections.events import TYPES
from tests.build import SESSION, fake_session
from tests.handlers.crew_of_one import work


@pytest.fixture
def film(reelog):
    with reelog.home.open(TYPES) as log:
        fake_session(log)
        work(reelog.home, log)
    return reelog


def test_a_backup_is_told_with_its_head(film):
    done = film("backup", "b.db")

    assert (done.status, done.out.startswith("b.db holds 1 film, ")) == (0, True)


def test_a_backup_over_a_file_is_refused(film):
    film("backup", "b.db")

    assert film("backup", "b.db", "--json").error["code"] == "file_exists"


def test_a_restored_home_is_where_it_was_asked_for(film):
    film("backup", "b.db")

    done = film("restore", "b.db", "--home", "new")

    assert (done.status, (film.folder / "new" / "sessions" / SESSION).is_dir()) == (0, True)


def test_a_restored_home_may_be_named_in_front(film):
    film("backup", "b.db", "--with-artifacts", "media")

    assert film("--home", "new", "restore", "b.db", "--with-artifacts", "media").status == 0


def test_a_restored_film_resumes(film):
    film("backup", "b.db")
    film("restore", "b.db", "--home", "new")

    assert film("--home", "new", "resume", "last").status == 0


def test_the_log_alone_can_be_saved(film):
    done = film("backup", "b.db", "--without-artifacts", "--json")

    assert (done.data["artifacts_path"], (film.folder / "b.db.artifacts").exists()) == (None, False)


def test_a_home_that_is_there_is_refused(film):
    film("backup", "b.db")

    assert film("restore", "b.db", "--json").error["code"] == "home_not_empty"


def test_a_missing_artifact_ends_with_1(film):
    next((film.home.root / "artifacts").rglob("*.png")).unlink()

    done = film("backup", "b.db")

    assert (done.status, "missing or damaged" in done.out) == (1, True)


def test_without_a_log_there_is_nothing_to_save(reelog):
    assert reelog("backup", "b.db", "--json").error["code"] == "no_log"
