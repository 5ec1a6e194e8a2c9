"""A stadium: tiers full of people, floodlights, a striped pitch."""

import numpy as np

from gpu.paint import Colour, Sheet, circle
from gpu.scenery.scene import Scene
from gpu.scenery.sky import paint_sky
from gpu.view import Layer

_SHIRTS: tuple[Colour, ...] = (
    (206, 92, 66),
    (238, 226, 200),
    (86, 118, 148),
    (232, 178, 96),
)


def paint_stadium(scene: Scene) -> None:
    """Tiers, floodlights, a striped pitch."""
    paint_sky(scene)
    stands = scene.layer("stands", 0.16)
    for row in range(9):
        _tier(scene, stands, row)
    for x in (-0.62, 0.62):
        _floodlight(scene, stands, x * min(scene.frame.aspect, 1.8) / 1.2)
    pitch = scene.frame.sheet()
    scene.picture.layers.append(Layer("pitch", pitch, 0.1, 1.0))
    _pitch(scene, pitch)


def _tier(scene: Scene, sheet: Sheet, row: int) -> None:
    """One row of seats and the people in it."""
    t, light = row / 8, scene.light
    y, sag = scene.view.horizon - 0.22 + 0.25 * t, 0.05 * (1 - t)
    arc = [(x, y - sag * (x / 0.9) ** 2) for x in np.linspace(-2.4, 2.4, 60).tolist()]
    low = [(x, b + 0.05) for x, b in arc[::-1]]
    seats = ((150, 160, 178), (120, 128, 150))[row % 2]
    sheet.fill([*arc, *low], light.tone(seats, 0.1 - 0.1 * t, 0.25))
    draw = scene.layout("fans", row)
    x0, _, x1, _ = scene.frame.reach
    for x, shirt in draw.random((260, 2)).tolist():
        at = (4.0 * x - 2.0, y + 0.014 - sag * ((4.0 * x - 2.0) / 0.9) ** 2)
        if x0 < at[0] < x1:
            sheet.fill(circle(*at, 0.0045, 0.007), light.tone(_SHIRTS[int(4 * shirt)], 0.2, 0.2))


def _pitch(scene: Scene, sheet: Sheet) -> None:
    light, top = scene.light, scene.view.horizon + 0.06
    x0, _, x1, y1 = scene.frame.reach
    grass = light.tone((104, 150, 78), 0.3)
    sheet.fill([(x0, top), (x1, top), (x1, y1), (x0, y1)], grass)
    stretch = (y1 - top) / (1.0 - top)
    for i in range(-11, 12, 2):
        a, b = i * 0.1, (i + 1) * 0.1
        quad = [(a, top), (b, top), (b + 3.8 * b * stretch, y1), (a + 3.8 * a * stretch, y1)]
        sheet.fill(quad, light.tone((122, 168, 88), 0.5))
    line = light.tone((248, 248, 240), 0.6)
    sheet.stroke([(x0, top + 0.03), (x1, top + 0.03)], 0.005, line)
    ring = [(float(a), float(b)) for a, b in circle(0, top + 0.14, 0.3, 0.07)]
    sheet.stroke([*ring, ring[0]], 0.006, line)


def _floodlight(scene: Scene, sheet: Sheet, x: float) -> None:
    top = scene.view.horizon - 0.42
    sheet.stroke(
        [(x, scene.view.horizon - 0.1), (x, top)], 0.012, scene.light.tone((110, 114, 124))
    )
    for i in range(4):
        for j in range(2):
            at = (x - 0.036 + 0.024 * i, top + 0.024 * j)
            sheet.fill(circle(*at, 0.01, 0.01), (255, 250, 230))
    sheet.glow((x, top), 0.3, (255, 246, 220), 0.5)
