"""Small things that make a place: rocks, columns, stalls, fences, posts, chimneys."""

import math

from gpu.motifs.growing import (
    broadleaf,
    bush,
    cypress,
    dead_tree,
    palm,
    pine,
    reeds,
    round_tree,
    tree,
)  # fmt: skip
from gpu.motifs.people import passer
from gpu.motifs.stock import (
    BRICK,
    CREAM,
    DARKWOOD,
    GREY,
    IRON,
    RED,
    SLATE,
    STONE,
    TEAL,
    WOOD,
    shaft,
)
from gpu.pen import Painter, Pen

# Coordinates read better in rows than one to a line.
# fmt: off


def rock(pen: Pen) -> None:
    a, b = float(pen.rng.uniform(0.5, 0.8)), float(pen.rng.uniform(0.6, 1.0))
    stone = (166, 158, 152)
    pen.poly([(-0.7, 0), (-0.55, 0.5 * b), (-0.1, b), (0.35, 0.85 * a), (0.7, 0.3), (0.75, 0)],
        stone, 0.45)
    s = pen.away
    pen.poly([(s * 0.1, 0), (s * 0.75, 0), (s * 0.6, 0.35), (s * 0.3, 0.7 * a), (s * 0.04, 0.6)],
        stone, -0.5)


def column(pen: Pen) -> None:
    """Of a fallen hall; some are broken off."""
    top = float(pen.rng.choice([1.0, 0.95, 0.62, 0.4]))
    stone = (226, 212, 186)
    pen.box((-0.13, 0), (0.13, 0.06), stone, 0.3)
    shaft(pen, (0, 0.06), (0, top), (0.17, 0.14), stone)
    if top > 0.9:
        pen.box((-0.13, top - 0.04), (0.13, top + 0.03), stone, 0.6)
    else:
        pen.poly([(-0.08, top - 0.02), (-0.03, top + 0.05), (0.02, top), (0.07, top + 0.03), (0.08,
            top - 0.02)], stone, 0.2)


def arch(pen: Pen) -> None:
    """A gate that still stands."""
    stone = (214, 198, 168)
    outer = [(-0.5, 0), (-0.5, 0.86), (-0.3, 1.0), (0.2, 0.96), (0.5, 0.9), (0.5, 0)]
    inner = [(0.26 * math.cos(a), 0.42 + 0.28 * math.sin(a)) for a in (math.pi * i / 14
        for i in range(15))]
    pen.poly([*outer, (0.26, 0), *inner, (-0.26, 0)], stone, 0.4)
    s = pen.away
    pen.poly([(s * 0.26, 0), (s * 0.34, 0), (s * 0.34, 0.5), (s * 0.26, 0.44)], stone, -0.6)
    for y in (0.2, 0.44, 0.66, 0.86):
        pen.line([(-0.5, y), (-0.3, y)], 0.01, stone, -0.4)
        pen.line([(0.3, y + 0.04), (0.5, y + 0.04)], 0.01, stone, -0.4)


def stall(pen: Pen) -> None:
    """A market stall under an awning."""
    cloth = ((212, 92, 72), (232, 176, 84), (92, 132, 142))[int(pen.rng.integers(3))]
    for x in (-0.5, 0.5):
        pen.line([(x, 0), (x, 0.8)], 0.03, WOOD)
    pen.box((-0.52, 0.0), (0.52, 0.36), WOOD, 0.1)
    for i in range(6):
        pen.oval((-0.42 + 0.17 * i, 0.39), (0.08, 0.07), (RED, (240, 190, 84), (118, 152,
            84))[i % 3], 0.4)
    for i in range(6):
        x = -0.62 + 0.206 * i
        pen.poly([(x, 0.78), (x + 0.206, 0.78), (x * 0.82 + 0.17, 1.0), (x * 0.82, 1.0)], cloth
            if i % 2 else CREAM, 0.5)


def fence(pen: Pen) -> None:
    for i in range(7):
        x = -1.5 + 0.5 * i
        pen.line([(x, 0), (x, 0.9)], 0.07, WOOD, 0.1)
    for y in (0.4, 0.72):
        pen.line([(-1.6, y), (1.6, y)], 0.05, WOOD, 0.2)


def post(pen: Pen) -> None:
    """A street lamp."""
    pen.line([(0, 0), (0, 0.86)], 0.025, IRON)
    pen.poly([(-0.05, 0.86), (0.05, 0.86), (0.07, 0.96), (-0.07, 0.96)], (255, 232, 180), 0.6)
    pen.poly([(-0.08, 0.96), (0.08, 0.96), (0, 1.0)], IRON)
    if pen.dark:
        pen.glow((0, 0.9), 0.5, (255, 206, 128), 0.8)


def chimney(pen: Pen) -> None:
    shaft(pen, (0, 0), (0, 1.0), (0.15, 0.1), BRICK)
    pen.box((-0.065, 0.95), (0.065, 1.0), SLATE, 0.2)


