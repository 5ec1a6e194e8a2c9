"""Paint: shapes, washes and glows on a premultiplied RGBA sheet. Knows no scene and no light.

A sheet shows a part of the picture plane. One unit is the height of the frame; y goes down.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

Pixels: TypeAlias = npt.NDArray[np.uint8]
Floats: TypeAlias = npt.NDArray[np.float32]
Colour: TypeAlias = tuple[float, float, float]
Point: TypeAlias = tuple[float, float]
Points: TypeAlias = Sequence[tuple[float, float]] | npt.NDArray[np.floating]

Shader: TypeAlias = Callable[[Floats, Floats], Floats]
"""Colours (rows, columns, 3) of a grid from its x (1, columns) and y (rows, 1)."""

SHIFT = 4
_REACH_PX = 16384


@dataclass(frozen=True)
class Sheet:
    """Premultiplied RGBA pixels, and where they lie in the picture plane."""

    pixels: Pixels
    unit_px: float
    left: float
    top: float

    def to_px(self, points: Points) -> Floats:
        """Plane to pixel coordinates (pixel centres at whole numbers)."""
        at = np.asarray(points, np.float32).reshape(-1, 2)
        return np.asarray((at - (self.left, self.top)) * self.unit_px - 0.5, np.float32)

    def fill(self, points: Points, colour: Colour, alpha: float = 1.0) -> None:
        """A polygon over what is there."""
        at = self.to_px(points)
        if alpha >= 0.996:
            cv2.fillPoly(self.pixels, [_fixed(at)], (*colour, 255), cv2.LINE_AA, SHIFT)
        else:
            self._veil(at, lambda m: cv2.fillPoly(*m, 255, cv2.LINE_AA, SHIFT), colour, alpha)

    def fill_each(self, shapes: Floats, colour: Colour) -> None:
        """Many equal-sided polygons (shapes, corners, 2) that do not overlap, in one go."""
        if len(shapes):
            at = _fixed(self.to_px(shapes.reshape(-1, 2)))
            cv2.fillPoly(
                self.pixels, list(at.reshape(*shapes.shape)), (*colour, 255), cv2.LINE_AA, SHIFT
            )

    def cut(self, points: Points) -> None:
        """A hole: what was painted there is gone."""
        mask = np.full(self.pixels.shape[:2], 255, np.uint8)
        cv2.fillPoly(mask, [_fixed(self.to_px(points))], 0, cv2.LINE_AA, SHIFT)
        cv2.multiply(self.pixels, cv2.merge([mask] * 4), dst=self.pixels, scale=1 / 255)

    def keep(self, points: Points, before: Pixels) -> None:
        """Outside a polygon the sheet is again what it was before."""
        mask = np.zeros(self.pixels.shape[:2], np.uint8)
        cv2.fillPoly(mask, [_fixed(self.to_px(points))], 255, cv2.LINE_AA, SHIFT)
        inner = cv2.multiply(self.pixels, cv2.merge([mask] * 4), scale=1 / 255)
        outer = cv2.multiply(before, cv2.merge([255 - mask] * 4), scale=1 / 255)
        cv2.add(inner, outer, dst=self.pixels)

    def shade(self, points: Points, colour: Colour, alpha: float) -> None:
        """A translucent polygon that stays inside what is painted already."""
        at = self.to_px(points)
        self._veil(at, lambda m: cv2.fillPoly(*m, 255, cv2.LINE_AA, SHIFT), colour, -alpha)

    def stroke(self, points: Points, width: float, colour: Colour, alpha: float = 1.0) -> None:
        """A line with round ends, `width` in units. Hairlines fade instead of getting thinner."""
        at = self.to_px(points)
        wide = width * self.unit_px
        thick = max(round(wide), 1)
        seen = alpha * min(max(wide, 0.15), 1.0)
        if seen >= 0.996:
            fixed = [_fixed(at)]
            shade = (*colour, 255)
            cv2.polylines(self.pixels, fixed, False, shade, thick, cv2.LINE_AA, SHIFT)
            return

        def draw(mask: tuple[Pixels, list[npt.NDArray[np.int32]]]) -> object:
            return cv2.polylines(mask[0], mask[1], False, 255, thick, cv2.LINE_AA, SHIFT)

        self._veil(at, draw, colour, seen, pad=thick)

    def glow(
        self, centre: tuple[float, float], radius: float, colour: Colour, alpha: float
    ) -> None:
        """Light that falls off to nothing at `radius`: added, so it never darkens."""
        at = self.to_px([centre])[0]
        reach = max(radius * self.unit_px, 1.5)
        box = self._box(at[None, :], round(reach) + 1)
        if box is None:
            return
        x0, y0, x1, y1 = box
        dx = (np.arange(x0, x1, dtype=np.float32) - at[0]) / reach
        dy = (np.arange(y0, y1, dtype=np.float32) - at[1]) / reach
        fall = np.clip(1 - np.sqrt(dx[None, :] ** 2 + dy[:, None] ** 2), 0, 1) ** 2 * alpha
        part = self.pixels[y0:y1, x0:x1].astype(np.float32)
        # Screen: light fills up what is missing to white, and brings its own coverage.
        share = fall[:, :, None] * (np.array((*colour, 255), np.float32) / 255)
        share[:, :, 3] = share[:, :, :3].max(axis=2)
        part += share * (255 - part)
        self.pixels[y0:y1, x0:x1] = part.astype(np.uint8)

    def beam(
        self, at: Point, end: Point, widths: tuple[float, float], colour: Colour, alpha: float
    ) -> None:
        """A cone of light, soft at its sides, that is gone where it ends."""
        a, b = self.to_px([at, end]).astype(np.float64)
        long = max(float(np.hypot(*(b - a))), 1.0)
        along, (w0, w1) = (b - a) / long, (width * self.unit_px for width in widths)
        side = np.array((-along[1], along[0]))
        corners = np.array([a + side * w0, a - side * w0, b + side * w1, b - side * w1])
        box = self._box(np.asarray(corners, np.float32), 2)
        if box is None:
            return
        x0, y0, x1, y1 = box
        dx = (np.arange(x0, x1, dtype=np.float32) - np.float32(a[0]))[None, :]
        dy = (np.arange(y0, y1, dtype=np.float32) - np.float32(a[1]))[:, None]
        t = (dx * np.float32(along[0]) + dy * np.float32(along[1])) / np.float32(long)
        off = np.abs(dx * np.float32(side[0]) + dy * np.float32(side[1]))
        half = np.float32(w0) + np.float32(w1 - w0) * np.clip(t, 0, 1)
        soft = np.clip(1 - off / np.maximum(half, 0.5), 0, 1) ** 0.8
        fall = np.where((t >= 0) & (t <= 1), (1 - np.clip(t, 0, 1)) ** 1.3, 0) * soft
        _lay(self.pixels[y0:y1, x0:x1], (fall * 255).astype(np.uint8), colour, alpha)

    def smudge(self, centre: Point, radii: Point, colour: Colour, alpha: float) -> None:
        """A soft oval of colour that fades out towards its rim: shadows on the ground."""
        at = self.to_px([centre])[0]
        rx, ry = (max(radius * self.unit_px, 1.0) for radius in radii)
        box = self._box(at + np.array([[-rx, -ry], [rx, ry]], np.float32), 1)
        if box is None:
            return
        x0, y0, x1, y1 = box
        dx = (np.arange(x0, x1, dtype=np.float32) - at[0]) / rx
        dy = (np.arange(y0, y1, dtype=np.float32) - at[1]) / ry
        fall = np.clip(1 - dx[None, :] ** 2 - dy[:, None] ** 2, 0, 1) ** 0.8
        _lay(self.pixels[y0:y1, x0:x1], (fall * 255).astype(np.uint8), colour, alpha)

    def wash(self, points: Points, shader: "Shader", coarse: int = 2) -> None:
        """A polygon whose colour changes from place to place, worked out on a coarser grid."""
        at = self.to_px(points)
        box = self._box(at, 2)
        if box is None:
            return
        x0, y0, x1, y1 = box
        mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
        cv2.fillPoly(mask, [_fixed(at - np.array((x0, y0), np.float32))], 255, cv2.LINE_AA, SHIFT)
        x = (np.arange(x0, x1, coarse, dtype=np.float32) + coarse / 2) / self.unit_px + self.left
        y = (np.arange(y0, y1, coarse, dtype=np.float32) + coarse / 2) / self.unit_px + self.top
        rgb = np.clip(shader(x[None, :], y[:, None]), 0, 255).astype(np.uint8)
        size = (len(x) * coarse, len(y) * coarse)
        large = cv2.resize(rgb, size, interpolation=cv2.INTER_LINEAR)[: y1 - y0, : x1 - x0]
        cover = cv2.cvtColor(mask, cv2.COLOR_GRAY2RGB)
        paint = cv2.merge([*cv2.split(cv2.multiply(large, cover, scale=1 / 255)), mask])
        part = self.pixels[y0:y1, x0:x1]
        part[:] = blend(part, np.asarray(paint, np.uint8))

    def veil(self, mask: Pixels, colour: Colour, alpha: float = 1.0) -> None:
        """A colour over the whole sheet, as strong as a mask of the sheet's size says."""
        _lay(self.pixels, mask, colour, alpha)

    def over(self, other: "Sheet") -> None:
        """Another sheet of the same scale on top, wherever it lies."""
        x = round((other.left - self.left) * self.unit_px)
        y = round((other.top - self.top) * self.unit_px)
        height, width = other.pixels.shape[:2]
        x0, y0 = max(x, 0), max(y, 0)
        x1 = min(x + width, self.pixels.shape[1])
        y1 = min(y + height, self.pixels.shape[0])
        if x1 > x0 and y1 > y0:
            part = self.pixels[y0:y1, x0:x1]
            part[:] = blend(part, other.pixels[y0 - y : y1 - y, x0 - x : x1 - x])

    def _box(self, at: Floats, pad: int) -> tuple[int, int, int, int] | None:
        """The pixels that points touch, inside the sheet, or None."""
        height, width = self.pixels.shape[:2]
        low = np.floor(np.clip(at.min(axis=0), -_REACH_PX, _REACH_PX)).astype(int) - pad
        high = np.ceil(np.clip(at.max(axis=0), -_REACH_PX, _REACH_PX)).astype(int) + pad + 1
        x0, y0 = max(int(low[0]), 0), max(int(low[1]), 0)
        x1, y1 = min(int(high[0]), width), min(int(high[1]), height)
        return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None

    def _veil(
        self,
        at: Floats,
        draw: Callable[[tuple[Pixels, list[npt.NDArray[np.int32]]]], object],
        colour: Colour,
        alpha: float,
        *,
        pad: int = 1,
    ) -> None:
        box = self._box(at, pad + 1)
        if box is None:
            return
        x0, y0, x1, y1 = box
        mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
        draw((mask, [_fixed(at - np.array((x0, y0), np.float32))]))
        _lay(self.pixels[y0:y1, x0:x1], mask, colour, alpha)


