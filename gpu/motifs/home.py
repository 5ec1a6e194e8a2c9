"""Things of the house: bread and books, lamps and letters, clocks and cups."""

import math

from gpu.motifs import motif
from gpu.motifs.stock import (
    BRICK,
    CREAM,
    DARKWOOD,
    GOLD,
    GREY,
    INK,
    IRON,
    ORANGE,
    PAPER,
    RED,
    SILVER,
    SLATE,
    TEAL,
    WHITE,
    WOOD,
    ring,
    shaft,
)  # fmt: skip
from gpu.paint import Point, smooth
from gpu.pen import Pen

# Coordinates read better in rows than one to a line.
# fmt: off


@motif("bowl", "object", 0.3, 1.5)
def bowl(pen: Pen) -> None:
    s = pen.away
    pen.blob([(-0.7, 0.62), (-0.6, 0.28), (-0.3, 0.06), (0.3, 0.06), (0.6, 0.28), (0.7, 0.62)],
        TEAL, 0.3)
    pen.box((-0.24, 0), (0.24, 0.1), TEAL, -0.2)
    pen.shadow([(s * 0.15, 0), (s * 0.72, 0), (s * 0.72, 0.62), (s * 0.4, 0.62)], 0.35)
    pen.oval((0, 0.62), (0.7, 0.14), CREAM, 0.5)
    pen.oval((0, 0.61), (0.63, 0.115), (206, 128, 64), 0.2)
    for i in range(7):
        x = -0.4 + 0.12 * i
        pen.curve([(x - 0.1, 0.6), (x, 0.67), (x + 0.12, 0.6), (x + 0.2, 0.64)], 0.035, (246, 216,
            150), 0.5)
    pen.oval((0.26, 0.64), (0.13, 0.06), WHITE, 0.5)
    pen.oval((0.26, 0.645), (0.06, 0.035), ORANGE, 0.6)
    pen.line([(-0.1, 0.66), (0.62, 1.0)], 0.03, DARKWOOD, 0.2)
    pen.line([(0.0, 0.64), (0.72, 0.94)], 0.03, DARKWOOD, 0.2)
    steam(pen, (-0.2, 0.8), 0.5)


def steam(pen: Pen, at: Point, tall: float) -> None:
    """Two soft curls."""
    for i, dx in enumerate((-0.08, 0.08)):
        for j in range(9):
            t = j / 8
            x = at[0] + dx + 0.05 * math.sin(5 * t + 2 * i)
            r = 0.02 + 0.035 * t
            pen.oval((x, at[1] + tall * t), (r, r * 1.4), WHITE, 0.4, alpha=0.07 * (1 - t * 0.8))


@motif("cup", "object", 0.25, 1.1)
def cup(pen: Pen) -> None:
    s = pen.away
    pen.oval((0, 0.06), (0.56, 0.075), CREAM, 0.3)
    pen.oval((0, 0.075), (0.44, 0.05), CREAM, -0.2)
    handle = ring(0.42, 0.42, 0.16, 24)
    pen.line([*handle, handle[0]], 0.055, RED, 0.1)
    pen.blob([(-0.4, 0.66), (-0.37, 0.3), (-0.2, 0.08), (0.2, 0.08), (0.37, 0.3), (0.4, 0.66)], RED,
        0.35)
    pen.shadow([(s * 0.1, 0), (s * 0.42, 0), (s * 0.42, 0.66), (s * 0.22, 0.66)], 0.35)
    pen.oval((0, 0.66), (0.4, 0.085), CREAM, 0.5)
    pen.oval((0, 0.655), (0.35, 0.065), (92, 58, 44), 0.1)
    pen.oval((-0.1, 0.665), (0.12, 0.02), (150, 104, 78), 0.4)
    steam(pen, (0, 0.72), 0.42)


