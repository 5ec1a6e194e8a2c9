"""What stands on the horizon: ridges with lit and shaded faces. Its line belongs to the place."""

from collections.abc import Callable

import numpy as np

from gpu.noise import line
from gpu.paint import Colour, Floats, Sheet, mix
from gpu.scenery.scene import Scene

ROCK: Colour = (150, 142, 148)
GREEN: Colour = (122, 140, 98)
SAND: Colour = (238, 200, 140)


def _x(sheet: Sheet) -> Floats:
    width = sheet.pixels.shape[1] / sheet.unit_px
    return np.asarray(np.arange(sheet.left - 0.02, sheet.left + width + 0.02, 0.004), np.float32)


def ridge(
    scene: Scene,
    name: str,
    shape: Callable[[Floats], Floats],
    colour: Colour,
    *,
    depth: float,
    air: float,
    snow: float = 9.0,
) -> None:
    """One ridge: `shape` gives its height over the horizon; it is white above `snow`."""
    sheet = scene.layer(name, depth)
    x = _x(sheet)
    top = scene.view.horizon - shape(x)
    base = scene.view.horizon + 0.004
    rim = np.stack([x, np.minimum(top, base)], axis=1)
    outline = np.concatenate([rim, [[x[-1], base], [x[0], base]]])
    slope = np.gradient(top, x)
    light = scene.light
    lit = np.array(light.tone(colour, 0.9), np.float32)
    dark = np.array(light.tone(colour, -0.75), np.float32)
    white, blue = (np.array(light.tone((246, 248, 252), s), np.float32) for s in (0.7, -0.6))
    wobble = line(x, 0.035, f"{scene.reading.place} {name} faces", octaves=3) - 0.5

    def shader(gx: Floats, gy: Floats) -> Floats:
        rim_y = np.interp(gx[0], x, top).astype(np.float32)[None, :]
        below = np.maximum(gy - rim_y, 0)
        fold = np.interp(gx[0], x, wobble).astype(np.float32)[None, :]
        at = gx + below * (0.45 + 2.2 * fold) + 0.35 * fold * below
        face = np.interp(at.ravel(), x, slope).reshape(at.shape).astype(np.float32)
        face = np.tanh(face * 1.6 + fold * 1.2) * -light.side
        share = np.clip(0.5 + 0.5 * face, 0, 1)[:, :, None]
        rgb = dark + (lit - dark) * share
        height = scene.view.horizon - gy + 0.05 * fold
        cap = np.clip((height - snow) * 40, 0, 1)[:, :, None]
        rgb = rgb + (blue + (white - blue) * share - rgb) * cap
        mist = air + (0.92 - air) * np.clip((gy - base) / 0.16 + 1, 0, 1) ** 2 * light.haze
        return np.asarray(rgb + (light.fog - rgb) * np.broadcast_to(mist, face.shape)[:, :, None])

    sheet.wash(outline, shader)


def hills(scene: Scene, colour: Colour = GREEN, size: float = 1.0) -> None:
    """Three soft ranges."""
    place, haze = scene.reading.place, scene.light.haze
    for row, (tall, cell) in enumerate(((0.20, 0.9), (0.13, 0.7), (0.08, 0.9))):
        key = f"{place} hills {row}"

        def shape(x: Floats, tall: float = tall, cell: float = cell, key: str = key) -> Floats:
            return np.asarray(size * tall * (0.25 + line(x, cell, key, octaves=4)) * 0.9)

        air = haze * (0.82 - 0.2 * row)
        tint = mix(ROCK, colour, 0.3 + 0.3 * row)
        ridge(scene, f"hills {row}", shape, tint, depth=0.05 + 0.02 * row, air=air)


def mountains(scene: Scene, *, snow: bool = True, size: float = 1.0) -> None:
    """Two sharp ranges with snow, and foothills."""
    place, haze = scene.reading.place, scene.light.haze
    peak_x = float(scene.layout("peak").uniform(-0.4, 0.4))

    def sharp(key: str, tall: float, cell: float, peak: float) -> Callable[[Floats], Floats]:
        def shape(x: Floats) -> Floats:
            noise = line(x, cell, key, octaves=5)
            crest = 1 - np.abs(2 * noise - 1)
            one = np.exp(-np.abs(x - peak_x) / 0.22) * peak
            return np.asarray(size * (tall * crest**1.3 + one + 0.02))

        return shape

    limit = 0.20 * size if snow else 9.0
    for row, (tall, cell, peak) in enumerate(((0.30, 0.55, 0.24), (0.20, 0.4, 0.0))):
        key = f"{place} peaks {row}"
        ridge(
            scene,
            f"peaks {row}",
            sharp(key, tall, cell, peak),
            mix(ROCK, (120, 130, 150), 0.5),
            depth=0.05 + 0.03 * row,
            air=haze * (0.62 - 0.18 * row),
            snow=limit,
        )
    hills(scene, size=0.5)


def mesas(scene: Scene) -> None:
    """Flat-topped rocks, and dunes before them."""
    place = scene.reading.place

    def shape(x: Floats) -> Floats:
        noise = line(x, 0.5, f"{place} mesas", octaves=2)
        step = np.clip((noise - 0.5) * 9, 0, 1) * 0.13 + np.clip((noise - 0.68) * 12, 0, 1) * 0.07
        return np.asarray(step + 0.012)

    air = scene.light.haze * 0.6
    ridge(scene, "mesas", shape, (206, 140, 102), depth=0.06, air=air)
    dunes(scene, far=True)


