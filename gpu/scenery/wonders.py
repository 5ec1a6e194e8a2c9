"""Places without an ordinary horizon: space, sky, the sea's floor, caves, arenas."""

import math

import numpy as np

from gpu.motifs.growing import broadleaf
from gpu.noise import field, full_size
from gpu.paint import Colour, Floats, Point, Sheet, circle, mix, smooth
from gpu.pen import Pen
from gpu.scenery.props import rock
from gpu.scenery.scene import Scene
from gpu.scenery.sky import gradient, paint_sky, stars


def paint_space(scene: Scene) -> None:
    """Stars, a nebula, the limb of a world."""
    sheet = scene.layer("sky", 0.0)
    gradient(sheet, ((6, 7, 18), (12, 14, 36), (24, 22, 52)), 1.0)
    for name, colour, cell, level in (
        ("violet", (112, 62, 150), 0.9, 0.5),
        ("teal", (44, 120, 140), 0.7, 0.54),
        ("rose", (196, 92, 110), 0.6, 0.6),
    ):
        cloud = field(sheet, (cell, cell * 0.6), f"nebula {name} {scene.reading.place}", octaves=5)
        mask = full_size(np.clip((cloud - level) * 4.2, 0, 1), sheet)
        tint = mix(colour, scene.light.sky[2], 0.35)
        sheet.veil((mask * 255).astype(np.uint8), tint, 0.55)
    stars(scene, sheet, 1.0)
    draw = scene.layout("world")
    side = 1 if draw.random() < 0.5 else -1
    # Another height of the camera shows more or less of the world below.
    level = 0.66 + 0.62 * scene.view.horizon
    at = (side * 0.62 * min(scene.frame.aspect, 1.8) / 2, level)
    radius = 0.68 - 0.28 * scene.view.horizon
    _globe(scene, scene.layer("world", 0.22), (*at, radius), "world")
    small = scene.layer("moon", 0.1)
    _globe(scene, small, (-side * 0.5 * min(scene.frame.aspect, 1.8) / 2, 0.24, 0.07), "moon")


def _globe(scene: Scene, sheet: Sheet, disc: tuple[float, float, float], name: str) -> None:
    at, radius = disc[:2], disc[2]
    draw = scene.layout("globe", name)
    schemes: tuple[tuple[Colour, Colour], ...] = (
        ((214, 150, 100), (150, 84, 72)),
        ((110, 160, 190), (52, 84, 130)),
        ((196, 190, 170), (112, 110, 120)),
    )
    bright, dark = schemes[int(draw.integers(len(schemes)))]
    lx, ly = scene.light.side * 0.8, -0.5
    bands = field(sheet, (radius * 2.0, radius * 0.22), f"globe {name}", octaves=4)
    lanes = full_size(bands, sheet)

    def shader(x: Floats, y: Floats) -> Floats:
        dx, dy = (x - at[0]) / radius, (y - at[1]) / radius
        dz = np.sqrt(np.clip(1 - dx**2 - dy**2, 0, 1))
        sun = np.clip(dx * lx + dy * ly + dz * 0.35, 0.02, 1)[:, :, None]
        i = np.clip(((y[:, 0] - sheet.top) * sheet.unit_px).astype(int), 0, len(lanes) - 1)
        j = np.clip(((x[0] - sheet.left) * sheet.unit_px).astype(int), 0, lanes.shape[1] - 1)
        share = np.clip((lanes[np.ix_(i, j)] - 0.3) * 2.2, 0, 1)[:, :, None]
        rgb = (
            np.array(dark, np.float32)
            + (np.array(bright, np.float32) - np.array(dark, np.float32)) * share
        )
        edge = np.clip(1 - dz, 0, 1)[:, :, None] ** 3 * sun
        return np.asarray(
            rgb * sun + np.array((150, 190, 230), np.float32) * edge * 0.6, np.float32
        )

    sheet.glow(at, radius * 1.14, (110, 160, 220), 0.5)
    sheet.wash(circle(*at, radius, radius), shader)


