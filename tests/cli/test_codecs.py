"""Codecs and containers from the command line: recorded, refused in time, handed out, exported."""

import pytest
from imageio_ffmpeg import get_ffmpeg_exe

from gpu.probe import probe
from projections.events import FilmAssembled
from tests.command import FAKE, Reelog

SMALL = ("--shots", "1", "--duration", "2", "--size", "160x90", "--seed", "3", "--workers", "1")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A film of one shot in HEVC and mkv."""
    command = Reelog(tmp_path_factory.mktemp("codecs"))
    done = command("start", "a lighthouse", *SMALL, "--video-codec", "hevc", "--container", "mkv")
    assert done.status == 0, done.err
    yield command
    command.end()


def folder(reelog):
    return reelog.home.sessions / reelog.sessions()[0]


def test_the_film_of_a_session_is_what_was_asked_for(made):
    film = folder(made) / "film.mkv"

    assert [one.codec for one in probe(film)] == ["hevc", "aac", "subrip"]
    assert (folder(made) / "film.mkv.json").is_file()
    assert not (folder(made) / "film.mp4").exists()


def test_the_choice_is_recorded_with_the_film(made):
    settings = made.session().stages["film"].settings

    assert (settings["video_codec"], settings["container"], settings["crf"]) == ("hevc", "mkv", 22)
    (film,) = [one.event for one in made.history() if isinstance(one.event, FilmAssembled)]
    assert film.artifact.media_type == "video/x-matroska"
    assert film.provenance.settings["video_codec"] == "hevc"


def test_everything_that_names_the_film_names_that_file(made):
    path = str(folder(made) / "film.mkv")

    assert path in made.quickly("view", "last").out
    assert made.quickly("view", "last", "--json").data["files"]["film"] == path
    assert made.quickly("resume", "last", "--json").data["film"] == path


def test_a_film_in_another_codec_is_verified_like_any(made):
    done = made.quickly("replay", "last", "--verify")

    assert done.status == 0


def test_a_film_is_exported_in_another_codec_and_the_log_stays(made):
    before = len(made.history())

    done = made.quickly("export", "last", "--format", "film", "--video-codec", "prores",
                        "--container", "mov", "--to", "master.mov", "--json")  # fmt: skip

    assert done.data["file"] == "master.mov"
    assert done.data["pix_fmt"] == "yuv422p10le"
    pictures, sound, text = probe(made.folder / "master.mov")
    assert (pictures.codec, sound.codec, text.codec) == ("prores", "pcm_s16le", "mov_text")
    assert len(made.history()) == before


def test_the_name_of_the_file_says_the_container(made):
    made.quickly("export", "last", "--format", "film", "--to", "film.webm")

    assert [one.codec for one in probe(made.folder / "film.webm")] == ["av1", "opus", "webvtt"]


def test_a_film_is_exported_as_it_is_where_nothing_is_asked(made):
    made.quickly("export", "last", "--format", "film", "--to", "copy.mkv")

    assert (made.folder / "copy.mkv").read_bytes() == (folder(made) / "film.mkv").read_bytes()


def test_a_film_is_exported_smaller(made):
    for crf in ("12", "45"):
        made.quickly("export", "last", "--format", "film", "--crf", crf, "--video-codec", "h264",
                     "--to", f"{crf}.mp4")  # fmt: skip

    sizes = [(made.folder / f"{crf}.mp4").stat().st_size for crf in ("12", "45")]
    assert sizes[0] > 1.5 * sizes[1]
    assert probe(made.folder / "45.mp4")[0].codec == "h264"


def test_captions_lie_beside_a_film_into_which_this_ffmpeg_writes_none(made, monkeypatch):
    poor = made.folder / "poor-ffmpeg"
    real = get_ffmpeg_exe()
    poor.write_text(
        f'#!/bin/sh\ncase "$*" in *-encoders*) {real} "$@" | grep -v mov_text;; '
        f'*) exec {real} "$@";; esac\n'
    )
    poor.chmod(0o755)
    monkeypatch.setitem(made.settings, "IMAGEIO_FFMPEG_EXE", str(poor))

    done = made("export", "last", "--format", "film", "--video-codec", "av1", "--to", "bare.mp4")

    assert "they are in bare.srt" in done.out
    assert [one.codec for one in probe(made.folder / "bare.mp4")] == ["av1", "aac"]
    assert "-->" in (made.folder / "bare.srt").read_text()


def test_the_sound_is_exported_alone(made):
    made.quickly("export", "last", "--format", "sound", "--to", "sound.flac")

    assert [one.codec for one in probe(made.folder / "sound.flac")] == ["flac"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--format", "film", "--to", "film.avi"], "known: .mp4, .mov, .mkv, .webm"),
        (["--format", "film", "--container", "mov", "--to", "a.mp4"], "name the file a.mov"),
        (["--format", "film", "--video-codec", "prores", "--crf", "3"], "ProRes knows no crf"),
        (["--format", "sound", "--to", "a.mp3"], "known: .wav, .flac, .m4a, .opus"),
        (["--format", "sound", "--crf", "3"], "--crf says how a film is encoded"),
        (["--format", "srt", "--video-codec", "hevc"], "add --format film"),
    ],
)
def test_a_wrong_order_is_refused_and_leaves_no_file(made, asked, said):
    before = sorted(made.folder.iterdir())

    done = made.quickly("export", "last", *asked)

    assert (done.status, said in done.err) == (2, True)
    assert [one for one in sorted(made.folder.iterdir()) if one not in before] in ([], [
        made.folder / "stderr", made.folder / "stdout",
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--video-codec", "prores", "--container", "mp4"], "ProRes does not go into mp4"),
        (["--video-codec", "h265", "--crf", "77"], "film.crf takes 0 to 63"),
        (["--profile", "fake", "--crf", "20"], "film of this profile has no settings"),
        (["--crf", "60"], "crf of H.264 takes 0 to 51"),
        (["--pix-fmt", "yuv422p", "--video-codec", "av1"], "makes no AV1 in yuv422p"),
    ],
)
def test_start_refuses_before_there_is_anything(reelog, asked, said):
    done = reelog.quickly("start", "a lighthouse", *asked)

    assert (done.status, said in done.err) == (2, True)
    assert not reelog.home.root.exists()


def test_start_asks_the_ffmpeg_at_hand(reelog):
    reelog.settings["IMAGEIO_FFMPEG_EXE"] = "/nowhere/ffmpeg"

    done = reelog.quickly("start", "a lighthouse", "--video-codec", "hevc")

    assert done.status == 1
    assert "/nowhere/ffmpeg does not run" in done.err
    assert not reelog.home.root.exists()


def test_a_film_of_no_real_pictures_is_not_encoded(reelog):
    reelog.quickly("start", "a lighthouse", *FAKE)

    done = reelog.quickly("export", "last", "--format", "film", "--video-codec", "hevc")

    assert (done.status, "makes no real film" in done.err) == (2, True)
