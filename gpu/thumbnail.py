"""Small pictures for pages: a panel scaled down, as JPEG."""

from io import BytesIO
from pathlib import Path

from PIL import Image

WIDTH, QUALITY = 440, 80


def thumbnail(picture: Path, width: int = WIDTH) -> bytes | None:
    """A picture as a JPEG no wider than `width`, or None when it is no picture that can be read."""
    try:
        with Image.open(picture, formats=("PNG", "JPEG", "WEBP")) as opened:
            small = opened.convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    if small.width > width:
        height = max(1, round(small.height * width / small.width))
        small = small.resize((width, height), Image.Resampling.LANCZOS)
    out = BytesIO()
    small.save(out, format="JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
