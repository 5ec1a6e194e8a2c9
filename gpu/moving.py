"""Layers in motion: each frame is composed straight into the planes of YUV 4:2:0 (BT.709, limited).

Premultiplied alpha holds for Y, U and V as it does for RGB, so a layer is turned into YUVA once and
only warped and blended per frame. Knows no brief.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from gpu.camera import Pose
from gpu.paint import Pixels
from gpu.view import Layer, Picture, lay_rows

# BT.709, limited range; the last column lifts by coverage, since the layers are premultiplied.
TO_YUVA = np.array(
    [
        [0.1826, 0.6142, 0.0620, 16 / 255],
        [-0.1006, -0.3386, 0.4392, 128 / 255],
        [0.4392, -0.3989, -0.0403, 128 / 255],
        [0, 0, 0, 1],
    ],
    np.float32,
)

NEIGHBOURS = 0.09
GAP_PX = 40
EDGE_PX = 4
"""Empty pixels around a strip: its edges stay soft, and boxes on even pixels stay inside."""


@dataclass
class Planes:
    """One frame, as an encoder wants it: Y over U over V in one buffer."""

    buffer: Pixels
    y: Pixels
    u: Pixels
    v: Pixels

    @classmethod
    def empty(cls, width: int, height: int) -> "Planes":
        buffer = np.zeros(width * height * 3 // 2, np.uint8)
        whole, part = width * height, width * height // 4
        half = (height // 2, width // 2)
        return cls(
            buffer,
            buffer[:whole].reshape(height, width),
            buffer[whole : whole + part].reshape(half),
            buffer[whole + part :].reshape(half),
        )


@dataclass(frozen=True)
class Strip:
    """A part of a layer, cropped to its paint, in YUVA."""

    yuva: Pixels
    x_px: float
    """Of its left edge, in the panel's frame."""
    y_px: float
    layer: Layer
    opaque: bool
    solid_px: float
    """From here down (in the panel's frame) it hides everything behind it."""


def strips(picture: Picture) -> list[Strip]:
    """All layers that hold paint, ready to move; layers that would move alike become one."""
    ready: list[Strip] = []
    for index, layer in enumerate(_merged(picture.layers)):
        pixels = layer.sheet.pixels
        rows = np.flatnonzero(pixels[:, :, 3].max(axis=1))
        if not len(rows):
            continue
        y0, y1 = int(rows[0]), int(rows[-1] + 1)
        solid = _solid_from(pixels, y0)
        for x0, x1 in _runs(pixels[y0:y1, :, 3]):
            yuva = cv2.transform(np.ascontiguousarray(pixels[y0:y1, x0:x1]), TO_YUVA)
            edge = 0 if index == 0 else EDGE_PX
            yuva = cv2.copyMakeBorder(yuva, edge, edge, edge, edge, cv2.BORDER_CONSTANT)
            left, top, _, _ = picture.frame.bleed_px
            at = (float(x0 - left - edge), float(y0 - top - edge))
            strip = Strip(np.asarray(yuva, np.uint8), *at, layer, index == 0, solid - top)
            ready.append(strip)
    return ready


def _merged(layers: list[Layer]) -> list[Layer]:
    """Neighbours of nearly one depth as one layer: fewer to warp in every frame."""
    merged: list[Layer] = []
    for layer in layers:
        last = merged[-1] if merged else None
        if last is None or not _alike(last, layer):
            merged.append(layer)
            continue
        under = last.sheet.pixels.copy()
        lay_rows(under, layer.sheet.pixels)
        depth = (last.depth + layer.depth) / 2
        merged[-1] = replace(last, sheet=replace(last.sheet, pixels=under), depth=depth)
    return merged


def _alike(one: Layer, other: Layer) -> bool:
    plain = one.depth_foot is None and other.depth_foot is None and one.drift == other.drift
    return plain and abs(one.depth - other.depth) < NEIGHBOURS


