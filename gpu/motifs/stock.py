"""Colours of common materials, and the few shapes that many things share."""

import math

from gpu.paint import Colour, Point
from gpu.pen import Pen

CREAM: Colour = (250, 238, 214)
STONE: Colour = (206, 192, 172)
GREY: Colour = (164, 162, 166)
SLATE: Colour = (104, 110, 126)
IRON: Colour = (74, 78, 90)
INK: Colour = (46, 44, 56)
BRICK: Colour = (196, 116, 84)
CLAY: Colour = (204, 122, 78)
MUD: Colour = (214, 168, 118)
WOOD: Colour = (160, 108, 70)
DARKWOOD: Colour = (104, 68, 50)
RED: Colour = (206, 66, 54)
RUST: Colour = (176, 84, 56)
ORANGE: Colour = (238, 146, 62)
YELLOW: Colour = (246, 204, 92)
GOLD: Colour = (240, 190, 84)
SILVER: Colour = (206, 212, 220)
BLUE: Colour = (70, 112, 168)
NAVY: Colour = (48, 66, 104)
TEAL: Colour = (62, 136, 136)
GREEN: Colour = (96, 138, 82)
LEAF: Colour = (118, 152, 84)
MOSS: Colour = (84, 104, 64)
PINK: Colour = (236, 152, 152)
PURPLE: Colour = (128, 94, 148)
WHITE: Colour = (252, 250, 246)
PAPER: Colour = (246, 230, 194)
GLASS: Colour = (168, 204, 214)
SKINS: tuple[Colour, ...] = ((238, 194, 160), (206, 152, 112), (160, 108, 76), (112, 76, 58))
CLOTHS: tuple[Colour, ...] = (
    (206, 92, 66), (232, 178, 96), (86, 118, 148), (238, 226, 200), (112, 138, 110),
    (150, 86, 96), (74, 88, 118), (198, 140, 92),
)  # fmt: skip


def shaft(pen: Pen, foot: Point, top: Point, widths: Point, colour: Colour) -> None:
    """An upright round body, tapering: dark on the far side, light on the near one."""
    (x0, y0), (x1, y1), (w0, w1) = foot, top, widths
    a, b = w0 / 2, w1 / 2
    s = pen.away
    pen.poly([(x0 - a, y0), (x0 + a, y0), (x1 + b, y1), (x1 - b, y1)], colour, 0.35)
    dark = [(x0 + s * a * 0.15, y0), (x0 + s * a, y0), (x1 + s * b, y1), (x1 + s * b * 0.15, y1)]
    pen.poly(dark, colour, -0.35)
    core = [(x0 + s * a * 0.65, y0), (x0 + s * a, y0), (x1 + s * b, y1), (x1 + s * b * 0.65, y1)]
    pen.poly(core, colour, -0.75)
    lit = [(x0 - s * a * 0.55, y0), (x0 - s * a, y0), (x1 - s * b, y1), (x1 - s * b * 0.55, y1)]
    pen.poly(lit, colour, 0.85)


def block(pen: Pen, low: Point, high: Point, colour: Colour, *, turn: float = 0.35) -> None:
    """A building's body in two faces: the one in the light is wider."""
    (x0, y0), (x1, y1) = low, high
    pen.box(low, high, colour, 0.7)
    edge = x1 - (x1 - x0) * turn if pen.away > 0 else x0 + (x1 - x0) * turn
    side = (x1, edge) if pen.away > 0 else (x0, edge)
    pen.box((min(side), y0), (max(side), y1), colour, -0.55)


def gable(pen: Pen, low: Point, high: Point, colour: Colour) -> None:
    """A pitched roof over a span: eaves from `low`, ridge at `high`'s height."""
    (x0, y0), (x1, y1) = low, high
    middle = (x0 + x1) / 2
    pen.poly([(x0, y0), (x1, y0), (middle, y1)], colour, 0.55)
    s = x1 if pen.away > 0 else x0
    pen.poly([(middle - (s - middle) * 0.18, y0), (s, y0), (middle, y1)], colour, -0.5)


def window(pen: Pen, at: Point, size: Point, *, lit: bool | None = None) -> None:
    """A dark opening, or a lit one after nightfall."""
    (x, y), (w, h) = at, size
    shape = [(x - w / 2, y), (x + w / 2, y), (x + w / 2, y + h), (x - w / 2, y + h)]
    if lit if lit is not None else (pen.dark and pen.rng.random() < 0.6):
        pen.lamp(shape)
    else:
        pen.poly(shape, (70, 70, 92), -0.6)


def star(cx: float, cy: float, radius: float, points: int, inner: float) -> list[Point]:
    """A star's or cog's outline."""
    turn = [math.pi * i / points for i in range(2 * points)]
    return [
        (
            cx + (radius if i % 2 == 0 else radius * inner) * math.sin(a),
            cy + (radius if i % 2 == 0 else radius * inner) * math.cos(a),
        )
        for i, a in enumerate(turn)
    ]


def cog(cx: float, cy: float, radius: float, teeth: int) -> list[Point]:
    """A gearwheel's outline."""
    outline = []
    for tooth in range(teeth):
        for share, r in ((-0.32, 0.84), (-0.2, 1.0), (0.2, 1.0), (0.32, 0.84)):
            a = 2 * math.pi * (tooth + share) / teeth
            outline.append((cx + r * radius * math.sin(a), cy + r * radius * math.cos(a)))
    return outline


def ring(cx: float, cy: float, radius: float, count: int) -> list[Point]:
    """Places on a circle."""
    turns = (2 * math.pi * i / count for i in range(count))
    return [(cx + radius * math.sin(a), cy + radius * math.cos(a)) for a in turns]
