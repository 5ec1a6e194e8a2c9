"""Maps: badges lie over ways, towns on land, rivers reach the sea, and rooms have plans."""

import itertools
import math

import numpy as np
import pytest

from gpu import charts
from gpu.compose import compose
from gpu.maps import BADGE
from gpu.paint import new_sheet
from gpu.view import Frame, Picture
from tests.gpu.pictures import difference, image, pixels

MAP = {"shot_size": "map", "angle": "top", "lighting": "lamplight"}


def charted(prompt: str, place: str) -> Picture:
    return compose(image(prompt=prompt, place=place, **MAP), Frame(640, 360))


@pytest.mark.parametrize("place", ["coast", "river plain", "workshop", "planet", "garden"])
@pytest.mark.parametrize("kind", ["relief map of it", "map, routes between two places"])
def test_no_way_is_seen_on_a_badge(place: str, kind: str) -> None:
    picture = charted(f"{kind}, a lighthouse and a pot in ink, {place}", place)

    assert len(picture.route_gaps) == 2
    sheet = picture.layers[0].sheet
    for x, y, radius in picture.route_gaps:
        assert radius > BADGE
        under = [p for p in picture.route if math.dist(p, (x, y)) < BADGE - 0.01]
        colour = np.array(picture.route_colour)
        for point in sheet.to_px(under) if under else []:
            pixel = sheet.pixels[round(float(point[1])), round(float(point[0])), :3]
            assert np.abs(pixel - colour).max() > 12


@pytest.mark.parametrize("seed", range(6))
def test_rivers_run_from_high_ground_to_the_sea(seed: int) -> None:
    key = f"map {seed}"
    plan = new_sheet(720, 480, 240.0, (-1.5, -0.5))
    land = charts.height_of(plan, ("river plain",), key)

    rivers = charts.rivers(plan, land, key, 5)

    assert rivers
    for index, river in enumerate(rivers):
        end = river[-1]
        joined = any(math.dist(end, p) < 0.05 for other in rivers[:index] for p in other)
        outside = abs(end[0]) > 1.2 or not -0.3 < end[1] < 1.3
        assert charts.at(plan, land, river[0]) > 0.05
        assert joined or outside or charts.at(plan, land, end) < 0.03
        assert all(math.dist(a, b) < 0.06 for a, b in itertools.pairwise(river))


def test_a_workshop_has_a_floor_plan_and_mars_has_no_sea() -> None:
    plan = charted("floor map of a small workshop", "workshop").flat()
    mars = charted("relief map of mars", "planet").flat()

    assert (plan[:, :, 2].astype(int) - plan[:, :, 0] > 10).mean() < 0.02
    assert (mars[:, :, 0].astype(int) - mars[:, :, 2] > 10).mean() > 0.95


def test_two_maps_of_one_place_differ() -> None:
    one = pixels(prompt="relief map of a coast, one line", place="coast", **MAP)
    other = pixels(prompt="relief map of a coast, seen from the other side", place="coast", **MAP)

    assert difference(one, other) > 8
