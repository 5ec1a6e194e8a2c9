"""The ground of a map: land and sea from one field, or cratered land without sea; its rivers."""

import math

import cv2
import numpy as np

from gpu.noise import field, full_size, rng
from gpu.paint import Colour, Floats, Point, Sheet, smooth

_LOWS: Colour = (206, 196, 140)
_HIGHS: Colour = (170, 124, 88)
_PEAKS: Colour = (244, 236, 216)
_SEA: Colour = (128, 168, 164)
_DEEP: Colour = (86, 130, 138)
_NIGHT = ((40, 58, 84), (26, 40, 64), (66, 84, 104), (122, 132, 132))
_PAPER: tuple[Colour, ...] = ((236, 214, 170), (218, 188, 140))
_WET = frozenset(("sea", "island", "coast", "harbour", "underwater"))
LEVEL = 0.42


def height_of(sheet: Sheet, settings: tuple[str, ...], key: str) -> Floats:
    """How high the land lies over the sea, at half the sheet's size: relief here, coast there."""
    height = field(sheet, (0.85, 0.85), key, octaves=6)
    rows, columns = height.shape
    y = (np.arange(rows, dtype=np.float32)[:, None] * 2 + 1) / sheet.unit_px + sheet.top
    x = (np.arange(columns, dtype=np.float32)[None, :] * 2 + 1) / sheet.unit_px + sheet.left
    turn = seaward(key)
    wet = 0.10 if _WET & set(settings[:2]) else -0.05
    along = x / 0.89 * math.cos(turn) + (2 * y - 1) * math.sin(turn)
    height = np.asarray(height * 1.1 - 0.24 * along - 0.04 - wet - LEVEL, np.float32)
    if "island" in settings:
        height += np.float32(0.34) * np.exp(-((x / 0.45) ** 2) - ((y - 0.5) / 0.3) ** 2)
        height -= np.float32(0.08)
    return height


def seaward(key: str) -> float:
    """The direction in which a map's land falls."""
    return float(rng(key).uniform(0, 2 * math.pi))


def bare_height(sheet: Sheet, key: str) -> Floats:
    """Plains and basins with craters, and no water."""
    height = np.asarray(0.16 + 0.3 * field(sheet, (0.7, 0.7), key, octaves=6), np.float32)
    rows, columns = height.shape
    y = (np.arange(rows, dtype=np.float32)[:, None] * 2 + 1) / sheet.unit_px + sheet.top
    x = (np.arange(columns, dtype=np.float32)[None, :] * 2 + 1) / sheet.unit_px + sheet.left
    draw = rng(key, "craters")
    for cx, cy, share in draw.uniform((-1.5, -0.4, 0), (1.5, 1.4, 1), (60, 3)).tolist():
        radius = 0.018 + 0.11 * share**4
        far = np.sqrt((x - cx) ** 2 + (y - cy) ** 2) / radius
        bowl = np.clip(far**2 - 1, -1, 0) * 0.55 + 0.32 * np.exp(-(((far - 1.05) / 0.2) ** 2))
        height += np.asarray(bowl * radius, np.float32)
    return height


def shading(sheet: Sheet, land: Floats, key: str) -> Floats:
    """Light from the upper left on hills and folds."""
    folds = 1 - np.abs(2 * field(sheet, (0.22, 0.22), key + " folds", octaves=4) - 1)
    mountains = np.clip((land - 0.06) * 5, 0, 1)
    relief = cv2.GaussianBlur(land + 0.16 * folds * mountains, (0, 0), 0.8)
    dx, dy = cv2.Sobel(relief, cv2.CV_32F, 1, 0), cv2.Sobel(relief, cv2.CV_32F, 0, 1)
    scale = sheet.unit_px / 360
    return np.asarray(np.clip(1 + (-dx - dy) * 2.2 * scale, 0.5, 1.4), np.float32)


def paint_bare(sheet: Sheet, land: Floats, grey: bool) -> None:
    """Red or grey rock under a low sun."""
    dx, dy = cv2.Sobel(land, cv2.CV_32F, 1, 0), cv2.Sobel(land, cv2.CV_32F, 0, 1)
    hill = np.clip(1 + (-dx - dy) * 7 * sheet.unit_px / 360, 0.4, 1.5)
    low, high = ((146, 84, 60), (222, 152, 106)) if not grey else ((104, 104, 112), (196, 194, 190))
    share = np.clip((land - 0.16) * 3.4, 0, 1)[:, :, None]
    rgb = np.array(low, np.float32) * (1 - share) + np.array(high, np.float32) * share
    _fill(sheet, rgb * hill[:, :, None])


