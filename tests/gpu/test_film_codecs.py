"""Films in every codec and container, decoded again."""

import re
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from gpu.briefs import Chapter, Cue
from gpu.errors import ToolFailed
from gpu.ffmpeg import executable
from gpu.film import FilmStage
from gpu.film_format import AUDIO, CONTAINERS, VIDEO
from gpu.loudness import integrated_lufs
from gpu.probe import captions, frames, labels, probe, samples
from gpu.soundtrack import write_soundtrack
from tests.gpu.footage import FPS, HEIGHT, WIDTH, film_of, narrated, quiet, tone

CODECS = [
    (video, container, next(name for name, one in AUDIO.items() if container in one.containers))
    for video, one in VIDEO.items()
    for container in one.containers
]
OF_SOUND = {"aac": "aac", "opus": "opus", "flac": "flac", "wav": "pcm_s16le"}
OF_CAPTIONS = {"mp4": "mov_text", "mov": "mov_text", "mkv": "subrip", "webm": "webvtt"}


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    """A short film with narration, a caption and a chapter; brief, file, what was made."""
    folder = tmp_path_factory.mktemp("film")
    brief = replace(
        film_of(folder, (24, 24), ("dissolve", "cut"), 12, 12),
        cues=(Cue(start_s=0.5, end_s=1.5, text="One line"),),
        chapters=(Chapter(start_s=0.75, end_s=2.0, title="Night"),),
    )
    brief = narrated(brief, 0, tone(folder / "line.wav", 1.0), 0.3)
    return brief, folder / "usual.mp4", FilmStage().run(brief, folder / "usual.mp4", quiet)


def in_format(brief, **settings):
    return replace(brief, settings={**brief.settings, **settings})


@pytest.mark.parametrize(("video", "container", "audio"), CODECS)
def test_a_film_is_whole_in_every_codec_and_container(usual, tmp_path, video, container, audio):
    brief, own, before = usual
    out = tmp_path / "film"

    made = FilmStage().run(
        in_format(brief, video_codec=video, container=container, audio_codec=audio), out, quiet
    )

    picture, sound, text = probe(out)
    assert (picture.codec, picture.packets) == (video, brief.total_frames)
    assert (picture.width, picture.height) == (WIDTH, HEIGHT)
    assert picture.end_s == pytest.approx(brief.total_frames / FPS, abs=0.002)
    assert (sound.codec, sound.rate_hz) == (OF_SOUND[audio], 48_000)
    assert (text.codec, "One line" in captions(out)) == (OF_CAPTIONS[container], True)
    assert "title=Night" in labels(out)
    assert f"title={brief.title}" in labels(out)
    assert made.media_type == CONTAINERS[container].media_type
    assert made.raw_sha256 == before.raw_sha256
    assert np.abs(frames(out).astype(int) - frames(own).astype(int)).mean() < 3


@pytest.mark.parametrize("audio", AUDIO)
def test_the_sound_is_as_loud_in_every_codec(usual, tmp_path, audio):
    brief, own, _ = usual
    out = tmp_path / "film"

    FilmStage().run(in_format(brief, container="mkv", audio_codec=audio), out, quiet)

    assert loudness(out) == pytest.approx(loudness(own), abs=0.2)


def pix_fmt(path):
    """As ffmpeg tells it of the file's picture."""
    told = subprocess.run(
        [executable(), "-hide_banner", "-i", str(path)], capture_output=True, text=True, check=False
    )
    (line,) = re.findall(r"Video: .*", told.stderr)
    return re.search(r", (\w+)\(", line)[1]


def loudness(path):
    return integrated_lufs(*(samples(path).T / 32768.0))


@pytest.mark.parametrize(("video", "format_", "shown"), [
    ("h264", "yuv444p", "yuv444p"), ("hevc", "yuv420p10le", "yuv420p10le"),
    ("av1", "yuv420p10le", "yuv420p10le"), ("prores", "yuv422p10le", "yuv422p10le"),
    ("prores", "yuv444p10le", "yuv444p12le"),  # ProRes 4444 is decoded to 12 bits, whatever went in
    ("ffv1", "yuv422p10le", "yuv422p10le"),
])  # fmt: skip
def test_the_pixel_format_is_the_one_asked_for(usual, tmp_path, video, format_, shown):
    out = tmp_path / "film"

    FilmStage().run(in_format(usual[0], video_codec=video, pix_fmt=format_), out, quiet)

    assert pix_fmt(out) == shown


def test_ffv1_loses_nothing(usual, tmp_path):
    """Frames that the usual film copies are those of the clips, bit for bit."""
    brief, own, _ = usual
    out = tmp_path / "film"

    FilmStage().run(in_format(brief, video_codec="ffv1"), out, quiet)

    shown, copied = frames(out), frames(own)
    first = brief.clips[0].start_frame + brief.transition_frames
    assert np.array_equal(shown[first : first + 8], copied[first : first + 8])


@pytest.mark.parametrize("video", ["hevc", "av1", "prores", "ffv1"])
def test_the_same_brief_gives_the_same_file(usual, tmp_path, video):
    brief = in_format(usual[0], video_codec=video)
    for name in ("a", "b"):
        FilmStage().run(brief, tmp_path / name, quiet)

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_lower_crf_makes_a_larger_file(usual, tmp_path):
    for crf in (10, 50):
        FilmStage().run(
            in_format(usual[0], video_codec="hevc", crf=crf), tmp_path / f"{crf}", quiet
        )

    assert (tmp_path / "10").stat().st_size > (tmp_path / "50").stat().st_size


def test_frames_are_copied_into_mov_and_mkv_as_into_mp4(usual, tmp_path):
    brief, own, _ = usual
    FilmStage().run(in_format(brief, container="mkv"), tmp_path / "film", quiet)

    assert np.array_equal(frames(tmp_path / "film"), frames(own))


@pytest.mark.parametrize("codec", AUDIO)
def test_the_sound_alone_is_the_films_sound(usual, tmp_path, codec):
    brief, own, _ = usual
    out = tmp_path / "sound"

    write_soundtrack(brief, codec, out)

    (sound,) = probe(out)
    assert (sound.codec, sound.rate_hz) == (OF_SOUND[codec], 48_000)
    assert sound.end_s == pytest.approx(brief.total_frames / FPS, abs=0.03)
    assert loudness(out) == pytest.approx(loudness(own), abs=0.2)


def test_a_codec_that_is_gone_since_is_refused_by_the_stage(usual, tmp_path, monkeypatch):
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "/nowhere/ffmpeg")

    with pytest.raises(ToolFailed, match="/nowhere/ffmpeg does not run"):
        FilmStage().run(in_format(usual[0], video_codec="prores"), tmp_path / "film", quiet)

    assert list(tmp_path.iterdir()) == []