def dunes(scene: Scene, *, far: bool = False) -> None:
    """Sand waves: long windward slopes, sharp crests."""
    place, haze = scene.reading.place, scene.light.haze
    rows = ((0.05, 0.5), (0.035, 0.6)) if far else ((0.24, 0.9), (0.15, 1.1), (0.08, 1.3))
    for row, (tall, cell) in enumerate(rows):
        key = f"{place} dunes {row}"

        def shape(x: Floats, tall: float = tall, cell: float = cell, key: str = key) -> Floats:
            bent = x / cell + 0.6 * line(x, cell * 1.6, key, octaves=2)
            saw = np.mod(bent, 1.0)
            crest = np.where(saw < 0.72, (saw / 0.72) ** 1.5, ((1 - saw) / 0.28) ** 1.2)
            swell = 0.35 + line(x, 1.3, key + " size", octaves=1)
            return np.asarray(tall * crest * swell + 0.006)

        air = haze * (0.6 - 0.18 * row)
        ridge(scene, f"dunes {row}", shape, SAND, depth=0.06 + 0.03 * row, air=air)


def volcano(scene: Scene) -> None:
    """One cone that smokes."""
    middle = float(scene.layout("cone").uniform(-0.25, 0.25))

    def shape(x: Floats) -> Floats:
        off = np.abs(x - middle)
        cone = 0.40 * np.exp(-off / 0.26) + 0.02 * line(x, 0.05, "cone", octaves=3)
        crater = np.clip(0.33 + 0.05 * (off / 0.05) ** 2, 0, 0.38)
        return np.asarray(np.minimum(cone, crater) + 0.01)

    ridge(scene, "cone", shape, (112, 92, 98), depth=0.07, air=scene.light.haze * 0.35)
    sheet = scene.picture.layers[-1].sheet
    mouth = (middle, scene.view.horizon - 0.335)
    sheet.glow(mouth, 0.13, (255, 110, 50), 0.9)
    draw = scene.layout("lava")
    for _ in range(3):
        x, y = mouth[0] + float(draw.uniform(-0.03, 0.03)), mouth[1] + 0.012
        path = [(x, y)]
        for _ in range(8):
            x += float(draw.normal((x - middle) * 0.25, 0.012))
            y += 0.028
            path.append((x, y))
        sheet.stroke(path, 0.007, (255, 132, 60))
    scene.picture.lights.append((*mouth, 0.12))


def headland(scene: Scene, colour: Colour = (146, 138, 122)) -> None:
    """Cliffs that come in from one side and end in the sea."""
    side = 1 if scene.layout("headland").random() < 0.5 else -1
    place = scene.reading.place
    for row, (tall, end) in enumerate(((0.10, 0.10), (0.17, 0.36))):

        def shape(x: Floats, tall: float = tall, end: float = end, row: int = row) -> Floats:
            inside = np.clip((side * x - end) * 9, 0, 1)
            rough = 0.75 + 0.5 * line(x, 0.22, f"{place} headland {row}", octaves=4)
            return np.asarray(tall * rough * inside**0.35 * (inside > 0) + 0.0)

        air = scene.light.haze * (0.55 - 0.25 * row)
        ridge(scene, f"headland {row}", shape, colour, depth=0.08 + 0.05 * row, air=air)


def islands(scene: Scene, *, big: bool) -> None:
    """Land in the sea: some far rocks, or one green island."""
    place = scene.reading.place
    spot = float(scene.layout("islands").uniform(-0.35, 0.35))
    reach, tall = (0.42, 0.17) if big else (0.16, 0.06)

    def shape(x: Floats) -> Floats:
        swell = np.exp(-(((x - spot) / reach) ** 4))
        other = 0.4 * np.exp(-(((x + spot + 0.7) / 0.2) ** 4))
        rough = 0.55 + 0.9 * line(x, 0.3, f"{place} island", octaves=4)
        land = np.maximum(swell, other)
        return np.asarray(tall * rough * land * (land > 0.02))

    tint = (112, 140, 92) if big else (132, 132, 128)
    air = scene.light.haze * (0.3 if big else 0.6)
    ridge(scene, "islands", shape, tint, depth=0.1, air=air)


def treeline(scene: Scene, colour: Colour) -> None:
    """Walls of trees, one behind the other, instead of open hills."""
    place, haze = scene.reading.place, scene.light.haze
    for row, (tall, cell) in enumerate(((0.34, 0.09), (0.25, 0.12), (0.15, 0.15))):
        key = f"{place} trees {row}"

        def shape(x: Floats, tall: float = tall, cell: float = cell, key: str = key) -> Floats:
            swell = 0.6 + 0.8 * line(x, 0.8, key + " swell", octaves=2)
            heads = np.abs(np.sin(x / cell * 2.2 + 5 * line(x, cell * 3, key, octaves=2)))
            return np.asarray(tall * (0.72 * swell + 0.2 * heads**0.6 + 0.1 * line(x, cell, key)))

        air = haze * (0.72 - 0.24 * row)
        ridge(scene, f"trees {row}", shape, colour, depth=0.06 + 0.06 * row, air=air)
