"""Ships, vehicles, aircraft."""

import math

from gpu.motifs import motif
from gpu.motifs.stock import (
    BLUE,
    BRICK,
    CREAM,
    DARKWOOD,
    GLASS,
    GOLD,
    GREY,
    INK,
    IRON,
    ORANGE,
    RED,
    SILVER,
    SLATE,
    TEAL,
    WHITE,
    WOOD,
    YELLOW,
    ring,
    shaft,
    window,
)  # fmt: skip
from gpu.paint import Point
from gpu.pen import Pen

# Coordinates read better in rows than one to a line.
# fmt: off


@motif("ship", "afloat", 7.0, 1.25)
def ship(pen: Pen) -> None:
    """A three-master under sail."""
    for x, top in ((-0.36, 0.84), (0.02, 1.0), (0.34, 0.86)):
        pen.line([(x, 0.12), (x, top)], 0.018, DARKWOOD)
        for y, half in ((top - 0.34, 0.17), (top - 0.12, 0.13)):
            low, belly = y - 0.19, 0.05
            sail = [(x - half * 0.85, y + 0.12), (x + half * 0.85, y + 0.12), (x + half + belly,
                low + 0.04), (x - half + belly, low + 0.04)]
            pen.blob([sail[0], ((sail[0][0] + sail[1][0]) / 2, y + 0.11), sail[1],
                (x + half + belly * 1.8, y - 0.02), sail[2], (x + belly, low + 0.065), sail[3],
                (x - half + belly * 1.1, y - 0.02)], CREAM, 0.5)
            pen.line([(x - half, y + 0.12), (x + half, y + 0.12)], 0.012, DARKWOOD)
        pen.poly([(x, top), (x + 0.11, top - 0.02), (x, top - 0.04)], RED, 0.4)
    pen.poly([(0.56, 0.24), (0.86, 0.36), (0.36, 0.7)], CREAM, 0.2)
    pen.line([(0.5, 0.2), (0.9, 0.36)], 0.014, DARKWOOD)
    hull = [(-0.62, 0.28), (-0.5, 0.24), (-0.3, 0.17), (0.3, 0.15), (0.64, 0.25), (0.54, 0.08),
        (0.42, -0.03), (-0.46, -0.03), (-0.56, 0.1)]
    pen.poly(hull, (138, 88, 58), 0.25)
    pen.line([(-0.58, 0.2), (-0.3, 0.12), (0.3, 0.1), (0.58, 0.18)], 0.018, GOLD, 0.2)
    for i in range(7):
        pen.box((-0.36 + i * 0.1, 0.045), (-0.325 + i * 0.1, 0.075), INK, -0.5)
    pen.poly([(-0.6, 0.03), (0.6, 0.03), (0.5, -0.03), (-0.5, -0.03)], (84, 54, 46), -0.5)
    _wake(pen, 0.6)


@motif("boat", "afloat", 1.9, 1.15)
def boat(pen: Pen) -> None:
    pen.line([(0.02, 0.1), (0.02, 1.0)], 0.02, DARKWOOD)
    pen.blob([(0.05, 0.22), (0.05, 0.6), (0.04, 0.95), (0.3, 0.6), (0.46, 0.24), (0.25, 0.2)],
        CREAM, 0.6)
    pen.blob([(-0.02, 0.24), (-0.01, 0.6), (0.0, 0.84), (-0.2, 0.52), (-0.3, 0.26)], RED, 0.2)
    hull = [(-0.52, 0.2), (0.56, 0.22), (0.44, 0.02), (0.3, -0.03), (-0.32, -0.03), (-0.44, 0.04)]
    pen.poly(hull, TEAL, 0.3)
    pen.poly([(-0.52, 0.2), (0.56, 0.22), (0.53, 0.165), (-0.5, 0.145)], WHITE, 0.4)
    pen.oval((-0.2, 0.34), (0.045, 0.05), (196, 142, 104), 0.3)
    pen.blob([(-0.27, 0.18), (-0.14, 0.18), (-0.15, 0.29), (-0.25, 0.29)], YELLOW, 0.2)
    _wake(pen, 0.55)


def _wake(pen: Pen, reach: float) -> None:
    for i, (x, y) in enumerate(((-0.2, -0.035), (0.25, -0.05), (0.0, -0.075))):
        half = reach * (0.8 - 0.18 * i)
        pen.line([(x - half, y), (x + half, y)], 0.014, (226, 236, 236), 0.5)


