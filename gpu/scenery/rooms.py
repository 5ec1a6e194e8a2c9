"""Rooms: a back wall, a floor in perspective, a window or lamps, and what furnishes them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from gpu.light import Light
from gpu.noise import field, full_size
from gpu.paint import Colour, Floats, Point, Sheet, circle, mix
from gpu.pen import Painter, Pen
from gpu.scenery import furniture
from gpu.scenery.scene import Scene
from gpu.view import Layer


@dataclass(frozen=True)
class Room:
    """One kind of room. `window`: how many; `back`: painters along the back wall, with sizes."""

    wall: Colour
    floor: Colour
    window: int = 1
    back: tuple[tuple[Painter, float], ...] = ()
    table: Colour | None = None
    front: Callable[[Scene, Sheet], None] | None = None


ROOMS: dict[str, Room] = {
    "workshop": Room(
        (196, 164, 128),
        (158, 120, 88),
        1,
        ((furniture.tool_wall, 0.34), (furniture.shelf, 0.5)),
        (168, 116, 76),
    ),
    "laboratory": Room(
        (198, 214, 214),
        (166, 180, 184),
        1,
        ((furniture.flasks, 0.3), (furniture.cabinet, 0.5)),
        (216, 222, 220),
    ),
    "library": Room(
        (150, 104, 78),
        (128, 84, 62),
        1,
        ((furniture.bookcase, 0.62), (furniture.bookcase, 0.62), (furniture.bookcase, 0.62)),
        (136, 88, 60),
    ),
    "museum": Room(
        (112, 108, 116),
        (132, 122, 116),
        0,
        ((furniture.showcase, 0.42), (furniture.frame, 0.3), (furniture.showcase, 0.42)),
        None,
    ),
    "kitchen": Room(
        (232, 204, 160),
        (178, 128, 94),
        1,
        ((furniture.stove, 0.5), (furniture.pans, 0.26), (furniture.shelf, 0.36)),
        (190, 136, 88),
    ),
    "interior": Room(
        (206, 184, 160),
        (164, 120, 90),
        1,
        ((furniture.frame, 0.24), (furniture.armchair, 0.36)),
        (158, 110, 78),
    ),
    "factory": Room(
        (142, 148, 152),
        (126, 122, 120),
        2,
        ((furniture.machine, 0.5), (furniture.machine, 0.5), (furniture.machine, 0.46)),
        None,
    ),
    "stage": Room((92, 40, 48), (166, 112, 72), 0, (), None, furniture.curtains),
}


_EVENINGS = frozenset(("dusk", "night", "storm", "blue hour", "neon", "lamplight"))


def paint_room(scene: Scene, setting: str) -> None:
    """The whole room, without the shot's subject."""
    room = ROOMS[setting]
    evening = scene.light.name in _EVENINGS
    scene.light = indoors(scene.light, bright=room.window > 0)
    foot = corner(scene)
    _wall(scene, room, foot)
    _floor(scene, room, foot)
    _furnish(scene, room, foot)
    if room.window and scene.light.sun_size > 0 and scene.light.stars < 0.4:
        _light_shaft(scene, foot)
    if evening and room.front is None:
        furniture.lamps(scene, scene.layer("lamps", 0.3))
    if room.front is not None:
        room.front(scene, scene.layer("front", 1.15))


def corner(scene: Scene) -> float:
    """Where the back wall meets the floor in the picture."""
    return scene.view.horizon + 0.30 * (1 - scene.view.horizon)


def indoors(light: Light, *, bright: bool) -> Light:
    """Daylight that comes through a window: warmer, deeper shadows, less air."""
    if light.dark_room:
        return replace(light, haze=0.2)
    dim = 0.78 if bright else 0.6
    key = mix(light.key, (255, 232, 196), 0.4)
    shade = mix(light.shade, (96, 74, 82), 0.55)
    return replace(
        light,
        key=mix((0, 0, 0), key, 0.92 if bright else 0.85),
        shade=mix((0, 0, 0), shade, dim),
        fog=mix(light.fog, (196, 168, 140), 0.5),
        haze=0.25,
    )


def window_place(scene: Scene) -> Point:
    """Where the window is: always on the side of the light."""
    return scene.light.side * 0.55 * min(scene.frame.aspect, 1.8) / 2, scene.view.horizon - 0.16


def _wall(scene: Scene, room: Room, foot: float) -> None:
    sheet = scene.layer("wall", 0.0)
    light = scene.light
    x0, y0, x1, y1 = scene.frame.reach
    lit = np.array(light.tone(room.wall, 0.7), np.float32)
    dark = np.array(light.tone(room.wall, -0.85), np.float32)
    wx, wy = window_place(scene)

    def shader(x: Floats, y: Floats) -> Floats:
        away = np.sqrt((x - wx) ** 2 + ((y - wy) * 1.2) ** 2)
        share = 0.22 + 0.78 * np.exp(-((away / 0.8) ** 2))[:, :, None]
        share = share * np.clip((y - y0 + 0.35) / 0.6, 0.5, 1)[:, :, None]
        return np.asarray(dark + (lit - dark) * share, np.float32)

    sheet.wash([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], shader)
    sheet.pixels[:, :, 3] = 255
    plaster = full_size(field(sheet, (0.3, 0.3), f"plaster {scene.reading.place}"), sheet)
    gain = 0.94 + 0.12 * plaster
    sheet.pixels[:, :, :3] = (
        (sheet.pixels[:, :, :3] * gain[:, :, None]).clip(0, 255).astype(np.uint8)
    )
    sheet.fill(
        [(x0, foot - 0.03), (x1, foot - 0.03), (x1, foot), (x0, foot)],
        light.tone(mix(room.wall, (70, 50, 46), 0.55), -0.2),
    )
    for index in range(room.window):
        at = (wx - np.sign(wx) * 0.62 * index, wy)
        _window(scene, sheet, (float(at[0]), at[1]))


