"""People at work: what they wear and carry belongs to their trade; else they carry nothing."""

from collections.abc import Callable

from gpu.motifs import motif
from gpu.motifs.people import HAIRS, Garb, figure
from gpu.motifs.stock import (
    BLUE,
    CREAM,
    DARKWOOD,
    GOLD,
    GREY,
    INK,
    IRON,
    NAVY,
    PAPER,
    RED,
    SILVER,
    SKINS,
    WHITE,
    WOOD,
)  # fmt: skip
from gpu.paint import Colour
from gpu.pen import Pen

# Coordinates read better in rows than one to a line.
# fmt: off

_WHITE_HAIR: Colour = (206, 202, 198)


def _apron(pen: Pen, colour: Colour) -> None:
    pen.poly([(-0.1, 0.24), (0.11, 0.24), (0.1, 0.56), (0.06, 0.74), (-0.05, 0.74), (-0.09, 0.56)],
        colour, 0.25)


def _baker(pen: Pen) -> None:
    """White hat and coat, a peel with a loaf on it."""
    figure(pen, Garb(WHITE, (150, 150, 156), SKINS[1], HAIRS[0], hat="none"), stride=0.05,
        arms="work")
    _apron(pen, CREAM)
    pen.box((-0.064, 0.945), (0.064, 1.0), WHITE, 0.5)
    pen.blob([(-0.07, 0.99), (-0.11, 1.05), (-0.07, 1.11), (0, 1.12), (0.07, 1.11), (0.11, 1.05),
        (0.07, 0.99)], WHITE, 0.5)
    pen.line([(0.16, 0.3), (0.27, 0.9)], 0.022, WOOD, 0.3)
    pen.blob([(0.22, 0.86), (0.2, 1.02), (0.29, 1.08), (0.37, 1.0), (0.33, 0.84)], WOOD, 0.4)
    pen.oval((0.29, 0.96), (0.07, 0.05), (206, 140, 74), 0.4)
    pen.oval((0.2, 0.6), (0.028, 0.028), SKINS[1], 0.3)


def _clockmaker(pen: Pen) -> None:
    """Grey hair, waistcoat, a loupe at the eye, a small screwdriver and a watch."""
    figure(pen, Garb((226, 218, 200), (78, 74, 90), SKINS[0], _WHITE_HAIR), stride=0.03,
        arms="hold")
    pen.blob([(-0.1, 0.44), (0.1, 0.44), (0.09, 0.66), (0.05, 0.8), (0, 0.66), (-0.05, 0.8),
        (-0.09, 0.66)], (98, 70, 58), 0.2)
    pen.oval((0.03, 0.92), (0.026, 0.026), INK, 0.3)
    pen.box((0.022, 0.905), (0.062, 0.935), INK, 0.1)
    pen.blob([(-0.05, 0.88), (0, 0.895), (0.05, 0.88), (0.03, 0.868), (-0.03, 0.868)], _WHITE_HAIR)
    pen.line([(0.03, 0.58), (0.09, 0.66)], 0.011, SILVER, 0.5)
    pen.oval((-0.03, 0.57), (0.036, 0.036), GOLD, 0.6)
    pen.oval((-0.03, 0.57), (0.025, 0.025), PAPER, 0.5)


def _farmer(pen: Pen) -> None:
    figure(pen, Garb((150, 104, 76), (92, 104, 128), SKINS[1], HAIRS[1], hat="straw"), stride=0.06,
        arms="work")
    pen.line([(0.12, 0.02), (0.26, 1.06)], 0.022, WOOD, 0.3)
    pen.poly([(0.25, 1.08), (0.4, 1.0), (0.41, 0.96), (0.25, 1.03)], IRON, 0.3)
    pen.oval((0.19, 0.6), (0.028, 0.028), SKINS[1], 0.3)


def _fisher(pen: Pen) -> None:
    figure(pen, Garb((214, 172, 72), (66, 76, 96), SKINS[0], HAIRS[2], hat="scarf"), stride=0.05,
        arms="work")
    pen.line([(0.16, 0.52), (0.52, 1.14)], 0.013, DARKWOOD, 0.3)
    pen.line([(0.52, 1.14), (0.53, 0.4)], 0.004, PAPER, 0.4)
    pen.oval((0.2, 0.6), (0.028, 0.028), SKINS[0], 0.3)


def _doctor(pen: Pen) -> None:
    figure(pen, Garb(WHITE, (96, 110, 130), SKINS[1], HAIRS[0]), stride=0.03, arms="hold")
    pen.blob([(-0.11, 0.3), (0.11, 0.3), (0.1, 0.5), (-0.1, 0.5)], WHITE, 0.35)
    pen.line([(0, 0.32), (0, 0.78)], 0.006, GREY)
    pen.curve([(-0.05, 0.83), (-0.05, 0.7), (0.0, 0.66), (0.05, 0.7), (0.05, 0.83)], 0.013, INK)
    pen.oval((0.0, 0.655), (0.02, 0.02), SILVER, 0.6)


