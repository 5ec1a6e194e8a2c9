"""Seeded randomness that stays where it is: fields and lines depend on place, not on the crop."""

import hashlib
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from gpu.paint import Floats, Sheet

CELLS = 64
FINE = 8
_ROW = 256


def rng(*keys: object) -> np.random.Generator:
    """A generator that only its keys decide, the same in every process."""
    text = "\0".join(map(str, keys))
    seed = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]
    return np.random.Generator(np.random.PCG64(int.from_bytes(seed, "big")))


@lru_cache(maxsize=1)
def tile() -> Floats:
    """Periodic smooth noise: CELLS lattice cells each way, FINE samples a cell."""
    pad = 4
    lattice = np.pad(rng("tile").random((CELLS, CELLS), dtype=np.float32), pad, mode="wrap")
    side = (CELLS + 2 * pad) * FINE
    large = cv2.resize(lattice, (side, side), interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(large[pad * FINE : -pad * FINE, pad * FINE : -pad * FINE])


@lru_cache(maxsize=64)
def _row(key: str) -> Floats:
    return rng("row", key).random(_ROW, dtype=np.float32)


def field(
    sheet: Sheet, cell: tuple[float, float], key: str, *, octaves: int = 4, coarse: int = 2
) -> Floats:
    """Smooth noise 0 … 1 over a sheet. `cell` is the size of its largest features, in units."""
    height, width = (max(side // coarse, 1) for side in sheet.pixels.shape[:2])
    step = coarse / sheet.unit_px
    total = np.zeros((height, width), np.float32)
    share, sum_of_shares = 1.0, 0.0
    corner = rng("corner", key).random(2) * CELLS
    for octave in range(octaves):
        freq = 2.0**octave
        fx, fy = FINE * freq / cell[0], FINE * freq / cell[1]
        x0 = sheet.left * fx + corner[0] * (octave + 1) * FINE
        y0 = sheet.top * fy + corner[1] * (octave + 1) * FINE
        matrix = np.array([[step * fx, 0, x0], [0, step * fy, y0]], np.float64)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        part = cv2.warpAffine(
            tile(), matrix, (width, height), flags=flags, borderMode=cv2.BORDER_WRAP
        )
        total += share * part
        sum_of_shares += share
        share *= 0.5
    return np.asarray(np.clip(total / sum_of_shares, 0, 1), np.float32)


def full_size(values: Floats, sheet: Sheet) -> Floats:
    """A coarse field at the sheet's own size."""
    height, width = sheet.pixels.shape[:2]
    return np.asarray(cv2.resize(values, (width, height), interpolation=cv2.INTER_LINEAR))


def line(x: npt.NDArray[np.floating], cell: float, key: str, octaves: int = 5) -> Floats:
    """Smooth noise 0 … 1 along a line: ridges, shores, grass."""
    row = _row(key)
    total = np.zeros(len(x), np.float64)
    share, sum_of_shares = 1.0, 0.0
    for octave in range(octaves):
        at = np.asarray(x, np.float64) * (2.0**octave) / cell + 31.7 * octave
        whole = np.floor(at)
        t = at - whole
        t = t * t * (3 - 2 * t)
        low = whole.astype(np.int64) % _ROW
        total += share * (row[low] * (1 - t) + row[(low + 1) % _ROW] * t)
        sum_of_shares += share
        share *= 0.5
    return np.asarray(total / sum_of_shares, np.float32)
