"""Ground and water in perspective: one sheet from the horizon down, its texture lying flat."""

import cv2
import numpy as np

from gpu.noise import FINE, line, rng, tile
from gpu.paint import Colour, Floats, Shader, Sheet, mix, new_sheet
from gpu.scenery.scene import Scene
from gpu.scenery.sky import sun_place
from gpu.view import Layer, View

SOILS: dict[str, tuple[Colour, Colour]] = {
    "grass": (((148, 166, 92)), ((104, 132, 74))),
    "meadow": (((176, 180, 98)), ((116, 144, 78))),
    "wheat": (((232, 196, 104)), ((188, 148, 74))),
    "sand": (((240, 208, 152)), ((214, 172, 116))),
    "soil": (((188, 146, 102)), ((142, 104, 72))),
    "clay": (((214, 170, 120)), ((176, 130, 88))),
    "rock": (((172, 164, 156)), ((122, 116, 116))),
    "paving": (((206, 190, 166)), ((164, 146, 126))),
    "asphalt": (((132, 132, 140)), ((98, 98, 108))),
    "snow": (((246, 248, 252)), ((206, 216, 232))),
    "moss": (((122, 138, 74)), ((74, 94, 56))),
    "jungle": (((112, 146, 76)), ((58, 92, 58))),
    "ash": (((118, 104, 102)), ((78, 68, 72))),
    "mars": (((214, 132, 88)), ((168, 90, 62))),
    "cracked": (((222, 190, 144)), ((190, 150, 104))),
}
WATER: Colour = (62, 120, 132)


