"""Colours and mixtures."""

import numpy as np
import pytest

from gpu import yuv

GREYS = [((0, 0, 0), (16, 128, 128)), ((255, 255, 255), (235, 128, 128))]
COLOURS = [
    ((255, 0, 0), (63, 102, 240)),
    ((0, 255, 0), (173, 42, 26)),
    ((0, 0, 255), (32, 240, 118)),
]


@pytest.mark.parametrize(("rgb", "wanted"), GREYS + COLOURS)
def test_colours_are_those_of_bt709_in_video_range(rgb, wanted):
    frame = yuv.from_rgb(np.full((4, 6, 3), rgb, np.uint8))

    assert (set(frame[:24]), set(frame[24:30]), set(frame[30:])) == tuple({v} for v in wanted)


def test_black_is_black():
    assert np.array_equal(yuv.black(6, 4), yuv.from_rgb(np.zeros((4, 6, 3), np.uint8)))


@pytest.mark.parametrize(("alpha", "wanted"), [(0, 10), (64, 60), (128, 110), (256, 210)])
def test_a_picture_lies_over_another_by_its_share(alpha, wanted):
    under, top = np.full(6, 10, np.uint8), np.full(6, 210, np.uint8)

    assert set(yuv.over(under, top, alpha)) == {wanted}


def test_a_picture_over_itself_stays_itself():
    picture = np.arange(256, dtype=np.uint8)

    assert all(np.array_equal(yuv.over(picture, picture, alpha), picture) for alpha in range(257))
