"""Heavenly bodies, and ideas that take a shape: an atom, a heart, a mind, a strand of life."""

import math
from itertools import pairwise

from gpu.motifs import motif
from gpu.motifs.stock import BLUE, CREAM, GOLD, ORANGE, PINK, RED, TEAL, YELLOW, ring, star
from gpu.paint import Colour, circle
from gpu.pen import Pen

# Coordinates read better in rows than one to a line.
# fmt: off


@motif("star", "heaven", 1.0, 1.0)
def bright_star(pen: Pen) -> None:
    pen.glow((0, 0.5), 0.95, (200, 216, 255), 0.6)
    for turn, reach, alpha in ((0.0, 0.52, 0.95), (math.pi / 4, 0.3, 0.6)):
        rays = star(0, 0, reach, 4, 0.09)
        c, s = math.cos(turn), math.sin(turn)
        shape = [(x * c - y * s, 0.5 + x * s + y * c) for x, y in rays]
        pen.sheet.fill(pen.plane(shape), (255, 246, 222), alpha)
    pen.glow((0, 0.5), 0.3, (255, 250, 230), 1.0)
    for x, y, r in ((-0.4, 0.86, 0.05), (0.44, 0.74, 0.035), (0.3, 0.1, 0.045), (-0.36, 0.2, 0.03)):
        pen.lamp(star(x, y, r * 1.6, 4, 0.15), (255, 246, 222))


@motif("moon", "heaven", 1.0, 1.0)
def moon(pen: Pen) -> None:
    s = pen.away
    pen.glow((0, 0.5), 0.95, (190, 206, 240), 0.4)
    pen.lamp(circle(0, 0.5, 0.46, 0.46), (240, 238, 222))
    for x, y, r in ((-0.16, 0.62, 0.14), (0.12, 0.7, 0.09), (0.1, 0.4, 0.17), (-0.2, 0.34, 0.08),
        (0.28, 0.56, 0.06), (-0.04, 0.2, 0.07), (-0.3, 0.52, 0.05)):
        pen.sheet.shade(pen.plane(circle(x, y, r, r * 0.9)), (196, 196, 190), 0.55)
        pen.sheet.shade(pen.plane(circle(x + 0.02 * s, y - 0.02, r * 0.8, r * 0.72)), (180, 182,
            182), 0.4)
    shadow = [(0.52 * math.cos(a) * s, 0.5 + 0.52 * math.sin(a)) for a in (math.pi * (i / 20 - 0.5)
        for i in range(21))]
    inner = [(0.2 * math.cos(a) * s, 0.5 + 0.5 * math.sin(a)) for a in (math.pi * (0.5 - i / 20)
        for i in range(21))]
    pen.sheet.shade(pen.plane([*shadow, *inner]), (40, 48, 78), 0.55)


@motif("sun", "heaven", 1.0, 1.0)
def sun(pen: Pen) -> None:
    pen.glow((0, 0.5), 1.2, (255, 190, 90), 0.7)
    for i, (dx, dy) in enumerate(ring(0, 0, 1, 16)):
        near, far = 0.36, 0.5 if i % 2 else 0.46
        side = (-dy * 0.035, dx * 0.035)
        pen.lamp([(dx * near + side[0], 0.5 + dy * near + side[1]), (dx * far, 0.5 + dy * far),
            (dx * near - side[0], 0.5 + dy * near - side[1])], (255, 206, 110))
    pen.lamp(circle(0, 0.5, 0.32, 0.32), (255, 190, 84))
    pen.lamp(circle(0, 0.5, 0.27, 0.27), (255, 224, 140))
    pen.glow((0, 0.5), 0.34, (255, 250, 220), 0.7)


@motif("atom", "idea", 1.0, 1.1)
def atom(pen: Pen) -> None:
    pen.glow((0, 0.5), 0.8, (90, 190, 220), 0.5)
    for i in range(3):
        path = [(float(x), float(y)) for x, y in circle(0, 0.5, 0.52, 0.17, 60.0 * i + 10)]
        pen.line([*path, path[0]], 0.022, (150, 220, 230), 0.6)
        x, y = path[(7 + 13 * i) % 40]
        pen.oval((x, y), (0.045, 0.045), (220, 248, 250), 0.8)
        pen.glow((x, y), 0.14, (140, 230, 250), 0.8)
    for i, (dx, dy) in enumerate((*ring(0, 0, 0.07, 6), (0.0, 0.0))):
        pen.oval((dx, 0.5 + dy), (0.06, 0.06), RED if i % 2 else ORANGE,
            pen.facing(dx * 9) * 0.5 + 0.3)
        pen.oval((dx - 0.018 * pen.away, 0.5 + dy + 0.018), (0.02, 0.02), CREAM, 0.8)


