"""Frames become clips that can be joined."""

import errno
import hashlib
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from gpu.errors import ToolFailed
from gpu.ffmpeg import FrameWriter, command, source
from gpu.mp4 import read_track
from gpu.probe import frames, probe
from tests.gpu.footage import FPS, HEIGHT, WIDTH, clip, picture


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return clip(tmp_path_factory.mktemp("clips") / "a.mp4", 1, 30, (0, 6, 24))


def test_a_clip_has_every_frame_size_and_rate_asked_for(made):
    (stream,) = probe(made)

    assert (stream.codec, stream.width, stream.height) == ("h264", WIDTH, HEIGHT)
    assert (stream.packets, stream.end_s) == (30, 30 / FPS)


def test_key_frames_stand_exactly_where_they_are_asked_for(made):
    assert read_track(made).keyframes == (0, 6, 24)


def test_the_frames_come_back_as_they_were_but_for_the_codec(made):
    wanted = np.stack([picture(1, frame) for frame in range(30)]).astype(int)

    assert np.abs(frames(made) - wanted).mean() < 1.0


def test_the_raw_hash_is_of_the_frames_as_written(tmp_path):
    with FrameWriter(
        tmp_path / "a.mp4", width=WIDTH, height=HEIGHT, fps=FPS, keyframes=()
    ) as writer:
        for frame in range(3):
            writer.write(picture(0, frame))

    raw = b"".join(picture(0, frame).tobytes() for frame in range(3))
    assert (writer.raw_sha256, writer.frames) == (hashlib.sha256(raw).hexdigest(), 3)


def test_the_same_frames_are_the_same_bytes_in_another_process(made, tmp_path):
    again = tmp_path / "b.mp4"
    code = (
        "import sys; from pathlib import Path; from tests.gpu.footage import clip;"
        "clip(Path(sys.argv[1]), 1, 30, (0, 6, 24))"
    )

    subprocess.run([sys.executable, "-c", code, str(again)], check=True, cwd=Path.cwd())

    assert made.read_bytes() == again.read_bytes()


@pytest.mark.parametrize("preset", ["superfast", "veryfast", "medium"])
def test_clips_of_any_preset_and_quality_share_their_parameter_sets(made, tmp_path, preset):
    other = clip(tmp_path / "o.mp4", 2, 12, (0,), preset=preset, crf=28)

    assert read_track(made).parameters == read_track(other).parameters


def test_a_clip_names_no_encoder(made):
    assert b"x264 - core" not in made.read_bytes()
    assert b"Lavf" not in made.read_bytes()


def test_rgb_frames_are_turned_into_video_colours(tmp_path):
    red = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    red[:, :, 0] = 255

    with FrameWriter(
        tmp_path / "a.mp4", width=WIDTH, height=HEIGHT, fps=FPS, keyframes=(), pixel_format="rgb24"
    ) as writer:
        writer.write(red)

    y, u, v = (frames(tmp_path / "a.mp4")[0][at] for at in (0, WIDTH * HEIGHT, -1))
    assert np.allclose((int(y), int(u), int(v)), (63, 102, 240), atol=2)


def written(out: Path, items: Iterable[np.ndarray]) -> None:
    with FrameWriter(out, width=WIDTH, height=HEIGHT, fps=FPS, keyframes=()) as writer:
        for item in items:
            writer.write(item)


def broken_off(error: type[BaseException]) -> Iterator[np.ndarray]:
    yield from (picture(0, frame) for frame in range(20))
    raise error


def test_a_frame_of_the_wrong_size_is_refused_with_both_sizes(tmp_path):
    with pytest.raises(ValueError, match="a frame is 21600 bytes of uint8, not 10 bytes"):
        written(tmp_path / "a.mp4", [np.zeros(10, np.uint8)])


def test_an_odd_size_is_refused(tmp_path):
    with pytest.raises(ValueError, match="161x90"):
        FrameWriter(tmp_path / "a.mp4", width=161, height=90, fps=FPS, keyframes=())


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_nothing_is_left_of_a_clip_that_is_interrupted(tmp_path, error):
    with pytest.raises(error):
        written(tmp_path / "a.mp4", broken_off(error))

    assert list(tmp_path.iterdir()) == []


def test_a_clip_without_frames_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="no frame"):
        written(tmp_path / "a.mp4", [])


def test_a_full_disk_is_nobodys_fault():
    with pytest.raises(OSError, match="space") as error:
        clip(Path("/dev/full"), 0, 10, (0,))

    assert error.value.errno == errno.ENOSPC
    assert Path("/dev/full").is_char_device()


def test_a_folder_that_is_not_there_is_told_in_ffmpegs_own_words(tmp_path):
    with pytest.raises(ToolFailed, match="No such file"):
        clip(tmp_path / "no" / "a.mp4", 0, 100, (0,))


@pytest.mark.parametrize(
    "name", ["-y.mp4", 'it\'s "x".mp4', "a\nb.mp4", "concat:a|b.mp4", "%03d.mp4", "файл.mp4"]
)
def test_a_hostile_name_is_only_a_name(tmp_path, name):
    out = clip(tmp_path / name, 0, 2, (0,))

    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert probe(out)[0].packets == 2


def test_a_playlist_cannot_reach_the_network(tmp_path):
    playlist = tmp_path / "a.m3u8"
    playlist.write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n")

    with pytest.raises(ToolFailed, match=r"whitelist|Invalid|not allowed|not in"):
        probe(playlist)


def test_every_command_line_reads_no_terminal():
    assert "-nostdin" in command(*source(Path("a.mp4")))
