"""What stands in rooms. Painters draw on a pen; a table or a curtain knows the scene's frame."""

import math

import numpy as np

from gpu.motifs.stock import (
    CREAM,
    DARKWOOD,
    GLASS,
    GOLD,
    GREY,
    INK,
    IRON,
    PAPER,
    RED,
    SILVER,
    SLATE,
    TEAL,
    WHITE,
    WOOD,
    cog,
    shaft,
)  # fmt: skip
from gpu.paint import Colour, Sheet
from gpu.pen import Pen
from gpu.scenery.scene import Scene

SPINES: tuple[Colour, ...] = (
    (150, 62, 54), (62, 84, 104), (196, 148, 84), (86, 108, 84), (112, 70, 86), (222, 200, 160),
)  # fmt: skip

# Coordinates read better in rows than one to a line.
# fmt: off


def bookcase(pen: Pen) -> None:
    pen.box((-0.38, 0), (0.38, 1.06), DARKWOOD, -0.1)
    for row in range(5):
        y = 0.05 + 0.2 * row
        pen.box((-0.34, y), (0.34, y + 0.17), (56, 38, 36), -0.7)
        x = -0.335
        while x < 0.3:
            wide = float(pen.rng.uniform(0.022, 0.05))
            tall = float(pen.rng.uniform(0.1, 0.16))
            colour = SPINES[int(pen.rng.integers(len(SPINES)))]
            pen.box((x, y), (x + wide, y + tall), colour, float(pen.rng.uniform(-0.3, 0.5)))
            x += wide + 0.003
        pen.box((-0.36, y - 0.025), (0.36, y), WOOD, 0.2)


def shelf(pen: Pen) -> None:
    """Two boards with jars."""
    for y in (0.62, 0.9):
        pen.box((-0.4, y), (0.4, y + 0.03), WOOD, 0.4)
        x = -0.36
        while x < 0.32:
            wide, tall = float(pen.rng.uniform(0.05, 0.1)), float(pen.rng.uniform(0.09, 0.2))
            colour = (CREAM, (196, 122, 82), TEAL, (214, 176, 110), GLASS)[int(pen.rng.integers(5))]
            pen.blob(
                [
                    (x, y + 0.03),
                    (x - 0.01, y + 0.03 + tall * 0.6),
                    (x + wide * 0.3, y + 0.03 + tall),
                    (x + wide * 0.7, y + 0.03 + tall),
                    (x + wide + 0.01, y + 0.03 + tall * 0.6),
                    (x + wide, y + 0.03),
                ],
                colour,
                0.2,
            )
            x += wide + 0.03


def tool_wall(pen: Pen) -> None:
    pen.box((-0.5, 0.75), (0.5, 1.5), WOOD, -0.35)
    for i in range(6):
        x = -0.4 + 0.16 * i
        pen.line([(x, 0.9), (x, 1.36)], 0.028, (196, 148, 96), 0.3)
        if i % 3 == 0:
            pen.box((x - 0.07, 1.3), (x + 0.07, 1.38), IRON, 0.3)
        elif i % 3 == 1:
            pen.poly([(x - 0.05, 1.1), (x + 0.05, 1.1), (x, 1.42)], SILVER, 0.4)
        else:
            pen.poly(cog(x, 1.28, 0.08, 10), GOLD, 0.3)


def flasks(pen: Pen) -> None:
    """Glass on a wall bench."""
    pen.box((-0.8, 0.7), (0.8, 0.78), WHITE, 0.4)
    pen.box((-0.76, 0), (0.76, 0.7), (176, 190, 196), -0.1)
    for i, colour in enumerate(((92, 190, 180), (236, 164, 84), (206, 92, 120), (120, 160, 220))):
        x = -0.55 + 0.36 * i
        pen.poly(
            [
                (x - 0.03, 1.2),
                (x + 0.03, 1.2),
                (x + 0.03, 1.04),
                (x + 0.13, 0.78),
                (x - 0.13, 0.78),
                (x - 0.03, 1.04),
            ],
            GLASS,
            0.6,
            0.6,
        )
        pen.poly(
            [(x + 0.07, 0.92), (x + 0.125, 0.79), (x - 0.125, 0.79), (x - 0.07, 0.92)], colour, 0.4
        )
        pen.line([(x - 0.05, 0.86), (x - 0.02, 1.02)], 0.015, WHITE, 0.8)


