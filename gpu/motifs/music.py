"""Instruments and games."""

import math

from gpu.motifs import motif
from gpu.motifs.stock import CREAM, DARKWOOD, GOLD, INK, SILVER, WHITE, WOOD, ring
from gpu.paint import Points, smooth
from gpu.pen import Pen

# Coordinates read better in rows than one to a line.
# fmt: off


def _mirrored(half: Points) -> list[tuple[float, float]]:
    right = [(float(x), float(y)) for x, y in half]
    return [*right, *[(-x, y) for x, y in right[::-1]]]


@motif("guitar", "object", 0.75, 0.45)
def guitar(pen: Pen) -> None:
    s = pen.away
    outline = _mirrored([(0.0, 0.0), (0.16, 0.03), (0.22, 0.13), (0.18, 0.25), (0.125, 0.31), (0.15,
        0.4), (0.12, 0.48), (0.04, 0.51)])
    pen.poly(smooth([(x + 0.02 * s, y - 0.01) for x, y in outline]), DARKWOOD, -0.4)
    pen.blob(outline, (224, 156, 84), 0.4)
    pen.shadow([(s * 0.06, 0), (s * 0.26, 0), (s * 0.2, 0.52), (s * 0.06, 0.52)], 0.28)
    pen.oval((0, 0.32), (0.065, 0.062), GOLD, 0.1)
    pen.oval((0, 0.32), (0.05, 0.048), INK, -0.4)
    pen.box((-0.07, 0.13), (0.07, 0.155), DARKWOOD, 0.1)
    pen.box((-0.027, 0.36), (0.027, 0.86), (92, 62, 48), 0.2)
    for i in range(9):
        y = 0.52 + 0.036 * i
        pen.line([(-0.027, y), (0.027, y)], 0.006, SILVER, 0.5)
    pen.poly([(-0.03, 0.86), (0.03, 0.86), (0.045, 1.0), (-0.045, 1.0)], DARKWOOD, 0.3)
    for y in (0.89, 0.93, 0.97):
        for x in (-0.055, 0.055):
            pen.oval((x, y), (0.014, 0.011), SILVER, 0.5)
    for x in (-0.016, -0.005, 0.006, 0.017):
        pen.line([(x, 0.14), (x, 0.9)], 0.0035, WHITE, 0.6)


@motif("violin", "object", 0.65, 0.5)
def violin(pen: Pen) -> None:
    s = pen.away
    outline = _mirrored([(0.0, 0.0), (0.14, 0.03), (0.175, 0.12), (0.13, 0.21), (0.095, 0.27),
        (0.12, 0.34), (0.145, 0.4), (0.12, 0.49), (0.03, 0.53)])
    pen.poly(smooth([(x + 0.018 * s, y - 0.01) for x, y in outline]), DARKWOOD, -0.4)
    pen.blob(outline, (190, 100, 56), 0.4)
    pen.shadow([(s * 0.05, 0), (s * 0.22, 0), (s * 0.18, 0.54), (s * 0.05, 0.54)], 0.3)
    for x in (-1.0, 1.0):
        pen.curve([(x * 0.062, 0.2), (x * 0.05, 0.26), (x * 0.07, 0.31), (x * 0.056, 0.36)], 0.012,
            INK)
    pen.poly([(-0.035, 0.04), (0.035, 0.04), (0.022, 0.17), (-0.022, 0.17)], INK, 0.1)
    pen.box((-0.05, 0.245), (0.05, 0.265), CREAM, 0.3)
    pen.box((-0.02, 0.4), (0.02, 0.86), INK, 0.2)
    pen.curve([(0, 0.86), (0.02, 0.94), (0.0, 0.99), (-0.03, 0.96), (-0.01, 0.94)], 0.03, (150, 80,
        48), 0.3)
    for y in (0.88, 0.91):
        pen.line([(-0.05, y), (0.05, y)], 0.014, INK)
    for x in (-0.012, 0.0, 0.012):
        pen.line([(x, 0.16), (x, 0.88)], 0.0035, WHITE, 0.6)
    pen.line([(0.28, 0.02), (0.22, 0.98)], 0.014, WOOD, 0.3)
    pen.line([(0.255, 0.05), (0.205, 0.95)], 0.006, CREAM, 0.6)


@motif("piano", "object", 1.0, 1.35)
def piano(pen: Pen) -> None:
    """A grand, lid open."""
    black = (48, 46, 56)
    for x in (-0.56, 0.46):
        pen.poly([(x - 0.04, 0), (x + 0.04, 0), (x + 0.055, 0.36), (x - 0.055, 0.36)], black, 0.0)
    pen.line([(-0.06, 0.06), (-0.06, 0.36)], 0.03, GOLD, 0.2)
    pen.poly([(-0.5, 0.56), (0.6, 0.56), (0.66, 0.68), (0.34, 1.02), (-0.42, 0.98)], black, 0.15)
    pen.poly([(-0.46, 0.6), (0.52, 0.6), (0.3, 0.94), (-0.38, 0.92)], (120, 78, 52), 0.3)
    pen.line([(0.5, 0.58), (0.36, 0.84)], 0.018, black)
    pen.poly([(-0.7, 0.36), (0.66, 0.36), (0.66, 0.58), (-0.5, 0.58), (-0.7, 0.5)], black, 0.3)
    pen.poly([(-0.7, 0.36), (0.66, 0.36), (0.66, 0.42), (-0.7, 0.42)], black, -0.4)
    pen.poly([(-0.74, 0.47), (-0.16, 0.47), (-0.1, 0.56), (-0.6, 0.56)], CREAM, 0.6)
    for i in range(10):
        x = -0.7 + 0.056 * i
        pen.line([(x, 0.47), (x + 0.1, 0.56)], 0.005, INK)
        if i % 7 not in (2, 6):
            pen.line([(x + 0.05, 0.505), (x + 0.11, 0.56)], 0.018, INK)
    pen.poly([(-0.4, 0.58), (-0.12, 0.58), (-0.08, 0.74), (-0.34, 0.74)], WHITE, 0.5)
    pen.shine([(0.0, 0.5), (0.6, 0.5), (0.6, 0.54), (0.0, 0.54)], 0.25)


@motif("ball", "object", 0.3, 1.0)
def ball(pen: Pen) -> None:
    s = pen.away
    pen.oval((0, 0.48), (0.48, 0.48), WHITE, 0.5)
    centre = (-0.08 * s, 0.55)
    five = ring(*centre, 0.16, 5)
    pen.poly(five, INK, 0.1)
    for (x, y), (dx, dy) in zip(five, ring(0, 0, 1, 5), strict=True):
        tip = (centre[0] + dx * 0.31, centre[1] + dy * 0.31)
        pen.line([(x, y), tip], 0.016, INK)
        lean = math.atan2(dy, dx)
        patch = [(tip[0] + r * math.cos(lean + a), tip[1] + r * math.sin(lean + a)) for a,
            r in ((-1.2, 0.12), (-0.45, 0.22), (0.45, 0.22), (1.2, 0.12), (3.14, 0.0))]
        pen.sheet.shade(pen.plane(patch), pen.tone(INK, 0.0), 0.95)
    pen.dim((s * 0.26, 0.3), (0.36, 0.42), 0.22)
    pen.dim((s * 0.36, 0.18), (0.3, 0.34), 0.25)
    pen.shine([(-s * 0.3, 0.7), (-s * 0.2, 0.8), (-s * 0.1, 0.8), (-s * 0.24, 0.64)], 0.4)
