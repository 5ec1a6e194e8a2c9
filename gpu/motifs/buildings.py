"""Buildings and monuments."""

import math

from gpu.motifs import motif
from gpu.motifs.stock import (
    BRICK,
    CLAY,
    CREAM,
    DARKWOOD,
    GOLD,
    GREY,
    IRON,
    MUD,
    RED,
    SLATE,
    STONE,
    WHITE,
    WOOD,
    block,
    gable,
    shaft,
    window,
)  # fmt: skip
from gpu.pen import Pen

# Coordinates read better in rows than one to a line.
# fmt: off


@motif("lighthouse", "building", 9.0, 0.5)
def lighthouse(pen: Pen) -> None:
    s = pen.away
    pen.blob([(-0.3, -0.03), (-0.2, 0.05), (0, 0.07), (0.22, 0.05), (0.32, -0.03)], GREY, -0.2)
    block(pen, (-0.26 * s - 0.09, 0.03), (-0.26 * s + 0.09, 0.13), CREAM)
    gable(pen, (-0.26 * s - 0.11, 0.13), (-0.26 * s + 0.11, 0.19), RED)
    window(pen, (-0.26 * s - 0.03, 0.06), (0.03, 0.04))
    shaft(pen, (0, 0.02), (0, 0.74), (0.21, 0.13), CREAM)
    for low, high in ((0.14, 0.27), (0.42, 0.54)):
        width = [0.21 - 0.08 * (y - 0.02) / 0.72 for y in (low, high)]
        shaft(pen, (0, low), (0, high), (width[0], width[1]), RED)
    for y in (0.33, 0.61):
        window(pen, (-0.02 * s, y), (0.022, 0.04))
    pen.box((-0.095, 0.735), (0.095, 0.76), IRON, 0.2)
    for x in (-0.085, -0.045, 0.0, 0.045, 0.085):
        pen.line([(x, 0.76), (x, 0.795)], 0.006, IRON)
    pen.line([(-0.09, 0.795), (0.09, 0.795)], 0.007, IRON)
    pen.lamp([(-0.055, 0.76), (0.055, 0.76), (0.055, 0.87), (-0.055, 0.87)], (255, 232, 170))
    for x in (-0.055, -0.018, 0.018, 0.055):
        pen.line([(x, 0.76), (x, 0.87)], 0.007, IRON)
    pen.poly([(-0.075, 0.87), (0.075, 0.87), (0.03, 0.93), (0, 0.955), (-0.03, 0.93)], RED, 0.2)
    pen.line([(0, 0.95), (0, 1.0)], 0.008, IRON)
    pen.glow((0, 0.815), 0.34, (255, 226, 160), 0.9 if pen.dark else 0.35)
    if pen.dark:
        for far in (-1.0, 1.0):
            pen.beam((0, 0.815), (far, 0.86), 0.12)


@motif("castle", "building", 11.0, 1.3)
def castle(pen: Pen) -> None:
    pen.blob([(-0.8, -0.04), (-0.55, 0.08), (0, 0.13), (0.55, 0.08), (0.8, -0.04)], GREY, -0.35)
    for x, width, high in ((-0.34, 0.15, 0.62), (0.36, 0.15, 0.56), (0.08, 0.2, 0.86)):
        shaft(pen, (x, 0.06), (x, high), (width, width * 0.94), STONE)
        pen.poly([(x - width * 0.62, high), (x + width * 0.62, high), (x, high + width * 1.15)],
            SLATE, 0.3)
        s = pen.away
        pen.poly([(x, high), (x + s * width * 0.62, high), (x, high + width * 1.15)], SLATE, -0.6)
        window(pen, (x, high - 0.12), (0.03, 0.06))
        pen.line([(x, high + width), (x, high + width + 0.07)], 0.007, IRON)
    block(pen, (-0.42, 0.05), (0.44, 0.34), STONE, turn=0.2)
    for i in range(11):
        x = -0.42 + i * 0.08
        pen.box((x, 0.34), (x + 0.045, 0.385), STONE, 0.5)
    pen.poly([(-0.08, 0.05), (-0.08, 0.17), (0, 0.23), (0.08, 0.17), (0.08, 0.05)], DARKWOOD, -0.8)
    for x in (-0.3, -0.2, 0.2, 0.3):
        window(pen, (x, 0.2), (0.022, 0.06))
    pen.poly([(0.08, 1.02), (0.22, 0.985), (0.08, 0.95)], RED, 0.4)


