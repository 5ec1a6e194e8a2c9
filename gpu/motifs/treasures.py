"""Old and precious things: what stands in a museum's light."""

import math
from itertools import pairwise

from gpu.motifs import motif
from gpu.motifs.stock import (
    CLAY,
    CREAM,
    DARKWOOD,
    GOLD,
    INK,
    PAPER,
    PURPLE,
    RED,
    SILVER,
    TEAL,
    WHITE,
    WOOD,
    ring,
    star,
)  # fmt: skip
from gpu.paint import Point
from gpu.pen import Pen

# Coordinates read better in rows than one to a line.
# fmt: off


@motif("pot", "object", 0.5, 0.85)
def pot(pen: Pen) -> None:
    """A painted storage jar."""
    left = [(-0.14, 0.0), (-0.3, 0.22), (-0.42, 0.5), (-0.34, 0.72), (-0.17, 0.84), (-0.16, 0.92),
        (-0.22, 0.98)]
    right = [(-x, y) for x, y in left[::-1]]
    body = [*left, *right]
    pen.blob(body, CLAY, 0.35)
    s = pen.away
    pen.shadow([(s * 0.08, 0), (s * 0.5, 0), (s * 0.5, 1), (s * 0.1, 1), (s * 0.2, 0.5)], 0.32)
    pen.shadow([(s * 0.26, 0), (s * 0.5, 0), (s * 0.5, 1), (s * 0.2, 1), (s * 0.36, 0.5)], 0.3)
    pen.shine([(-s * 0.3, 0.4), (-s * 0.22, 0.4), (-s * 0.19, 0.68), (-s * 0.26, 0.7)], 0.35)
    for y, half in ((0.72, 0.345), (0.36, 0.38)):
        pen.curve([(-half, y), (-half / 2, y - 0.035), (half / 2, y - 0.035), (half, y)], 0.022,
            INK, -0.1)
    for i in range(9):
        x = -0.36 + 0.09 * i
        sag = 0.035 * (1 - (x / 0.4) ** 2)
        pen.line([(x - 0.04, 0.58 - sag), (x, 0.48 - sag), (x + 0.04, 0.58 - sag)], 0.018, INK,
            -0.1)
        pen.oval((x, 0.63 - sag), (0.014, 0.014), RED, 0.1)
    pen.oval((0, 0.975), (0.215, 0.04), (150, 84, 58), 0.4)
    pen.oval((0, 0.97), (0.17, 0.026), INK, -0.4)


@motif("coin", "object", 0.3, 1.0)
def coin(pen: Pen) -> None:
    pen.oval((0.03 * pen.away, 0.48), (0.5, 0.5), (150, 104, 48), -0.2)
    pen.oval((0, 0.5), (0.49, 0.49), GOLD, 0.4)
    rim = ring(0, 0.5, 0.43, 48)
    for x, y in rim:
        pen.oval((x, y), (0.014, 0.014), GOLD, 0.9)
    pen.oval((0, 0.5), (0.39, 0.39), GOLD, 0.0)
    head = [(-0.1, 0.2), (-0.08, 0.32), (-0.17, 0.44), (-0.16, 0.62), (-0.04, 0.74), (0.1, 0.72),
        (0.17, 0.6), (0.16, 0.54), (0.22, 0.46), (0.17, 0.43), (0.18, 0.36), (0.08, 0.32), (0.08,
        0.24), (0.14, 0.2)]
    pen.blob([(x + 0.012 * pen.away, y - 0.014) for x, y in head], (140, 96, 44), -0.3)
    pen.blob(head, GOLD, 0.75)
    for i in range(5):
        a = 0.5 + 0.42 * i
        pen.blob([(-0.04 + 0.2 * math.cos(a) * 0.8, 0.58 + 0.19 * math.sin(a)),
            (-0.02 + 0.26 * math.cos(a) * 0.8, 0.6 + 0.24 * math.sin(a)),
            (-0.02 + 0.2 * math.cos(a + 0.3) * 0.8, 0.6 + 0.19 * math.sin(a + 0.3))], GOLD, -0.3)
    pen.shine([(-0.4, 0.7), (-0.3, 0.8), (0.3, 0.16), (0.2, 0.1)], 0.18)


