"""Motifs: every part stays on the body that it belongs to."""

import numpy as np
import pytest

from gpu.light import LIGHTS
from gpu.motifs import all_motifs
from gpu.motifs.animals import BEE_BODY
from gpu.noise import rng
from gpu.paint import Sheet, new_sheet, smooth
from gpu.pen import Pen


def drawn(key: str, **more: str) -> Sheet:
    """A motif alone on its sheet: foot at x 0, y 0.8."""
    sheet = new_sheet(300, 300, 300, (-0.5, 0.0))
    size = min(0.6, 0.7 / max(all_motifs()[key].wide, 0.6))
    pen = Pen(sheet, (0.0, 0.8), size, LIGHTS["noon"], rng=rng("motif", key), **more)  # type: ignore[arg-type]
    all_motifs()[key].painter(pen)
    return sheet


def test_the_stripes_of_a_bee_stay_on_its_body() -> None:
    sheet = drawn("bee")
    size = 0.5
    pen = Pen(new_sheet(300, 300, 300, (-0.5, 0.0)), (0.0, 0.8), size, LIGHTS["noon"])
    pen.poly(smooth(BEE_BODY), (255, 255, 255))
    pixels = sheet.pixels.astype(int)
    dark = (pixels[:, :, 3] > 200) & (pixels[:, :, :3].max(axis=2) < 70)
    above = np.zeros_like(dark)
    above[: int((0.8 - 0.7 * size) * 300), : int((0.5 + 0.3 * size) * 300)] = True

    assert (dark & (pen.sheet.pixels[:, :, 3] > 200)).sum() > 900
    assert (dark & above).sum() == 0


def test_paint_inside_a_body_leaves_what_is_around_it_alone() -> None:
    pen = Pen(new_sheet(100, 100, 100, (-0.5, 0.0)), (0.0, 0.9), 0.8, LIGHTS["noon"])
    pen.box((-0.5, 0), (0.5, 1), (200, 40, 40))
    before = pen.sheet.pixels.copy()
    body = [(-0.2, 0.3), (0.2, 0.3), (0.2, 0.6), (-0.2, 0.6)]
    with pen.inside(body):
        pen.box((-1, 0), (1, 1), (0, 0, 0))

    changed = np.argwhere((pen.sheet.pixels != before).any(axis=2))
    assert changed.min() >= 32
    assert changed.max() <= 67


@pytest.mark.parametrize("key", sorted(all_motifs()))
def test_no_motif_is_much_wider_than_it_says(key: str) -> None:
    solid = drawn(key).pixels[:, :, 3] > 250
    columns = np.flatnonzero(solid.any(axis=0))
    size = min(0.6, 0.7 / max(all_motifs()[key].wide, 0.6))

    assert (columns[-1] - columns[0]) / 300 <= 1.6 * max(all_motifs()[key].wide, 0.6) * size
