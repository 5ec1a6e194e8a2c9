"""People: faceless figures in gouache, from a few strokes far away to a portrait."""

from dataclasses import dataclass

from gpu.motifs import motif
from gpu.motifs.stock import (
    BLUE,
    CLOTHS,
    CREAM,
    DARKWOOD,
    GOLD,
    GREY,
    NAVY,
    ORANGE,
    RED,
    SKINS,
    WHITE,
)  # fmt: skip
from gpu.paint import Colour, Point
from gpu.pen import Pen

# Coordinates read better in rows than one to a line.
# fmt: off

HAIRS: tuple[Colour, ...] = ((58, 44, 42), (92, 62, 48), (140, 96, 62), (70, 66, 72))


@dataclass(frozen=True)
class Garb:
    """What a figure wears."""

    coat: Colour
    legs: Colour
    skin: Colour
    hair: Colour
    robe: bool = False
    hat: str = ""


def garb(pen: Pen, *, robe: bool | None = None, hat: str = "") -> Garb:
    """Clothes by lot."""
    draw = pen.rng
    cloth = CLOTHS[int(draw.integers(len(CLOTHS)))]
    return Garb(cloth, ((70, 66, 84), (112, 92, 80), (84, 92, 112))[int(draw.integers(3))],
        SKINS[int(draw.integers(len(SKINS)))], HAIRS[int(draw.integers(len(HAIRS)))],
        bool(draw.random() < 0.5) if robe is None else robe, hat)


def figure(pen: Pen, wear: Garb, *, stride: float = 0.05, arms: str = "down") -> None:
    """A standing or walking figure, one unit from sole to crown."""
    s = pen.away
    if wear.robe:
        pen.poly([(-0.13, 0.0), (0.13, 0.0), (0.1, 0.5), (0.085, 0.8), (-0.085, 0.8), (-0.1, 0.5)],
            wear.coat, 0.4)
        pen.poly([(s * 0.02, 0), (s * 0.13, 0), (s * 0.1, 0.5), (s * 0.085, 0.8), (s * 0.03, 0.8)],
            wear.coat, -0.5)
    else:
        for x, shade in ((-stride, -0.3), (stride, 0.2)):
            pen.poly([(x * 1.5 - 0.04, 0), (x * 1.5 + 0.045, 0), (x * 0.5 + 0.06, 0.48),
                (x * 0.5 - 0.06, 0.48)], wear.legs, shade)
        pen.blob([(-0.1, 0.44), (0.1, 0.44), (0.105, 0.66), (0.115, 0.79), (0, 0.84), (-0.115,
            0.79), (-0.105, 0.66)], wear.coat, 0.4)
        pen.shadow([(s * 0.03, 0.43), (s * 0.12, 0.43), (s * 0.12, 0.82), (s * 0.04, 0.84)], 0.35)
    _arms(pen, wear, arms)
    pen.box((-0.025, 0.8), (0.025, 0.86), wear.skin, -0.4)
    pen.oval((0, 0.912), (0.058, 0.072), wear.skin, 0.45)
    pen.dim((s * 0.03, 0.9), (0.034, 0.066), 0.22)
    _head(pen, wear)


def _arms(pen: Pen, wear: Garb, arms: str) -> None:
    poses: dict[str, tuple[tuple[Point, ...], ...]] = {"down": (((-0.1, 0.77), (-0.15, 0.62),
        (-0.13, 0.46)), ((0.1, 0.77), (0.15, 0.62), (0.13, 0.46))), "work": (((-0.09, 0.76), (0.02,
        0.62), (0.18, 0.6)), ((0.1, 0.77), (0.17, 0.66), (0.24, 0.62))), "raise": (((-0.1, 0.77),
        (-0.16, 0.62), (-0.13, 0.46)), ((0.1, 0.77), (0.2, 0.86), (0.24, 1.0))), "carry": (((-0.1,
        0.77), (-0.16, 0.9), (-0.08, 1.02)), ((0.1, 0.77), (0.16, 0.9), (0.08, 1.02))),
        "hold": (((-0.1, 0.77), (-0.15, 0.62), (-0.02, 0.58)), ((0.1, 0.77), (0.15, 0.62), (0.03,
        0.58)))}
    for i, path in enumerate(poses.get(arms, ())):
        pen.curve(path, 0.052, wear.coat, 0.25 if (i == 0) == (pen.away > 0) else -0.35)
        pen.oval(path[-1], (0.026, 0.028), wear.skin, 0.3)


