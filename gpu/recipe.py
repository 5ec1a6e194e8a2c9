"""PNG files that carry their own recipe: what was asked for, so that a clip can be drawn again."""

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path

import cv2
import numpy as np

from gpu.briefs import ImageBrief
from gpu.errors import BriefRefused, StageError
from gpu.paint import Pixels

KEYWORD = "reelog-panel"
VERSION = 1
MODEL = "reelog animatic panels"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RECIPE_BYTES_MAX = 1 << 20
_KINDS = {field.name: str for field in fields(ImageBrief) if field.name != "running"} | {
    "seed": int,
    "width": int,
    "height": int,
    "settings": dict,
}


def write_png(out: Path, rgb: Pixels, brief: ImageBrief) -> None:
    """The picture with its recipe, and with the parameters that other tools read."""
    done, data = cv2.imencode(
        ".png", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_PNG_COMPRESSION, 1]
    )
    if not done:
        raise StageError("the PNG encoder refused the picture")
    raw = data.tobytes()
    head = len(_SIGNATURE) + 25
    recipe = json.dumps({"version": VERSION, "brief": _plain(brief)}, sort_keys=True)
    chunks = _text(KEYWORD, recipe) + _text("parameters", _parameters(brief))
    with out.open("wb") as file:
        file.write(raw[:head] + chunks + raw[head:])


def read_recipe(image: Path) -> ImageBrief | None:
    """The brief inside a panel, or None for any other picture."""
    try:
        text = next((t for key, t in _texts(image) if key == KEYWORD), "")
        found = json.loads(text)["brief"] if text else None
        if not isinstance(found, dict) or set(found) != set(_KINDS):
            return None
        brief = ImageBrief(**found)
        sound = all(isinstance(value, _KINDS[name]) for name, value in found.items())
    except (ValueError, KeyError, TypeError, struct.error):
        return None
    return brief if sound else None


def _plain(brief: ImageBrief) -> dict[str, object]:
    recipe = {**asdict(brief), "settings": dict(brief.settings)}
    del recipe["running"]  # where and how it was drawn is not what was drawn
    return recipe


def _parameters(brief: ImageBrief) -> str:
    size = f"{brief.width}x{brief.height}"
    return (
        f"{brief.prompt}\nNegative prompt: {brief.negative_prompt}\n"
        f"Seed: {brief.seed}, Size: {size}, Model: {MODEL}"
    )


def _text(keyword: str, text: str) -> bytes:
    """An iTXt chunk, uncompressed UTF-8."""
    body = keyword.encode("latin-1") + b"\0\0\0\0\0"
    body += text.replace("\0", " ").encode("utf-8", "replace")
    return _chunk(b"iTXt", body)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _texts(image: Path) -> Iterator[tuple[str, str]]:
    """The uncompressed text chunks of a PNG that stand before its pixels."""
    with image.open("rb") as file:
        if file.read(8) != _SIGNATURE:
            return
        while True:
            head = file.read(8)
            if len(head) < 8:
                return
            length, kind = struct.unpack(">I4s", head)
            if kind in (b"IDAT", b"IEND"):
                return
            if kind != b"iTXt" or length > _RECIPE_BYTES_MAX:
                file.seek(length + 4, 1)
                continue
            keyword, _, rest = file.read(length).partition(b"\0")
            file.seek(4, 1)
            text = rest[2:].split(b"\0", 2)[-1]
            yield keyword.decode("latin-1"), text.decode("utf-8", "replace")


def picture_of(image: Path) -> Pixels:
    """Any picture file as RGB."""
    data = np.frombuffer(image.read_bytes(), np.uint8)
    bgr = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    if bgr is None:
        raise BriefRefused(f"{image.name} is no picture that can be read")
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)
