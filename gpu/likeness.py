"""How alike two media files are: PSNR and SSIM of pictures, PSNR of sound. Decodes both."""

import math
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gpu.child import run
from gpu.errors import ToolFailed
from gpu.ffmpeg import command, source
from gpu.probe import samples

PEAK_PICTURE, PEAK_SOUND = 255.0, 32768.0


@dataclass(frozen=True)
class Likeness:
    """Of two files. psnr_db is the worse of pictures and sound; ssim is None without pictures."""

    psnr_db: float
    ssim: float | None


def likeness(one: Path, other: Path, media_type: str) -> Likeness:
    """Compare two files of one kind. Raises ToolFailed when they cannot be compared."""
    kind, _, container = media_type.partition("/")
    if kind == "audio":
        return Likeness(_sound(one, other), None)
    mse = _per_frame(one, other, "psnr", r"mse_avg:([\d.]+)")
    ssim = _per_frame(one, other, "ssim", r"All:([\d.]+)")
    psnr = _db(sum(mse) / len(mse), PEAK_PICTURE)
    if container == "mp4" and _has_sound(one):
        psnr = min(psnr, _sound(one, other))
    return Likeness(psnr, sum(ssim) / len(ssim))


def _per_frame(one: Path, other: Path, name: str, pattern: str) -> list[float]:
    wanted = f"[0:v][1:v]{name}=stats_file=-"
    listing = run(
        command(*source(one), *source(other), "-lavfi", wanted, "-f", "null", "/dev/null")
    ).decode()
    found = [float(value) for value in re.findall(pattern, listing)]
    if not found:
        raise ToolFailed(f"{one.name} and {other.name} have no pictures to compare")
    return found


def _has_sound(path: Path) -> bool:
    from gpu.probe import probe

    return any(stream.kind == "audio" for stream in probe(path))


def _sound(one: Path, other: Path) -> float:
    ours, theirs = samples(one), samples(other)
    if ours.shape != theirs.shape:
        return 0.0
    apart = ours.astype(np.float64) - theirs.astype(np.float64)
    return _db(float(np.mean(apart**2)) if apart.size else 0.0, PEAK_SOUND)


def _db(mean_square: float, peak: float) -> float:
    return math.inf if mean_square == 0 else 10 * math.log10(peak**2 / mean_square)