def _head(pen: Pen, wear: Garb) -> None:
    hair = [(-0.062, 0.9), (-0.064, 0.96), (0, 0.995), (0.064, 0.96), (0.062, 0.9), (0.04, 0.945),
        (0, 0.955), (-0.04, 0.945)]
    if wear.hat == "":
        pen.blob(hair, wear.hair, 0.1)
    elif wear.hat == "straw":
        pen.poly([(-0.14, 0.945), (0.14, 0.945), (0.03, 1.04), (-0.03, 1.04)], (232, 196, 118), 0.4)
    elif wear.hat == "cap":
        pen.poly([(-0.07, 0.94), (0.1, 0.94), (0.055, 1.0), (-0.06, 1.0)], wear.legs, 0.2)
    elif wear.hat == "wrap":
        pen.blob([(-0.075, 0.93), (-0.07, 1.0), (0, 1.03), (0.07, 1.0), (0.075, 0.93), (0, 0.95)],
            CREAM, 0.4)
    elif wear.hat == "scarf":
        pen.blob([(-0.075, 0.86), (-0.075, 0.98), (0, 1.01), (0.075, 0.98), (0.075, 0.86), (0.05,
            0.9), (0.045, 0.96), (-0.045, 0.96), (-0.05, 0.9)], wear.legs, 0.3)


def speck(pen: Pen, wear: Garb) -> None:
    """A figure of a few pixels."""
    pen.poly([(-0.11, 0), (0.11, 0), (0.09, 0.8), (-0.09, 0.8)], wear.coat, 0.0)
    pen.oval((0, 0.9), (0.075, 0.1), wear.skin, 0.0)


def passer(pen: Pen, *, past: bool = True) -> None:
    """Anybody: of old times or of today."""
    hats = ("", "wrap", "scarf", "straw") if past else ("", "", "cap", "straw")
    wear = garb(pen, robe=None if past else False, hat=hats[int(pen.rng.integers(4))])
    if pen.px < 14:
        speck(pen, wear)
        return
    arms = ("down", "down", "hold", "carry" if past else "raise")[int(pen.rng.integers(4))]
    figure(pen, wear, stride=float(pen.rng.uniform(0.02, 0.08)), arms=arms)
    if arms == "carry" and past:
        pen.blob([(-0.1, 1.03), (-0.12, 1.12), (0, 1.2), (0.12, 1.12), (0.1, 1.03)], (196, 122, 82),
            0.3)
    elif not past and arms != "raise":
        pen.blob([(-0.13, 0.52), (-0.15, 0.74), (-0.07, 0.78), (-0.06, 0.5)], RED, -0.1)


@motif("child", "person", 0.72, 0.45)
def child(pen: Pen) -> None:
    """Larger head, short legs, a paper kite's string in the hand."""
    s = pen.away
    for x in (-0.06, 0.06):
        pen.poly([(x - 0.05, 0), (x + 0.05, 0), (x + 0.045, 0.34), (x - 0.045, 0.34)], NAVY, -0.1)
    pen.blob([(-0.16, 0.3), (0.16, 0.3), (0.12, 0.52), (0.1, 0.66), (-0.1, 0.66), (-0.12, 0.52)],
        (232, 178, 96), 0.4)
    pen.shadow([(s * 0.04, 0.28), (s * 0.18, 0.28), (s * 0.12, 0.68)], 0.3)
    pen.curve([(-0.1, 0.62), (-0.2, 0.5), (-0.22, 0.38)], 0.065, (232, 178, 96), 0.2)
    pen.curve([(0.1, 0.62), (0.22, 0.72), (0.26, 0.86)], 0.065, (232, 178, 96), 0.2)
    pen.oval((0.26, 0.88), (0.034, 0.036), SKINS[0], 0.3)
    pen.oval((0, 0.8), (0.12, 0.135), SKINS[0], 0.45)
    pen.blob([(-0.13, 0.78), (-0.13, 0.92), (0, 0.99), (0.13, 0.92), (0.13, 0.78), (0.08, 0.87),
        (-0.04, 0.9)], (110, 70, 48), 0.2)


@motif("couple", "person", 1.0, 0.6)
def couple(pen: Pen) -> None:
    left = pen.part((-0.13, 0), 1.0)
    figure(left, Garb((74, 88, 118), (58, 56, 72), SKINS[1], HAIRS[0]), arms="down")
    right = pen.part((0.14, 0), 0.94)
    figure(right, Garb((206, 92, 82), (150, 86, 96), SKINS[0], HAIRS[2], robe=True), arms="down")
    pen.curve([(-0.01, 0.5), (0.0, 0.47), (0.02, 0.5)], 0.04, SKINS[0], 0.3)


@motif("crowd", "person", 1.05, 2.2)
def crowd(pen: Pen) -> None:
    """Rows of people, the far ones first."""
    for row in range(3):
        for i in range(9 - row):
            x = -1.0 + (i + 0.5 * (row % 2)) * 0.25 + float(pen.rng.uniform(-0.05, 0.05))
            one = pen.part((x, 0.12 * (2 - row)), 0.78 + 0.09 * row)
            one.haze = min(pen.haze + 0.12 * (2 - row), 0.9)
            wear = garb(one, hat=("", "", "cap", "scarf")[int(pen.rng.integers(4))])
            figure(one, wear, arms=("down", "raise", "down")[int(pen.rng.integers(3))])