@motif("temple", "building", 6.0, 1.5)
def temple(pen: Pen) -> None:
    for step in range(3):
        reach = 0.76 - 0.05 * step
        pen.box((-reach, 0.04 * step), (reach, 0.04 * step + 0.04), STONE, 0.5 - 0.2 * (step % 2))
    pen.box((-0.58, 0.12), (0.58, 0.62), (150, 128, 118), -0.7)
    pen.lamp([(-0.07, 0.12), (0.07, 0.12), (0.07, 0.46), (-0.07, 0.46)], (255, 196, 110)
        if pen.dark else (96, 74, 70))
    for i in range(7):
        x = -0.57 + i * 0.19
        shaft(pen, (x, 0.13), (x, 0.6), (0.085, 0.07), CREAM)
        pen.box((x - 0.055, 0.59), (x + 0.055, 0.63), CREAM, 0.6)
    pen.box((-0.66, 0.63), (0.66, 0.72), CREAM, 0.3)
    pen.poly([(-0.7, 0.72), (0.7, 0.72), (0, 0.99)], CREAM, 0.5)
    pen.poly([(-0.54, 0.745), (0.54, 0.745), (0, 0.94)], STONE, -0.3)
    for i in range(9):
        pen.box((-0.6 + i * 0.145, 0.645), (-0.56 + i * 0.145, 0.705), STONE, -0.4)


@motif("pyramid", "building", 16.0, 1.7)
def pyramid(pen: Pen) -> None:
    s = -pen.away
    for x, size in ((0.95 * s, 0.5), (0.0, 1.0)):
        edge = x - 0.16 * s * size
        top = (x, size)
        pen.poly([(x - 0.82 * size, 0), (x + 0.82 * size, 0), top], (236, 196, 132), 0.8)
        dark = -s * 0.82 * size
        pen.poly([(edge, 0), (x + dark, 0), top], (196, 148, 100), -0.6)
        for i in range(1, 14):
            y = size * i / 14
            half = 0.82 * size * (1 - i / 14)
            pen.line([(x - half, y), (x + half, y)], 0.004 * size, (190, 146, 98), -0.1)
    pen.poly([(-0.05 * s, 0), (0.03 * s, 0), (0.03 * s, 0.07), (-0.05 * s, 0.07)], DARKWOOD, -0.9)


@motif("tower", "building", 14.0, 0.45)
def tower(pen: Pen) -> None:
    """A lattice tower on four spread feet."""
    s = pen.away
    for side in (-1, 1):
        shade = 0.3 if side == -s else -0.4
        legs = [(side * 0.24, 0), (side * 0.15, 0), (side * 0.075, 0.3), (side * 0.125, 0.3)]
        pen.poly(legs, IRON, shade)
        pen.poly([(side * 0.11, 0.32), (side * 0.065, 0.32), (side * 0.02, 0.9), (side * 0.03,
            0.9)], IRON, shade)
    arch = [(0.17 * math.cos(a), 0.16 * math.sin(a)) for a in (math.pi * i / 12 for i in range(13))]
    pen.line(arch, 0.018, IRON, 0.1)
    for y, half in ((0.3, 0.15), (0.52, 0.085), (0.88, 0.04)):
        pen.box((-half, y), (half, y + 0.025), IRON, 0.35)
    for i in range(9):
        y0, y1 = 0.33 + 0.06 * i, 0.39 + 0.06 * i
        w0, w1 = 0.1 - 0.0085 * i, 0.092 - 0.0085 * i
        pen.line([(-w0, y0), (w1, y1)], 0.006, SLATE)
        pen.line([(w0, y0), (-w1, y1)], 0.006, SLATE)
    pen.line([(0, 0.9), (0, 1.0)], 0.012, IRON)
    if pen.dark:
        pen.glow((0, 0.9), 0.16, (255, 220, 150), 0.8)


@motif("house", "building", 3.4, 1.2)
def house(pen: Pen) -> None:
    wall = (CREAM, (238, 206, 170), (216, 200, 180), (232, 222, 206))[int(pen.rng.integers(4))]
    roof = (BRICK, CLAY, SLATE, (150, 84, 66))[int(pen.rng.integers(4))]
    block(pen, (-0.44, 0), (0.44, 0.5), wall)
    pen.box((0.2, 0.72), (0.3, 1.0), BRICK, 0.0)
    pen.poly([(-0.53, 0.47), (0.53, 0.47), (0.38, 0.88), (-0.38, 0.88)], roof, 0.5)
    s = pen.away
    pen.poly([(s * 0.2, 0.47), (s * 0.53, 0.47), (s * 0.38, 0.88), (s * 0.3, 0.88)], roof, -0.4)
    for i in range(1, 5):
        y = 0.47 + 0.082 * i
        pen.line([(-0.53 + 0.03 * i, y), (0.53 - 0.03 * i, y)], 0.006, roof, -0.3)
    pen.box((-0.07, 0), (0.07, 0.28), DARKWOOD, -0.2)
    for x in (-0.27, 0.27):
        window(pen, (x, 0.17), (0.15, 0.16))
        pen.line([(x, 0.17), (x, 0.33)], 0.012, WHITE)
        pen.box((x - 0.09, 0.145), (x + 0.09, 0.165), WHITE, 0.2)


