"""Styles: each is visible, none breaks the layers, and panel and clip share their veil."""

import numpy as np
import pytest

from gpu.compose import compose
from gpu.finish import veil
from gpu.look import look_for
from gpu.view import Frame
from gpu.world import views
from tests.gpu.pictures import difference, image, pixels

STYLES = ("plain", *views()["styles"]["any"])


def test_every_style_of_a_story_looks_different() -> None:
    drawn = [pixels(style=style, width=640, height=360) for style in STYLES]

    assert all(difference(a, b) > 2.5 for i, a in enumerate(drawn) for b in drawn[:i])


@pytest.mark.parametrize("style", STYLES)
def test_colours_stay_premultiplied_in_every_style(style: str) -> None:
    for layer in compose(image(style=style), Frame(320, 180)).layers:
        part = layer.sheet.pixels.astype(int)
        assert (part[:, :, :3].max(axis=2) - part[:, :, 3]).max() <= 3


@pytest.mark.parametrize("style", STYLES)
def test_the_backdrop_of_every_style_is_opaque(style: str) -> None:
    back = compose(image(style=style), Frame(320, 180)).layers[0]

    assert back.sheet.pixels[:, :, 3].min() == 255


def test_one_warm_accent_leaves_the_cold_hues_grey() -> None:
    given = {"prompt": "a green garden", "place": "garden", "lighting": "noon"}
    full, limited = (
        pixels(style=style, **given).astype(int)
        for style in ("plain", "gouache, one warm accent colour")
    )

    assert np.ptp(limited, axis=2).mean() < 0.6 * np.ptp(full, axis=2).mean()


def test_a_cinematic_frame_is_darker_above_and_below() -> None:
    cover = veil(320, 180, "cinematic documentary")

    assert cover[0, 160] < 0.6 < 0.9 < cover[90, 160]


def test_a_style_that_nobody_knows_changes_nothing() -> None:
    assert look_for("ligne claire") == look_for("")