def _window(scene: Scene, sheet: Sheet, at: Point) -> None:
    x, y = at
    light = scene.light
    w, h = 0.15, 0.20
    sky = light.sky if not light.dark_room else ((14, 20, 42), (24, 34, 62), (44, 54, 86))
    shut = light.dark_room

    def shader(gx: Floats, gy: Floats) -> Floats:
        t = np.clip((gy - y + h) / (2 * h), 0, 1)[:, :, None]
        top, low = np.array(sky[1], np.float32), np.array(sky[2], np.float32)
        return np.asarray(np.broadcast_to(top + (low - top) * t, (len(gy), gx.shape[1], 3)))

    frame = light.tone((120, 86, 66), -0.1)
    sheet.fill(_oblong(at, w + 0.02, h + 0.02), frame)
    sheet.wash(_oblong(at, w, h), shader)
    hills = ((-1, 0.62), (-0.2, 0.5), (0.4, 0.66), (1, 0.55), (1, 1), (-1, 1))
    tint = mix((30, 36, 56) if shut else light.fog, light.tone((120, 140, 110)), 0.5)
    sheet.fill([(x + w * dx, y + h * dy) for dx, dy in hills], tint)
    sheet.stroke([(x, y - h), (x, y + h)], 0.012, frame)
    sheet.stroke([(x - w, y), (x + w, y)], 0.012, frame)
    sheet.fill(_oblong((x, y + h + 0.012), w + 0.05, 0.013), light.tone((150, 112, 84), 0.6))
    if not shut:
        sheet.glow((x, y), 0.5, mix(light.key, light.sky[2], 0.4), 0.4)


def _oblong(at: Point, half: float, tall: float) -> list[Point]:
    x, y = at
    return [(x - half, y - tall), (x + half, y - tall), (x + half, y + tall), (x - half, y + tall)]


def _floor(scene: Scene, room: Room, foot: float) -> None:
    sheet = scene.frame.sheet()
    scene.picture.layers.append(Layer("floor", sheet, 0.12, 1.0))
    x0, _, x1, y1 = scene.frame.reach
    light, hz = scene.light, scene.view.horizon
    near = np.array(light.tone(room.floor, 0.1), np.float32)
    far = np.array(light.tone(room.floor, 0.55), np.float32)
    gap = np.array(light.tone(room.floor, -0.95), np.float32)
    spot_x = -scene.light.side * 0.05

    def shader(x: Floats, y: Floats) -> Floats:
        t = np.clip((y - foot) / max(1 - foot, 0.1), 0, 1)[:, :, None]
        rgb = far + (near - far) * t * 0.9
        boards = np.mod(x / np.maximum(y - hz, 0.02) * 2.6, 1.0)
        seam = np.clip(1 - np.abs(boards - 0.5) * 2 * 18, 0, 1)[:, :, None] * 0.5
        pool = np.exp(-(((x - spot_x) / 0.45) ** 2) - (((y - foot - 0.13) / 0.12) ** 2))
        rgb = rgb * (0.82 + 0.34 * pool[:, :, None])
        return np.asarray(rgb + (gap - rgb) * seam, np.float32)

    sheet.wash([(x0, foot), (x1, foot), (x1, y1), (x0, y1)], shader)


def _furnish(scene: Scene, room: Room, foot: float) -> None:
    """Things along the back wall; the window's place stays free."""
    sheet = scene.layer("furniture", 0.2)
    half = min(scene.frame.aspect, 2.2) / 2
    free = [-0.78, -0.32, 0.08] if room.window else [-0.66, 0.0, 0.66]
    side = 1.0 if scene.light.side > 0 else -1.0
    draw = scene.layout("room")
    for index, (painter, size) in enumerate(room.back):
        if scene.has("leaving") and index == 1:
            continue  # the door's place
        x = free[index % 3] * half * (side if room.window else 1.0)
        pen = Pen(sheet, (x, foot + 0.03), size, scene.light, 0.1, rng=draw)
        sheet.shade(circle(x, foot + 0.035, size * 0.5, 0.02), (20, 14, 18), 0.4)
        painter(pen)


def _light_shaft(scene: Scene, foot: float) -> None:
    """A beam from the window across the room."""
    sheet = scene.layer("shaft", 0.3)
    x, y = window_place(scene)
    s = -np.sign(x) if x else 1.0
    colour = mix(scene.light.key, (255, 244, 220), 0.4)
    end = (float(x + s * 0.8), foot + 0.34)
    for wide, alpha in ((0.26, 0.22), (0.15, 0.14)):
        sheet.beam((float(x), y - 0.04), end, (0.13, wide), colour, alpha)
    scene.picture.motes = scene.picture.motes or "dust"