@motif("heart", "idea", 0.6, 1.0)
def heart(pen: Pen) -> None:
    s = pen.away
    outline = []
    for i in range(60):
        a = 2 * math.pi * i / 60
        x = 16 * math.sin(a) ** 3
        y = 13 * math.cos(a) - 5 * math.cos(2 * a) - 2 * math.cos(3 * a) - math.cos(4 * a)
        outline.append((x * 0.029, 0.52 + y * 0.029))
    pen.glow((0, 0.52), 0.9, (230, 70, 80), 0.4)
    pen.poly(outline, (196, 44, 56), 0.3)
    pen.poly([(x * 0.86 - 0.03 * s, 0.53 + (y - 0.52) * 0.86 + 0.02) for x, y in outline], (222, 70,
        74), 0.5)
    pen.shadow([(s * 0.12, 0), (s * 0.55, 0.3), (s * 0.55, 0.8), (s * 0.3, 0.8), (s * 0.3, 0.4)],
        0.25)
    pen.shine([(-s * 0.3, 0.66), (-s * 0.22, 0.78), (-s * 0.12, 0.78), (-s * 0.22, 0.64)], 0.45)
    beat = [(-0.56, 0.5), (-0.26, 0.5), (-0.2, 0.58), (-0.13, 0.38), (-0.04, 0.72), (0.05, 0.32),
        (0.11, 0.54), (0.16, 0.5), (0.56, 0.5)]
    pen.line(beat, 0.028, (255, 226, 214), 0.8)


@motif("brain", "idea", 0.6, 1.2)
def brain(pen: Pen) -> None:
    tissue: Colour = (228, 160, 158)
    pen.glow((0, 0.55), 0.95, (240, 170, 190), 0.35)
    pen.blob([(0.02, 0.24), (0.12, 0.0), (0.24, 0.02), (0.2, 0.26)], tissue, -0.3)
    pen.blob([(0.16, 0.2), (0.44, 0.16), (0.54, 0.3), (0.4, 0.4), (0.18, 0.36)], tissue, -0.2)
    pen.blob([(-0.56, 0.44), (-0.54, 0.7), (-0.36, 0.9), (-0.06, 0.99), (0.28, 0.94), (0.52, 0.76),
        (0.58, 0.52), (0.46, 0.36), (0.2, 0.32), (0.0, 0.26), (-0.2, 0.22), (-0.42, 0.28)], tissue,
        0.35)
    folds = (((-0.5, 0.5), (-0.38, 0.6), (-0.42, 0.72), (-0.28, 0.8)), ((-0.3, 0.3), (-0.24, 0.44),
        (-0.34, 0.54)), ((-0.2, 0.9), (-0.16, 0.76), (-0.26, 0.66), (-0.14, 0.56), (-0.2, 0.42)),
        ((0.02, 0.94), (0.06, 0.8), (-0.02, 0.7), (0.08, 0.58), (0.0, 0.46), (0.06, 0.36)), ((0.22,
        0.92), (0.24, 0.78), (0.16, 0.68), (0.26, 0.58), (0.2, 0.46)), ((0.42, 0.82), (0.36, 0.7),
        (0.44, 0.6), (0.36, 0.48)), ((-0.46, 0.4), (-0.34, 0.38)), ((0.54, 0.56), (0.48, 0.5)),
        ((0.22, 0.3), (0.34, 0.28), (0.46, 0.3)))
    for fold in folds:
        pen.curve([(x + 0.012 * pen.away, y - 0.012) for x, y in fold], 0.04, PINK, 0.8)
        pen.curve(fold, 0.03, (170, 96, 106), -0.3)
    for x, y in ((-0.3, 0.68), (0.1, 0.76), (0.32, 0.6), (-0.08, 0.5)):
        pen.glow((x, y), 0.1, (255, 236, 180), 0.8)


@motif("DNA", "idea", 1.0, 0.5)
def dna(pen: Pen) -> None:
    pen.glow((0, 0.5), 0.7, (90, 170, 210), 0.35)
    steps = 44
    at = [i / steps for i in range(steps + 1)]

    def x_of(t: float, phase: float) -> float:
        return 0.19 * math.sin(2 * math.pi * 1.6 * t + phase)

    for i, t in enumerate(at):
        if i % 2 == 0:
            a, b = x_of(t, 0), x_of(t, math.pi)
            colour = (YELLOW, RED, TEAL, GOLD)[i // 2 % 4]
            pen.line([(a, t), ((a + b) / 2, t)], 0.022, colour, 0.4)
            pen.line([((a + b) / 2, t), (b, t)], 0.022, (BLUE, ORANGE, CREAM, PINK)[i // 2 % 4],
                0.2)
    for phase, colour in ((math.pi, (120, 170, 200)), (0.0, (226, 240, 244))):
        for a, b in pairwise(at):
            near = math.cos(2 * math.pi * 1.6 * a + phase)
            pen.line([(x_of(a, phase), a), (x_of(b, phase), b)], 0.045 + 0.015 * near, colour,
                0.3 + 0.5 * near)
