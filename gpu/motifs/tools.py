"""Tools, instruments and machines."""

import math

from gpu.motifs import motif
from gpu.motifs.stock import (
    CREAM,
    DARKWOOD,
    GLASS,
    GOLD,
    INK,
    IRON,
    ORANGE,
    RED,
    SILVER,
    SLATE,
    TEAL,
    WOOD,
    cog,
    ring,
    star,
)  # fmt: skip
from gpu.paint import Colour, Point
from gpu.pen import Pen

# Coordinates read better in rows than one to a line.
# fmt: off


@motif("wheel", "object", 0.7, 1.0)
def wheel(pen: Pen) -> None:
    for r, width, tone in ((0.46, 0.085, -0.2), (0.46, 0.05, 0.5)):
        rim = ring(0, 0.5, r, 48)
        pen.line([*rim, rim[0]], width, WOOD, tone)
    rim = ring(0, 0.5, 0.495, 48)
    pen.line([*rim, rim[0]], 0.022, IRON, 0.2)
    for dx, dy in ring(0, 0, 1, 10):
        pen.line([(dx * 0.1, 0.5 + dy * 0.1), (dx * 0.44, 0.5 + dy * 0.44)], 0.05, WOOD,
            pen.facing(dx) * 0.6)
    pen.oval((0, 0.5), (0.13, 0.13), DARKWOOD, 0.2)
    pen.oval((0, 0.5), (0.08, 0.08), WOOD, 0.5)
    pen.oval((0, 0.5), (0.035, 0.035), INK)


@motif("hammer", "object", 0.5, 1.0)
def hammer(pen: Pen) -> None:
    """On an anvil."""
    pen.blob([(-0.22, 0.0), (-0.14, 0.12), (-0.12, 0.24), (0.12, 0.24), (0.14, 0.12), (0.22, 0.0)],
        IRON, 0.0)
    pen.poly([(-0.34, 0.24), (0.3, 0.24), (0.56, 0.4), (0.3, 0.44), (-0.34, 0.44)], IRON, 0.3)
    pen.poly([(-0.34, 0.41), (0.5, 0.41), (0.3, 0.45), (-0.34, 0.45)], SILVER, 0.5)
    pen.line([(-0.42, 0.96), (0.06, 0.5)], 0.07, WOOD, 0.3)
    pen.poly([(-0.02, 0.68), (0.18, 0.88), (0.3, 0.76), (0.1, 0.45), (-0.06, 0.56)], SLATE, 0.35)
    pen.poly([(0.1, 0.45), (0.3, 0.76), (0.34, 0.7), (0.16, 0.42)], SLATE, -0.5)
    for i in range(5):
        a = 0.3 + 0.5 * i
        pen.glow((0.12 + 0.24 * math.cos(a), 0.46 + 0.2 * math.sin(a)), 0.05, (255, 190, 90), 0.9)


@motif("watch gear", "object", 0.4, 1.15)
def watch_gear(pen: Pen) -> None:
    """Interlocking brass wheels."""
    for x, y, r, teeth, metal in ((0.33, 0.74, 0.26, 16, SILVER), (-0.12, 0.42, 0.42, 26, GOLD),
        (0.4, 0.22, 0.22, 14, (206, 140, 84))):
        shadow = cog(x + 0.02 * pen.away, y - 0.025, r, teeth)
        pen.poly(shadow, INK, -0.6)
        pen.poly(cog(x, y, r, teeth), metal, 0.35)
        pen.oval((x, y), (r * 0.72, r * 0.72), metal, -0.35)
        for dx, dy in ring(0, 0, 1, 5):
            pen.line([(x, y), (x + dx * r * 0.74, y + dy * r * 0.74)], r * 0.15, metal, 0.5)
        rim = ring(x, y, r * 0.74, 36)
        pen.line([*rim, rim[0]], r * 0.09, metal, 0.8)
        pen.oval((x, y), (r * 0.22, r * 0.22), metal, 0.7)
        pen.oval((x, y), (r * 0.1, r * 0.1), RED, 0.4)


