"""Pictures as yuv420p, BT.709, video range: from RGB, mixed, and darkened. Whole numbers only

where frames are mixed, so that every machine makes the same bytes. Knows no film.
"""

import numpy as np
import numpy.typing as npt

Frame = npt.NDArray[np.uint8]
"""One flat array: all of Y, then U and V at half width and height."""

WHOLE = 256
_RGB_TO_YUV = np.array(
    [
        [0.2126, 0.7152, 0.0722],
        [-0.2126 / 1.8556, -0.7152 / 1.8556, 0.9278 / 1.8556],
        [0.7874 / 1.5748, -0.7152 / 1.5748, -0.0722 / 1.5748],
    ]
) * np.array([[219.0], [224.0], [224.0]]) / 255.0  # fmt: skip


def frame_bytes(width: int, height: int) -> int:
    return width * height * 3 // 2


def from_rgb(rgb: npt.NDArray[np.uint8]) -> Frame:
    """An RGB picture, height × width × 3, even in both."""
    weights = np.rint(_RGB_TO_YUV * 65536).astype(np.int32)
    r, g, b = (rgb[:, :, channel].astype(np.int32) for channel in range(3))
    planes = [w[0] * r + w[1] * g + w[2] * b for w in weights]
    luma = (planes[0] + (16 << 16) + (1 << 15)) >> 16
    quarters = [
        plane[0::2, 0::2] + plane[1::2, 0::2] + plane[0::2, 1::2] + plane[1::2, 1::2]
        for plane in planes[1:]
    ]
    chroma = [(quarter + (128 << 18) + (1 << 17)) >> 18 for quarter in quarters]
    flat = np.concatenate([plane.reshape(-1) for plane in (luma, *chroma)])
    return flat.astype(np.uint8)


def black(width: int, height: int) -> Frame:
    frame = np.full(frame_bytes(width, height), 128, np.uint8)
    frame[: width * height] = 16
    return frame


def over(under: Frame, top: Frame, alpha: int) -> Frame:
    """`top` over `under`, alpha of 256."""
    if alpha >= WHOLE:
        return top
    mixed = under.astype(np.uint16)
    mixed *= WHOLE - alpha
    mixed += top * np.uint16(alpha)
    mixed += WHOLE // 2
    mixed >>= 8
    return mixed.astype(np.uint8)