@motif("train", "vehicle", 2.4, 3.4)
def train(pen: Pen) -> None:
    pen.box((-2.1, -0.02), (1.35, 0.02), IRON, -0.4)
    for x in (-1.75, -0.95):
        pen.box((x - 0.36, 0.16), (x + 0.36, 0.72), BRICK, 0.3)
        pen.box((x - 0.39, 0.72), (x + 0.39, 0.78), SLATE, 0.4)
        for i in range(4):
            window(pen, (x - 0.25 + 0.165 * i, 0.42), (0.11, 0.18))
        _wheels(pen, (x - 0.22, x + 0.22), 0.1)
    pen.box((-0.5, 0.16), (-0.05, 0.86), (62, 84, 84), 0.2)
    pen.box((-0.55, 0.86), (0.0, 0.92), INK, 0.4)
    window(pen, (-0.28, 0.5), (0.24, 0.24))
    pen.box((-0.05, 0.3), (0.92, 0.66), (70, 98, 94), 0.45)
    pen.box((-0.05, 0.3), (0.92, 0.4), (70, 98, 94), -0.5)
    pen.box((-0.05, 0.58), (0.92, 0.62), (150, 178, 168), 0.7)
    pen.oval((0.92, 0.48), (0.07, 0.18), INK, 0.1)
    pen.oval((0.3, 0.68), (0.09, 0.08), GOLD, 0.5)
    shaft(pen, (0.72, 0.64), (0.72, 0.92), (0.11, 0.15), INK)
    pen.poly([(0.9, 0.22), (1.05, 0.22), (1.22, 0.02), (0.9, 0.02)], RED, 0.0)
    pen.box((-0.5, 0.2), (1.0, 0.3), INK, -0.1)
    _wheels(pen, (-0.3, 0.08, 0.42, 0.74), 0.15)
    pen.line([(-0.3, 0.14), (0.74, 0.14)], 0.03, SILVER, 0.3)
    for i in range(7):
        r = 0.1 + 0.05 * i
        pen.oval((0.66 - 0.28 * i, 1.02 + 0.07 * i), (r * 1.3, r * 0.8), WHITE, 0.2 - 0.08 * i,
            alpha=0.78 - 0.09 * i)


def _wheels(pen: Pen, places: tuple[float, ...], radius: float) -> None:
    for x in places:
        pen.oval((x, radius), (radius, radius), INK, -0.2)
        pen.oval((x, radius), (radius * 0.68, radius * 0.68), GREY, 0.1)
        for dx, dy in ring(0, 0, radius * 0.66, 8):
            pen.line([(x, radius), (x + dx, radius + dy)], radius * 0.09, INK)
        pen.oval((x, radius), (radius * 0.22, radius * 0.22), INK, 0.2)


@motif("car", "vehicle", 0.95, 2.3)
def car(pen: Pen) -> None:
    paint = (RED, TEAL, BLUE, CREAM, YELLOW)[int(pen.rng.integers(5))]
    pen.dim((0, 0.0), (1.15, 0.08), 0.5)
    pen.blob([(-1.1, 0.2), (-1.08, 0.52), (-0.72, 0.6), (0.0, 0.62), (0.7, 0.58), (1.1, 0.44),
        (1.14, 0.2), (0.8, 0.15), (-0.8, 0.15)], paint, 0.35)
    pen.blob([(-0.7, 0.56), (-0.46, 0.92), (-0.05, 1.0), (0.3, 0.94), (0.62, 0.58)], paint, 0.5)
    pen.poly([(-0.56, 0.6), (-0.4, 0.86), (-0.08, 0.91), (-0.08, 0.6)], GLASS, 0.1)
    pen.poly([(0.0, 0.6), (0.0, 0.91), (0.25, 0.87), (0.48, 0.6)], GLASS, 0.4)
    pen.poly([(-1.1, 0.2), (1.14, 0.2), (1.1, 0.32), (-1.1, 0.34)], paint, -0.5)
    pen.line([(-1.08, 0.46), (1.05, 0.44)], 0.02, WHITE, 0.3)
    pen.oval((1.06, 0.42), (0.05, 0.06), (255, 244, 200), 0.8)
    for x in (-0.66, 0.68):
        pen.oval((x, 0.19), (0.215, 0.215), INK, -0.4)
        pen.oval((x, 0.19), (0.11, 0.11), SILVER, 0.3)
    if pen.dark:
        pen.glow((1.1, 0.42), 0.8, (255, 232, 170), 0.8)


@motif("bicycle", "vehicle", 0.85, 1.6)
def bicycle(pen: Pen) -> None:
    for x in (-0.5, 0.52):
        rim = ring(x, 0.36, 0.35, 36)
        pen.line([*rim, rim[0]], 0.045, INK, 0.1)
        for spoke in ring(x, 0.36, 0.34, 12):
            pen.line([(x, 0.36), spoke], 0.008, GREY)
    hub, seat, head = (0.0, 0.34), (-0.16, 0.8), (0.38, 0.86)
    for a, b in (((-0.5, 0.36), hub), ((-0.5, 0.36), (-0.12, 0.7)), (hub, seat), (hub, (0.36,
        0.74)), ((-0.12, 0.7), (0.36, 0.74)), ((0.52, 0.36), head)):
        pen.line([a, b], 0.045, RED, 0.3)
    pen.blob([(-0.28, 0.82), (-0.16, 0.86), (-0.02, 0.83), (-0.16, 0.79)], DARKWOOD)
    pen.curve([head, (0.36, 0.97), (0.24, 0.98), (0.2, 0.92)], 0.04, INK)
    pen.oval(hub, (0.09, 0.09), SILVER, 0.2)
    pen.line([(0.02, 0.26), (0.0, 0.34), (-0.03, 0.43)], 0.03, INK)