@motif("compass", "object", 0.3, 1.0)
def compass(pen: Pen) -> None:
    pen.oval((0.02 * pen.away, 0.47), (0.5, 0.5), DARKWOOD, -0.4)
    pen.oval((0, 0.5), (0.49, 0.49), GOLD, 0.3)
    pen.oval((0, 0.5), (0.43, 0.43), (150, 104, 52), -0.2)
    pen.oval((0, 0.5), (0.41, 0.41), CREAM, 0.5)
    for i, (dx, dy) in enumerate(ring(0, 0, 1, 32)):
        inner = 0.33 if i % 4 == 0 else 0.37
        pen.line([(dx * inner, 0.5 + dy * inner), (dx * 0.395, 0.5 + dy * 0.395)], 0.01, INK)
    pen.poly(star(0, 0.5, 0.3, 4, 0.24), TEAL, 0.1)
    turned = [(x * 0.72 - (y - 0.5) * 0.72, 0.5 + x * 0.72 + (y - 0.5) * 0.72) for x, y in star(0,
        0.5, 0.24, 4, 0.24)]
    pen.poly(turned, GOLD, 0.1)
    lean = 0.5
    dx, dy = math.sin(lean), math.cos(lean)
    side = (dy * 0.05, -dx * 0.05)
    tip, tail = (dx * 0.34, 0.5 + dy * 0.34), (-dx * 0.34, 0.5 - dy * 0.34)
    pen.poly([tip, (side[0], 0.5 + side[1]), (-side[0], 0.5 - side[1])], RED, 0.4)
    pen.poly([tail, (side[0], 0.5 + side[1]), (-side[0], 0.5 - side[1])], SLATE, 0.3)
    pen.oval((0, 0.5), (0.035, 0.035), GOLD, 0.8)
    pen.shine([(-0.3, 0.72), (-0.2, 0.82), (0.0, 0.62), (-0.1, 0.56)], 0.25)
    pen.oval((0, 1.02), (0.06, 0.05), GOLD, 0.3)


@motif("telescope", "object", 1.0, 1.0)
def telescope(pen: Pen) -> None:
    """Brass, on three legs, aimed at the sky."""
    for x, shade in ((-0.3, 0.2), (0.3, -0.4), (0.02, -0.1)):
        pen.line([(0, 0.52), (x, 0.0)], 0.045, WOOD, shade)
    pen.line([(-0.16, 0.24), (0.17, 0.24)], 0.016, GOLD)
    tube: tuple[tuple[Point, Point, float, Colour], ...] = (((-0.5, 0.36), (-0.3, 0.47), 0.09,
        GOLD), ((-0.34, 0.45), (0.1, 0.69), 0.13, (62, 84, 96)), ((0.06, 0.67), (0.5, 0.91), 0.17,
        GOLD))
    for (x0, y0), (x1, y1), width, colour in tube:
        dx, dy = x1 - x0, y1 - y0
        length = math.hypot(dx, dy)
        nx, ny = -dy / length * width / 2, dx / length * width / 2
        pen.poly([(x0 + nx, y0 + ny), (x1 + nx, y1 + ny), (x1 - nx, y1 - ny), (x0 - nx, y0 - ny)],
            colour, 0.2)
        pen.poly([(x0 + nx, y0 + ny), (x1 + nx, y1 + ny), (x1 + nx * 0.3, y1 + ny * 0.3),
            (x0 + nx * 0.3, y0 + ny * 0.3)], colour, 0.85)
        pen.poly([(x0 - nx * 0.4, y0 - ny * 0.4), (x1 - nx * 0.4, y1 - ny * 0.4), (x1 - nx,
            y1 - ny), (x0 - nx, y0 - ny)], colour, -0.6)
    pen.blob([(0.44, 0.99), (0.5, 1.0), (0.57, 0.86), (0.53, 0.82)], GLASS, 0.6)
    pen.oval((0.0, 0.55), (0.06, 0.06), IRON, 0.2)


