"""Relief maps: land and sea from one field, parchment or night ink, a route with its stations."""

import math

import cv2
import numpy as np

from gpu.motifs import all_motifs
from gpu.noise import field, full_size, rng
from gpu.paint import Colour, Floats, Point, Sheet, circle, mix, new_sheet, smooth
from gpu.scenery.scene import Scene
from gpu.subject import Spot, paint_motif

_PAPER: tuple[Colour, ...] = ((236, 214, 170), (218, 188, 140), (158, 118, 82))
_LOWS: Colour = (206, 196, 140)
_HIGHS: Colour = (170, 124, 88)
_PEAKS: Colour = (244, 236, 216)
_SEA: Colour = (128, 168, 164)
_DEEP: Colour = (86, 130, 138)
LEVEL = 0.42
_NIGHT = ((40, 58, 84), (26, 40, 64), (66, 84, 104), (122, 132, 132))


def paint_map(scene: Scene) -> None:
    """A map of the place; with routes it is drawn in night colours, wider and without paper."""
    brief = scene.reading.brief
    routes = "routes" in brief.prompt.lower() or "trade" in brief.prompt.lower()
    key = f"map {scene.reading.place} {' '.join(scene.reading.settings[:1])}"
    sheet = scene.layer("map", 0.5)
    settings = scene.reading.settings
    land = _height(sheet, settings, key)
    _paint_land(sheet, land, _shading(sheet, land, key), routes)
    # Rivers and towns are found on a grid of their own, so that no crop can move them.
    plan = new_sheet(720, 480, 240.0, (-1.5, -0.5))
    ground = _height(plan, settings, key)
    half = min(scene.frame.aspect / 2, 0.89)
    colour = _NIGHT[0] if routes else mix(_SEA, _DEEP, 0.5)
    for course in _rivers(plan, ground, key, 5 if "river plain" in settings else 3):
        for i in range(0, len(course) - 4, 4):
            sheet.stroke(course[i : i + 6], 0.0025 + 0.006 * i / len(course), colour)
    scene.picture.horizon = 0.5
    stations = _stations(plan, ground, key, (5 if routes else 4, half))
    ink = (255, 206, 120) if routes else (176, 46, 38)
    _ticks(sheet, routes)
    _emblems(scene, sheet, stations, routes)
    if routes:
        hub = stations[len(stations) // 2]
        for station in stations:
            if station != hub:
                _dashes(sheet, _arc(hub, station), ink)
    way = [(float(x), float(y)) for x, y in smooth(stations, closed=False, steps=24)]
    scene.picture.route, scene.picture.route_colour = [*way, stations[-1]], ink
    _dashes(sheet, way, ink)
    for at in stations:
        _marker(sheet, at, ink, routes)
    _rose(scene, sheet, routes)


def _height(sheet: Sheet, settings: tuple[str, ...], key: str) -> Floats:
    """How high the land lies over the sea, at half the sheet's size."""
    height = field(sheet, (0.85, 0.85), key, octaves=6)
    rows, columns = height.shape
    y = (np.arange(rows, dtype=np.float32)[:, None] * 2 + 1) / sheet.unit_px + sheet.top
    x = (
        (np.arange(columns, dtype=np.float32)[None, :] * 2 + 1) / sheet.unit_px + sheet.left
    ) / 0.89
    wet = 0.16 if set(settings) & {"sea", "island", "coast", "harbour", "underwater"} else 0.0
    turn = rng(key).uniform(0, 2 * math.pi)
    tilt = 0.20 * (x * math.cos(turn) + (2 * y - 1) * math.sin(turn))
    height = np.asarray(height * 1.15 + tilt - 0.09 - wet - LEVEL, np.float32)
    if "island" in settings:
        height += np.float32(0.34) * np.exp(-((x / 0.5) ** 2) - ((y - 0.5) / 0.3) ** 2)
        height -= np.float32(0.08)
    return height


def _shading(sheet: Sheet, land: Floats, key: str) -> Floats:
    """Light from the upper left on hills and folds."""
    folds = 1 - np.abs(2 * field(sheet, (0.22, 0.22), key + " folds", octaves=4) - 1)
    mountains = np.clip((land - 0.06) * 5, 0, 1)
    relief = cv2.GaussianBlur(land + 0.16 * folds * mountains, (0, 0), 0.8)
    dx, dy = cv2.Sobel(relief, cv2.CV_32F, 1, 0), cv2.Sobel(relief, cv2.CV_32F, 0, 1)
    scale = sheet.unit_px / 360
    return np.asarray(np.clip(1 + (-dx - dy) * 2.2 * scale, 0.5, 1.4), np.float32)


def _paint_land(sheet: Sheet, land: Floats, hill: Floats, routes: bool) -> None:
    low, high, peak, sea, deep = (
        np.array(c, np.float32) for c in (_LOWS, _HIGHS, _PEAKS, _SEA, _DEEP)
    )
    if routes:
        sea, deep, low, high = (
            np.array(c, np.float32) for c in (*_NIGHT[:2], _NIGHT[2], _NIGHT[3])
        )
        peak = np.array((176, 172, 158), np.float32)
    t = np.clip(land / 0.3, 0, 1)[:, :, None]
    ground = np.where(
        t < 0.6, low + (high - low) * (t / 0.6), high + (peak - high) * ((t - 0.6) / 0.4)
    )
    ground = ground * hill[:, :, None]
    depth = np.clip(-land / 0.22, 0, 1)[:, :, None]
    rings = 1 + 0.10 * (np.sin(depth * 34) > 0.82) * (depth < 0.75)
    water = (sea + (deep - sea) * depth) * rings
    edge = np.clip(land / 0.006 + 0.5, 0, 1)[:, :, None]
    rgb = water + (ground - water) * edge
    coast = np.exp(-((land / 0.006) ** 2))[:, :, None]
    rgb = rgb * (1 - 0.6 * coast)
    if not routes:
        paper = field(sheet, (0.5, 0.5), "parchment", octaves=5)[:, :, None]
        tint = (
            np.array(_PAPER[1], np.float32)
            + (np.array(_PAPER[0], np.float32) - np.array(_PAPER[1], np.float32)) * paper
        )
        rgb = rgb * 0.72 + tint * 0.28
    large = full_size(rgb.astype(np.float32), sheet)
    sheet.pixels[:, :, :3] = np.clip(large, 0, 255).astype(np.uint8)
    sheet.pixels[:, :, 3] = 255


def _at(sheet: Sheet, land: Floats, point: Point) -> float:
    row = int(np.clip((point[1] - sheet.top) * sheet.unit_px / 2, 0, len(land) - 1))
    column = int(np.clip((point[0] - sheet.left) * sheet.unit_px / 2, 0, land.shape[1] - 1))
    return float(land[row, column])


def _rivers(plan: Sheet, land: Floats, key: str, wanted: int) -> list[list[Point]]:
    """Water runs downhill to the sea."""
    draw = rng(key, "rivers")
    found: list[list[Point]] = []
    for x, y in draw.uniform((-0.89, 0.05), (0.89, 0.95), (60, 2)).tolist():
        if len(found) < wanted and _at(plan, land, (x, y)) > 0.14:
            course = _course(plan, land, (x, y))
            if len(course) > 14:
                found.append(course)
    return found


def _course(sheet: Sheet, land: Floats, at: Point) -> list[Point]:
    course, heading = [at], 0.0
    for step in range(90):
        options = []
        for k in range(16):
            a = 2 * math.pi * k / 16
            to = (course[-1][0] + 0.014 * math.cos(a), course[-1][1] + 0.014 * math.sin(a))
            turn = 1 - math.cos(a - heading) if step else 0.0
            options.append((_at(sheet, land, to) + 0.004 * turn, a, to))
        _, heading, to = min(options)
        course.append(to)
        if _at(sheet, land, to) < -0.01:
            break
    return [(float(x), float(y)) for x, y in smooth(course[::2], closed=False, steps=3)]


def _stations(sheet: Sheet, land: Floats, key: str, plan: tuple[int, float]) -> list[Point]:
    """Towns on land, across the map from one side to the other."""
    draw = rng(key, "stations")
    count, half = plan
    found = []
    for i in range(count):
        middle = -0.72 * half + 1.44 * half * i / (count - 1)
        tries = [
            (middle + float(draw.uniform(-0.08, 0.08)), float(draw.uniform(0.2, 0.8)))
            for _ in range(24)
        ]
        found.append(
            max(tries, key=lambda p: min(_at(sheet, land, p), 0.08) - 0.05 * abs(p[1] - 0.5))
        )
    return found


def _arc(a: Point, b: Point) -> list[Point]:
    rise = -0.25 * math.hypot(b[0] - a[0], b[1] - a[1])
    points = []
    for i in range(25):
        t = i / 24
        points.append(
            (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t + rise * math.sin(math.pi * t))
        )
    return points


def _dashes(sheet: Sheet, way: list[Point], ink: Colour) -> None:
    for i in range(0, len(way) - 2, 4):
        sheet.stroke(way[i : i + 3], 0.0045, ink, 0.8)


def _marker(sheet: Sheet, at: Point, ink: Colour, routes: bool) -> None:
    if routes:
        sheet.glow(at, 0.06, ink, 0.8)
    sheet.fill(circle(*at, 0.017, 0.017), (250, 240, 214))
    sheet.fill(circle(*at, 0.0115, 0.0115), ink)


def _emblems(scene: Scene, sheet: Sheet, stations: list[Point], routes: bool) -> None:
    """What the map is about, as small pictures beside its stations."""
    known = all_motifs()
    things = [known[key] for key in scene.reading.motifs if key in known][:2]
    for index, motif in enumerate(things):
        at = stations[(1, 3)[index] % len(stations)]
        size = min(0.20, 0.22 / max(motif.wide, 0.6)) * max(scene.frame.narrow, 0.5)
        up = at[1] > 0.45
        y = at[1] - 0.045 if up else at[1] + 0.06 + size
        disc = (at[0], y - size / 2)
        paper = (244, 232, 202) if not routes else (44, 62, 90)
        sheet.fill(circle(*disc, 0.135, 0.135), (60, 44, 40), 0.35)
        sheet.fill(circle(*disc, 0.128, 0.128), paper)
        rim = [(float(a), float(b)) for a, b in circle(*disc, 0.118, 0.118)]
        sheet.stroke([*rim, rim[0]], 0.003, (120, 84, 60) if not routes else (255, 206, 120))
        paint_motif(scene, sheet, motif, Spot(at[0], y, size, 1.0))


def _ticks(sheet: Sheet, routes: bool) -> None:
    """Meridians, parallels, and a frame of short strokes as old maps have."""
    colour = (90, 62, 46) if not routes else (150, 170, 190)
    x0, y0, x1, y1 = -2.4, -0.6, 2.4, 1.6
    for i in range(-9, 10):
        x = i * 0.24
        line = [(x * (0.92 + 0.1 * (t / 12)), y0 + (y1 - y0) * t / 12) for t in range(13)]
        sheet.stroke(line, 0.0016, colour, 0.35)
    for j in range(-2, 8):
        y = 0.1 + 0.2 * j
        line = [(x0 + (x1 - x0) * t / 12, y + 0.02 * math.cos((t - 6) / 4)) for t in range(13)]
        sheet.stroke(line, 0.0016, colour, 0.35)


def _rose(scene: Scene, sheet: Sheet, routes: bool) -> None:
    """A wind rose in a corner."""
    at = (scene.frame.aspect / 2 - 0.13, 0.86)
    colour = (104, 70, 50) if not routes else (214, 196, 150)
    for k in range(8):
        a = math.pi * k / 4
        long = 0.075 if k % 2 == 0 else 0.042
        tip = (at[0] + long * math.sin(a), at[1] - long * math.cos(a))
        for s, alpha in ((0.4, 1.0), (-0.4, 0.45)):
            side = (at[0] + 0.016 * math.sin(a + s), at[1] - 0.016 * math.cos(a + s))
            sheet.fill([at, tip, side], colour, alpha)