@motif("plane", "flying", 2.6, 3.0)
def plane(pen: Pen) -> None:
    pen.poly([(-0.1, 0.5), (0.2, 0.52), (-0.32, 0.95), (-0.5, 0.96)], SILVER, -0.5)
    pen.poly([(-1.36, 0.56), (-1.18, 0.55), (-1.0, 0.72), (-1.28, 0.98), (-1.46, 0.98)], RED, 0.3)
    pen.blob([(-1.5, 0.6), (-0.9, 0.66), (0.4, 0.68), (1.0, 0.64), (1.34, 0.52), (1.0, 0.42), (0.3,
        0.38), (-0.8, 0.46)], WHITE, 0.55)
    pen.poly([(-1.42, 0.57), (-0.8, 0.47), (0.3, 0.385), (1.0, 0.425), (1.2, 0.47), (-0.3, 0.5)],
        SILVER, -0.5)
    pen.line([(-1.3, 0.57), (1.2, 0.53)], 0.03, RED, 0.2)
    for i in range(12):
        pen.box((-0.75 + i * 0.13, 0.575), (-0.7 + i * 0.13, 0.615), (80, 100, 130), -0.2)
    pen.poly([(1.02, 0.6), (1.18, 0.585), (1.22, 0.55), (1.0, 0.555)], (80, 100, 130), 0.0)
    pen.poly([(0.1, 0.46), (0.42, 0.46), (-0.42, 0.02), (-0.66, 0.02)], SILVER, 0.4)
    pen.oval((-0.02, 0.27), (0.16, 0.06), GREY, -0.2)
    pen.poly([(-1.3, 0.56), (-1.1, 0.56), (-1.36, 0.36), (-1.52, 0.36)], SILVER, 0.2)


@motif("balloon", "flying", 5.0, 0.78)
def balloon(pen: Pen) -> None:
    colours = (RED, CREAM, ORANGE, CREAM, TEAL, CREAM, RED)
    edges = [-0.37 + 0.74 * i / 7 for i in range(8)]
    for i, colour in enumerate(colours):
        left, right = (_gore(edges[i]), _gore(edges[i + 1]))
        middle = (edges[i] + edges[i + 1]) / 2
        pen.poly([*left, *right[::-1]], colour, pen.facing(middle / 0.37) * 0.9)
    for x in (-0.05, 0.05):
        pen.line([(x * 1.4, 0.29), (x, 0.13)], 0.006, DARKWOOD)
    pen.box((-0.06, 0.0), (0.06, 0.115), WOOD, 0.2)
    pen.box((-0.068, 0.105), (0.068, 0.13), DARKWOOD, 0.3)
    pen.lamp([(-0.015, 0.16), (0.015, 0.16), (0, 0.24)])
    if pen.dark:
        pen.glow((0, 0.4), 0.5, (255, 160, 80), 0.7)


def _gore(x: float) -> list[Point]:
    """The seam of a balloon that meets its equator at x."""
    turn = [math.pi * i / 24 for i in range(25)]
    seam = []
    for a in turn:
        y = 0.63 + 0.37 * math.cos(a)
        full = math.sin(a) ** 0.9 if a < math.pi / 2 else math.sin(a) ** 0.72 * 0.94 + 0.06
        seam.append((x * max(full, 0.0 if a < 1 else 0.2), max(y, 0.27)))
    return seam


@motif("rocket", "vehicle", 9.0, 0.5)
def rocket(pen: Pen) -> None:
    for s in (-1, 1):
        pen.poly([(s * 0.08, 0.36), (s * 0.24, 0.12), (s * 0.22, 0.06), (s * 0.08, 0.16)], RED,
            pen.facing(s))
    pen.blob([(-0.09, 0.12), (-0.115, 0.4), (-0.1, 0.7), (0, 1.0), (0.1, 0.7), (0.115, 0.4), (0.09,
        0.12)], WHITE, 0.5)
    s = pen.away
    pen.shadow([(s * 0.03, 0.1), (s * 0.12, 0.12), (s * 0.12, 0.7), (0.0, 1.0), (s * 0.05, 0.6)],
        0.35)
    pen.poly([(-0.062, 0.84), (0, 1.0), (0.062, 0.84)], RED, 0.3)
    pen.oval((0, 0.66), (0.042, 0.042), IRON)
    pen.oval((0, 0.66), (0.03, 0.03), GLASS, 0.5)
    pen.box((-0.1, 0.34), (0.1, 0.37), RED, 0.2)
    pen.poly([(-0.06, 0.12), (0.06, 0.12), (0.085, 0.06), (-0.085, 0.06)], IRON, -0.2)
    pen.lamp([(-0.065, 0.06), (0.065, 0.06), (0.035, -0.06), (0, -0.2), (-0.035, -0.06)], (255, 176,
        70))
    pen.lamp([(-0.03, 0.06), (0.03, 0.06), (0, -0.1)], (255, 246, 200))
    pen.glow((0, -0.02), 0.42, (255, 160, 70), 0.8)