def paint_land(sheet: Sheet, land: Floats, hill: Floats, night: bool) -> None:
    """Lowlands, highlands, snow; the sea with its depth lines."""
    tints = (_SEA, _DEEP, _LOWS, _HIGHS, _PEAKS) if not night else (*_NIGHT, (176, 172, 158))
    sea, deep, low, high, peak = (np.array(c, np.float32) for c in tints)
    t = np.clip(land / 0.36, 0, 1)[:, :, None]
    ground = np.where(
        t < 0.6, low + (high - low) * (t / 0.6), high + (peak - high) * ((t - 0.6) / 0.4)
    )
    ground = ground * hill[:, :, None]
    depth = np.clip(-land / 0.22, 0, 1)[:, :, None]
    rings = 1 + 0.10 * (np.sin(depth * 34) > 0.82) * (depth < 0.75)
    water = (sea + (deep - sea) * depth) * rings
    edge = np.clip(land / 0.006 + 0.5, 0, 1)[:, :, None]
    rgb = water + (ground - water) * edge
    rgb = rgb * (1 - 0.6 * np.exp(-((land / 0.006) ** 2))[:, :, None])
    if not night:
        paper = field(sheet, (0.5, 0.5), "parchment", octaves=5)[:, :, None]
        light, dark = (np.array(c, np.float32) for c in _PAPER)
        rgb = rgb * 0.72 + (dark + (light - dark) * paper) * 0.28
    _fill(sheet, rgb)


def _fill(sheet: Sheet, rgb: Floats) -> None:
    large = full_size(rgb.astype(np.float32), sheet)
    sheet.pixels[:, :, :3] = np.clip(large, 0, 255).astype(np.uint8)
    sheet.pixels[:, :, 3] = 255


def at(sheet: Sheet, land: Floats, point: Point) -> float:
    """The height at a point of the picture plane."""
    row = int(np.clip((point[1] - sheet.top) * sheet.unit_px / 2, 0, len(land) - 1))
    column = int(np.clip((point[0] - sheet.left) * sheet.unit_px / 2, 0, land.shape[1] - 1))
    return float(land[row, column])


def rivers(plan: Sheet, land: Floats, key: str, wanted: int) -> list[list[Point]]:
    """From high ground to the sea, the first the greatest; later ones may join earlier ones."""
    land = without_lakes(land)
    dry = (land > 0).astype(np.uint8)
    if dry.mean() > 0.97:  # no sea on this map: it lies beyond the edges
        dry[[0, -1], :] = 0
        dry[:, [0, -1]] = 0
    shore = np.asarray(cv2.distanceTransform(dry, cv2.DIST_L2, 5), np.float32)
    bends = field(plan, (0.14, 0.14), key + " bends", octaves=2)
    far = shore * np.float32(2 / plan.unit_px)
    way: Floats = np.asarray(far + 0.10 * bends * np.clip(far * 6, 0, 1), np.float32)
    draw = rng(key, "rivers")
    tries = [(float(x), float(y)) for x, y in draw.uniform((-0.8, 0.06), (0.8, 0.94), (70, 2))]
    tries.sort(key=lambda p: -at(plan, way, p))
    found: list[list[Point]] = []
    for spring in tries:
        if len(found) == wanted:
            break
        if at(plan, land, spring) < 0.1 or any(_near(spring, river, 0.16) for river in found):
            continue
        course = _course(plan, (way, land), spring, found)
        if len(course) > 12:
            found.append(course)
    return found


def without_lakes(land: Floats) -> Floats:
    """Land where only the sea is water: rivers run through lakes."""
    count, marks, stats, _ = cv2.connectedComponentsWithStats((land <= 0).astype(np.uint8))
    small = [i for i in range(1, count) if stats[i, cv2.CC_STAT_AREA] < 0.015 * land.size]
    return np.asarray(np.where(np.isin(marks, small), np.float32(0.02), land), np.float32)


def _near(point: Point, river: list[Point], reach: float) -> bool:
    return any(math.hypot(point[0] - x, point[1] - y) < reach for x, y in river[::3])


def _course(
    plan: Sheet, fields: tuple[Floats, Floats], spring: Point, others: list[list[Point]]
) -> list[Point]:
    """Step by step towards the sea; nothing when it does not get there."""
    way, land = fields
    course, heading = [spring], 0.0
    for step in range(160):
        x, y = course[-1]
        options = []
        for k in range(16):
            a = 2 * math.pi * k / 16
            to = (x + 0.014 * math.cos(a), y + 0.014 * math.sin(a))
            turn = 1 - math.cos(a - heading) if step else 0.0
            options.append((at(plan, way, to) + 0.005 * turn, a, to))
        _, heading, to = min(options)
        course.append(to)
        joined = next((p for river in others for p in river if math.dist(p, to) < 0.018), None)
        outside = not (-1.3 < to[0] < 1.3 and -0.35 < to[1] < 1.35)
        if joined is not None:
            course.append(joined)
        if joined is not None or outside or at(plan, land, to) < -0.012:
            bends = [*course[:-1:3], course[-1]]
            curve = [(float(x), float(y)) for x, y in smooth(bends, closed=False, steps=4)]
            return [*curve, course[-1]]
    return []
