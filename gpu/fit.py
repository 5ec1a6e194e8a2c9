"""A picture brought to another size and shape."""

import cv2
import numpy as np

from gpu.paint import Pixels


def covering(rgb: Pixels, width: int, height: int) -> Pixels:
    """A picture scaled and cropped so that it fills a size."""
    tall, wide = rgb.shape[:2]
    scale = max(width / wide, height / tall)
    size = (max(round(wide * scale), width), max(round(tall * scale), height))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    large = rgb if size == (wide, tall) else cv2.resize(rgb, size, interpolation=way)
    x, y = (size[0] - width) // 2, (size[1] - height) // 2
    return np.ascontiguousarray(large[y : y + height, x : x + width])