def new_sheet(width_px: int, height_px: int, unit_px: float, corner: tuple[float, float]) -> Sheet:
    """An empty sheet whose upper left corner lies at `corner`."""
    pixels = np.zeros((max(height_px, 1), max(width_px, 1), 4), np.uint8)
    return Sheet(pixels, unit_px, *corner)


def blend(under: Pixels, above: Pixels) -> Pixels:
    """Premultiplied source-over of two equally large pictures."""
    rest = cv2.cvtColor(255 - above[:, :, 3], cv2.COLOR_GRAY2BGRA)
    rest[:, :, 3] = rest[:, :, 0]
    return np.asarray(cv2.add(cv2.multiply(under, rest, scale=1 / 255), above), np.uint8)


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """From a (0) to b (1)."""
    s = min(max(share, 0.0), 1.0)
    return (a[0] + (b[0] - a[0]) * s, a[1] + (b[1] - a[1]) * s, a[2] + (b[2] - a[2]) * s)


def smooth(points: Points, closed: bool = True, steps: int = 8) -> Floats:
    """A round curve through the points (Catmull-Rom)."""
    at = np.asarray(points, np.float32).reshape(-1, 2)
    ends = (at[-1:], at[:2]) if closed else (at[:1], at[-1:])
    padded = np.concatenate([ends[0], at, ends[1]])
    if not closed and len(at) < 2:
        return at
    windows = np.stack([padded[i : len(padded) - 3 + i] for i in range(4)], axis=1)
    return np.asarray(np.einsum("sk,nkd->nsd", _basis(steps), windows).reshape(-1, 2), np.float32)


