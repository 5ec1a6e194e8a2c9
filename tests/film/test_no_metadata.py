"""A film made with --no-metadata: what is handed out holds no prompt, and shows the same."""

import hashlib
import json
from pathlib import Path

import pytest

from gpu import metadata, png_text
from projections.events import MediaResult
from projections.session import Session
from tests.command import Reelog

ASKED = (
    "A lighthouse keeper finds a letter", "--shots", "2", "--duration", "8", "--size", "128x72",
    "--fps", "6", "--seed", "5", "--new", "--workers", "1",
)  # fmt: skip


def made(folder: Path, *more: str) -> tuple[Reelog, Session]:
    reelog = Reelog(folder)
    assert reelog("start", *ASKED, *more).status == 0
    return reelog, reelog.session()


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """The same film, with words in its files and without."""
    said = made(tmp_path_factory.mktemp("said"))
    return said, made(tmp_path_factory.mktemp("unsaid"), "--no-metadata")


def raw(session: Session) -> set[str]:
    """What the results of a session show and say."""
    results = (one.event for one in session.results.values())
    return {one.artifact.raw_sha256 for one in results if isinstance(one, MediaResult)}


def media(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.suffix in (".png", ".mp4"))


def test_what_is_handed_out_says_how_it_was_made(films):
    (reelog, session), _ = films

    found = [metadata.read(path) for path in media(reelog.home.sessions / session.id)]

    assert sorted(one["kind"] for one in found) == ["film", "image", "image", "video", "video"]


def test_the_film_names_its_title_and_its_clips(films):
    (reelog, session), _ = films

    film = metadata.read(reelog.home.sessions / session.id / "film.mp4")

    assert film["title"] == session.title
    clips = {one["video_raw_sha256"] for one in film["clips"]}
    assert len(clips) == 2
    assert clips < raw(session)


def test_with_no_metadata_nothing_handed_out_holds_a_prompt(films):
    _, (reelog, session) = films
    prompts = [shot.image_prompt.encode() for shot in session.shots.values()]

    files = media(reelog.home.sessions / session.id)

    assert len(files) == 5
    for path in files:
        assert metadata.read(path) is None
        assert not any(prompt in path.read_bytes() for prompt in prompts)


def test_with_no_metadata_no_text_at_all_stands_in_a_picture(films, tmp_path):
    _, (reelog, _) = films

    assert reelog("export", "last", "--to", str(tmp_path / "out")).status == 0

    pictures = list((tmp_path / "out").rglob("*.png"))
    assert len(pictures) == 2
    assert [png_text.read(path) for path in pictures] == [{}, {}]


def test_the_manifest_tells_the_hash_of_the_file_that_lies_there(films):
    _, (reelog, session) = films
    folder = reelog.home.sessions / session.id

    listed = json.loads((folder / "manifest.json").read_text())["files"]

    for entry in listed:
        data = (folder / entry["path"]).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (entry["sha256"], entry["bytes"])


def test_the_same_is_seen_and_heard_either_way(films):
    (_, said), (_, unsaid) = films

    assert raw(said) == raw(unsaid)


def test_a_film_without_metadata_can_be_rendered_again(films):
    _, (reelog, _) = films

    answer = reelog("replay", "last", "--verify", "--json")

    assert answer.status == 0
    assert {one["verdict"] for one in answer.data["artifacts"]} == {"identical"}
