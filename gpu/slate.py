"""The slate of a storyboard panel: a bar with its facts and an arrow for the camera's move."""

from typing import TypeAlias

import cv2
import numpy as np
from PIL import Image, ImageDraw

from gpu.glyphs import drawable, font
from gpu.paint import Pixels

INK = (250, 244, 228)
BAR = 0.55
Mark: TypeAlias = tuple[float, float, float, float]
"""An arrow in pixels: from x, y to x, y."""


def slated(rgb: Pixels, slate: str, camera: str) -> Pixels:
    """A picture with its slate burned in."""
    cover, dim = slate_masks(rgb.shape[1], rgb.shape[0], slate, camera)
    shaded = cv2.multiply(rgb, cv2.merge([dim] * 3), scale=1 / 255)
    ink = np.empty_like(rgb)
    ink[:] = INK
    shade = cv2.merge([cover] * 3)
    kept = cv2.multiply(shaded, cv2.bitwise_not(shade), scale=1 / 255)
    return np.asarray(cv2.add(kept, cv2.multiply(ink, shade, scale=1 / 255)), np.uint8)


def slate_masks(width: int, height: int, slate: str, camera: str) -> tuple[Pixels, Pixels]:
    """Where ink goes, and how bright the picture stays under the bar."""
    size = max(round(min(height * 0.033, width * 0.05)), 7)
    bar = round(size * 1.9)
    dim = np.full((height, width), 255, np.uint8)
    dim[height - bar :] = round(255 * (1 - BAR))
    image = Image.new("L", (width, height), 0)
    pen = ImageDraw.Draw(image)
    text = drawable(slate)
    face = font(size, bold=True)
    while face.size > 6 and face.getlength(text) > width * 0.94:
        face = font(int(face.size) - 1, bold=True)
    if text:
        y = height - bar / 2
        pen.text((width * 0.03, y), text, font=face, fill=255, anchor="lm")
    _arrow(pen, (width, height), camera)
    return np.array(image), dim


def _arrow(pen: ImageDraw.ImageDraw, size: tuple[int, int], camera: str) -> None:
    """Thin arrows as storyboard artists draw them."""
    width, height = size
    unit = min(width, height)
    x, y, side, middle, reach = width / 2, height * 0.1, width * 0.93, height * 0.45, unit * 0.16
    left, right = (x + reach, y, x - reach, y), (x - reach, y, x + reach, y)
    corners = [(sx, sy) for sx in (-1, 1) for sy in (-1, 1)]
    inward: list[Mark] = [
        (
            *(x + sx * width * 0.40, height / 2 + sy * height * 0.40),
            *(x + sx * width * 0.28, height / 2 + sy * height * 0.28),
        )
        for sx, sy in corners
    ]
    outward: list[Mark] = [(c, d, a, b) for a, b, c, d in inward]
    marks: dict[str, list[Mark]] = {
        "pan left": [left],
        "pan right": [right],
        "tracking left": [left],
        "tracking right": [right],
        "tilt up": [(side, middle + reach, side, middle - reach)],
        "tilt down": [(side, middle - reach, side, middle + reach)],
        "drone": [(side, middle + reach, side - reach * 0.4, middle - reach)],
        "arc": [(x - reach, y + reach * 0.2, x, y), (x, y, x + reach, y + reach * 0.2)],
        "zoom in": inward,
        "dolly in": inward,
        "zoom out": outward,
        "dolly out": outward,
    }
    for mark in marks.get(camera, []):
        _one(pen, mark, max(round(unit * 0.008), 1), unit * 0.026)


def _one(pen: ImageDraw.ImageDraw, mark: Mark, thick: int, head: float) -> None:
    x0, y0, x1, y1 = mark
    dx, dy = x1 - x0, y1 - y0
    length = max((dx * dx + dy * dy) ** 0.5, 1.0)
    dx, dy = dx / length, dy / length
    pen.line((x0, y0, x1 - dx * head, y1 - dy * head), fill=225, width=thick)
    bx, by = x1 - dx * head * 1.6, y1 - dy * head * 1.6
    wing = head * 0.8
    pen.polygon(
        [(x1, y1), (bx - dy * wing, by + dx * wing), (bx + dy * wing, by - dx * wing)], fill=235
    )
