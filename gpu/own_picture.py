"""A picture of the user's own, checked before anything is done with it, and kept as plain PNG.

Whatever else its file holds (place, camera, other pictures, programs' texts) is left behind.
"""

import os
import stat
import struct
import warnings
import zlib
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from gpu.errors import BriefRefused

FORMATS = ("PNG", "JPEG", "WEBP")
BYTES_MAX = 50_000_000
PIXELS_MAX = 50_000_000
SIDE_MIN = 64
SIDES_MAX = 8
"""At most so many times as long as wide, as the models that take pictures ask."""
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error)


@dataclass(frozen=True)
class OwnPicture:
    """The picture alone, RGB8: its PNG, the hash of its pixels, its size."""

    png: bytes
    raw_sha256: str
    width: int
    height: int


def read_own_picture(path: Path) -> OwnPicture:
    """Read a PNG, JPEG or WebP. Raises BriefRefused with what is wrong and what is taken."""
    data = _bytes_of(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the limits here are stricter than those it warns of
        try:
            with Image.open(BytesIO(data), formats=FORMATS) as image:
                _refuse_size(path, image)
                rgb = _on_white(ImageOps.exif_transpose(image))
        except Image.DecompressionBombError:
            raise _refused(path, f"has more than {PIXELS_MAX:,} pixels") from None
        except UnidentifiedImageError:
            raise _refused(path, "is no picture that is known here") from None
        except _BROKEN as error:
            raise _refused(path, f"cannot be read as a picture ({error})") from None
    out = BytesIO()
    rgb.save(out, "PNG")
    return OwnPicture(out.getvalue(), sha256(rgb.tobytes()).hexdigest(), rgb.width, rgb.height)


def _bytes_of(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        there = not isinstance(error, FileNotFoundError)
        reason = f"cannot be read: {error.strerror}" if there else "is not there"
        raise _refused(path, reason) from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "no plain file"
        raise _refused(path, f"is {kind}")
    with os.fdopen(descriptor, "rb") as file:
        if status.st_size > BYTES_MAX:
            raise _refused(path, f"has {status.st_size / 1e6:.0f} MB")
        try:
            return file.read(BYTES_MAX)
        except OSError as error:
            raise _refused(path, f"cannot be read: {error.strerror}") from None


def _refuse_size(path: Path, image: Image.Image) -> None:
    width, height = image.size
    if getattr(image, "n_frames", 1) > 1:
        raise _refused(path, "moves")
    wrong = min(width, height) < SIDE_MIN or max(width, height) > SIDES_MAX * min(width, height)
    if wrong or width * height > PIXELS_MAX:
        raise _refused(path, f"is {width} × {height} pixels")


def _on_white(image: Image.Image) -> Image.Image:
    """Without transparency."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    shown = image.convert("RGBA")
    white = Image.new("RGBA", shown.size, "white")
    return Image.alpha_composite(white, shown).convert("RGB")


def _refused(path: Path, reason: str) -> BriefRefused:
    return BriefRefused(
        f"{path} {reason}; a picture is a PNG, JPEG or WebP of one frame, of at least {SIDE_MIN} "
        f"pixels each way, at most {SIDES_MAX} times as long as wide, with at most "
        f"{PIXELS_MAX // 10**6} megapixels and {BYTES_MAX // 10**6} MB"
    )