def cabinet(pen: Pen) -> None:
    pen.box((-0.35, 0), (0.35, 1.0), (206, 214, 214), 0.3)
    for x in (-0.17, 0.17):
        pen.box((x - 0.14, 0.5), (x + 0.14, 0.94), GLASS, 0.1)
        for y in (0.56, 0.72):
            for j in range(3):
                pen.box(
                    (x - 0.1 + 0.075 * j, y),
                    (x - 0.05 + 0.075 * j, y + 0.1),
                    SPINES[(j + int(10 * y)) % 6],
                    0.3,
                )
        pen.box((x - 0.14, 0.06), (x + 0.14, 0.44), (186, 196, 198), 0.0)


def showcase(pen: Pen) -> None:
    """A lit glass case on a plinth."""
    pen.box((-0.24, 0), (0.24, 0.5), (96, 88, 92), 0.1)
    pen.box((-0.26, 0.48), (0.26, 0.53), (140, 130, 128), 0.4)
    pen.poly([(-0.22, 0.53), (0.22, 0.53), (0.22, 1.0), (-0.22, 1.0)], (226, 220, 196), 0.3, 0.35)
    pen.glow((0, 0.72), 0.34, (255, 226, 170), 0.5)
    pot = [(-0.06, 0.54), (-0.11, 0.68), (-0.05, 0.8), (0.05, 0.8), (0.11, 0.68), (0.06, 0.54)]
    pen.blob(pot, (196, 128, 88), 0.5)


def frame(pen: Pen) -> None:
    """A painting."""
    pen.box((-0.6, 0.9), (0.6, 1.7), GOLD, 0.1)
    pen.box((-0.53, 0.96), (0.53, 1.64), (120, 148, 160), 0.2)
    pen.poly(
        [(-0.53, 0.96), (-0.53, 1.2), (-0.2, 1.34), (0.1, 1.18), (0.53, 1.28), (0.53, 0.96)],
        (112, 124, 86),
        0.1,
    )
    pen.oval((0.24, 1.46), (0.08, 0.08), (250, 226, 170), 0.6)


def stove(pen: Pen) -> None:
    pen.box((-0.1, 0.9), (0.06, 1.9), IRON, 0.0)
    pen.box((-0.5, 0), (0.5, 0.72), IRON, 0.15)
    pen.box((-0.54, 0.7), (0.54, 0.78), SLATE, 0.4)
    pen.poly([(-0.4, 0.12), (-0.02, 0.12), (-0.02, 0.52), (-0.4, 0.52)], INK, -0.3)
    pen.lamp(
        [(-0.34, 0.16), (-0.08, 0.16), (-0.08, 0.34), (-0.21, 0.46), (-0.34, 0.34)], (255, 150, 64)
    )
    pen.glow((-0.2, 0.3), 0.6, (255, 140, 60), 0.55)
    pen.box((0.08, 0.12), (0.42, 0.52), SLATE, 0.0)
    pen.blob([(0.08, 0.8), (0.06, 1.0), (0.4, 1.0), (0.38, 0.8)], (196, 122, 82), 0.3)
    pen.line([(0.06, 1.0), (0.4, 1.0)], 0.03, (150, 92, 62), 0.3)


def pans(pen: Pen) -> None:
    pen.line([(-0.8, 1.7), (0.8, 1.7)], 0.03, IRON, 0.3)
    for i in range(4):
        x = -0.6 + 0.4 * i
        pen.line([(x, 1.7), (x, 1.36)], 0.02, IRON)
        r = 0.12 + 0.03 * (i % 3)
        pen.oval((x, 1.36 - r), (r, r), (200, 122, 76), 0.1)
        pen.oval((x - 0.03, 1.38 - r), (r * 0.6, r * 0.6), (226, 160, 110), 0.6)


def armchair(pen: Pen) -> None:
    cloth = (120, 84, 84)
    pen.blob(
        [(-0.42, 0.1), (-0.44, 0.7), (-0.36, 1.0), (0.36, 1.0), (0.44, 0.7), (0.42, 0.1)],
        cloth,
        0.15,
    )
    pen.blob([(-0.36, 0.1), (-0.36, 0.42), (0.36, 0.42), (0.36, 0.1)], cloth, 0.55)
    for x in (-0.45, 0.45):
        pen.blob([(x - 0.1, 0.08), (x - 0.1, 0.52), (x + 0.1, 0.52), (x + 0.1, 0.08)], cloth, -0.15)


