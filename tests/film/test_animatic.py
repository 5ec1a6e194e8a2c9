"""One real small film, from an idea to the last frame: decoded again and measured."""

import re
import struct
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pytest

from gpu.ffmpeg import executable
from gpu.probe import captions, frames, labels, probe, samples
from projections import events as e
from projections.session import Session
from projections.work import Work, work
from tests.build import names, raw_hashes
from tests.command import Reelog

IDEA = "A lighthouse keeper finds a letter in a bottle and sails across the sea to answer it"
WIDTH, HEIGHT, FPS, SECONDS = 320, 180, 12, 12
ASKED = (
    IDEA, "--shots", "3", "--duration", str(SECONDS), "--size", f"{WIDTH}x{HEIGHT}",
    "--fps", str(FPS), "--seed", "5", "--new",
)  # fmt: skip


class Film(NamedTuple):
    """A film that was made, and what the log knows of it."""

    reelog: Reelog
    folder: Path
    session: Session
    found: Work
    luma: npt.NDArray[np.int16]

    @property
    def path(self) -> Path:
        return self.folder / "film.mp4"


def make(folder: Path, workers: int) -> Reelog:
    """The film in a home of its own."""
    reelog = Reelog(folder)
    assert reelog("start", *ASKED, "--workers", str(workers)).status == 0
    return reelog


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> Film:
    """The film, made by one worker."""
    reelog = make(tmp_path_factory.mktemp("film"), 1)
    session = reelog.session()
    folder = reelog.home.sessions / session.id
    luma = frames(folder / "film.mp4")[:, : WIDTH * HEIGHT].astype(np.int16)
    return Film(reelog, folder, session, work(session), luma)


def shown_frames(film: Film) -> slice:
    """What lies between the cards, and away from their dissolves."""
    cut = film.session.started.cut
    return slice(
        cut.title_frames + cut.transition_frames,
        film.found.timeline.total_frames - cut.end_frames - cut.transition_frames,
    )


def longest_stretch(flags: npt.NDArray[np.bool_]) -> int:
    """The longest row of true values."""
    longest = row = 0
    for flag in flags:
        row = row + 1 if flag else 0
        longest = max(longest, row)
    return longest


def test_the_film_has_the_frames_of_its_timeline(film):
    picture, *_ = probe(film.path)

    assert picture.packets == len(film.luma) == film.found.timeline.total_frames
    assert film.found.film_made.artifact.frames == picture.packets


def test_the_film_has_the_size_and_rate_that_were_asked_for(film):
    picture, *_ = probe(film.path)

    assert (picture.width, picture.height) == (WIDTH, HEIGHT)
    assert picture.packets / picture.end_s == pytest.approx(FPS)


def test_the_film_is_about_as_long_as_was_asked_for(film):
    picture, sound, _ = probe(film.path)

    assert picture.end_s == pytest.approx(SECONDS, rel=0.2)
    assert sound.end_s == pytest.approx(picture.end_s, abs=0.05)


def test_each_clip_follows_on_the_one_before(film):
    overlap = {"dissolve": film.session.started.cut.transition_frames}

    for clip, following in pairwise(film.found.timeline.clips):
        end = clip.start_frame + clip.frames - overlap.get(clip.transition, 0)
        assert following.start_frame == end


def test_the_film_is_as_loud_as_films_are(film):
    listen = [executable(), "-hide_banner", "-nostdin", "-i", str(film.path)]
    listen += ["-af", "ebur128", "-f", "null", "-"]
    words = subprocess.run(listen, capture_output=True, check=True).stderr.decode()

    found = re.search(r"I:\s+(\S+) LUFS", words[words.rindex("Summary") :])
    assert float(found[1]) == pytest.approx(-16.0, abs=1.0)


def test_each_narration_is_heard_where_it_is_placed(film):
    sound = np.abs(samples(film.path).astype(np.int32)).max(axis=1)

    for clip in film.found.timeline.clips:
        spoken = sound[round(clip.speech_start_s * 48000) : round(clip.speech_end_s * 48000)]
        assert spoken.max() > 3000


def test_nothing_is_black_between_the_cards(film):
    means = film.luma[shown_frames(film)].mean(axis=1)

    assert longest_stretch(means < 24) < FPS / 2