def paint_clouds(scene: Scene) -> None:
    """Above a sea of clouds."""
    paint_sky(scene)
    light = scene.light
    x0, _, x1, y1 = scene.frame.reach
    hz = scene.view.horizon
    for row in range(5):
        sheet = scene.layer(f"billows {row}", 0.08 + 0.2 * row, drift=(0.004 + 0.003 * row, 0.0))
        level = hz + 0.02 + (0.055 + 0.02 * row) * row
        draw = scene.layout("billows", row)
        size = 0.05 + 0.035 * row
        air = light.haze * (0.7 - 0.16 * row)
        count = int(4.2 / size)
        for index in range(count):
            x = -1.9 + 3.8 * (index + float(draw.uniform(-0.5, 0.5))) / count
            r = size * float(draw.uniform(0.5, 1.4))
            colour = light.tone((252, 250, 250), 0.9 - 0.25 * float(draw.random()), air)
            sheet.fill(circle(x, level, r * 1.5, r), colour)
        sheet.fill(
            [(x0, level), (x1, level), (x1, y1), (x0, y1)], light.tone((252, 250, 250), 0.5, air)
        )
        _shaded_below(
            sheet, (level - size, level + 1.6 * size), light.tone((214, 218, 236), -0.7, air)
        )


def _shaded_below(sheet: Sheet, span: Point, colour: Colour) -> None:
    """From bright tops to a shadowed foot, inside what is painted."""
    rows = (np.arange(sheet.pixels.shape[0]) + 0.5) / sheet.unit_px + sheet.top
    share = np.clip((rows - span[0]) / (span[1] - span[0]), 0, 1) ** 1.3 * 0.8
    first = int(np.argmax(share > 0))
    part = sheet.pixels[first:].astype(np.float32)
    tint = np.array((*colour, 255), np.float32) * (part[:, :, 3:4] / 255)
    part += (tint - part) * share[first:, None, None].astype(np.float32)
    sheet.pixels[first:] = part.astype(np.uint8)


def paint_underwater(scene: Scene) -> None:
    """Blue depth, shafts of light, coral on the floor."""
    sheet = scene.layer("sky", 0.0)
    gradient(sheet, ((120, 206, 214), (34, 120, 156), (10, 52, 92)), 1.0)
    x0, y0, x1, y1 = scene.frame.reach
    rays = scene.layer("rays", 0.06, drift=(0.008, 0.0))
    draw = scene.layout("rays")
    for _ in range(9):
        x = float(draw.uniform(-1.0, 1.0))
        wide = float(draw.uniform(0.02, 0.09))
        lean = float(draw.uniform(0.1, 0.4))
        for k in (1.0, 0.55):
            rays.fill(
                [
                    (x - wide * k, y0 - 0.1),
                    (x + wide * k, y0 - 0.1),
                    (x + lean + wide * 2.2 * k, 0.95),
                    (x + lean - wide * 2.2 * k, 0.95),
                ],
                (206, 240, 236),
                0.055,
            )
    light = scene.light
    for row, (level, tint) in enumerate(
        ((0.80, (30, 92, 122)), (0.87, (24, 72, 98)), (0.95, (16, 50, 74)))
    ):
        floor = scene.layer(f"floor {row}", 0.25 + 0.32 * row)
        xs = np.linspace(x0 - 0.05, x1 + 0.05, 70)
        bumps = level + 0.03 * np.sin(xs * 3.1 + row * 2) + 0.015 * np.sin(xs * 9.7 + row)
        floor.fill(
            [
                *zip(xs.tolist(), bumps.tolist(), strict=True),
                (x1 + 0.05, y1 + 0.1),
                (x0 - 0.05, y1 + 0.1),
            ],
            tint,
        )
        _corals(scene, floor, row, level)
    scene.picture.motes = "bubbles"
    del light


def _corals(scene: Scene, sheet: Sheet, row: int, level: float) -> None:
    draw = scene.layout("corals", row)
    colours: tuple[Colour, ...] = (
        (226, 110, 104),
        (236, 164, 96),
        (186, 112, 160),
        (104, 176, 150),
    )
    air = (0.62, 0.4, 0.15)[row]
    for _ in range(10):
        x = float(draw.uniform(-1.15, 1.15))
        tall = float(draw.uniform(0.06, 0.13)) * (0.7 + 0.45 * row)
        colour = mix(colours[int(draw.integers(4))], (24, 84, 116), air)
        if draw.random() < 0.5:
            for turn in (-0.5, -0.2, 0.1, 0.4):
                tip = (x + math.sin(turn) * tall, level - math.cos(turn) * tall)
                bend = (x + math.sin(turn) * tall * 0.4 + 0.01, level - tall * 0.5)
                path = [
                    (float(a), float(b))
                    for a, b in smooth([(x, level + 0.02), bend, tip], closed=False)
                ]
                sheet.stroke(path, tall * 0.13, colour)
                sheet.fill(
                    circle(*tip, tall * 0.09, tall * 0.09), mix(colour, (255, 240, 220), 0.3)
                )
        else:
            weed = mix((70, 140, 96), (20, 70, 100), air)
            for k in range(4):
                sway = 0.03 * math.sin(k * 2.0 + x * 9)
                path = [
                    (x + 0.018 * k, level + 0.03),
                    (x + 0.018 * k + sway, level - tall * 0.7),
                    (x + 0.018 * k - sway, level - tall * 1.5),
                ]
                curve = [(float(a), float(b)) for a, b in smooth(path, closed=False)]
                sheet.stroke(curve, 0.012, weed)