@motif("bread", "object", 0.3, 1.5)
def bread(pen: Pen) -> None:
    crust = (206, 140, 74)
    body = smooth([(-0.82, 0.06), (-0.86, 0.4), (-0.6, 0.72), (-0.1, 0.86), (0.4, 0.8), (0.76,
        0.56), (0.84, 0.2), (0.76, 0.04), (0.0, 0.0)])
    pen.poly(body, crust, 0.3)
    s = pen.away
    pen.shadow([(s * 0.3, 0), (s * 0.9, 0), (s * 0.86, 0.6), (s * 0.5, 0.76)], 0.3)
    pen.shadow([(-0.9, 0), (0.9, 0), (0.84, 0.18), (-0.86, 0.18)], 0.3)
    for x in (-0.5, -0.2, 0.1, 0.4):
        y = 0.64 - 0.34 * x * x
        pen.blob([(x - 0.1, y - 0.12), (x + 0.02, y - 0.02), (x + 0.2, y + 0.12), (x + 0.08,
            y - 0.02)], (250, 218, 160), 0.6)
        pen.curve([(x - 0.1, y - 0.12), (x - 0.02, y + 0.02), (x + 0.2, y + 0.13)], 0.02, (150, 88,
            46))
    for _ in range(26):
        x, y = float(pen.rng.uniform(-0.7, 0.7)), float(pen.rng.uniform(0.16, 0.62))
        if y < 0.7 - 0.5 * x * x:
            pen.oval((x, y), (0.012, 0.009), (255, 240, 214), 0.6)
    steam(pen, (0, 0.9), 0.3)


@motif("book", "object", 0.3, 1.5)
def book(pen: Pen) -> None:
    """Open, its pages lit."""
    pen.poly([(-0.88, 0.08), (0, 0.0), (0.88, 0.08), (0.84, 0.6), (0, 0.5), (-0.84, 0.6)], BRICK,
        -0.2)
    for s in (-1, 1):
        page = [(0, 0.06), (s * 0.3, 0.17), (s * 0.6, 0.17), (s * 0.82, 0.12), (s * 0.8, 0.66),
            (s * 0.55, 0.73), (s * 0.25, 0.7), (0, 0.56)]
        pen.poly([(x, y - 0.045) for x, y in page], CREAM, -0.35)
        pen.poly(page, PAPER, pen.facing(-s) * 0.5 + 0.3)
        for i in range(6):
            y = 0.62 - 0.075 * i
            pen.curve([(s * 0.1, y - 0.08), (s * 0.3, y), (s * 0.55, y + 0.015), (s * 0.72,
                y - 0.03)], 0.012, (128, 108, 96), 0.1)
    pen.shadow([(-0.05, 0.05), (0.05, 0.05), (0.04, 0.58), (-0.04, 0.58)], 0.35)
    pen.poly([(0.1, 0.1), (0.16, 0.12), (0.2, -0.1), (0.14, -0.05), (0.09, -0.1)], RED, 0.3)


@motif("letter", "object", 0.25, 1.5)
def letter(pen: Pen) -> None:
    pen.poly([(-0.78, 0.04), (0.74, -0.02), (0.8, 0.94), (-0.72, 1.0)], PAPER, 0.5)
    pen.poly([(-0.78, 0.04), (0.74, -0.02), (0.03, 0.56)], PAPER, 0.1)
    pen.poly([(-0.72, 1.0), (0.8, 0.94), (0.03, 0.4)], PAPER, 0.75)
    for a, b in (((-0.72, 1.0), (0.03, 0.4)), ((0.8, 0.94), (0.03, 0.4)), ((-0.78, 0.04), (-0.1,
        0.5)), ((0.74, -0.02), (0.16, 0.5))):
        pen.line([a, b], 0.012, (186, 160, 122), -0.2)
    pen.blob([(x * 1.0 + 0.03, y + 0.42) for x, y in ring(0, 0, 0.13, 11)], RED, 0.2)
    pen.oval((0.03, 0.42), (0.08, 0.08), RED, 0.6)
    pen.oval((0.03, 0.42), (0.05, 0.05), RED, -0.1)


