"""A floor plan: the rooms of a place that is no land, with walls, doors and furniture."""

import numpy as np

from gpu.noise import field, full_size, rng
from gpu.paint import Colour, Floats, Point, Sheet, circle

Box = tuple[float, float, float, float]
_PAPER: Colour = (236, 220, 186)
_BLUE: Colour = (38, 62, 98)


def paint_plan(sheet: Sheet, key: str, night: bool, half: float) -> tuple[list[Point], list[Point]]:
    """The plan's paint. Returns the stations in its rooms, and the way through the doors."""
    ground = _BLUE if night else _PAPER
    base = np.array(ground, np.float32)
    paper = field(sheet, (0.5, 0.5), "parchment", octaves=5)[:, :, None]
    _cover(sheet, base * (0.86 + 0.2 * paper))
    ink: Colour = (196, 212, 226) if night else (92, 64, 50)
    _grid(sheet, ink)
    draw = rng(key, "plan")
    outer = (-half * 0.86, 0.12, half * 0.86, 0.88)
    across = [float(draw.uniform(-0.42, -0.22)) * half, float(draw.uniform(0.16, 0.4)) * half]
    split = float(draw.uniform(0.42, 0.58))
    x0, y0, x1, y1 = outer
    upper = bool(draw.random() < 0.5)
    rooms: list[Box] = [(x0, y0, across[0], y1)]
    rooms += [(across[0], y0, across[1], split), (across[0], split, across[1], y1)]
    rooms += [(across[1], y0, x1, y1)]
    for index, room in enumerate(rooms):
        _floor(sheet, room, index, night)
    for index, room in enumerate(rooms):
        _furniture(sheet, room, ink, rng(key, "room", index))
    middle = (y0 + split) / 2 if upper else (split + y1) / 2
    doors = [(across[0], middle), (across[1], middle)]
    shift = float(draw.uniform(-0.1, 0.1))
    for room in rooms:
        _walls(sheet, room, ink)
    for door in [*doors, ((across[0] + across[1]) / 2, split)]:
        _door(sheet, door, ink, ground, upright=door in doors)
    chosen = (rooms[0], rooms[1] if upper else rooms[2], rooms[3])
    a, b, c = ((0.5 * (r[0] + r[2]), 0.5 * (r[1] + r[3])) for r in chosen)
    a, b, c = (a[0], a[1] + shift), (b[0], middle), (c[0], c[1] - shift)
    return [a, b, c], [a, doors[0], b, doors[1], c]


def _cover(sheet: Sheet, rgb: Floats) -> None:
    large = full_size(np.asarray(rgb, np.float32), sheet)
    sheet.pixels[:, :, :3] = np.clip(large, 0, 255).astype(np.uint8)
    sheet.pixels[:, :, 3] = 255


def _grid(sheet: Sheet, ink: Colour) -> None:
    for i in range(-40, 41):
        at = 0.06 * i
        sheet.stroke([(at, -0.8), (at, 1.8)], 0.0015, ink, 0.14)
        sheet.stroke([(-2.4, 0.5 + at), (2.4, 0.5 + at)], 0.0015, ink, 0.14)


def _corners(box: Box) -> list[Point]:
    x0, y0, x1, y1 = box
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def _floor(sheet: Sheet, room: Box, index: int, night: bool) -> None:
    tint: Colour = ((206, 170, 122), (220, 196, 156), (198, 180, 150), (214, 180, 136))[index % 4]
    x0, y0, x1, y1 = room
    sheet.fill(_corners(room), tint if not night else (62, 90, 130), 0.5)
    if index % 2 == 0:
        for k in range(1, round((y1 - y0) / 0.04)):
            sheet.stroke([(x0, y0 + 0.04 * k), (x1, y0 + 0.04 * k)], 0.0015, (96, 70, 54), 0.3)


def _walls(sheet: Sheet, room: Box, ink: Colour) -> None:
    rim = _corners(room)
    sheet.stroke([*rim, rim[0]], 0.019, ink)


def _door(sheet: Sheet, at: Point, ink: Colour, floor: Colour, *, upright: bool) -> None:
    x, y = at
    reach = 0.05
    if upright:
        sheet.stroke([(x, y - reach), (x, y + reach)], 0.024, floor)
        swing = [(x + reach * 2 * np.sin(t), y + reach - reach * 2 * np.cos(t)) for t in _QUARTER]
        sheet.stroke([(x, y + reach), (x + reach * 2, y + reach)], 0.006, ink)
    else:
        sheet.stroke([(x - reach, y), (x + reach, y)], 0.024, floor)
        swing = [(x - reach + reach * 2 * np.cos(t), y + reach * 2 * np.sin(t)) for t in _QUARTER]
        sheet.stroke([(x - reach, y), (x - reach, y + reach * 2)], 0.006, ink)
    sheet.stroke([(float(a), float(b)) for a, b in swing], 0.003, ink, 0.7)


_QUARTER = np.linspace(0, np.pi / 2, 12)


def _furniture(sheet: Sheet, room: Box, ink: Colour, draw: np.random.Generator) -> None:
    """A bench along one wall, a table with stools, shelves: outlines seen from above."""
    x0, y0, x1, y1 = room
    wide, tall = x1 - x0, y1 - y0
    for k in range(3):
        left = x0 + 0.03 + (wide - 0.06) * k / 3
        _outlined(sheet, (left, y0 + 0.03, left + (wide - 0.08) / 3.3, y0 + 0.075), ink)
    cx, cy = x0 + wide * float(draw.uniform(0.3, 0.7)), y1 - 0.1
    _outlined(sheet, (cx - 0.08, cy - 0.04, cx + 0.08, cy + 0.04), ink)
    for way in (-1, 1):
        stool = [(float(a), float(b)) for a, b in circle(cx + way * 0.11, cy, 0.018, 0.018)]
        sheet.stroke([*stool, stool[0]], 0.004, ink, 0.8)
    if tall > 0.5:
        _outlined(sheet, (x0 + 0.03, y0 + 0.2, x0 + 0.075, y0 + 0.42), ink)


def _outlined(sheet: Sheet, box: Box, ink: Colour) -> None:
    rim = _corners(box)
    sheet.fill(rim, ink, 0.16)
    sheet.stroke([*rim, rim[0]], 0.004, ink, 0.8)