def haystack(pen: Pen) -> None:
    pen.blob([(-0.7, 0), (-0.6, 0.5), (-0.2, 0.95), (0.2, 0.95), (0.6, 0.5), (0.7, 0)], (238, 200,
        112), 0.4)
    s = pen.away
    pen.shadow([(s * 0.1, 0), (s * 0.75, 0), (s * 0.6, 0.6), (s * 0.2, 1.0)], 0.3)


def mast(pen: Pen) -> None:
    """A moored sailing boat."""
    pen.line([(0, 0.08), (0, 1.0)], 0.014, DARKWOOD)
    pen.line([(0, 0.95), (0.3, 0.12)], 0.005, DARKWOOD)
    pen.line([(0, 0.95), (-0.3, 0.12)], 0.005, DARKWOOD)
    hull = ((206, 92, 66), TEAL, CREAM, (74, 88, 118))[int(pen.rng.integers(4))]
    pen.poly([(-0.32, 0.14), (0.34, 0.16), (0.26, 0), (-0.26, 0)], hull, 0.3)
    pen.poly([(-0.32, 0.14), (0.34, 0.16), (0.33, 0.13), (-0.31, 0.11)], CREAM, 0.5)
    pen.poly([(0.012, 0.2), (0.012, 0.3), (0.24, 0.22)], CREAM, 0.3)


def crater(pen: Pen) -> None:
    """A raised rim around a bowl: its wall towards the light lies in shadow."""
    dust, s = (190, 112, 78), pen.away
    pen.oval((0, 0), (1.0, 0.22), (222, 146, 102), 0.5)
    pen.oval((0.03 * s, -0.015), (0.96, 0.19), dust, -0.1)
    bowl = ring_of(0.0, 0.01, 0.82, 0.145)
    pen.poly(bowl, dust, -0.25)
    with pen.inside(bowl):
        pen.oval((-s * 0.3, 0.05), (0.86, 0.15), (92, 52, 46), -0.7)
        pen.oval((s * 0.1, -0.04), (0.62, 0.1), (204, 126, 88), 0.35)
    pen.curve([(s * 0.82, 0.01), (s * 0.5, 0.135), (0, 0.16)], 0.025, (236, 166, 120), 0.9)


def ring_of(x: float, y: float, wide: float, tall: float) -> list[tuple[float, float]]:
    """An ellipse around a point."""
    turns = (2 * math.pi * i / 28 for i in range(28))
    return [(x + wide * math.cos(a), y + tall * math.sin(a)) for a in turns]


def trunk(pen: Pen) -> None:
    """A great trunk whose crown is out of sight."""
    bark = (112, 92, 78)
    pen.poly([(-0.11, 0), (-0.06, 0.08), (-0.05, 1.0), (0.05, 1.0), (0.06, 0.08), (0.12, 0)], bark,
        0.2)
    s = pen.away
    pen.poly([(s * 0.01, 0), (s * 0.12, 0), (s * 0.06, 0.08), (s * 0.05, 1.0), (s * 0.01, 1.0)],
        bark, -0.6)
    for x in (-0.03, 0.0, 0.025):
        pen.curve([(x, 0.05), (x + 0.01, 0.3), (x - 0.008, 0.6), (x + 0.005, 0.98)], 0.006, bark,
            -0.7)


def gravestone(pen: Pen) -> None:
    pen.poly([(-0.3, 0), (-0.3, 0.7), (-0.2, 0.92), (0.2, 0.92), (0.3, 0.7), (0.3, 0)], GREY, 0.2)


def wall_stub(pen: Pen) -> None:
    """The foot of a wall, as digs uncover it."""
    pen.poly([(-1.2, 0), (-1.2, 0.6), (-0.7, 0.75), (-0.3, 0.5), (0.2, 0.62), (0.6, 0.4), (1.2,
        0.46), (1.2, 0)], STONE, 0.3)
    for y in (0.15, 0.32):
        pen.line([(-1.2, y), (1.2, y)], 0.02, STONE, -0.3)


def today(pen: Pen) -> None:
    passer(pen, past=False)


PLANTS: dict[str, tuple[Painter, float]] = {"tree": (tree, 4.0), "round": (round_tree, 3.0),
    "pine": (pine, 4.4), "palm": (palm, 3.6), "cypress": (cypress, 4.0), "bush": (bush, 0.8),
    "reeds": (reeds, 0.9), "dead": (dead_tree, 3.0), "broadleaf": (broadleaf, 1.8), "trunk": (trunk,
    15.0), "rock": (rock, 0.8), "column": (column, 3.2), "arch": (arch, 4.0), "stall": (stall, 1.5),
    "fence": (fence, 0.8), "post": (post, 2.4), "haystack": (haystack, 1.3), "mast": (mast, 4.2),
    "crater": (crater, 1.4), "stub": (wall_stub, 1.0), "grave": (gravestone, 0.8),
    "chimney": (chimney, 7.0)}
"""Painter and height of everything that is strewn over a place."""