@motif("lamp", "object", 0.5, 0.6)
def lamp(pen: Pen) -> None:
    """An oil lantern."""
    pen.glow((0, 0.44), 1.0, (255, 190, 100), 0.75)
    pen.box((-0.26, 0), (0.26, 0.09), IRON, 0.2)
    pen.box((-0.2, 0.09), (0.2, 0.15), IRON, -0.2)
    pen.blob([(-0.16, 0.14), (-0.23, 0.4), (-0.16, 0.66), (0.16, 0.66), (0.23, 0.4), (0.16, 0.14)],
        (255, 226, 160), 0.7, 0.5)
    pen.lamp([(0, 0.62), (0.06, 0.44), (0.05, 0.28), (0, 0.22), (-0.05, 0.28), (-0.06, 0.44)], (255,
        206, 110))
    pen.lamp([(0, 0.5), (0.03, 0.36), (0, 0.26), (-0.03, 0.36)], (255, 246, 214))
    for x in (-0.2, 0.2):
        pen.line([(x, 0.12), (x * 1.1, 0.68)], 0.025, IRON, 0.3)
    pen.poly([(-0.24, 0.66), (0.24, 0.66), (0.1, 0.8), (-0.1, 0.8)], IRON, 0.2)
    loop = [(0.2 * math.cos(a), 0.78 + 0.22 * math.sin(a)) for a in (math.pi * i / 12
        for i in range(13))]
    pen.line(loop, 0.022, IRON, 0.3)
    pen.glow((0, 0.4), 0.42, (255, 220, 140), 0.55)


@motif("candle", "object", 0.35, 0.6)
def candle(pen: Pen) -> None:
    pen.glow((0, 0.86), 0.95, (255, 184, 96), 0.7)
    pen.oval((0, 0.05), (0.3, 0.06), GOLD, 0.2)
    pen.oval((0, 0.075), (0.24, 0.04), GOLD, 0.6)
    shaft(pen, (0, 0.06), (0, 0.66), (0.18, 0.17), CREAM)
    for x, low in ((-0.07, 0.4), (0.05, 0.5), (0.075, 0.32)):
        pen.blob([(x - 0.02, 0.66), (x - 0.02, low), (x, low - 0.03), (x + 0.02, low), (x + 0.02,
            0.66)], WHITE, 0.5)
    pen.oval((0, 0.66), (0.085, 0.025), (255, 236, 190), 0.8)
    pen.line([(0, 0.66), (0.01, 0.72)], 0.012, INK)
    pen.lamp([(0, 1.0), (0.05, 0.84), (0.045, 0.75), (0, 0.7), (-0.045, 0.75), (-0.05, 0.84)], (255,
        190, 90))
    pen.lamp([(0, 0.9), (0.024, 0.8), (0, 0.72), (-0.024, 0.8)], (255, 246, 210))
    pen.glow((0, 0.82), 0.3, (255, 214, 130), 0.6)


@motif("fire", "object", 0.7, 0.9)
def fire(pen: Pen) -> None:
    pen.glow((0, 0.35), 1.3, (255, 130, 50), 0.75)
    for x, turn in ((-0.32, 0.16), (0.3, -0.14), (0.0, 0.05)):
        pen.line([(x - 0.3, 0.05 + turn), (x + 0.3, 0.05 - turn)], 0.1, DARKWOOD, -0.2)
    for i, (dx, dy) in enumerate(ring(0, 0, 1, 9)):
        pen.oval((dx * 0.5, 0.03 + dy * 0.05), (0.09, 0.06), GREY, -0.2 + 0.1 * (i % 3))
    for scale, colour in ((1.0, (240, 96, 40)), (0.7, (255, 164, 60)), (0.42, (255, 232, 150))):
        flame = [(-0.28, 0.08), (-0.34, 0.3), (-0.2, 0.44), (-0.18, 0.72), (-0.04, 0.56), (0.04,
            1.0), (0.16, 0.62), (0.26, 0.66), (0.32, 0.3), (0.26, 0.08), (0, 0.02)]
        soft = [(x * scale, 0.04 + y * scale) for x, y in flame]
        pen.lamp(smooth(soft), colour)
    for _ in range(9):
        x, y = float(pen.rng.uniform(-0.4, 0.4)), float(pen.rng.uniform(0.7, 1.4))
        pen.glow((x, y), 0.035, (255, 180, 90), 0.9)


