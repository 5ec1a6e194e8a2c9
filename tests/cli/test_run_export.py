"""`export` as people run it: a folder that was lost, and a copy elsewhere."""

import json
import shutil

from tests import shelf
from tests.build import SESSION
from tests.command import Reelog


def contents(folder) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def exported(reelog: Reelog):
    assert reelog.quickly("export", "last").status == 0
    return reelog.home.sessions / SESSION


def test_a_deleted_folder_is_rebuilt_byte_for_byte(reelog):
    shelf.finished(reelog.home)
    before = contents(exported(reelog))
    shutil.rmtree(reelog.home.sessions)

    assert contents(exported(reelog)) == before


def test_a_film_is_copied_to_another_place(reelog):
    shelf.finished(reelog.home)
    before = contents(exported(reelog))

    done = reelog.quickly("export", "last", "--to", "gift", "--json")

    assert done.data["folder"] == "gift"
    assert contents(reelog.folder / "gift") == before
    assert (reelog.folder / "gift" / "film.mp4").stat().st_nlink == 1


def test_what_is_missing_is_said(reelog):
    shelf.finished(reelog.home)
    folder = exported(reelog)
    sidecar = json.loads((folder / "film.mp4.json").read_text())
    reelog.home.artifacts.path(sidecar["artifact"]["sha256"], "video/mp4").unlink()

    done = reelog.quickly("export", "last")

    assert done.status == 0
    assert f"film.mp4, its artifact is gone; `reelog resume {SESSION}` makes it again" in done.out
    assert not (folder / "film.mp4").exists()


def test_an_unfinished_film_can_be_exported(reelog):
    shelf.stopped(reelog.home)

    folder = exported(reelog)

    assert (folder / "images" / "shot_001.png").is_file()
    assert not (folder / "film.mp4").exists()


def test_a_file_in_the_way_is_named(reelog):
    shelf.finished(reelog.home)
    (reelog.folder / "gift").write_text("mine")

    done = reelog.quickly("export", "last", "--to", "gift")

    assert done.status in (2, 3)
    assert "gift" in done.err
    assert (reelog.folder / "gift").read_text() == "mine"