@motif("king", "person", 1.12, 0.5)
def king(pen: Pen) -> None:
    s = pen.away
    pen.poly([(-0.26, 0), (0.26, 0), (0.15, 0.76), (-0.15, 0.76)], (148, 44, 54), 0.3)
    pen.poly([(s * 0.05, 0), (s * 0.26, 0), (s * 0.15, 0.76), (s * 0.06, 0.76)], (148, 44, 54),
        -0.5)
    pen.poly([(-0.07, 0), (0.07, 0), (0.05, 0.72), (-0.05, 0.72)], (232, 206, 150), 0.4)
    for i in range(5):
        pen.oval((0, 0.08 + 0.13 * i), (0.014, 0.018), GOLD, 0.7)
    pen.blob([(-0.19, 0.7), (-0.1, 0.8), (0, 0.77), (0.1, 0.8), (0.19, 0.7), (0.1, 0.68), (0, 0.7),
        (-0.1, 0.68)], WHITE, 0.5)
    pen.curve([(0.15, 0.72), (0.24, 0.6), (0.25, 0.48)], 0.07, (148, 44, 54), 0.1)
    pen.line([(0.26, 0.2), (0.26, 0.86)], 0.02, GOLD, 0.5)
    pen.oval((0.26, 0.88), (0.035, 0.035), GOLD, 0.8)
    pen.oval((0, 0.86), (0.058, 0.07), SKINS[0], 0.45)
    pen.blob([(-0.055, 0.84), (0, 0.86), (0.055, 0.84), (0.03, 0.76), (0, 0.74), (-0.03, 0.76)],
        GREY, 0.3)
    pen.poly([(-0.066, 0.91), (-0.076, 1.0), (-0.036, 0.955), (0, 1.02), (0.036, 0.955), (0.076,
        1.0), (0.066, 0.91)], GOLD, 0.7)


@motif("astronaut", "person", 1.1, 0.55)
def astronaut(pen: Pen) -> None:
    suit = (236, 236, 232)
    s = pen.away
    pen.blob([(-0.2, 0.44), (-0.2, 0.78), (0.2, 0.78), (0.2, 0.44)], GREY, -0.2)
    for x in (-0.08, 0.08):
        pen.blob([(x - 0.075, 0.02), (x - 0.06, 0.3), (x - 0.05, 0.46), (x + 0.06, 0.46), (x + 0.06,
            0.3), (x + 0.08, 0.02)], suit, 0.2)
        pen.blob([(x - 0.08, 0), (x - 0.08, 0.07), (x + 0.09, 0.07), (x + 0.1, 0)], GREY, 0.0)
    pen.blob([(-0.15, 0.4), (0.15, 0.4), (0.17, 0.6), (0.14, 0.76), (-0.14, 0.76), (-0.17, 0.6)],
        suit, 0.45)
    pen.curve([(-0.15, 0.7), (-0.25, 0.56), (-0.24, 0.42)], 0.1, suit, 0.3)
    pen.curve([(0.15, 0.7), (0.27, 0.64), (0.33, 0.76)], 0.1, suit, 0.3)
    pen.oval((-0.24, 0.4), (0.05, 0.05), GREY)
    pen.oval((0.33, 0.79), (0.05, 0.05), GREY)
    pen.box((-0.08, 0.54), (0.08, 0.66), (190, 196, 204), 0.2)
    pen.box((-0.05, 0.6), (-0.01, 0.64), RED, 0.4)
    pen.box((0.02, 0.6), (0.06, 0.64), BLUE, 0.4)
    pen.oval((0, 0.87), (0.13, 0.13), suit, 0.5)
    pen.oval((0.0, 0.87), (0.095, 0.085), (58, 48, 54), 0.0)
    pen.blob([(-0.07, 0.9), (-0.02, 0.94), (0.05, 0.92), (0.0, 0.88)], ORANGE, 0.6)
    pen.shadow([(s * 0.06, 0.4), (s * 0.2, 0.4), (s * 0.16, 0.98), (s * 0.07, 0.99)], 0.28)


@motif("musician", "person", 1.0, 0.7)
def musician(pen: Pen) -> None:
    """A violinist at play."""
    wear = Garb((58, 54, 70), (48, 46, 58), SKINS[0], HAIRS[1])
    figure(pen, wear, stride=0.06, arms="none")
    pen.blob([(0.02, 0.8), (0.1, 0.85), (0.2, 0.86), (0.24, 0.81), (0.16, 0.78), (0.08, 0.76)],
        (176, 96, 56), 0.4)
    pen.line([(0.22, 0.83), (0.38, 0.87)], 0.018, DARKWOOD)
    pen.line([(0.1, 0.66), (0.24, 1.0)], 0.011, CREAM, 0.5)
    pen.curve([(0.09, 0.76), (0.24, 0.7), (0.34, 0.84)], 0.052, wear.coat, 0.3)
    pen.curve([(-0.09, 0.77), (-0.06, 0.6), (0.1, 0.68)], 0.052, wear.coat, 0.1)
    pen.oval((0.34, 0.85), (0.025, 0.025), wear.skin, 0.3)
    pen.oval((0.11, 0.68), (0.025, 0.025), wear.skin, 0.3)
    for x, y in ((0.4, 1.0), (0.5, 1.1)):
        pen.oval((x, y), (0.022, 0.017), GOLD, 0.6)
        pen.line([(x + 0.02, y), (x + 0.02, y + 0.08)], 0.007, GOLD, 0.6)
