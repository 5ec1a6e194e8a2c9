"""What goes with what: codecs, containers, pixel formats, sound; and what the ffmpeg here has."""

import os
from pathlib import Path

import pytest

from gpu import encoders, profile
from gpu.errors import BriefRefused, ToolFailed
from gpu.film_format import AUDIO, CONTAINERS, VIDEO, Format, format_of, settled

BASE = profile.load("animatic").stages["film"].settings


def film(**settings: str) -> dict[str, object]:
    overrides = {f"film.{key}": value for key, value in settings.items()}
    return dict(profile.load("animatic", overrides).stages["film"].settings)


def test_a_film_of_which_nothing_is_said_is_what_it_was():
    assert format_of({}) == format_of(BASE) == Format("h264", "yuv420p", "mp4", "aac")
    assert settled(BASE, BASE) == BASE


def test_what_every_film_has_is_no_setting_when_it_is_said():
    said = film(video_codec="h264", container="mp4", audio_codec="aac", pix_fmt="yuv420p")

    assert said == BASE


@pytest.mark.parametrize(
    ("said", "whole"),
    [
        ({"video_codec": "hevc"}, Format("hevc", "yuv420p", "mp4", "aac")),
        ({"video_codec": "prores"}, Format("prores", "yuv422p10le", "mov", "wav")),
        ({"video_codec": "ffv1"}, Format("ffv1", "yuv420p", "mkv", "flac")),
        ({"video_codec": "ffv1", "container": "mov"}, Format("ffv1", "yuv420p", "mov", "aac")),
        ({"container": "webm"}, Format("av1", "yuv420p", "webm", "opus")),
        ({"container": "mkv"}, Format("h264", "yuv420p", "mkv", "aac")),
    ],
)
def test_what_is_left_open_is_what_goes_with_the_rest(said, whole):
    assert format_of(film(**said)) == whole


def test_a_codec_gets_a_quality_of_its_own_unless_one_is_asked_for():
    assert film(video_codec="av1")["crf"] == 30
    assert film(video_codec="av1", crf="20")["crf"] == 20


def test_a_codec_without_crf_is_recorded_without_one():
    assert {"crf", "preset", "audio_bitrate"} & set(film(video_codec="prores")) == set()


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ({"video_codec": "prores", "container": "mp4"}, "ProRes does not go into mp4; it goes"),
        ({"video_codec": "h264", "container": "webm"}, "webm takes AV1 with Opus"),
        ({"audio_codec": "wav"}, r"WAV \(PCM\) does not go into mp4"),
        ({"container": "webm", "audio_codec": "aac"}, "AAC does not go into webm"),
        ({"video_codec": "prores", "pix_fmt": "yuv420p"}, "take yuv422p10le or yuv444p10le"),
        ({"video_codec": "ffv1", "crf": "20"}, "FFV1 knows no crf"),
        ({"video_codec": "prores", "preset": "fast"}, "ProRes knows no preset"),
        ({"crf": "60"}, "crf of H.264 takes 0 to 51, found 60"),
        ({"video_codec": "av1", "crf": "64"}, "takes 0 to 63"),
        ({"video_codec": "ffv1", "audio_bitrate": "99k"}, "knows no audio_bitrate"),
        ({"video_codec": "vp9"}, "known: h264, hevc, av1, prores, ffv1"),
    ],
)
def test_what_does_not_go_together_is_refused_with_the_way_out(said, because):
    with pytest.raises(BriefRefused, match=because):
        film(**said)


def test_a_crf_in_a_profile_of_ones_own_counts_as_said(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(
        '[profile]\ndescription = "x"\n[film]\nuse = "animatic"\nvideo_codec = "ffv1"\ncrf = 3\n'
    )

    with pytest.raises(BriefRefused, match="FFV1 knows no crf"):
        profile.load(str(own))


def test_a_profile_may_say_it_under_encode(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('[profile]\ndescription = "x"\n[encode]\nvideo_codec = "av1"\ncrf = 9\n')

    stages = profile.load(str(own)).stages

    assert (stages["film"].settings["video_codec"], stages["film"].settings["crf"]) == ("av1", 30)
    assert stages["video"].settings["crf"] == 9
    assert "video_codec" not in stages["video"].settings


def test_what_is_set_for_all_is_the_films_too():
    found = profile.load("animatic", {"encode.container": "mkv"}).stages

    assert found["film"].settings["container"] == "mkv"


def an_ffmpeg(folder: Path, encoders_: str, muxers: str) -> str:
    """A program that says what an ffmpeg of few codecs says."""
    path = folder / "ffmpeg"
    lines = "\n".join(f" V....D {name} a codec" for name in encoders_.split())
    files = "\n".join(f"  E {name} a file" for name in muxers.split())
    path.write_text(
        f"#!/bin/sh\ncase $2 in\n-encoders) echo '{lines}';;\n-muxers) echo '{files}';;\nesac\n"
    )
    path.chmod(0o755)
    return str(path)


def test_a_codec_that_this_ffmpeg_lacks_is_refused_with_what_it_has(tmp_path, monkeypatch):
    path = an_ffmpeg(tmp_path, "libx264 aac mov_text", "mp4 mov")
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", path)

    with pytest.raises(BriefRefused) as refused:
        encoders.refuse_missing({"video_codec": "hevc"})

    assert str(refused.value) == f"{path} has no encoder for HEVC; it has H.264; AAC; mp4, mov"


@pytest.mark.parametrize(
    ("settings", "because"),
    [({"audio_codec": "flac"}, "no encoder for FLAC"), ({"container": "mkv"}, "writes no mkv")],
)
def test_sound_and_container_are_asked_for_too(tmp_path, monkeypatch, settings, because):
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", an_ffmpeg(tmp_path, "libx264 aac", "mp4 mov"))

    with pytest.raises(BriefRefused, match=because):
        encoders.refuse_missing(settings)


def test_the_usual_film_asks_no_ffmpeg(monkeypatch):
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", os.devnull)

    encoders.refuse_missing(BASE)


def test_an_ffmpeg_that_does_not_run_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "none"))

    with pytest.raises(ToolFailed, match="does not run"):
        encoders.refuse_missing({"video_codec": "hevc"})


def test_every_codec_names_containers_that_there_are():
    for one in (*VIDEO.values(), *AUDIO.values()):
        assert set(one.containers) <= set(CONTAINERS)