def lying(sheet: Sheet, view: View, cell: tuple[float, float], key: str) -> Floats:
    """Noise 0 … 1 that lies on the ground, over the sheet at half size; 0.5 above the horizon."""
    rows, columns = (max(side // 2, 1) for side in sheet.pixels.shape[:2])
    step, corner = 2 / sheet.unit_px, rng("lying", key).random(2) * 40
    left, top = sheet.left + step / 2, sheet.top + step / 2
    to_plane = np.array([[step, 0, left], [0, step, top], [0, 0, 1]], np.float64)
    # x' = x·height and z' = zoom·height over y − horizon: the plane's points back on the ground
    to_ground = np.array(
        [[view.height, 0, 0], [0, 0, view.zoom * view.height], [0, 1, -view.horizon]], np.float64
    )
    to_ground[0] += view.x * to_ground[2]
    to_ground[1] -= view.back * to_ground[2]
    total = np.zeros((rows, columns), np.float32)
    for octave, share in ((1.0, 0.6), (2.7, 0.4)):
        fx, fy = FINE * octave / cell[0], FINE * octave / cell[1]
        to_tile = np.array([[fx, 0, corner[0] * FINE], [0, fy, corner[1] * FINE], [0, 0, 1]])
        total += share * cv2.warpPerspective(
            tile(),
            to_tile @ to_ground @ to_plane,
            (columns, rows),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_WRAP,
        )
    y = np.arange(rows, dtype=np.float32) * step + top
    # Too fine to show far away: there the texture fades into its mean.
    clear = np.clip((y - view.horizon) / 0.07, 0, 1)[:, None]
    # On the horizon itself the plane has no point, and the warp no number.
    return np.asarray(np.where(clear > 1e-4, 0.5 + (total - 0.5) * clear, 0.5), np.float32)


def paint_ground(scene: Scene, soil: str) -> Sheet:
    """Ground from horizon to foot. Returns its sheet, for rivers and roads to be laid on."""
    sheet = scene.frame.sheet()
    scene.picture.layers.append(Layer("ground", sheet, 0.0, 1.0))
    bright, dark = SOILS[soil]
    view, light = scene.view, scene.light
    rows = (np.arange(0, sheet.pixels.shape[0], 2) + 1) / sheet.unit_px + sheet.top
    tall = len(rows)
    noise = lying(sheet, view, (2.6, 2.6), f"{scene.reading.place} {soil}")
    patch = lying(sheet, view, (17.0, 17.0), f"{scene.reading.place} patch")
    noise = noise[:tall]
    share = np.clip(0.5 + 1.1 * (noise - 0.5) + 1.3 * (patch[: len(noise)] - 0.5), 0, 1)
    lit = np.array(light.tone(bright, 0.75), np.float32)
    deep = np.array(light.tone(dark, 0.1), np.float32)
    rgb = deep + (lit - deep) * share[:, :, None]
    y = rows[: len(noise)]
    z = view.zoom * view.height / np.maximum(y - view.horizon, 1e-3)
    air = (light.haze * (1 - np.exp(-np.maximum(z - 3, 0) / 46.0))).astype(np.float32)
    near = np.clip((y - 0.78) / 0.5, 0, 0.32).astype(np.float32)
    fog = np.array(light.fog, np.float32)
    rgb = rgb + (fog - rgb) * air[:, None, None]
    rgb = rgb * (1 - near[:, None, None])
    _onto(sheet, rgb, view.horizon)
    return sheet


def _onto(sheet: Sheet, rgb: Floats, horizon: float) -> None:
    rows, columns = sheet.pixels.shape[:2]
    held = np.clip(rgb, 0, 255).astype(np.uint8)
    full = cv2.resize(held, (columns, rows), interpolation=cv2.INTER_LINEAR)
    first = int(np.ceil((horizon - sheet.top) * sheet.unit_px))
    first = min(max(first, 0), rows)
    sheet.pixels[first:, :, :3] = full[first:]
    sheet.pixels[first:, :, 3] = 255


def paint_water(scene: Scene, sheet: Sheet, shape: list[tuple[float, float]] | None) -> None:
    """Water inside a shape on the ground, or over the whole sheet: sky's colours, streaks, sun."""
    view, light = scene.view, scene.light
    x0, _, x1, y1 = scene.frame.reach
    points = [(x0, view.horizon), (x1, view.horizon), (x1, y1 + 0.1), (x0, y1 + 0.1)]
    if shape is not None:
        points = view.ground(shape)
    streaks = lying(sheet, view, (7.0, 1.6), "water")
    sun_x = sun_place(scene)[0]
    body = np.array(light.tone(WATER, -0.1), np.float32)
    far = np.array(mix(light.sky[2], light.sky[1], 0.3), np.float32)
    near = np.array(mix(light.tone(WATER, -0.6), light.sky[0], 0.35), np.float32)
    spark = np.array(mix(light.sun, light.key, 0.3), np.float32)

    def shader(x: Floats, y: Floats) -> Floats:
        t = np.clip((y - view.horizon) / max(1 - view.horizon, 0.1), 0, 1)
        rgb = far + (body - far) * np.clip(t * 3.2, 0, 1)[:, :, None]
        rgb = rgb + (near - rgb) * np.clip(t * 1.1 - 0.1, 0, 1)[:, :, None]
        # The same noise grid as the sheet's: rows and columns of this part.
        i = np.clip(((y[:, 0] - sheet.top) * sheet.unit_px / 2).astype(int), 0, len(streaks) - 1)
        j = np.clip(((x[0] - sheet.left) * sheet.unit_px / 2).astype(int), 0, streaks.shape[1] - 1)
        wave = streaks[np.ix_(i, j)]
        rgb = rgb + (far - rgb) * np.clip((wave - 0.56) * 3.0, 0, 0.55)[:, :, None]
        if light.sun_size > 0:
            width = 0.035 + 0.16 * t
            path = np.exp(-(((x - sun_x) / width) ** 2)) * np.clip((wave - 0.46) * 7, 0, 1)
            rgb = rgb + (spark - rgb) * (path * (0.85 - 0.3 * t))[:, :, None]
        return np.asarray(rgb, np.float32)

    sheet.wash(points, shader)
    mask = new_sheet(
        sheet.pixels.shape[1], sheet.pixels.shape[0], sheet.unit_px, (sheet.left, sheet.top)
    )
    mask.fill(points, (255, 255, 255))
    scene.picture.water_mask = np.ascontiguousarray(mask.pixels[:, :, 3])


def river(scene: Scene, *, width: float, swing: float) -> list[tuple[float, float]]:
    """A winding river of the place, from the horizon to the viewer, as a shape on the ground."""
    z = np.geomspace(0.4, 420, 120)
    key = f"river {scene.reading.place}"
    middle = river_middle(scene, np.asarray(z, np.float32), swing)
    half = (
        width * (0.8 + 0.4 * line(z, 9.0, key + " width", octaves=2)) * np.minimum(1, z / 2 + 0.4)
    )
    left = list(zip((middle - half).tolist(), z.tolist(), strict=True))
    right = list(zip((middle + half).tolist(), z.tolist(), strict=True))
    return [*left, *right[::-1]]


def widened(shape: list[tuple[float, float]], by: float) -> list[tuple[float, float]]:
    """A shape of two banks with its banks moved apart."""
    half = len(shape) // 2
    left, right = [], []
    for (a, z), (b, _) in zip(shape[:half], shape[half:][::-1], strict=True):
        # A river that dries up becomes a trickle; its banks never cross.
        more = max(by, 0.46 * (a - b))
        left.append((a - more, z))
        right.append((b + more, z))
    return [*left, *right[::-1]]


def shore(scene: Scene, distance: float) -> list[tuple[float, float]]:
    """Water beyond a winding shore line, as a shape on the ground."""
    x = np.linspace(-140, 140, 320, dtype=np.float32)
    return [
        *zip(x.tolist(), shore_z(scene, x, distance).tolist(), strict=True),
        (1500.0, 1800.0),
        (-1500.0, 1800.0),
    ]


def shore_z(scene: Scene, x: Floats, distance: float) -> Floats:
    """How far away the water begins: bays, and a coast that runs off at an angle."""
    slope = float(scene.layout("shore").uniform(0.25, 0.5))
    slope *= 1 if scene.layout("side").random() < 0.5 else -1
    bays = line(np.asarray(x), 13.0, f"shore {scene.reading.place}", octaves=4) - 0.5
    return np.maximum(distance - slope * np.asarray(x) + bays * distance * 0.9, 2.2)


def river_middle(scene: Scene, z: Floats, swing: float) -> Floats:
    """Where a place's river is at a distance."""
    bend = (line(np.asarray(z), 13.0, f"river {scene.reading.place}", octaves=2) - 0.5) * swing * 2
    side = 1 if scene.layout("river side").random() < 0.5 else -1
    return np.asarray(side * 1.7 * np.minimum(z / 9, 2.2) + bend * np.minimum(z / 8, 2.6))


def paint_beach(scene: Scene, sheet: Sheet, water: list[tuple[float, float]]) -> None:
    """Wet sand and foam along the water."""
    sand = [(x, z - 1.6) for x, z in water[:-2]] + water[-2:]
    sheet.wash(scene.view.ground(sand), even(scene.light.tone((232, 204, 156), 0.5), scene))
    foam = scene.view.ground([(x, z - 0.12) for x, z in water[:-2]])
    sheet.stroke(foam, 0.008, scene.light.tone((250, 250, 246), 0.6))


def even(colour: Colour, scene: Scene) -> Shader:
    """One colour that fades into the air with distance."""
    view, light = scene.view, scene.light
    near, fog = np.array(colour, np.float32), np.array(light.fog, np.float32)

    def shader(x: Floats, y: Floats) -> Floats:
        z = view.zoom * view.height / np.maximum(y - view.horizon, 1e-3)
        air = light.haze * (1 - np.exp(-np.maximum(z - 3, 0) / 46.0))
        rgb = near + (fog - near) * air[:, :, None]
        return np.asarray(np.broadcast_to(rgb, (len(y), x.shape[1], 3)), np.float32)

    return shader