def circle(cx: float, cy: float, rx: float, ry: float, turn_deg: float = 0.0) -> Floats:
    """An ellipse as a polygon."""
    t = np.linspace(0, 2 * np.pi, 40, endpoint=False, dtype=np.float32)
    c, s = np.cos(np.radians(turn_deg)), np.sin(np.radians(turn_deg))
    x, y = rx * np.cos(t), ry * np.sin(t)
    return np.asarray(np.stack([cx + c * x - s * y, cy + s * x + c * y], axis=1), np.float32)


@cache
def _basis(steps: int) -> Floats:
    t = np.linspace(0, 1, steps, endpoint=False, dtype=np.float32)
    powers = np.stack([t**0, t, t**2, t**3], axis=1)
    rows = [[0, 2, 0, 0], [-1, 0, 1, 0], [2, -5, 4, -1], [-1, 3, -3, 1]]
    return np.asarray(powers @ np.array(rows, np.float32) / 2, np.float32)


def _fixed(at: Floats) -> npt.NDArray[np.int32]:
    held = np.clip(at, -_REACH_PX, _REACH_PX)
    return np.round(held * (1 << SHIFT)).astype(np.int32).reshape(-1, 1, 2)


def _lay(part: Pixels, mask: Pixels, colour: Colour, alpha: float) -> None:
    """Colour through a mask; a negative alpha keeps to what is painted already."""
    if abs(alpha) < 0.996:
        mask = np.asarray(cv2.convertScaleAbs(mask, alpha=abs(alpha)), np.uint8)
    cover = cv2.multiply(mask, part[:, :, 3], scale=1 / 255) if alpha < 0 else mask
    painted = [cv2.convertScaleAbs(cover, alpha=min(c, 255.0) / 255) for c in colour]
    kept = cv2.merge([255 - mask] * 4)
    paint = cv2.merge([*painted, cover])
    part[:] = cv2.add(cv2.multiply(part, kept, scale=1 / 255), paint)
