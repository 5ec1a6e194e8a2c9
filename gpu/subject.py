"""Puts what a shot is about into a place: how large, where, how near, with its shadow."""

from dataclasses import dataclass, replace

import numpy as np

from gpu.light import Light
from gpu.motifs import Motif
from gpu.noise import line, rng
from gpu.paint import Colour, Sheet, circle, new_sheet
from gpu.pen import Pen, modelled
from gpu.scenery.scene import Scene


@dataclass(frozen=True)
class Spot:
    """A foot in the picture plane, a height, and a depth for parallax."""

    x: float
    y: float
    size: float
    depth: float


def paint_motif(
    scene: Scene, sheet: Sheet, motif: Motif, spot: Spot, *, flip: bool = False
) -> None:
    """A finished thing on its own sheet, laid over another."""
    unit = sheet.unit_px
    reach = (0.75 * motif.wide + 0.7) * spot.size
    x0, x1 = (round((spot.x + s * reach - sheet.left) * unit) for s in (-1, 1))
    y0 = round((spot.y - 1.45 * spot.size - sheet.top) * unit)
    y1 = round((spot.y + 0.35 * spot.size - sheet.top) * unit)
    height, width = sheet.pixels.shape[:2]
    x0, x1, y0, y1 = max(x0, 0), min(x1, width), max(y0, 0), min(y1, height)
    if x1 <= x0 or y1 <= y0:
        return
    own = new_sheet(x1 - x0, y1 - y0, unit, (sheet.left + x0 / unit, sheet.top + y0 / unit))
    haze = scene.light.haze * (1 - min(spot.depth, 1.0)) * 0.55
    seed = rng("motif", motif.key, scene.reading.place)
    role = scene.reading.role
    motif.painter(Pen(own, (spot.x, spot.y), spot.size, scene.light, haze, flip, seed, role))
    modelled(own, scene.light)
    sheet.over(own)


def shadow(scene: Scene, sheet: Sheet, motif: Motif, spot: Spot) -> None:
    """One soft flat ellipse on the ground, a little away from the light."""
    if motif.kind in ("flying", "heaven", "swimming", "afloat"):
        return
    half = 0.5 * motif.wide * spot.size
    flat = min(max((spot.y - scene.view.horizon) / scene.view.zoom, 0.08), 0.4)
    dark: Colour = (18, 14, 30)
    at = (spot.x - scene.light.side * half * 0.3, spot.y)
    sheet.smudge(at, (half * 1.3 + 0.004, (half * 1.3 + 0.004) * flat * 0.8), dark, 0.55)


def mound(scene: Scene, sheet: Sheet, spot: Spot, wide: float) -> None:
    """Rock for a thing to stand on where there is only water."""
    tint: Colour = (142, 132, 122)
    half, size, light = (0.42 * wide + 0.34) * spot.size, spot.size, scene.light
    drop = min(0.2 * size, max(0.32 * (spot.y - scene.view.horizon), 0.012))
    xs = np.linspace(-1.3, 1.3, 70)
    rough = line(xs * 1.7 + 9, 0.5, f"mound {scene.reading.place}", octaves=5) - 0.5
    top = spot.y + drop * (0.06 + (np.abs(xs) / 1.3) ** 2.6 + 0.45 * rough * (np.abs(xs) > 0.5))
    foot = spot.y + drop
    rim = [(spot.x + half * float(a), min(float(b), foot)) for a, b in zip(xs, top, strict=True)]
    sheet.fill([*rim, (rim[-1][0], foot), (rim[0][0], foot)], light.tone(tint, 0.4, 0.1))
    s = -1 if light.side > 0 else 1
    for k, alpha in ((0.0, 0.55), (0.45, 0.5)):
        edge = [
            (spot.x + s * half * (k + 0.1 * float(r)), spot.y + drop * i / 6)
            for i, r in enumerate(rough[::11] * 3)
        ]
        shape = [
            (spot.x + s * half * k, spot.y - 0.02),
            *edge,
            (spot.x + s * half * 1.4, foot),
            (spot.x + s * half * 1.4, spot.y),
        ]
        sheet.shade(shape, light.tone(tint, -0.95), alpha)
    for i, r in enumerate(rough[::6]):
        at = spot.x + half * 1.3 * (-1 + 2 * i / 11)
        sheet.fill(
            circle(at, foot + 0.004 * float(r), half * 0.16, 0.012 * size + 0.0015),
            light.tone((244, 250, 250), 0.6),
            0.55,
        )


def plinth(scene: Scene, sheet: Sheet, spot: Spot, wide: float) -> None:
    """A worn block of stone under a small thing in an open place."""
    half, tall = (0.5 * wide + 0.22) * spot.size, 0.22 * spot.size
    light, stone = scene.light, (196, 182, 160)
    s = 1 if light.side > 0 else -1
    y = spot.y
    sheet.fill(
        [
            (spot.x - half, y - 0.02),
            (spot.x + half, y - 0.02),
            (spot.x + half * 1.08, y + 0.03),
            (spot.x - half * 1.08, y + 0.03),
        ],
        light.tone(stone, 0.85),
    )
    front = [
        (spot.x - half * 1.08, y + 0.03),
        (spot.x + half * 1.08, y + 0.03),
        (spot.x + half * 1.04, y + 0.03 + tall),
        (spot.x - half * 1.04, y + 0.03 + tall),
    ]
    sheet.fill(front, light.tone(stone, -0.1))
    sheet.shade(
        [
            (spot.x - s * half * 1.1, y),
            (spot.x - s * half * 0.2, y + 0.03),
            (spot.x - s * half * 0.3, y + 0.5),
            (spot.x - s * half * 1.2, y + 0.5),
        ],
        light.tone(stone, -0.9),
        0.6,
    )


def backlit(light: Light) -> Light:
    """The same hour seen against the sun."""
    return replace(light, key=light.shade, side=-light.side)
