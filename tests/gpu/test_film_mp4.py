"""Sample tables, of our own clips and of whatever else is called .mp4."""

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpu.mp4 import NotJoinable, read_track
from gpu.probe import frames
from tests.gpu.footage import FPS, HEIGHT, WIDTH, clip


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return clip(tmp_path_factory.mktemp("mp4") / "a.mp4", 0, 30, (0, 6, 24))


def test_a_track_knows_size_rate_and_key_frames(own):
    track = read_track(own)

    assert (track.width, track.height, track.fps) == (WIDTH, HEIGHT, Fraction(FPS))
    assert (track.frames, track.keyframes) == (30, (0, 6, 24))


def test_a_clip_of_one_frame_is_a_track(tmp_path):
    track = read_track(clip(tmp_path / "a.mp4", 0, 1, (0,)))

    assert (track.frames, track.keyframes) == (1, (0,))


def test_a_long_clip_has_a_key_frame_every_ten_seconds(tmp_path):
    track = read_track(clip(tmp_path / "a.mp4", 0, 520, (0, 6, 514)))

    assert track.keyframes == (0, 6, 256, 506, 514)


def test_frames_cut_out_at_a_key_frame_decode_to_the_same_pictures(own, tmp_path):
    stream = tmp_path / "a.h264"

    stream.write_bytes(b"".join(read_track(own).annex_b(6, 24)))

    assert (frames(stream) == frames(own)[6:24]).all()


@pytest.mark.parametrize("content", [b"", b"moov", b"\0" * 100, b"\0\0\0\x08moov", b"RIFF" * 50])
def test_what_is_no_mp4_is_not_joinable(tmp_path, content):
    (tmp_path / "a.mp4").write_bytes(content)

    with pytest.raises(NotJoinable):
        read_track(tmp_path / "a.mp4")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1600), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_damaged_mp4_is_read_or_refused_but_breaks_nothing(own, changes):
    data = bytearray(own.read_bytes())
    for at, value in changes:
        data[at] = value
    damaged = own.with_name("damaged.mp4")
    damaged.write_bytes(data)

    with suppress(NotJoinable):
        assert read_track(damaged).frames > 0
