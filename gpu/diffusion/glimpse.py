"""A small picture of what is being made, now and then: one file, that goes when the loop ends.

From the foreseen latents by a linear map, so that it costs milliseconds on the CPU and no memory
of the card; no generator is touched, and no bit of a result. The map is learned from the first
result of a model, and kept for later runs; until then a glimpse is grey.
"""

import os
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from gpu.diffusion.families import Family

EVERY_S = 5.0
COST_MAX = 0.02
SIDE = 256
Plane = npt.NDArray[np.float32]
"""(height, width, channels): the middle frame of latents."""
Pixels = npt.NDArray[np.uint8]


def plane(latents: torch.Tensor, family: Family, size: tuple[int, int]) -> Plane | None:
    """The middle frame, on the host. `size`: width and height in pixels. None: no known layout."""
    one = latents[0]
    if one.ndim == 2:  # tokens, row by row, frame by frame
        wide, high = (side // family.sides for side in size)
        frames, left = divmod(len(one), max(1, wide * high))
        if left or not frames:
            return None
        one = one.reshape(frames, high, wide, -1)[frames // 2].permute(2, 0, 1)
    elif one.ndim == 4:
        at = 0 if family.frames_first else 1
        one = one.select(at, one.shape[at] // 2)
    if one.ndim != 3:
        return None
    found: Plane = one.float().cpu().permute(1, 2, 0).contiguous().numpy()
    return found


class Colours:
    """What the channels of a model's latents look like."""

    def __init__(self, file: Path) -> None:
        """`file`: where the map is kept from run to run."""
        self._file = file
        self._map = _read(file)

    @property
    def known(self) -> bool:
        """Whether the map was learned."""
        return self._map is not None

    def learn(self, seen: Plane, frame: Pixels) -> None:
        """From latents and the picture (height, width, 3) that they were decoded to."""
        high, wide, channels = seen.shape
        small = Image.fromarray(frame).resize((wide, high), Image.Resampling.BOX)
        told = np.asarray(small, np.float32).reshape(-1, 3)
        numbers = np.column_stack([seen.reshape(-1, channels), np.ones(high * wide, np.float32)])
        if not np.isfinite(numbers).all():
            return
        self._map = np.linalg.lstsq(numbers, told, rcond=None)[0].astype(np.float32)
        _write(self._file, self._map)

    def picture(self, seen: Plane) -> Pixels:
        """(height, width, 3); grey while nothing was learned."""
        high, wide, channels = seen.shape
        numbers = seen.reshape(-1, channels)
        if self._map is not None and len(self._map) == channels + 1:
            rgb = numbers @ self._map[:-1] + self._map[-1]
        else:
            rgb = np.repeat(_strongest(numbers), 3, axis=1)
        found: Pixels = np.clip(np.nan_to_num(rgb), 0, 255).astype(np.uint8)
        return found.reshape(high, wide, 3)


def _strongest(numbers: Plane) -> Plane:
    """What varies most, 0 … 255."""
    numbers = np.nan_to_num(numbers - numbers.mean(axis=0))
    _, _, axes = np.linalg.svd(numbers.T @ numbers)
    along = numbers @ axes[:1].T
    low, high = np.percentile(along, (2, 98))
    shades: Plane = (along - low) / max(float(high - low), 1e-6) * 255
    return shades


class Glimpses:
    """The file of one loop, written now and then."""

    def __init__(self, path: Path, colours: Colours) -> None:
        self.path, self.colours = path, colours
        self._next_s = time.monotonic() + EVERY_S

    @property
    def due(self) -> bool:
        """Whether it is time for another one."""
        return time.monotonic() >= self._next_s

    def show(self, seen: Plane) -> None:
        """Write it whole; a disk that refuses it is no reason to stop."""
        began = time.monotonic()
        small = Image.fromarray(self.colours.picture(seen))
        times = max(1, SIDE // max(small.size))
        large = small.resize((small.width * times, small.height * times), Image.Resampling.BICUBIC)
        new = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            large.save(new, "PNG", compress_level=1)
            new.replace(self.path)
        except OSError:
            new.unlink(missing_ok=True)
        now = time.monotonic()
        self._next_s = now + max(EVERY_S, (now - began) / COST_MAX)

    def end(self) -> None:
        """Nothing is left of it."""
        self.path.unlink(missing_ok=True)


def _read(file: Path) -> Plane | None:
    try:
        found = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    fits = found.ndim == 2 and found.shape[1:] == (3,) and found.dtype == np.float32
    return found if fits else None


def _write(file: Path, found: Plane) -> None:
    new = file.with_name(f"{file.name}.{os.getpid()}.npy")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(new, found, allow_pickle=False)
        new.replace(file)
    except OSError:
        return  # it is learned again
