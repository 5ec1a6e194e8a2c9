"""Trees, flowers, mushrooms; and the plants that scenery is made of."""

import math

from gpu.motifs import motif
from gpu.motifs.stock import (
    CREAM,
    DARKWOOD,
    GREEN,
    LEAF,
    MOSS,
    ORANGE,
    PINK,
    RED,
    WHITE,
    YELLOW,
    ring,
)  # fmt: skip
from gpu.paint import Colour, Point
from gpu.pen import Pen

# Coordinates read better in rows than one to a line.
# fmt: off

AUTUMN: tuple[Colour, ...] = ((222, 136, 62), (200, 92, 54), (232, 180, 84))


def crown(pen: Pen, at: Point, radius: float, colour: Colour, lumps: int = 9) -> None:
    """A head of leaves: dark below and behind, light towards the sun."""
    x, y = at
    s = -pen.away
    draw = pen.rng
    spots = [(float(draw.normal(0, 0.42)), float(draw.normal(0, 0.34)), float(draw.uniform(0.42,
        0.72))) for _ in range(lumps)]
    for dx, dy, r in spots:
        pen.oval((x + dx * radius, y + dy * radius - 0.05 * radius), (r * radius, r * radius * 0.9),
            colour, -0.65)
    for dx, dy, r in spots:
        pen.oval((x + (dx + 0.1 * s) * radius, y + (dy + 0.12) * radius), (r * radius * 0.8,
            r * radius * 0.7), colour, 0.1)
    for dx, dy, r in spots[: lumps * 2 // 3]:
        pen.oval((x + (dx + 0.2 * s) * radius, y + (dy + 0.24) * radius), (r * radius * 0.46,
            r * radius * 0.38), colour, 0.8)


@motif("tree", "plant", 4.2, 0.85)
def tree(pen: Pen) -> None:
    """An old broad oak."""
    bark = (124, 90, 70)
    trunk = [(-0.1, 0), (-0.05, 0.06), (-0.045, 0.3), (-0.12, 0.5), (-0.08, 0.52), (0, 0.42), (0.08,
        0.54), (0.13, 0.5), (0.05, 0.32), (0.055, 0.06), (0.11, 0)]
    pen.poly(trunk, bark, 0.1)
    s = pen.away
    pen.poly([(s * 0.01, 0), (s * 0.11, 0), (s * 0.05, 0.08), (s * 0.05, 0.34), (s * 0.02, 0.36)],
        bark, -0.6)
    for x, y, r in ((-0.22, 0.58, 0.2), (0.22, 0.58, 0.2), (0.0, 0.72, 0.28)):
        crown(pen, (x, y), r, GREEN, 7)


def round_tree(pen: Pen, colour: Colour = GREEN) -> None:
    """A small tree of a park or an orchard."""
    pen.poly([(-0.04, 0), (0.04, 0), (0.02, 0.5), (-0.02, 0.5)], (112, 82, 66), -0.1)
    if pen.px < 26:
        pen.oval((0, 0.64), (0.3, 0.34), colour, -0.3)
        pen.oval((-0.08 * pen.away, 0.7), (0.2, 0.22), colour, 0.5)
        return
    crown(pen, (0, 0.64), 0.32, colour, 7)


def pine(pen: Pen, colour: Colour = (70, 104, 82)) -> None:
    """A conifer of stacked skirts."""
    pen.poly([(-0.03, 0), (0.03, 0), (0.02, 0.2), (-0.02, 0.2)], DARKWOOD, -0.2)
    rows = 3 if pen.px < 30 else 5
    s = pen.away
    for i in range(rows):
        t = i / rows
        y, half, top = 0.1 + 0.78 * t, 0.25 * (1 - t) + 0.03, 0.1 + 0.78 * t + 1.25 / rows * 0.42
        top = min(top + 0.06, 1.0)
        pen.poly([(-half, y), (0, y + 0.035), (half, y), (0, top)], colour, 0.4)
        pen.poly([(0, y + 0.03), (s * half, y), (0, top)], colour, -0.55)


def palm(pen: Pen) -> None:
    """A date palm."""
    lean = float(pen.rng.uniform(-0.12, 0.12))
    pen.curve([(0, 0), (lean * 0.3, 0.4), (lean, 0.78)], 0.045, (158, 122, 86), 0.1)
    for i in range(9):
        a = math.pi * (0.04 + 0.92 * i / 8)
        dx, dy = math.cos(a) * 0.36, math.sin(a) * 0.2
        tip = (lean + dx, 0.76 + dy - 0.16 * abs(math.cos(a)))
        middle = (lean + dx * 0.55, 0.82 + dy * 1.05)
        low = (lean + dx * 0.6, 0.74 + dy * 0.9 - 0.03)
        pen.blob([(lean, 0.79), middle, tip, low], (104, 134, 74), 0.5 if i % 2 else -0.3)


def cypress(pen: Pen) -> None:
    """A narrow dark tree."""
    pen.blob([(-0.06, 0.02), (-0.1, 0.35), (-0.05, 0.75), (0, 1.0), (0.05, 0.75), (0.1, 0.35),
        (0.06, 0.02)], (72, 98, 70), 0.2)
    s = pen.away
    pen.shadow([(s * 0.02, 0), (s * 0.12, 0.3), (s * 0.06, 0.75), (0, 1.0)], 0.35)


def bush(pen: Pen, colour: Colour = LEAF) -> None:
    for x, r, shade in ((-0.4, 0.42, -0.4), (0.4, 0.4, -0.3), (0, 0.6, 0.1)):
        pen.oval((x, r * 0.8), (r * 1.2, r), colour, shade)
    pen.oval((-0.2 * pen.away, 0.75), (0.4, 0.26), colour, 0.7)


def reeds(pen: Pen) -> None:
    """A tuft of reed or tall grass."""
    for i in range(7):
        x = -0.24 + 0.08 * i
        lean = float(pen.rng.uniform(-0.2, 0.2))
        tall = float(pen.rng.uniform(0.6, 1.0))
        pen.poly([(x - 0.022, 0), (x + 0.022, 0), (x + lean, tall)], MOSS if i % 2 else LEAF, 0.2)


def dead_tree(pen: Pen) -> None:
    """Bare branches."""
    bark = (128, 106, 92)
    pen.poly([(-0.06, 0), (0.06, 0), (0.025, 0.5), (-0.02, 0.5)], bark, 0.1)
    for path, width in ((((0, 0.45), (-0.12, 0.66), (-0.28, 0.8)), 0.035), (((0, 0.48), (0.1, 0.72),
        (0.08, 0.98)), 0.035), (((0.05, 0.62), (0.2, 0.72), (0.32, 0.88)), 0.024), (((-0.1, 0.64),
        (-0.1, 0.8), (-0.16, 0.94)), 0.02), (((-0.2, 0.74), (-0.32, 0.74)), 0.016), (((0.0, 0.3),
        (0.16, 0.42)), 0.02)):
        pen.curve(path, width, bark, -0.1)


def broadleaf(pen: Pen) -> None:
    """One jungle plant of wide leaves."""
    for i in range(8):
        a = math.pi * (0.06 + 0.88 * i / 7)
        reach = float(pen.rng.uniform(0.7, 1.0))
        tip = (math.cos(a) * reach * 0.8, math.sin(a) * reach)
        side = (math.sin(a) * 0.15, -math.cos(a) * 0.15)
        mid = (tip[0] * 0.55, tip[1] * 0.62)
        colour = (86, 130, 74) if i % 2 else (64, 106, 66)
        pen.blob([(0, 0), (mid[0] + side[0], mid[1] + side[1]), tip, (mid[0] - side[0],
            mid[1] - side[1])], colour, 0.5 if i % 2 else -0.2)
        pen.line([(0, 0), tip], 0.012, (150, 180, 110), 0.2)


@motif("flower", "plant", 0.55, 0.6)
def flower(pen: Pen) -> None:
    pen.curve([(0.0, 0), (0.03, 0.3), (0, 0.62)], 0.035, GREEN, 0.1)
    for s in (-1, 1):
        pen.blob([(0.015, 0.16), (s * 0.14, 0.3), (s * 0.3, 0.36), (s * 0.2, 0.2)], LEAF,
            pen.facing(s) * 0.7)
    for i, (dx, dy) in enumerate(ring(0, 0, 1, 9)):
        at = (dx * 0.15, 0.74 + dy * 0.15)
        far = (dx * 0.26, 0.74 + dy * 0.26)
        side = (-dy * 0.075, dx * 0.075)
        pen.blob([(dx * 0.03, 0.74 + dy * 0.03), (at[0] + side[0], at[1] + side[1]), far,
            (at[0] - side[0], at[1] - side[1])], (232, 104, 112) if i % 2 else PINK,
            pen.facing(dx) * 0.7 + 0.2)
    pen.oval((0, 0.74), (0.085, 0.085), YELLOW, 0.4)
    pen.oval((0.02 * pen.away, 0.73), (0.05, 0.05), ORANGE, 0.0)


@motif("mushroom", "plant", 0.35, 1.0)
def mushroom(pen: Pen) -> None:
    for x, size in ((0.34, 0.5), (0.0, 1.0)):
        pen.blob([(x - 0.1 * size, 0), (x - 0.075 * size, 0.3 * size), (x - 0.08 * size,
            0.58 * size), (x + 0.08 * size, 0.58 * size), (x + 0.075 * size, 0.3 * size),
            (x + 0.12 * size, 0)], CREAM, 0.4)
        pen.blob([(x - 0.2 * size, 0.46 * size), (x, 0.5 * size), (x + 0.2 * size, 0.46 * size), (x,
            0.42 * size)], CREAM, -0.3)
        cap = [(x - 0.44 * size, 0.52 * size), (x - 0.36 * size, 0.78 * size), (x, 0.99 * size),
            (x + 0.36 * size, 0.78 * size), (x + 0.44 * size, 0.52 * size), (x, 0.6 * size)]
        pen.blob(cap, RED, 0.3)
        s = pen.away
        pen.shadow([(x + s * 0.1 * size, 0.5 * size), (x + s * 0.46 * size, 0.5 * size),
            (x + s * 0.36 * size, 0.8 * size), (x + s * 0.12 * size, 0.97 * size)], 0.3)
        for dx, dy, r in ((-0.2, 0.72, 0.06), (0.06, 0.86, 0.055), (0.22, 0.68, 0.05), (-0.06, 0.66,
            0.035), (-0.3, 0.58, 0.03), (-0.12, 0.9, 0.03)):
            pen.oval((x + dx * size, dy * size), (r * size, r * size * 0.8), WHITE, 0.4)
