"""What lies over every picture like glass: darker corners and paper. The same in panel and clip."""

from functools import lru_cache

import cv2
import numpy as np

from gpu.look import look_for
from gpu.noise import field
from gpu.paint import Floats, Pixels
from gpu.view import Frame

CORNERS = 0.26
PAPER = 0.035


@lru_cache(maxsize=2)
def veil(width: int, height: int, style: str = "") -> Floats:
    """How bright each pixel stays, 0 … 1: darker corners, and the paper that the style names."""
    look = look_for(style)
    sheet = Frame(width, height).sheet()
    paper = cv2.resize(
        field(sheet, (0.016, 0.016), "paper", octaves=2),
        (width, height),
        interpolation=cv2.INTER_LINEAR,
    )
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    corners = np.clip(0.62 * x**2 + 0.55 * y**2 - 0.22, 0, 1) / 0.95
    grain = max(PAPER, look.paper)
    bands = look.bands * np.clip((np.abs(y) - 0.72) / 0.28, 0, 1) ** 1.5
    return np.asarray(
        np.clip(1 - CORNERS * corners - grain * (paper - 0.42) - bands, 0, 1), np.float32
    )


def finished(rgb: Pixels, style: str = "") -> Pixels:
    """A flat picture under its veil."""
    height, width = rgb.shape[:2]
    cover = as_bytes(veil(width, height, style))
    return np.asarray(cv2.multiply(rgb, cv2.merge([cover] * 3), scale=1 / 255), np.uint8)


def as_bytes(values: Floats) -> Pixels:
    return np.asarray(np.round(np.clip(values, 0, 1) * 255), np.uint8)