def _solid_from(pixels: Pixels, first: int) -> float:
    """The row from which on a layer is opaque from edge to edge; infinite when nowhere."""
    thin = np.flatnonzero(pixels[first:, :, 3].min(axis=1) < 255)
    start = first + (int(thin[-1]) + 1 if len(thin) else 0)
    return float(start) if start < len(pixels) - 8 else float("inf")


def _runs(alpha: Pixels) -> list[tuple[int, int]]:
    """Column ranges that hold paint; gaps narrower than GAP_PX are not worth a cut."""
    columns = np.flatnonzero(alpha.max(axis=0))
    breaks = np.flatnonzero(np.diff(columns) > GAP_PX)
    firsts = [columns[0], *columns[breaks + 1]]
    lasts = [*columns[breaks], columns[-1]]
    return [(int(a), int(b + 1)) for a, b in zip(firsts, lasts, strict=True)]


class Compositor:
    """Composes frames of one picture."""

    def __init__(self, picture: Picture, centre: float) -> None:
        self._frame = picture.frame
        self._strips = strips(picture)
        self._planes = Planes.empty(self._frame.width, self._frame.height)
        unit = self._frame.unit_px
        self._middle = (
            self._frame.width / 2 - 0.5,
            (centre - self._frame.top) * unit - 0.5,
        )
        self._horizon = min(picture.horizon, 0.9)

    def compose(self, pose: Pose, seconds: float) -> Planes:
        """One frame. The planes belong to the compositor and change with the next call."""
        matrices = [self.matrix(strip.layer, pose, seconds) for strip in self._strips]
        hidden = self._hidden(matrices)
        for strip, matrix, foot in zip(self._strips, matrices, hidden, strict=True):
            # From the strip's own pixels instead of the panel's.
            local = matrix @ np.array([[1, 0, strip.x_px], [0, 1, strip.y_px], [0, 0, 1]])
            self._lay(strip, local, foot)
        return self._planes

    def _hidden(self, matrices: list[npt.NDArray[np.float64]]) -> list[int]:
        """For each strip the screen row from which on nearer ones cover it."""
        foot, found = self._frame.height, []
        for strip, matrix in zip(reversed(self._strips), reversed(matrices), strict=True):
            found.append(foot)
            if np.isfinite(strip.solid_px):
                top = matrix[1, 1] * strip.solid_px + matrix[1, 2] + 3
                foot = min(foot, max(int(top) // 2 * 2 + 2, 0))
        return found[::-1]

    def matrix(self, layer: Layer, pose: Pose, seconds: float) -> npt.NDArray[np.float64]:
        """Panel pixels to screen pixels, for one layer."""
        unit = self._frame.unit_px
        cx, cy = self._middle
        deep = layer.depth if layer.depth_foot is None else (layer.depth + layer.depth_foot) / 2
        scale, (dx, dy) = pose.scale(deep), pose.shift(layer.depth)
        dx, dy = dx + layer.drift[0] * seconds, dy + layer.drift[1] * seconds
        moved = np.array(
            [
                [scale, 0, cx - scale * cx + dx * unit],
                [0, scale, cy - scale * cy + dy * unit],
                [0, 0, 1],
            ]
        )
        if layer.depth_foot is None:
            return moved
        return moved @ self._lean(layer, pose, scale)

    def _lean(self, layer: Layer, pose: Pose, scale: float) -> npt.NDArray[np.float64]:
        """Ground that lies: the further below the horizon, the nearer, and the more it slides."""
        span = max(self._frame.unit_px * (1 - self._horizon), 1.0)
        near = (layer.depth_foot or 0.0) - layer.depth
        unit = self._frame.unit_px / scale * near / span
        lean_x, lean_y = -pose.slide_x * unit, -pose.slide_y * unit
        at = (self._horizon - self._frame.top) * self._frame.unit_px
        return np.array([[1, lean_x, -lean_x * at], [0, 1 + lean_y, -lean_y * at], [0, 0, 1]])

    def _lay(self, strip: Strip, matrix: npt.NDArray[np.float64], foot: int) -> None:
        box = self._box(strip, matrix, foot)
        if box is None:
            return
        x0, y0, x1, y1 = box
        warped = _slid(strip, matrix, box)
        if warped is None:
            matrix = np.array([[1, 0, -x0], [0, 1, -y0], [0, 0, 1]]) @ matrix
            edge = cv2.BORDER_REPLICATE if strip.opaque else cv2.BORDER_CONSTANT
            size = (x1 - x0, y1 - y0)
            moved = cv2.warpAffine(
                strip.yuva, matrix[:2], size, flags=cv2.INTER_LINEAR, borderMode=edge
            )
            warped = np.asarray(moved, np.uint8)
        y, u, v, a = cv2.split(warped)
        half = ((x1 - x0) // 2, (y1 - y0) // 2)
        small = [cv2.resize(plane, half, interpolation=cv2.INTER_AREA) for plane in (u, v, a)]
        planes = self._planes
        hx0, hy0, hx1, hy1 = x0 // 2, y0 // 2, x1 // 2, y1 // 2
        targets = (planes.y[y0:y1, x0:x1], planes.u[hy0:hy1, hx0:hx1], planes.v[hy0:hy1, hx0:hx1])
        if strip.opaque:
            for target, plane in zip(targets, (y, *small[:2]), strict=True):
                target[:] = plane
            return
        for target, plane, cover in (
            (targets[0], y, a),
            (targets[1], small[0], small[2]),
            (targets[2], small[1], small[2]),
        ):
            kept = cv2.multiply(target, cv2.bitwise_not(cover), scale=1 / 255)
            cv2.add(kept, plane, dst=target)

    def _box(
        self, strip: Strip, matrix: npt.NDArray[np.float64], foot: int
    ) -> tuple[int, int, int, int] | None:
        """The screen's part that a strip covers, on even pixels."""
        width, height = self._frame.width, min(self._frame.height, foot)
        if strip.opaque:
            return (0, 0, width, height) if height > 0 else None
        tall, wide = strip.yuva.shape[:2]
        e = EDGE_PX - 1
        sides = [[e, wide - e, e, wide - e], [e, e, tall - e, tall - e], [1, 1, 1, 1]]
        corners = matrix @ np.array(sides)
        x0, y0 = (int(np.floor(side.min())) // 2 * 2 for side in corners[:2])
        x1, y1 = (int(np.ceil(side.max())) // 2 * 2 + 2 for side in corners[:2])
        x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, width), min(y1, height)
        return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


def _slid(
    strip: Strip, matrix: npt.NDArray[np.float64], box: tuple[int, int, int, int]
) -> Pixels | None:
    """A strip that only slides, by whole pixels and a blend of neighbours: a third of the cost."""
    if abs(matrix[0, 0] - 1) > 1e-9 or matrix[0, 1] or abs(matrix[1, 1] - 1) > 1e-9:
        return None
    x, y = box[0] - matrix[0, 2], box[1] - matrix[1, 2]
    left, top = int(np.floor(x)), int(np.floor(y))
    wide, tall = box[2] - box[0], box[3] - box[1]
    height, width = strip.yuva.shape[:2]
    if left < 0 or top < 0 or left + wide >= width or top + tall >= height:
        return None
    rows = strip.yuva[top : top + tall + 1]
    part = rows[:, left : left + wide]
    if x - left > 1e-6:
        part = _between(part, rows[:, left + 1 : left + wide + 1], x - left)
    return _between(part[:-1], part[1:], y - top) if y - top > 1e-6 else part[:-1]


def _between(one: Pixels, other: Pixels, share: float) -> Pixels:
    return np.asarray(cv2.addWeighted(one, 1 - share, other, share, 0), np.uint8)
