"""Layers in motion: each frame is composed straight into the planes of YUV 4:2:0 (BT.709, limited).

Premultiplied alpha holds for Y, U and V as it does for RGB, so a layer is turned into YUVA once and
only warped and blended per frame. Knows no brief.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from gpu.camera import Pose
from gpu.paint import Pixels
from gpu.view import Layer, Picture

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
    """A layer, cropped to its paint, in YUVA."""

    yuva: Pixels
    x_px: float
    """Of its left edge, in the panel's frame."""
    y_px: float
    layer: Layer
    opaque: bool


def strips(picture: Picture) -> list[Strip]:
    """All layers that hold paint, ready to move."""
    left, top, _, _ = picture.frame.bleed_px
    ready = []
    for index, layer in enumerate(picture.layers):
        pixels = layer.sheet.pixels
        rows = np.flatnonzero(pixels[:, :, 3].max(axis=1))
        columns = np.flatnonzero(pixels[:, :, 3].max(axis=0))
        if not len(rows):
            continue
        # One empty pixel around the paint keeps its edges soft when it is warped.
        y0, y1 = max(rows[0] - 1, 0), rows[-1] + 2
        x0, x1 = max(columns[0] - 1, 0), columns[-1] + 2
        crop = np.ascontiguousarray(pixels[y0:y1, x0:x1])
        yuva = np.asarray(cv2.transform(crop, TO_YUVA), np.uint8)
        ready.append(Strip(yuva, float(x0 - left), float(y0 - top), layer, index == 0))
    return ready


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
        for strip in self._strips:
            matrix = self.matrix(strip.layer, pose, seconds)
            # From the strip's own pixels instead of the panel's.
            local = matrix @ np.array([[1, 0, strip.x_px], [0, 1, strip.y_px], [0, 0, 1]])
            self._lay(strip, local)
        return self._planes

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

    def _lay(self, strip: Strip, matrix: npt.NDArray[np.float64]) -> None:
        box = self._box(strip, matrix)
        if box is None:
            return
        x0, y0, x1, y1 = box
        matrix = np.array([[1, 0, -x0], [0, 1, -y0], [0, 0, 1]]) @ matrix
        warped = cv2.warpAffine(
            strip.yuva,
            matrix[:2],
            (x1 - x0, y1 - y0),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE if strip.opaque else cv2.BORDER_CONSTANT,
        )
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
        self, strip: Strip, matrix: npt.NDArray[np.float64]
    ) -> tuple[int, int, int, int] | None:
        """The screen's part that a strip covers, on even pixels."""
        width, height = self._frame.width, self._frame.height
        if strip.opaque:
            return 0, 0, width, height
        tall, wide = strip.yuva.shape[:2]
        corners = matrix @ np.array([[0, wide, 0, wide], [0, 0, tall, tall], [1, 1, 1, 1]])
        x0, y0 = (int(np.floor(side.min())) // 2 * 2 for side in corners[:2])
        x1, y1 = (int(np.ceil(side.max())) // 2 * 2 + 2 for side in corners[:2])
        x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, width), min(y1, height)
        return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None