def test_nothing_is_a_flat_colour_between_the_cards(film):
    assert film.luma[shown_frames(film)].std(axis=1).min() > 5


def test_nothing_stands_still_between_the_cards(film):
    shown = film.luma[shown_frames(film)]
    moved = np.abs(np.diff(shown, axis=0)).mean(axis=1)

    assert longest_stretch(moved < 0.02) < FPS / 2


def test_each_shot_has_a_picture_of_its_own(film):
    middles = [film.luma[clip.start_frame + clip.frames // 2] for clip in film.found.timeline.clips]

    for one, other in pairwise(middles):
        assert np.abs(one - other).mean() > 8


def cues(text: str) -> list[tuple[float, float, str]]:
    """Start, end and words of SubRip."""
    found = []
    for block in re.split(r"\n\n+", text.strip()):
        _, times, *words = block.splitlines()
        start, end = (
            sum(float(part.replace(",", ".")) * unit for part, unit in zip(
                time.split(":"), (3600, 60, 1), strict=True
            ))
            for time in times.split(" --> ")
        )  # fmt: skip
        found.append((start, end, "\n".join(words)))
    return found


def test_the_captions_in_the_film_are_those_beside_it(film):
    inside, beside = cues(captions(film.path)), cues((film.folder / "film.srt").read_text())

    assert [words for *_, words in inside] == [words for *_, words in beside]
    for (*shown, _), (*written, _) in zip(inside, beside, strict=True):
        assert shown == pytest.approx(written, abs=0.002)


def test_the_captions_are_the_narration(film):
    words = " ".join(words for *_, words in cues((film.folder / "film.srt").read_text()))
    told = " ".join(one.shot.plan.narration for one in film.found.shots)

    assert words.split() == told.split()


def test_the_chapters_are_the_scenes(film):
    titles = re.findall(r"^title=(.*)$", labels(film.path), re.MULTILINE)

    assert titles[0] == film.session.title
    assert titles[1:] == [scene.name for scene in film.session.scenes]


def boxes(path: Path) -> Iterator[str]:
    """The names of a file's outermost boxes, in order."""
    data, at = path.read_bytes(), 0
    while at < len(data):
        size, name = struct.unpack(">I4s", data[at : at + 8])
        yield name.decode()
        at += size or len(data)


def test_the_film_plays_before_it_is_loaded_whole(film):
    found = list(boxes(film.path))

    assert found.index("moov") < found.index("mdat")


def raws(history) -> set[str]:
    return {raw for raw, _ in raw_hashes(history)}


def files(history) -> set[str]:
    return {r.event.artifact.sha256 for r in history if hasattr(r.event, "artifact")}


def test_other_workers_in_another_home_make_the_same_film(film, tmp_path):
    other = make(tmp_path, 3)

    history = film.reelog.history(film.session.id)
    assert raws(other.history()) == raws(history)
    assert files(other.history()) == files(history)


def test_the_same_film_again_renders_nothing(film):
    done = film.reelog("start", *ASKED, "--workers", "1")

    again = film.reelog.history(film.reelog.sessions()[-1])
    made = [r.event.provenance for r in again if getattr(r.event, "provenance", None)]
    assert done.status == 0
    assert "CommandStarted" not in names(again)
    assert all(provenance.reused_from for provenance in made)
    assert {s for r in again if isinstance(r.event, e.FilmAssembled) for s in [
        r.event.artifact.sha256
    ]} == {film.found.film_made.artifact.sha256}  # fmt: skip


def test_what_was_exported_is_a_script_again(film):
    for name in ("shots.json", "story.json"):
        done = film.reelog.quickly(
            "start", "--script", str(film.folder / name), "--profile", "fake", "--new", "--json"
        )
        assert done.status == 0, done

    told = film.reelog.session(film.reelog.sessions()[-2])
    assert [shot.image_prompt for shot in told.shots.values()] == [
        shot.image_prompt for shot in film.session.shots.values()
    ]
    assert [shot.plan.narration for shot in told.shots.values()] == [
        shot.plan.narration for shot in film.session.shots.values()
    ]


def test_the_log_of_all_this_is_whole(film):
    assert film.reelog.log_is_whole()