def _teacher(pen: Pen) -> None:
    figure(pen, Garb((104, 118, 98), (86, 76, 74), SKINS[0], HAIRS[2]), stride=0.03, arms="raise")
    pen.line([(0.23, 0.96), (0.42, 1.16)], 0.01, CREAM, 0.4)
    pen.poly([(-0.18, 0.44), (-0.05, 0.46), (-0.05, 0.57), (-0.18, 0.55)], RED, 0.1)


def _painter(pen: Pen) -> None:
    figure(pen, Garb(BLUE, (86, 80, 86), SKINS[1], HAIRS[1], hat="none"), stride=0.04, arms="work")
    pen.blob([(-0.09, 0.95), (-0.11, 1.0), (-0.02, 1.03), (0.08, 0.99), (0.065, 0.94)], INK, 0.2)
    pen.line([(0.2, 0.58), (0.31, 0.78)], 0.011, WOOD, 0.4)
    pen.oval((0.32, 0.8), (0.014, 0.02), RED, 0.6)
    pen.blob([(-0.06, 0.5), (-0.04, 0.6), (0.08, 0.62), (0.15, 0.55), (0.08, 0.48)], WOOD, 0.6)
    for x, colour in ((-0.01, RED), (0.04, GOLD), (0.09, NAVY)):
        pen.oval((x, 0.56), (0.014, 0.014), colour, 0.5)


def _cook(pen: Pen) -> None:
    figure(pen, Garb(WHITE, (70, 70, 82), SKINS[2], HAIRS[0], hat="none"), stride=0.04,
        arms="hold")
    _apron(pen, CREAM)
    pen.blob([(-0.065, 0.95), (-0.1, 1.04), (0, 1.09), (0.1, 1.04), (0.065, 0.95)], WHITE, 0.5)
    pen.blob([(-0.13, 0.6), (-0.12, 0.5), (0, 0.47), (0.12, 0.5), (0.13, 0.6)], (150, 158, 166),
        0.3)


def _smith(pen: Pen) -> None:
    figure(pen, Garb((150, 142, 130), (74, 70, 78), SKINS[1], HAIRS[0]), stride=0.06, arms="work")
    _apron(pen, (112, 74, 52))
    pen.line([(0.2, 0.52), (0.27, 0.8)], 0.03, WOOD, 0.2)
    pen.poly([(0.2, 0.78), (0.35, 0.75), (0.36, 0.83), (0.22, 0.86)], IRON, 0.3)


def _potter(pen: Pen) -> None:
    figure(pen, Garb((186, 150, 120), (96, 84, 78), SKINS[1], HAIRS[1], hat="scarf"), arms="hold")
    _apron(pen, (132, 112, 96))
    pen.blob([(-0.06, 0.5), (-0.1, 0.58), (-0.04, 0.67), (0.04, 0.67), (0.1, 0.58), (0.06, 0.5)],
        (204, 122, 78), 0.4)


TRADES: dict[str, Callable[[Pen], None]] = {
    "baker": _baker, "clockmaker": _clockmaker, "farmer": _farmer, "fisher": _fisher,
    "doctor": _doctor, "teacher": _teacher, "painter": _painter, "cook": _cook, "smith": _smith,
    "potter": _potter,
}


@motif("worker", "person", 1.0, 0.5)
def worker(pen: Pen) -> None:
    """Somebody of the trade that the words name; else apron, rolled sleeves and empty hands."""
    if pen.role in TRADES:
        TRADES[pen.role](pen)
        return
    figure(pen, Garb((226, 208, 176), (84, 78, 92), SKINS[1], HAIRS[0], hat="cap"), stride=0.05,
        arms="down")
    _apron(pen, (150, 96, 62))


@motif("person", "person", 1.0, 0.34)
def person(pen: Pen) -> None:
    """A traveller in a scarf, unless the words name a trade."""
    if pen.role in TRADES:
        TRADES[pen.role](pen)
        return
    wear = Garb((96, 108, 140), (70, 66, 84), SKINS[1], HAIRS[0])
    pen.blob([(-0.13, 0.3), (0.13, 0.3), (0.13, 0.6), (0.11, 0.8), (-0.11, 0.8), (-0.13, 0.6)],
        wear.coat, 0.1)
    figure(pen, wear, stride=0.04)
    pen.curve([(-0.08, 0.82), (0, 0.79), (0.08, 0.82)], 0.04, (206, 92, 66), 0.3)
    pen.curve([(0.05, 0.8), (0.09, 0.7), (0.08, 0.6)], 0.035, (206, 92, 66), 0.1)