@motif("seal stone", "object", 0.3, 1.05)
def seal_stone(pen: Pen) -> None:
    """A square steatite seal: signs above, a horned bull below."""
    s = pen.away
    stone = (226, 212, 186)
    pen.poly([(-0.48, 0.02), (0.48, 0.02), (0.48 + 0.06 * s, 0.06), (0.48 + 0.06 * s, 0.96),
        (-0.48 + 0.06 * s, 1.0), (-0.48 + 0.06 * s, 0.06)], (150, 134, 116), -0.5)
    pen.blob([(-0.47, 0.03), (-0.5, 0.5), (-0.47, 0.97), (0, 0.99), (0.47, 0.97), (0.5, 0.5), (0.47,
        0.03), (0, 0.01)], stone, 0.45)
    cut = (150, 130, 110)
    for x, kind in ((-0.34, 0), (-0.17, 1), (0.0, 2), (0.17, 3), (0.34, 1)):
        _sign(pen, x, kind)
    pen.line([(-0.42, 0.68), (0.42, 0.68)], 0.012, cut, -0.3)
    bull = [(-0.36, 0.42), (-0.3, 0.54), (-0.1, 0.55), (0.02, 0.6), (0.12, 0.54), (0.24, 0.57),
        (0.36, 0.5), (0.38, 0.42), (0.28, 0.43), (0.2, 0.36), (0.16, 0.3), (-0.2, 0.3), (-0.34,
        0.32)]
    for dx, dy, colour, tone in ((0.012 * s, -0.012, WHITE, 0.6), (0, 0, cut, -0.45)):
        pen.blob([(x + dx, y + dy) for x, y in bull], colour, tone)
        for x in (-0.3, -0.2, 0.08, 0.16):
            pen.poly([(x - 0.03 + dx, 0.34 + dy), (x + 0.03 + dx, 0.34 + dy), (x + 0.022 + dx,
                0.12 + dy), (x - 0.022 + dx, 0.12 + dy)], colour, tone)
        pen.curve([(0.26 + dx, 0.55 + dy), (0.34 + dx, 0.64 + dy), (0.28 + dx, 0.67 + dy)], 0.024,
            colour, tone)
        pen.curve([(-0.36 + dx, 0.44 + dy), (-0.41 + dx, 0.3 + dy), (-0.39 + dx, 0.16 + dy)], 0.018,
            colour, tone)
    pen.shadow([(-0.5, 0.0), (0.5, 0.0), (0.5, 0.08), (-0.5, 0.08)], 0.25)


def _sign(pen: Pen, x: float, kind: int) -> None:
    cut, y = (150, 130, 110), 0.81
    if kind == 0:
        pen.line([(x, y - 0.07), (x, y + 0.08)], 0.02, cut, -0.4)
        pen.line([(x - 0.05, y + 0.03), (x, y + 0.08), (x + 0.05, y + 0.03)], 0.018, cut, -0.4)
    elif kind == 1:
        loop = ring(x, y, 0.05, 16)
        pen.line([*loop, loop[0]], 0.02, cut, -0.4)
        pen.line([(x - 0.05, y - 0.08), (x, y - 0.04), (x + 0.05, y - 0.08)], 0.018, cut, -0.4)
    elif kind == 2:
        for dx in (-0.04, 0, 0.04):
            pen.line([(x + dx, y - 0.07), (x + dx, y + 0.07)], 0.018, cut, -0.4)
    else:
        pen.line([(x - 0.05, y - 0.06), (x + 0.05, y + 0.06)], 0.018, cut, -0.4)
        pen.line([(x - 0.05, y + 0.06), (x + 0.05, y - 0.06)], 0.018, cut, -0.4)