def paint_cave(scene: Scene) -> None:
    """Dark rock around a bright opening."""
    paint_sky(scene)
    x0, _, x1, y1 = scene.frame.reach
    light = scene.light
    middle = float(scene.layout("cave").uniform(-0.16, 0.16))
    valley = scene.layer("valley", 0.1)
    hz = scene.view.horizon
    far = [(x0, hz), (middle - 0.1, hz - 0.06), (middle + 0.25, hz - 0.02), (x1, hz - 0.08)]
    valley.fill([*far, (x1, y1), (x0, y1)], light.tone((120, 138, 100), 0.2, 0.6))
    for row in range(3):
        _rock_ring(scene, row, middle)
    scene.picture.motes = "dust"
    floor = scene.picture.layers[-2].sheet
    for i in range(6):
        seed = scene.layout("cave rocks", i)
        x = float(seed.uniform(-0.8, 0.8))
        rock(Pen(floor, (x, 0.86), float(seed.uniform(0.05, 0.11)), light, 0.1, rng=seed))


def _rock_ring(scene: Scene, row: int, middle: float) -> None:
    """One wall of a cave with its hole, nearer and darker from row to row."""
    hole, depth, tint = (
        (0.34, 0.3, (104, 88, 92)),
        (0.46, 0.62, (70, 58, 66)),
        (0.62, 1.05, (36, 30, 40)),
    )[row]
    sheet, draw, hz = (
        scene.layer(f"rock {row}", depth),
        scene.layout("cave", row),
        scene.view.horizon,
    )
    x0, y0, x1, y1 = scene.frame.reach
    edge = []
    for i in range(26):
        a = 2 * math.pi * i / 26
        r = hole * (0.82 + 0.4 * float(draw.random()))
        edge.append((middle + r * 1.25 * math.cos(a), hz - 0.05 + r * math.sin(a) * 0.92))
    rim = [(float(a), float(b)) for a, b in smooth(edge, steps=4)]
    sheet.fill([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], scene.light.tone(tint, -0.2))
    sheet.cut(rim)
    sheet.stroke([*rim, rim[0]], 0.012 - 0.002 * row, scene.light.tone(tint, 0.9), 0.6)
    top = hz - 0.05 - hole * 0.8
    for _ in range(5):
        x = middle + float(draw.uniform(-1, 1)) * hole * 1.5
        tall = float(draw.uniform(0.08, 0.2))
        spike = [(x - 0.03, top - 0.1), (x + 0.03, top - 0.1), (x, top + tall)]
        sheet.fill(spike, scene.light.tone(tint, -0.3))


def canopy(scene: Scene) -> None:
    """Leaves around the frame of a jungle or forest, in shadow, before everything."""
    sheet = scene.layer("canopy", 1.2)
    half = scene.frame.aspect / 2
    x0, y0, x1, _ = scene.frame.reach
    for side in (-1, 1):
        for i in range(3):
            seed = scene.layout("canopy", side, i)
            foot = (side * (half + 0.02 - 0.05 * i), 1.04)
            broadleaf(Pen(sheet, foot, 0.34 - 0.06 * i, scene.light, 0.0, rng=seed))
    draw = scene.layout("boughs")
    tints = ((72, 100, 62), (96, 128, 74), (58, 84, 56))
    for index in range(74):
        x = -1.5 + 3.0 * index / 73 + float(draw.uniform(-0.03, 0.03))
        low = 0.03 + 0.10 * abs(x / 1.0) ** 2 + float(draw.uniform(0, 0.06))
        r = float(draw.uniform(0.03, 0.07))
        if x0 - 0.1 < x < x1 + 0.1:
            sheet.fill(circle(x, low - r, r * 1.3, r), scene.light.tone(tints[index % 3], 0.3))
            sheet.fill(
                [(x - r * 1.3, y0), (x + r * 1.3, y0), (x + r, low - r), (x - r, low - r)],
                scene.light.tone(tints[0], -0.2),
            )
    sheet.pixels[:, :, :3] = (sheet.pixels[:, :, :3] * 0.5).astype(np.uint8)