@motif("microscope", "object", 0.5, 0.75)
def microscope(pen: Pen) -> None:
    pen.blob([(-0.36, 0.0), (-0.36, 0.09), (-0.2, 0.13), (0.3, 0.13), (0.38, 0.08), (0.38, 0.0)],
        IRON, 0.2)
    pen.curve([(0.24, 0.1), (0.38, 0.34), (0.32, 0.62), (0.1, 0.76)], 0.1, IRON, 0.1)
    pen.box((-0.26, 0.3), (0.26, 0.35), INK, 0.3)
    pen.box((-0.16, 0.35), (0.12, 0.37), GLASS, 0.6)
    pen.oval((-0.04, 0.2), (0.1, 0.04), GLASS, 0.7)
    for (x0, y0), (x1, y1), width, colour in (((-0.03, 0.4), (-0.02, 0.5), 0.07, GOLD), ((-0.02,
        0.5), (0.04, 0.8), 0.14, CREAM), ((0.04, 0.8), (0.08, 0.98), 0.1, INK)):
        h = width / 2
        pen.poly([(x0 - h, y0), (x0 + h, y0), (x1 + h, y1), (x1 - h, y1)], colour, 0.4)
        s = pen.away
        pen.poly([(x0 + s * h * 0.2, y0), (x0 + s * h, y0), (x1 + s * h, y1), (x1 + s * h * 0.2,
            y1)], colour, -0.5)
    pen.oval((0.34, 0.48), (0.07, 0.07), GOLD, 0.5)
    pen.oval((0.34, 0.48), (0.035, 0.035), IRON)
    pen.glow((-0.03, 0.36), 0.16, (200, 230, 255), 0.6)


@motif("robot", "person", 1.1, 0.62)
def robot(pen: Pen) -> None:
    metal = (196, 206, 206)
    s = pen.away
    for x in (-0.11, 0.11):
        pen.box((x - 0.05, 0.06), (x + 0.05, 0.34), SLATE, -0.1)
        pen.box((x - 0.065, 0.18), (x + 0.065, 0.22), IRON, 0.2)
        pen.blob([(x - 0.09, 0.0), (x - 0.08, 0.08), (x + 0.08, 0.08), (x + 0.11, 0.0)], IRON, 0.2)
    pen.curve([(-0.2, 0.64), (-0.31, 0.52), (-0.3, 0.36)], 0.07, SLATE, 0.2)
    pen.curve([(0.2, 0.64), (0.33, 0.6), (0.37, 0.74)], 0.07, SLATE, 0.1)
    for x, y in ((-0.3, 0.33), (0.37, 0.78)):
        pen.curve([(x - 0.045, y + 0.05), (x - 0.05, y - 0.02), (x, y), (x + 0.05, y - 0.02),
            (x + 0.045, y + 0.05)], 0.03, IRON, 0.3)
    pen.blob([(-0.21, 0.32), (-0.23, 0.5), (-0.21, 0.68), (0, 0.71), (0.21, 0.68), (0.23, 0.5),
        (0.21, 0.32), (0, 0.3)], metal, 0.4)
    pen.box((-0.12, 0.42), (0.12, 0.6), TEAL, 0.0)
    pen.lamp([(-0.09, 0.53), (0.02, 0.53), (0.02, 0.57), (-0.09, 0.57)], (150, 240, 214))
    for i, colour in enumerate((RED, ORANGE, GOLD)):
        pen.oval((-0.07 + 0.07 * i, 0.46), (0.02, 0.02), colour, 0.7)
    pen.box((-0.05, 0.69), (0.05, 0.75), IRON)
    pen.blob([(-0.18, 0.76), (-0.19, 0.88), (-0.13, 0.97), (0.13, 0.97), (0.19, 0.88), (0.18, 0.76),
        (0, 0.73)], metal, 0.5)
    pen.poly([(-0.145, 0.8), (0.145, 0.8), (0.145, 0.91), (-0.145, 0.91)], INK, 0.1)
    for x in (-0.07, 0.07):
        pen.lamp([(x + dx, 0.857 + dy) for dx, dy in ring(0, 0, 0.034, 14)], (140, 236, 226))
        pen.glow((x, 0.857), 0.12, (120, 226, 220), 0.6)
    pen.line([(0, 0.97), (0, 1.06)], 0.014, IRON)
    pen.oval((0, 1.07), (0.025, 0.025), RED, 0.6)
    pen.shadow([(s * 0.06, 0.3), (s * 0.26, 0.3), (s * 0.22, 0.98), (s * 0.1, 0.98)], 0.25)