def machine(pen: Pen) -> None:
    pen.box((-0.5, 0), (0.5, 0.56), (108, 122, 120), 0.2)
    pen.box((-0.3, 0.56), (0.2, 0.9), (128, 140, 136), 0.35)
    shaft(pen, (0.36, 0.56), (0.36, 1.7), (0.12, 0.12), GREY)
    pen.poly(cog(-0.05, 0.72, 0.2, 14), (196, 150, 92), 0.4)
    pen.oval((-0.05, 0.72), (0.08, 0.08), INK)
    for x in (-0.36, -0.12, 0.12):
        pen.oval((x, 0.3), (0.06, 0.06), PAPER, 0.4)
        pen.line([(x, 0.3), (x + 0.03, 0.34)], 0.014, RED)
    pen.box((-0.7, 0.04), (0.7, 0.1), INK, 0.2)


def table(scene: Scene, sheet: Sheet, wood: Colour) -> None:
    """A workbench across the lower part of the frame: its top lit, its front closed."""
    light = scene.light
    top, half = table_top(scene), min(scene.frame.aspect, 2.0) * 0.36
    near = top + 0.075
    plane = [(-half * 0.92, top), (half * 0.92, top), (half, near), (-half, near)]
    foot = near + 0.5
    sheet.fill(
        [(-half * 0.95, near), (half * 0.95, near), (half * 0.95, foot), (-half * 0.95, foot)],
        light.tone(wood, -0.72),
    )
    for i in range(9):
        x = half * 0.95 * (-1 + 0.25 * i)
        sheet.stroke([(x, near), (x, foot)], 0.004, light.tone(wood, -0.95))
    sheet.fill(
        [(-half, near), (half, near), (half, near + 0.045), (-half, near + 0.045)],
        light.tone(wood, -0.35),
    )
    sheet.fill(plane, light.tone(wood, 0.7))
    for i in range(5):
        y = top + 0.012 + 0.014 * i
        sheet.stroke([(-half * 0.95, y), (half * 0.95, y + 0.002)], 0.002, light.tone(wood, 0.1))


def table_top(scene: Scene) -> float:
    """The far edge of a table in the picture."""
    return min(scene.view.horizon + 0.235, 0.84)


def curtains(scene: Scene, sheet: Sheet) -> None:
    """Red cloth at both sides and above, a spotlight between."""
    light = scene.light
    x0, y0, x1, y1 = scene.frame.reach
    half = scene.frame.aspect / 2
    sheet.beam((0.0, min(y0, -0.1)), (0.0, 1.05), (0.03, 0.42), (255, 240, 206), 0.4)
    for side in (-1, 1):
        inner = side * half * 0.72
        outer = side * (half + 0.6)
        folds = 11
        for i in range(folds):
            a = inner + (outer - inner) * i / folds
            b = inner + (outer - inner) * (i + 1) / folds
            sway = 0.03 * math.sin(i * 1.7)
            shade = (0.5, -0.2, -0.8)[i % 3] * (1 - 0.4 * i / folds)
            sheet.fill(
                [(a, y0), (b, y0), (b + sway, y1), (a + sway, y1)], light.tone((176, 44, 50), shade)
            )
    xs = np.linspace(x0, x1, 60)
    scallop = 0.10 + 0.035 * np.abs(np.sin(xs * 5.2))
    rim = [*zip(xs.tolist(), scallop.tolist(), strict=True), (x1, y0), (x0, y0)]
    sheet.fill(rim, light.tone((150, 34, 44), 0.0))
    sheet.stroke(rim[:60], 0.012, light.tone(GOLD, 0.6))


def lamps(scene: Scene, sheet: Sheet) -> None:
    """Hanging lamps for the dark hours."""
    for x in (-0.22, 0.30):
        at = (x * min(scene.frame.aspect, 1.8), 0.17)
        sheet.stroke([(at[0], -0.4), at], 0.005, (30, 24, 26))
        shade = [
            (at[0] - 0.05, at[1] + 0.03),
            (at[0] + 0.05, at[1] + 0.03),
            (at[0] + 0.018, at[1] - 0.02),
            (at[0] - 0.018, at[1] - 0.02),
        ]
        sheet.fill(shade, (58, 74, 70))
        sheet.fill(
            [(at[0] - 0.03, at[1] + 0.03), (at[0] + 0.03, at[1] + 0.03), (at[0], at[1] + 0.05)],
            (255, 236, 186),
        )
        sheet.glow((at[0], at[1] + 0.05), 0.42, (255, 196, 112), 0.5)
        scene.picture.lights.append((at[0], at[1] + 0.05, 0.3))