@motif("key", "object", 0.25, 1.7)
def key(pen: Pen) -> None:
    for r, tone in ((0.3, -0.3), (0.27, 0.5)):
        for dx, dy in ((-0.62, 0.68), (-0.62, 0.32), (-0.86, 0.5)):
            bow = ring(dx, dy, r * 0.55, 24)
            pen.line([*bow, bow[0]], 0.085 * r / 0.3, GOLD, tone)
    pen.line([(-0.5, 0.5), (0.86, 0.5)], 0.12, GOLD, -0.1)
    pen.line([(-0.5, 0.52), (0.86, 0.52)], 0.05, GOLD, 0.8)
    for x, tall in ((0.52, 0.3), (0.66, 0.22), (0.8, 0.34)):
        pen.box((x - 0.05, 0.5 - tall), (x + 0.05, 0.5), GOLD, 0.2)
    for x in (-0.38, -0.3):
        pen.box((x - 0.02, 0.41), (x + 0.02, 0.59), GOLD, 0.5)


@motif("clock", "object", 0.55, 0.9)
def clock(pen: Pen) -> None:
    """A bracket clock of dark wood."""
    pen.box((-0.46, 0), (0.46, 0.1), DARKWOOD, 0.2)
    pen.poly([(-0.4, 0.1), (0.4, 0.1), (0.4, 0.66), (0.26, 0.88), (0, 0.96), (-0.26, 0.88), (-0.4,
        0.66)], (140, 88, 60), 0.3)
    s = pen.away
    pen.shadow([(s * 0.28, 0.1), (s * 0.4, 0.1), (s * 0.4, 0.66), (s * 0.26, 0.88), (s * 0.2,
        0.86)], 0.4)
    pen.oval((0, 0.55), (0.31, 0.31), GOLD, 0.4)
    pen.oval((0, 0.55), (0.275, 0.275), (252, 244, 222), 0.5)
    for i, (dx, dy) in enumerate(ring(0, 0, 1, 12)):
        inner = 0.2 if i % 3 == 0 else 0.225
        pen.line([(dx * inner, 0.55 + dy * inner), (dx * 0.25, 0.55 + dy * 0.25)], 0.022
            if i % 3 == 0 else 0.012, INK)
    pen.line([(0, 0.55), (-0.1, 0.66)], 0.028, INK)
    pen.line([(0, 0.55), (0.09, 0.74)], 0.018, INK)
    pen.oval((0, 0.55), (0.022, 0.022), RED, 0.3)
    pen.oval((0, 0.99), (0.04, 0.04), GOLD, 0.5)
    pen.box((-0.24, 0.13), (0.24, 0.2), GOLD, 0.1)


@motif("camera", "object", 0.3, 1.35)
def camera(pen: Pen) -> None:
    pen.poly([(-0.66, 0.02), (0.66, 0.02), (0.66, 0.66), (-0.66, 0.66)], INK, 0.15)
    pen.poly([(-0.66, 0.6), (0.66, 0.6), (0.6, 0.74), (-0.6, 0.74)], SILVER, 0.5)
    pen.poly([(-0.2, 0.72), (0.2, 0.72), (0.13, 0.88), (-0.13, 0.88)], SILVER, 0.2)
    pen.oval((0.42, 0.79), (0.1, 0.05), SILVER, 0.4)
    pen.box((-0.5, 0.74), (-0.34, 0.8), SILVER, 0.0)
    for r, colour, tone in ((0.33, SILVER, 0.4), (0.29, INK, -0.2), (0.22, SLATE, -0.5), (0.16, (58,
        78, 118), 0.0)):
        pen.oval((0, 0.36), (r, r), colour, tone)
    pen.oval((-0.06, 0.43), (0.06, 0.045), (210, 226, 246), 0.8)
    pen.box((-0.6, 0.4), (-0.42, 0.52), (196, 214, 226), 0.3)
    pen.oval((0.5, 0.5), (0.035, 0.035), RED, 0.6)


