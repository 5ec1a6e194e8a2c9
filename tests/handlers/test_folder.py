"""The session folder: its layout, its contracts, its manifest; a projection that heals itself."""

import errno
import hashlib
import json
import os
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from eventstore.errors import LogMoved
from eventstore.home import Home
from handlers.folder import SessionFolder
from handlers.stream import SessionStream
from projections import events as e
from projections.events import TYPES
from tests.build import RUN, SESSION, fake_session
from tests.handlers.crew_of_one import hooked, work

DOCUMENTS = [f"{SESSION}_meta.json", "manifest.json", "shots.json", "story.json"]
MEDIA = [
    f"{folder}_{number:03d}.{suffix}"
    for folder, suffix in (
        ("audio/narration", "wav"),
        ("images/shot", "png"),
        ("videos/shot", "mp4"),
    )
    for number in (1, 2, 3, 4)
] + ["film.mp4"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A home with a whole film of four shots; its log is closed."""
    home = Home(tmp_path_factory.mktemp("made") / "home")
    with home.open(TYPES) as log:
        fake_session(log)
        work(home, log)
    return home


@pytest.fixture
def film(home, made):
    """A film of four shots, in a home of its own."""
    shutil.copytree(made.root, home.root)
    with home.open(TYPES) as log:
        yield SessionStream(log, SESSION)


@pytest.fixture
def folder(home, film):
    """Its folder."""
    return SessionFolder(home, SESSION).sync(film.session)


def names(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if not p.is_dir())


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in names(folder)}


def read(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def test_a_whole_film_has_exactly_these_files(folder):
    sidecars = [f"{name}.json" for name in MEDIA]

    assert names(folder) == sorted([*DOCUMENTS, *MEDIA, *sidecars, "film.srt"])


def test_a_folder_lies_under_its_session_id(home, folder):
    assert folder == home.root / "sessions" / SESSION


def test_a_home_that_is_gone_is_told_and_not_made_anew(home, film):
    home.root.rename(home.root.with_name("gone"))

    with pytest.raises(LogMoved):
        SessionFolder(home, SESSION).sync(film.session)

    assert not home.root.exists()


def test_a_home_that_goes_meanwhile_is_told_instead_of_the_file_that_was_written(
    home, film, monkeypatch
):
    def goes(*_: object) -> None:
        home.root.rename(home.root.with_name("gone"))
        (home.root / "story.json").read_bytes()

    monkeypatch.setattr(SessionFolder, "_write", goes)

    with pytest.raises(LogMoved):
        SessionFolder(home, SESSION).sync(film.session)


def test_a_new_session_has_a_meta_file_and_empty_folders(home, log):
    stream = fake_session(log)

    path = SessionFolder(home, SESSION).sync(stream.session)

    assert names(path) == ["manifest.json", f"{SESSION}_meta.json"]
    assert sorted(p.name for p in path.iterdir() if p.is_dir()) == ["audio", "images", "videos"]


def test_a_half_made_film_has_the_files_that_are_made(home, log):
    fake_session(log)

    def stop(kind, *_):
        if kind == "video":
            raise OSError(errno.EIO, "the disk failed")

    with pytest.raises(Exception, match="disk"):
        work(home, log, stages=hooked(stop))
    path = SessionFolder(home, SESSION).sync(SessionStream(log, SESSION).session)

    made = [name for name in names(path) if name.endswith((".png", ".wav", ".mp4"))]
    assert "images/shot_001.png" in made
    assert not any(name.endswith(".mp4") for name in made)
    assert read(path, f"{SESSION}_meta.json")["completed"] is False


def test_the_meta_file_keeps_its_contract(folder, film):
    meta = read(folder, f"{SESSION}_meta.json")

    assert list(meta)[:9] == [
        "session_id", "timestamp", "idea", "started_at", "completed", "completed_at",
        "steps", "shots", "stats",
    ]  # fmt: skip
    assert meta["session_id"] == SESSION
    assert meta["timestamp"] == "20250208_002238"
    assert meta["idea"] == "a lighthouse"
    assert meta["started_at"] == film.history[0].recorded_at
    assert meta["completed"] is True
    assert meta["completed_at"] == film.history[-1].recorded_at
    assert meta["steps"] == {
        "story": True, "scene_graph": True, "shots": True, "images": True, "videos": True,
    }  # fmt: skip
    assert meta["stats"] == {"total_shots": 4, "images_generated": 4, "videos_rendered": 4}


def test_a_shot_in_the_meta_file_keeps_its_contract(folder):
    shot = read(folder, f"{SESSION}_meta.json")["shots"][1]

    assert shot == {
        "index": 2,
        "image_prompt": "view 2 of a lighthouse",
        "motion_prompt": "nothing moves",
        "camera": "pan left",
        "image_generated": True,
        "image_path": "images/shot_002.png",
        "video_rendered": True,
    }


def test_the_meta_file_of_a_new_session_has_nothing_done(home, log):
    stream = fake_session(log)

    meta = read(SessionFolder(home, SESSION).sync(stream.session), f"{SESSION}_meta.json")

    assert (meta["completed"], meta["completed_at"], meta["shots"]) == (False, None, [])
    assert set(meta["steps"].values()) == {False}
    assert meta["state"] == "NEW"


def test_the_story_file_keeps_its_contract(folder):
    story = read(folder, "story.json")

    assert list(story)[:2] == ["title", "style"]
    assert story["title"] == "a lighthouse"
    assert [scene["scene_id"] for scene in story["scenes"]] == [1, 2, 3]
    assert set(story["scenes"][0]) >= {
        "name", "location", "time_of_day", "characters", "action", "emotion",
    }  # fmt: skip


def test_the_shots_file_keeps_its_contract(folder):
    shots = read(folder, "shots.json")

    assert [shot["index"] for shot in shots] == [1, 2, 3, 4]
    assert list(shots[0])[:5] == ["index", "image_prompt", "motion_prompt", "camera", "image_path"]
    for shot in shots:
        assert all((folder / shot[key]).is_file() for key in ("image_path", "video_path"))
        assert (folder / shot["audio_path"]).is_file()
        assert shot["status"] == "[DONE]"


def test_each_media_file_has_a_sidecar_that_says_how_it_was_made(folder, film):
    events = {recorded.event_id: recorded for recorded in film.history}

    for name in MEDIA:
        sidecar = read(folder, f"{name}.json")
        event = events[sidecar["event_id"]]
        assert sidecar["session_id"] == SESSION
        assert sidecar["event"] == type(event.event).__name__
        assert sidecar["position"] == event.position
        assert sidecar["command_id"] == event.event.command_id
        assert sidecar["artifact"]["sha256"] == event.event.artifact.sha256
        assert sidecar["provenance"]["backend"] == sidecar["brief"]["backend"] == "fake"


def test_the_manifest_lists_every_other_file_with_its_hash_and_size(folder):
    listed = read(folder, "manifest.json")["files"]
    found = contents(folder)
    del found["manifest.json"]

    assert {entry["path"]: (entry["sha256"], entry["bytes"]) for entry in listed} == {
        name: (hashlib.sha256(data).hexdigest(), len(data)) for name, data in found.items()
    }


def test_the_manifest_names_the_event_of_every_media_file(folder, film):
    known = {recorded.event_id for recorded in film.history}
    listed = {entry["path"]: entry for entry in read(folder, "manifest.json")["files"]}

    assert all(listed[name]["event_id"] in known for name in MEDIA)


def test_the_manifest_says_which_version_it_shows(folder, film):
    manifest = read(folder, "manifest.json")

    assert (manifest["session_id"], manifest["version"]) == (SESSION, film.session.version)


def test_media_are_hard_links_to_artifacts(home, folder):
    for name in MEDIA:
        made = read(folder, f"{name}.json")["artifact"]
        artifact = home.artifacts.path(made["sha256"], made["media_type"])
        assert (folder / name).samefile(artifact)


def test_media_are_read_only(folder):
    modes = {stat.S_IMODE((folder / name).stat().st_mode) for name in MEDIA}

    assert modes == {0o444}


def test_media_are_copied_where_no_link_can_be(home, film, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EXDEV, "another disk")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    folder = SessionFolder(home, SESSION).sync(film.session)

    film_file = folder / "film.mp4"
    made = read(folder, "film.mp4.json")["artifact"]
    assert film_file.stat().st_nlink == 1
    assert stat.S_IMODE(film_file.stat().st_mode) == 0o444
    assert hashlib.sha256(film_file.read_bytes()).hexdigest() == made["sha256"]


def test_another_sync_writes_nothing(home, folder, film):
    before = {name: (folder / name).stat().st_mtime_ns for name in names(folder)}
    inodes = {name: (folder / name).stat().st_ino for name in names(folder)}
    one = SessionFolder(home, SESSION)
    one.sync(film.session)
    again = {name: (folder / name).stat().st_ino for name in names(folder)}

    one.sync(film.session)

    assert {name: (folder / name).stat().st_ino for name in names(folder)} == again
    assert {name: again[name] for name in MEDIA} == {name: inodes[name] for name in MEDIA}
    assert before.keys() == again.keys()


def test_no_unfinished_file_is_left(folder):
    assert [name for name in names(folder) if name.endswith(".new")] == []


def test_a_file_is_replaced_and_never_half_written(home, folder, film):
    (folder / "story.json").write_text("spoilt")
    spoilt = (folder / "story.json").open()

    SessionFolder(home, SESSION).sync(film.session)

    with spoilt:
        assert spoilt.read() == "spoilt"
    assert read(folder, "story.json")["title"] == "a lighthouse"


def test_what_a_dying_foreground_left_half_written_is_no_hindrance(home, folder, film):
    (folder / ".story.json.new").write_text("half")
    (folder / ".film.mp4.new").write_text("half")
    (folder / "story.json").unlink()
    (folder / "film.mp4").unlink()

    SessionFolder(home, SESSION).sync(film.session)

    assert read(folder, "story.json")["title"] == "a lighthouse"
    assert not (folder / ".story.json.new").exists()
    assert not (folder / ".film.mp4.new").exists()


def test_a_deleted_folder_comes_back_byte_for_byte(home, folder, film):
    before = contents(folder)
    for name in before:
        (folder / name).unlink()

    SessionFolder(home, SESSION).sync(film.session)

    assert contents(folder) == before


def test_a_folder_built_step_by_step_is_the_one_built_at_the_end(home, log):
    stream = fake_session(log)
    one = SessionFolder(home, SESSION)

    def sync(*_):
        stream.reload()
        one.sync(stream.session)

    finished = work(home, log, stages=hooked(sync))
    one.sync(finished.session)
    stepwise = contents(one.path)
    for name in stepwise:
        (one.path / name).unlink()

    assert contents(SessionFolder(home, SESSION).sync(finished.session)) == stepwise


def test_files_of_the_user_stay(home, folder, film):
    (folder / "notes.txt").write_text("mine")
    (folder / "images" / "reference.png").write_text("mine")

    SessionFolder(home, SESSION).sync(film.session)

    assert (folder / "notes.txt").read_text() == "mine"
    assert (folder / "images" / "reference.png").read_text() == "mine"


def test_files_of_a_removed_shot_go(home, folder, film):
    film.append([e.ShotRemoved(shot=4)], RUN)

    SessionFolder(home, SESSION).sync(film.session)

    assert not [name for name in names(folder) if "_004" in name]
    assert [shot["index"] for shot in read(folder, "shots.json")] == [1, 2, 3]


def test_the_film_of_an_earlier_cut_goes(home, folder, film):
    film.append([e.ShotRemoved(shot=4)], RUN)

    SessionFolder(home, SESSION).sync(film.session)

    assert not [name for name in names(folder) if name.startswith("film")]


def test_a_shot_that_moves_takes_its_files_along(home, folder, film):
    first = (folder / "images" / "shot_001.png").read_bytes()
    film.append([e.ShotMoved(shot=1, index=4)], RUN)

    SessionFolder(home, SESSION).sync(film.session)

    assert (folder / "images" / "shot_004.png").read_bytes() == first
    assert read(folder, "images/shot_004.png.json")["brief"]["prompt"] == "view 1 of a lighthouse"


def test_a_manifest_cannot_make_us_remove_files_outside(home, folder, film, tmp_path):
    outside = tmp_path / "precious.txt"
    outside.write_text("mine")
    listed = read(folder, "manifest.json")
    paths = [os.path.relpath(outside, folder), str(outside), "..", "images"]
    listed["files"] += [{"path": path} for path in paths]
    (folder / "manifest.json").write_text(json.dumps(listed))

    SessionFolder(home, SESSION).sync(film.session)

    assert outside.read_text() == "mine"
    assert (folder / "images").is_dir()


@pytest.mark.parametrize(
    "spoilt", [b"", b"[]", b"null", b'{"files": 3}', b'{"files": [3]}', b"\xff"]
)
def test_a_spoilt_manifest_is_written_anew(home, folder, film, spoilt):
    before = contents(folder)
    (folder / "manifest.json").write_bytes(spoilt)

    SessionFolder(home, SESSION).sync(film.session)

    assert contents(folder) == before


def test_a_missing_artifact_is_named_and_the_rest_is_there(home, film):
    made = film.session.results
    event = next(r.event for r in made.values() if isinstance(r.event, e.FilmAssembled))
    home.artifacts.path(event.artifact.sha256, "video/mp4").unlink()

    folder = SessionFolder(home, SESSION)
    path = folder.sync(film.session)

    assert folder.missing == ["film.mp4"]
    assert "film.mp4" not in names(path)
    assert (path / "images" / "shot_001.png").is_file()


def test_another_place_gets_copies(home, film, tmp_path):
    path = SessionFolder(home, SESSION, tmp_path / "elsewhere").sync(film.session)

    assert names(path)[0].startswith("audio/")
    assert {(path / name).stat().st_nlink for name in MEDIA} == {1}


def test_another_place_gets_the_same_files(home, folder, film, tmp_path):
    path = SessionFolder(home, SESSION, tmp_path / "elsewhere").sync(film.session)

    assert contents(path) == contents(folder)