@motif("scroll", "object", 0.4, 1.2)
def scroll(pen: Pen) -> None:
    pen.poly([(-0.5, 0.14), (0.5, 0.14), (0.5, 0.88), (-0.5, 0.88)], PAPER, 0.45)
    for i in range(7):
        y = 0.78 - 0.085 * i
        wide = float(pen.rng.uniform(0.55, 0.8))
        x = -0.4
        while x < -0.4 + wide:
            step = float(pen.rng.uniform(0.03, 0.11))
            pen.line([(x, y), (min(x + step, 0.4), y)], 0.022, (112, 84, 66), -0.1)
            x += step + 0.035
    for y in (0.11, 0.91):
        pen.poly([(-0.54, y - 0.075), (0.54, y - 0.075), (0.54, y + 0.075), (-0.54, y + 0.075)],
            PAPER, 0.2)
        pen.poly([(-0.54, y - 0.075), (0.54, y - 0.075), (0.54, y - 0.03), (-0.54, y - 0.03)],
            PAPER, -0.6)
        for x in (-0.6, 0.6):
            pen.oval((x, y), (0.07, 0.045), WOOD, 0.2)
            pen.oval((x * 1.12, y), (0.03, 0.03), GOLD, 0.5)
    pen.oval((0.3, 0.2), (0.06, 0.06), RED, 0.4)


@motif("map", "object", 0.4, 1.35)
def map_sheet(pen: Pen) -> None:
    """A folded sheet with a coast and a dotted way."""
    for i in range(4):
        x = -0.66 + 0.33 * i
        up, down = (0.04, 0.0) if i % 2 else (0.0, 0.04)
        pen.poly([(x, 0.04 + up), (x + 0.33, 0.04 + down), (x + 0.33, 0.94 + down), (x, 0.94 + up)],
            PAPER, 0.5 if i % 2 else 0.05)
    pen.sheet.shade(pen.plane([(-0.7, 0.5), (-0.4, 0.56), (-0.2, 0.42), (0.05, 0.5), (0.2, 0.3),
        (0.1, 0.0), (-0.7, 0.0)]), pen.tone(TEAL, 0.2), 0.5)
    way: list[Point] = [(-0.45, 0.7), (-0.2, 0.62), (0.05, 0.7), (0.3, 0.56), (0.46, 0.74)]
    for a, b in pairwise(way):
        for t in (0.1, 0.4, 0.7):
            at = (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)
            pen.oval(at, (0.022, 0.022), RED, 0.2)
    pen.line([(0.41, 0.69), (0.51, 0.79)], 0.03, RED)
    pen.line([(0.41, 0.79), (0.51, 0.69)], 0.03, RED)
    pen.poly(star(0.42, 0.24, 0.13, 4, 0.28), DARKWOOD, 0.1)


@motif("crown", "object", 0.35, 1.2)
def crown(pen: Pen) -> None:
    pen.oval((0, 0.78), (0.5, 0.12), (150, 40, 60), -0.5)
    back = [(-0.54, 0.2), (-0.6, 0.86), (-0.34, 0.52), (-0.2, 0.98), (0, 0.56), (0.2, 0.98), (0.34,
        0.52), (0.6, 0.86), (0.54, 0.2)]
    pen.poly(back, GOLD, 0.35)
    s = pen.away
    pen.shadow([(s * 0.16, 0.1), (s * 0.6, 0.1), (s * 0.62, 0.9), (s * 0.2, 0.9)], 0.3)
    for x, y in ((-0.6, 0.88), (-0.2, 1.0), (0.2, 1.0), (0.6, 0.88)):
        pen.oval((x, y), (0.055, 0.055), GOLD, 0.8)
    pen.blob([(-0.56, 0.12), (-0.56, 0.26), (0, 0.2), (0.56, 0.26), (0.56, 0.12), (0, 0.04)], GOLD,
        0.6)
    for x, colour in ((-0.4, RED), (-0.14, TEAL), (0.14, RED), (0.4, PURPLE)):
        y = 0.15 + 0.1 * abs(x) * 0.5
        pen.oval((x, y), (0.07, 0.06), colour, 0.2)
        pen.oval((x - 0.02, y + 0.02), (0.02, 0.018), WHITE, 0.8)
    for x in (-0.34, 0.0, 0.34):
        pen.oval((x, 0.42), (0.035, 0.05), WHITE, 0.7)


