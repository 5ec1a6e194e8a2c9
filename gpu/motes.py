"""Specks in the air of a clip: dust, snow, rain, embers, bubbles. Each has its own path."""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from gpu.briefs import VideoBrief
from gpu.noise import rng
from gpu.paint import Pixels


@dataclass(frozen=True)
class Kind:
    """How many, how they fall (heights a second, down is positive), how large and bright."""

    count: int
    fall: float
    drift: float
    sway: float
    size: float
    bright: float


KINDS = {
    "dust": Kind(42, -0.012, 0.015, 0.02, 0.0032, 58),
    "snow": Kind(150, 0.10, 0.02, 0.03, 0.0042, 120),
    "embers": Kind(54, -0.14, 0.03, 0.03, 0.0030, 110),
    "bubbles": Kind(46, -0.07, 0.0, 0.02, 0.0042, 64),
    "rain": Kind(0, 1.5, 0.0, 0.0, 0.0, 46),
}
_PHASES = 4


class Motes:
    """All specks of one clip. They only brighten, so they need no colour."""

    def __init__(self, name: str, brief: VideoBrief) -> None:
        self._kind = KINDS.get(name)
        self._width, self._height = brief.width, brief.height
        self._rain = _streaks(brief) if name == "rain" else None
        draw = rng("motes", name, brief.seed)
        count = self._kind.count if self._kind else 0
        self._spots = draw.random((count, 5))

    def apply(self, y: Pixels, seconds: float) -> None:
        """Add them to a luma plane."""
        if self._kind is None:
            return
        if self._rain is not None:
            at = round(seconds * self._kind.fall * self._height) % self._height
            part = self._rain[self._height - at : 2 * self._height - at]
            cv2.add(y, part, dst=y)
            return
        kind, unit = self._kind, min(self._width, self._height)
        for x0, y0, speed, phase, bright in self._spots.tolist():
            pace = 0.5 + speed
            x = (
                x0
                + (kind.drift * pace * seconds)
                + kind.sway * np.sin(seconds * pace + 6.28 * phase)
            )
            down = (y0 + kind.fall * pace * seconds * unit / self._height) % 1.0
            glow = kind.bright * (0.35 + 0.65 * bright)
            # Specks come and go at the edges instead of jumping from one to the other.
            fade = min(down, 1 - down, x % 1.0, 1 - x % 1.0, 0.06) / 0.06
            radius = kind.size * unit * (0.6 + 0.9 * speed)
            self._spot(y, (x % 1.0 * self._width, down * self._height), radius, glow * fade)

    def _spot(self, plane: Pixels, at: tuple[float, float], radius: float, bright: float) -> None:
        x, y = int(at[0]), int(at[1])
        phase = (int((at[0] - x) * _PHASES), int((at[1] - y) * _PHASES))
        stamp = _stamp(max(round(radius * 2), 1), phase, max(round(bright / 6), 1))
        reach = stamp.shape[0] // 2
        if reach <= x < self._width - reach - 1 and reach <= y < self._height - reach - 1:
            part = plane[y - reach : y + reach + 1, x - reach : x + reach + 1]
            part[:] = cv2.add(part, stamp)


@lru_cache(maxsize=4096)
def _stamp(half_px: int, phase: tuple[int, int], level: int) -> Pixels:
    """A soft dot, a fraction of a pixel off its middle."""
    radius = half_px / 2
    reach = int(np.ceil(radius * 2)) + 1
    step = np.arange(-reach, reach + 1, dtype=np.float32)
    dx, dy = step - phase[0] / _PHASES, step - phase[1] / _PHASES
    fall = np.exp(-(dx[None, :] ** 2 + dy[:, None] ** 2) / (2 * (radius * 0.6) ** 2 + 0.05))
    return np.asarray(np.clip(fall * level * 6, 0, 255), np.uint8)


def _streaks(brief: VideoBrief) -> Pixels:
    """Rain, two frames tall and repeating, so that it can fall for ever."""
    width, height = brief.width, brief.height
    one = np.zeros((height * 2, width), np.uint8)
    draw = rng("rain", brief.seed)
    long = height * 0.05
    for x, y, speed in draw.random((260, 3)).tolist():
        tall = long * (0.6 + 0.8 * speed)
        for shift in (-height, 0, height):
            a = (int(x * width * 16), int((y * height + shift) * 16))
            b = (int((x * width - tall * 0.12) * 16), int((y * height + shift + tall) * 16))
            cv2.line(one, a, b, 22 + 34 * speed, 1, cv2.LINE_AA, 4)
    return one