@motif("radio", "object", 0.4, 1.4)
def radio(pen: Pen) -> None:
    pen.line([(0.4, 0.76), (0.72, 1.1)], 0.022, SILVER, 0.4)
    pen.blob([(-0.72, 0.02), (-0.76, 0.4), (-0.7, 0.74), (0, 0.8), (0.7, 0.74), (0.76, 0.4), (0.72,
        0.02), (0, 0.0)], WOOD, 0.3)
    pen.poly([(-0.6, 0.12), (-0.02, 0.12), (-0.02, 0.66), (-0.6, 0.66)], (226, 196, 140), 0.2)
    for i in range(8):
        y = 0.16 + 0.066 * i
        pen.line([(-0.58, y), (-0.04, y)], 0.016, (150, 112, 76), -0.2)
    pen.lamp([(0.06, 0.42), (0.6, 0.42), (0.6, 0.64), (0.06, 0.64)], (255, 224, 150))
    for i in range(9):
        pen.line([(0.1 + 0.057 * i, 0.46), (0.1 + 0.057 * i, 0.5 + 0.05 * (i % 2))], 0.01, INK)
    pen.line([(0.38, 0.43), (0.38, 0.63)], 0.014, RED)
    for x in (0.18, 0.48):
        pen.oval((x, 0.24), (0.1, 0.1), DARKWOOD, 0.0)
        pen.oval((x, 0.25), (0.065, 0.065), GOLD, 0.5)


@motif("computer", "object", 0.45, 1.35)
def computer(pen: Pen) -> None:
    pen.poly([(-0.12, 0.06), (0.12, 0.06), (0.09, 0.26), (-0.09, 0.26)], GREY, -0.2)
    pen.box((-0.3, 0.02), (0.3, 0.07), GREY, 0.3)
    pen.poly([(-0.66, 0.22), (0.66, 0.22), (0.66, 1.0), (-0.66, 1.0)], INK, 0.2)
    pen.lamp([(-0.6, 0.29), (0.6, 0.29), (0.6, 0.94), (-0.6, 0.94)], (34, 66, 92))
    for i in range(8):
        x = -0.52 + 0.07 * (i % 3)
        wide = float(pen.rng.uniform(0.2, 0.75))
        y = 0.86 - 0.072 * i
        colour = ((126, 214, 196), (246, 204, 112), (226, 236, 240))[i % 3]
        pen.lamp([(x, y), (x + wide, y), (x + wide, y + 0.026), (x, y + 0.026)], colour)
    pen.poly([(-0.7, -0.06), (0.5, -0.06), (0.44, 0.06), (-0.64, 0.06)], GREY, 0.3)
    for i in range(3):
        pen.line([(-0.64, -0.03 + 0.03 * i), (0.45, -0.03 + 0.03 * i)], 0.008, INK)
    pen.glow((0, 0.6), 0.9, (110, 190, 210), 0.3)


@motif("phone", "object", 0.35, 1.2)
def phone(pen: Pen) -> None:
    """A telephone with a dial and a receiver on its fork."""
    pen.blob([(-0.56, 0.02), (-0.46, 0.3), (-0.26, 0.56), (0.26, 0.56), (0.46, 0.3), (0.56, 0.02),
        (0, 0.0)], INK, 0.25)
    pen.box((-0.2, 0.54), (-0.12, 0.68), INK, 0.3)
    pen.box((0.12, 0.54), (0.2, 0.68), INK, 0.3)
    pen.curve([(-0.58, 0.74), (-0.3, 0.86), (0.3, 0.86), (0.58, 0.74)], 0.12, INK, 0.4)
    for x in (-0.58, 0.58):
        pen.blob([(x - 0.16, 0.62), (x - 0.13, 0.8), (x + 0.13, 0.8), (x + 0.16, 0.62), (x, 0.57)],
            INK, 0.2)
    pen.oval((0, 0.28), (0.23, 0.22), GOLD, 0.2)
    pen.oval((0, 0.28), (0.2, 0.19), CREAM, 0.4)
    for dx, dy in ring(0, 0, 0.145, 10):
        pen.oval((dx, 0.28 + dy * 0.95), (0.03, 0.028), INK)
    pen.oval((0, 0.28), (0.07, 0.066), GOLD, 0.5)