@motif("sword", "object", 0.75, 0.5)
def sword(pen: Pen) -> None:
    """Upright, its point in the ground."""
    pen.poly([(-0.05, 0.7), (-0.045, 0.1), (0, 0.0), (0.045, 0.1), (0.05, 0.7)], SILVER, 0.6)
    s = pen.away
    pen.poly([(0, 0.7), (0, 0.0), (s * 0.045, 0.1), (s * 0.05, 0.7)], SILVER, -0.6)
    pen.line([(0, 0.68), (0, 0.24)], 0.012, (120, 126, 138), -0.2)
    pen.blob([(-0.24, 0.72), (-0.2, 0.69), (0, 0.7), (0.2, 0.69), (0.24, 0.72), (0.2, 0.75), (0,
        0.74), (-0.2, 0.75)], GOLD, 0.5)
    pen.box((-0.03, 0.74), (0.03, 0.93), DARKWOOD, 0.2)
    for i in range(5):
        pen.line([(-0.03, 0.76 + 0.035 * i), (0.03, 0.78 + 0.035 * i)], 0.01, GOLD, 0.4)
    pen.oval((0, 0.955), (0.052, 0.045), GOLD, 0.6)
    pen.oval((0, 0.955), (0.024, 0.022), RED, 0.4)


@motif("mask", "object", 0.4, 0.8)
def mask(pen: Pen) -> None:
    s = pen.away
    pen.blob([(-0.36, 0.92), (-0.42, 0.6), (-0.34, 0.26), (-0.14, 0.04), (0, 0.0), (0.14, 0.04),
        (0.34, 0.26), (0.42, 0.6), (0.36, 0.92), (0.18, 0.99), (0, 0.94), (-0.18, 0.99)], CREAM,
        0.45)
    pen.shadow([(s * 0.05, 0), (s * 0.45, 0), (s * 0.45, 1), (s * 0.08, 1)], 0.28)
    for x in (-1, 1):
        pen.blob([(x * 0.06, 0.6), (x * 0.16, 0.68), (x * 0.3, 0.66), (x * 0.22, 0.56)], INK, -0.6)
        pen.curve([(x * 0.05, 0.72), (x * 0.18, 0.79), (x * 0.32, 0.74)], 0.035, GOLD, 0.5)
        pen.oval((x * 0.24, 0.42), (0.065, 0.055), RED, 0.2)
        pen.poly([(x * 0.1, 0.9), (x * 0.3, 0.88), (x * 0.42, 1.14), (x * 0.2, 1.0)], PURPLE,
            pen.facing(x))
        pen.curve([(x * 0.26, 0.2), (x * 0.36, 0.36), (x * 0.38, 0.5)], 0.02, GOLD, 0.5)
    pen.poly([(-0.025, 0.62), (0.025, 0.62), (0.06, 0.4), (0, 0.36), (-0.06, 0.4)], CREAM, -0.1)
    pen.blob([(-0.15, 0.26), (0, 0.28), (0.15, 0.26), (0.06, 0.18), (-0.06, 0.18)], RED, -0.1)
    pen.poly(star(0, 0.85, 0.07, 4, 0.4), GOLD, 0.7)
    pen.oval((0, 0.99), (0.05, 0.08), GOLD, 0.4)


@motif("chess piece", "object", 0.4, 0.55)
def chess_piece(pen: Pen) -> None:
    """A knight."""
    wood = (232, 206, 160)
    pen.blob([(-0.3, 0.0), (-0.3, 0.09), (-0.2, 0.14), (0.2, 0.14), (0.3, 0.09), (0.3, 0.0)], wood,
        0.1)
    pen.blob([(-0.22, 0.13), (-0.17, 0.22), (0.17, 0.22), (0.22, 0.13)], wood, 0.4)
    pen.blob([(-0.18, 0.2), (-0.2, 0.44), (-0.14, 0.72), (-0.02, 0.9), (0.06, 0.93), (0.2, 0.82),
        (0.3, 0.64), (0.29, 0.56), (0.22, 0.54), (0.1, 0.62), (0.08, 0.54), (0.16, 0.38), (0.17,
        0.2)], wood, 0.4)
    pen.poly([(-0.02, 0.9), (0.0, 1.02), (0.08, 0.92)], wood, 0.2)
    pen.curve([(-0.16, 0.3), (-0.16, 0.6), (-0.04, 0.86)], 0.05, wood, -0.55)
    pen.oval((0.11, 0.78), (0.022, 0.024), INK)
    s = pen.away
    pen.shadow([(s * 0.06, 0), (s * 0.34, 0), (s * 0.32, 0.5), (s * 0.12, 0.95)], 0.25)
