"""Puts what a shot is about into a place: how large, where, how near, with its shadow."""

from dataclasses import dataclass, replace

import numpy as np

from gpu.light import Light
from gpu.motifs import Motif, all_motifs
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


_WIDE_SIZES = {
    "building": 0.50,
    "vehicle": 0.24,
    "afloat": 0.36,
    "flying": 0.20,
    "swimming": 0.20,
    "animal": 0.27,
    "plant": 0.42,
    "person": 0.36,
    "object": 0.25,
    "heaven": 0.26,
    "idea": 0.34,
}
_AERIAL_SIZES = {
    "building": 0.27,
    "vehicle": 0.11,
    "afloat": 0.17,
    "flying": 0.15,
    "swimming": 0.16,
    "animal": 0.13,
    "plant": 0.20,
    "person": 0.11,
    "object": 0.17,
    "heaven": 0.20,
    "idea": 0.24,
}
_GROUND = {
    "building": 0.16,
    "vehicle": 0.42,
    "afloat": 0.30,
    "animal": 0.46,
    "plant": 0.34,
    "person": 0.50,
    "object": 0.62,
    "idea": 0.20,
}


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
    motif.painter(Pen(own, (spot.x, spot.y), spot.size, scene.light, haze, flip, seed))
    modelled(own, scene.light)
    sheet.over(own)


def shadow(scene: Scene, sheet: Sheet, motif: Motif, spot: Spot) -> None:
    """The shadow that it throws on the ground, away from the light."""
    if motif.kind in ("flying", "heaven", "swimming", "afloat"):
        return
    half = 0.52 * motif.wide * spot.size
    away = -scene.light.side * half * 0.55
    dark: Colour = (18, 14, 30)
    radii = (half * 1.35, 0.03 + 0.06 * spot.size)
    sheet.smudge((spot.x + away, spot.y + 0.006), radii, dark, 0.5)


def wide_spot(scene: Scene, motif: Motif, index: int) -> Spot:
    """Where the first (0) and second (1) thing of an open shot stand: opposite thirds."""
    reading, frame, view = scene.reading, scene.frame, scene.view
    aerial = reading.kind == "aerial"
    size = (_AERIAL_SIZES if aerial else _WIDE_SIZES)[motif.kind]
    if index == 0 and scene.has("far"):
        size *= 0.55
    elif reading.brief.angle == "low":
        size *= 1.25
    if index:
        size *= 0.85
    size = min(size * frame.narrow, 0.8 * frame.aspect / max(motif.wide, 0.5))
    side = 1 if scene.layout("side").random() < 0.5 else -1
    side = side if index == 0 else -side
    x = side * (0.24 + 0.05 * index) * min(frame.aspect, 1.9)
    share = _GROUND.get(motif.kind, 0.3) + (0.12 if index else 0.0)
    share *= 0.8 if aerial else 1.0
    y = view.horizon + share * (1 - view.horizon)
    if {"old town", "street", "city"} & set(reading.settings[:1]):
        x, y = x * 0.66, max(y, view.horizon + 0.5 * (1 - view.horizon))
    if "harbour" in reading.settings[:1] and motif.kind != "afloat":
        y = view.horizon + 0.86 * (1 - view.horizon)
    if motif.kind in ("flying", "heaven"):
        y = max(view.horizon * 0.72, 0.22) + size * 0.3
        return Spot(x, y, size, 0.05 if motif.kind == "heaven" else 0.35)
    return Spot(x, y, size, view.depth_at(y))


def mound(scene: Scene, sheet: Sheet, spot: Spot, wide: float, tint: Colour) -> None:
    """Rock for a thing to stand on where there is only water."""
    half, size, light = (0.42 * wide + 0.34) * spot.size, spot.size, scene.light
    xs = np.linspace(-1.3, 1.3, 70)
    rough = line(xs * 1.7 + 9, 0.5, f"mound {scene.reading.place}", octaves=5) - 0.5
    top = spot.y + size * (
        0.012 + 0.2 * (np.abs(xs) / 1.3) ** 2.6 + 0.09 * rough * (np.abs(xs) > 0.5)
    )
    foot = spot.y + 0.2 * size
    rim = [(spot.x + half * float(a), min(float(b), foot)) for a, b in zip(xs, top, strict=True)]
    sheet.fill([*rim, (rim[-1][0], foot), (rim[0][0], foot)], light.tone(tint, 0.4, 0.1))
    s = -1 if light.side > 0 else 1
    for k, alpha in ((0.0, 0.55), (0.45, 0.5)):
        edge = [
            (spot.x + s * half * (k + 0.1 * float(r)), spot.y + size * 0.2 * i / 6)
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
            circle(at, foot + 0.004 * float(r), half * 0.16, 0.004),
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


def figure_for_scale(scene: Scene, *, leaving: bool = False) -> None:
    """One small person in the near ground, so that the place has a size."""
    size = (0.085 if not leaving else 0.12) * max(scene.frame.narrow, 0.6)
    side = 1 if scene.layout("side").random() < 0.5 else -1
    shore = bool({"coast", "harbour"} & set(scene.reading.settings[:1]))
    # Away from the subject; where there is a shore that is also the side of the land.
    x = -side * (0.30 if shore else 0.16) * min(scene.frame.aspect, 1.8)
    if leaving and not shore:
        x = 0.03
    share = 0.86 if shore else 0.5 if leaving else 0.62
    y = scene.view.horizon + share * (1 - scene.view.horizon)
    sheet = scene.layer("figure", scene.view.depth_at(y))
    spot = Spot(x, y, size, scene.view.depth_at(y))
    airless = {"space", "planet"} & set(scene.reading.settings[:1])
    motif = all_motifs()["astronaut" if airless else "person"]
    shadow(scene, sheet, motif, spot)
    paint_motif(scene, sheet, motif, spot)


def backlit(light: Light) -> Light:
    """The same hour seen against the sun."""
    return replace(light, key=light.shade, side=-light.side)