@motif("hut", "building", 2.2, 1.1)
def hut(pen: Pen) -> None:
    block(pen, (-0.36, 0), (0.36, 0.44), MUD)
    for i in range(6):
        pen.line([(-0.36 + 0.144 * i, 0), (-0.36 + 0.144 * i, 0.44)], 0.012, WOOD, -0.3)
    pen.poly([(-0.56, 0.36), (0.56, 0.36), (0.08, 0.98), (-0.08, 0.98)], (206, 168, 96), 0.5)
    s = pen.away
    pen.poly([(s * 0.1, 0.36), (s * 0.56, 0.36), (s * 0.08, 0.98), (0, 0.98)], (178, 138, 78), -0.5)
    for i in range(12):
        x = -0.52 + 0.0945 * i
        pen.line([(x, 0.34), (x * 0.2, 0.94)], 0.009, (150, 112, 66), -0.2)
    pen.poly([(-0.1, 0), (0.1, 0), (0.09, 0.3), (-0.09, 0.3)], DARKWOOD, -0.8)
    if pen.dark:
        pen.glow((0, 0.16), 0.3, (255, 176, 90), 0.7)


@motif("bridge", "building", 4.5, 3.0)
def bridge(pen: Pen) -> None:
    deck = [(-1.6, 0.62), (-0.8, 0.72), (0, 0.76), (0.8, 0.72), (1.6, 0.62)]
    low = [(x, y - 0.14) for x, y in deck[::-1]]
    pen.poly([*deck, *low], STONE, 0.5)
    pen.curve([(x, y + 0.03) for x, y in deck], 0.05, CREAM, 0.6)
    for x, half in ((-0.95, 0.34), (0.0, 0.44), (0.95, 0.34)):
        rise = 0.58 - abs(x) * 0.07
        for side in (-1, 1):
            foot = x + side * (half + 0.06)
            pen.poly([(foot - 0.07, -0.08), (foot + 0.07, -0.08), (foot + 0.06, rise), (foot - 0.06,
                rise)], STONE, 0.25 if side != pen.away else -0.3)
        arch = [(x + half * math.cos(a), rise * 0.12 + (rise - 0.1) * math.sin(a) * 0.92)
            for a in (math.pi * i / 16 for i in range(17))]
        outer = [(x + (half + 0.08) * math.cos(a), rise * 0.1 + (rise + 0.04) * math.sin(a) * 0.94)
            for a in (math.pi * i / 16 for i in range(16, -1, -1))]
        pen.poly([*arch, *outer], (188, 170, 150), -0.1)


@motif("mill", "building", 6.0, 0.95)
def mill(pen: Pen) -> None:
    shaft(pen, (0, 0), (0, 0.62), (0.36, 0.22), CREAM)
    pen.poly([(-0.15, 0.6), (0.15, 0.6), (0.1, 0.72), (0, 0.78), (-0.1, 0.72)], BRICK, 0.1)
    pen.box((-0.05, 0), (0.05, 0.16), DARKWOOD, -0.3)
    window(pen, (0, 0.34), (0.05, 0.07))
    hub, turn = (0.0, 0.64), float(pen.rng.uniform(0.2, 0.9))
    for i in range(4):
        a = turn + math.pi / 2 * i
        dx, dy = math.cos(a), math.sin(a)
        at = [(hub[0] + dx * r - dy * w, hub[1] + dy * r + dx * w) for r, w in ((0.1, 0.0), (0.1,
            0.085), (0.45, 0.085), (0.45, 0.0))]
        pen.poly(at, WHITE, 0.3)
        pen.line([hub, (hub[0] + dx * 0.46, hub[1] + dy * 0.46)], 0.016, DARKWOOD)
        for r in (0.17, 0.24, 0.31, 0.38):
            pen.line([(hub[0] + dx * r, hub[1] + dy * r), (hub[0] + dx * r - dy * 0.085,
                hub[1] + dy * r + dx * 0.085)], 0.006, WOOD)
    pen.oval(hub, (0.025, 0.025), IRON)


@motif("statue", "building", 3.0, 0.5)
def statue(pen: Pen) -> None:
    stone = (204, 204, 196)
    block(pen, (-0.2, 0), (0.2, 0.26), STONE)
    pen.box((-0.24, 0.24), (0.24, 0.29), STONE, 0.6)
    pen.box((-0.24, 0), (0.24, 0.04), STONE, 0.3)
    pen.blob([(-0.1, 0.28), (0.1, 0.28), (0.11, 0.5), (0.1, 0.66), (0.1, 0.78), (0, 0.82), (-0.1,
        0.78), (-0.09, 0.64), (-0.12, 0.45)], stone, 0.35)
    pen.curve([(0.09, 0.77), (0.19, 0.84), (0.17, 0.97)], 0.05, stone, 0.5)
    pen.curve([(-0.09, 0.76), (-0.15, 0.62), (-0.07, 0.54)], 0.05, stone, 0.0)
    pen.oval((0, 0.885), (0.052, 0.066), stone, 0.5)
    s = pen.away
    pen.shadow([(s * 0.03, 0.29), (s * 0.13, 0.29), (s * 0.12, 0.8), (s * 0.05, 0.95), (s * 0.01,
        0.82)], 0.4)
    for x in (-0.05, 0.0, 0.045):
        pen.curve([(x, 0.3), (x * 1.3, 0.45), (x * 0.6, 0.64)], 0.01, GREY, -0.4)
    pen.oval((0.165, 0.985), (0.035, 0.04), GOLD, 0.6)
