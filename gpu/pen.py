"""A pen draws one thing in its own coordinates: foot at (0, 0), about one unit tall, y goes up.

Colours are the thing's own; the pen lights them. Knows no scene.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import cv2
import numpy as np

from gpu import paint
from gpu.light import Light
from gpu.noise import rng
from gpu.paint import Colour, Floats, Pixels, Point, Points, Sheet

Painter: TypeAlias = Callable[["Pen"], None]


@dataclass
class Pen:
    """Where on a sheet, how large, in which light."""

    sheet: Sheet
    foot: Point
    size: float
    light: Light
    haze: float = 0.0
    flip: bool = False
    rng: np.random.Generator = field(default_factory=lambda: rng("pen"))
    role: str = ""
    """What a person does for a living, as the shot's words say."""
    turn: float = 0.0
    """How far the thing leans to its right, in radians."""

    @property
    def px(self) -> float:
        """How many pixels tall the thing is: what is smaller than a pixel need not be drawn."""
        return self.size * self.sheet.unit_px

    @property
    def dark(self) -> bool:
        """Lamps are lit."""
        return self.light.name in ("night", "blue hour", "dusk", "neon", "lamplight", "storm")

    @property
    def away(self) -> int:
        """The side that the light does not reach, in the thing's own x: −1 or 1."""
        return 1 if (self.light.side > 0) == self.flip else -1

    def facing(self, nx: float) -> float:
        """The shade of a face that looks left (−1) … right (1)."""
        return (-nx if self.flip else nx) * self.light.side

    def poly(self, points: Points, colour: Colour, shade: float = 0.0, alpha: float = 1.0) -> None:
        self.sheet.fill(self.plane(points), self.tone(colour, shade), alpha)

    def blob(self, points: Points, colour: Colour, shade: float = 0.0, alpha: float = 1.0) -> None:
        """A round shape through the points."""
        self.poly(paint.smooth(points), colour, shade, alpha)

    def box(self, low: Point, high: Point, colour: Colour, shade: float = 0.0) -> None:
        (x0, y0), (x1, y1) = low, high
        self.poly([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], colour, shade)

    def oval(
        self, at: Point, radii: Point, colour: Colour, shade: float = 0.0, *, alpha: float = 1.0
    ) -> None:
        self.poly(paint.circle(*at, *radii), colour, shade, alpha)

    def line(self, points: Points, width: float, colour: Colour, shade: float = 0.0) -> None:
        self.sheet.stroke(self.plane(points), width * self.size, self.tone(colour, shade))

    def curve(self, points: Points, width: float, colour: Colour, shade: float = 0.0) -> None:
        self.line(paint.smooth(points, closed=False), width, colour, shade)

    def shadow(self, points: Points, strength: float = 0.35) -> None:
        """Darkens what is painted already, and nothing beside it."""
        self.sheet.shade(self.plane(points), self.tone((40, 36, 60), -1.0), strength)

    def shine(self, points: Points, strength: float = 0.35) -> None:
        """Lights what is painted already, and nothing beside it."""
        self.sheet.shade(self.plane(points), self.tone((255, 250, 235), 1.0), strength)

    def glow(self, at: Point, radius: float, colour: Colour, strength: float = 0.6) -> None:
        """A lamp's light: not dimmed by the hour."""
        centre = self.plane([at])[0]
        place = (float(centre[0]), float(centre[1]))
        self.sheet.glow(place, radius * self.size, colour, strength * (1 - 0.6 * self.haze))

    def beam(self, at: Point, end: Point, wide: float) -> None:
        """Light that leaves a lamp, widens and fades out before it ends."""
        a, b = self.plane([at, end])
        source, goal = (float(a[0]), float(a[1])), (float(b[0]), float(b[1]))
        self.sheet.beam(source, goal, (0.012 * self.size, wide * self.size), (255, 236, 180), 0.4)

    def dim(self, at: Point, radii: Point, strength: float = 0.3) -> None:
        """A soft round shadow inside what is painted."""
        self.shadow(paint.circle(*at, *radii), strength)

    def lamp(self, points: Points, colour: Colour = (255, 214, 140)) -> None:
        """A surface that shines by itself."""
        self.sheet.fill(self.plane(points), paint.mix(colour, self.light.fog, self.haze * 0.5))

    @contextmanager
    def inside(self, body: Points) -> Iterator[None]:
        """Whatever is painted meanwhile stays within a body's outline."""
        before = self.sheet.pixels.copy()
        yield
        self.sheet.keep(self.plane(body), before)

    def part(self, at: Point, size: float, *, flip: bool = False, turn: float = 0.0) -> "Pen":
        """A pen for a smaller thing inside this one."""
        place = self.plane([at])[0]
        foot = (float(place[0]), float(place[1]))
        small = replace(self, foot=foot, size=self.size * size, flip=self.flip != flip)
        small.turn = self.turn + turn
        return small

    def plane(self, points: Points) -> Floats:
        at = np.asarray(points, np.float32).reshape(-1, 2) * np.array((1, -1), np.float32)
        if self.turn:
            c, s = np.cos(self.turn), np.sin(self.turn)
            at = at @ np.array(((c, s), (-s, c)), np.float32)
        if self.flip:
            at = at * np.array((-1, 1), np.float32)
        return np.asarray(at * self.size + np.array(self.foot, np.float32), np.float32)

    def tone(self, colour: Colour, shade: float = 0.0) -> Colour:
        return self.light.tone(colour, shade, self.haze)


def modelled(sheet: Sheet, light: Light, strength: float = 1.0) -> None:
    """Gives a finished thing its form: a gradient across, and a rim of light on the lit side."""
    pixels = sheet.pixels
    ys, xs = (
        np.flatnonzero(pixels[:, :, 3].any(axis=1)),
        np.flatnonzero(pixels[:, :, 3].any(axis=0)),
    )
    if not len(ys):
        return
    part = pixels[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1]
    height, width = part.shape[:2]
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :] * light.side
    down = np.linspace(0.5, -1, height, dtype=np.float32)[:, None]
    form = 1 + strength * np.clip(0.14 * across + 0.10 * down - 0.03, -0.3, 0.2)
    gain = cv2.merge([form, form, form])
    part[:, :, :3] = np.minimum(part[:, :, :3] * gain, part[:, :, 3:4]).astype(np.uint8)
    _rim(part, light, strength)


def _rim(part: Pixels, light: Light, strength: float) -> None:
    height, width = part.shape[:2]
    step = max(1.0, min(height, width) * 0.022)
    shift = np.array([[1, 0, -step * np.sign(light.side)], [0, 1, step * 0.7]], np.float32)
    alpha = np.ascontiguousarray(part[:, :, 3])
    moved = cv2.warpAffine(alpha, shift, (width, height))
    edge = cv2.subtract(alpha, moved)
    edge = cv2.GaussianBlur(edge, (0, 0), max(step * 0.45, 0.5))
    edge = cv2.min(edge, alpha)
    power = strength * (0.55 if light.dark_room or light.sun_size > 0 else 0.3)
    add = cv2.merge([cv2.convertScaleAbs(edge, alpha=power * c / 255) for c in (*light.key, 0.0)])
    lit = cv2.add(part, add)
    part[:, :, :3] = np.minimum(lit[:, :, :3], part[:, :, 3:4])
