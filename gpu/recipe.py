"""PNG files that carry their own recipe: what was asked for, so that a clip can be drawn again."""

import json
import struct
from dataclasses import asdict, fields
from pathlib import Path

import cv2
import numpy as np

from gpu import png_text
from gpu.briefs import ImageBrief
from gpu.errors import BriefRefused
from gpu.paint import Pixels

KEYWORD = "reelog-panel"
VERSION = 1
MODEL = "reelog animatic panels"
_KINDS = {field.name: str for field in fields(ImageBrief) if field.name != "running"} | {
    "seed": int,
    "width": int,
    "height": int,
    "settings": dict,
}


def write_png(out: Path, rgb: Pixels, brief: ImageBrief) -> None:
    """The picture with its recipe, and with the parameters that other tools read."""
    recipe = json.dumps({"version": VERSION, "brief": _plain(brief)}, sort_keys=True)
    png_text.write(out, rgb, {KEYWORD: recipe, "parameters": _parameters(brief)})


def read_recipe(image: Path) -> ImageBrief | None:
    """The brief inside a panel, or None for any other picture."""
    try:
        text = next((t for key, t in png_text.read(image) if key == KEYWORD), "")
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


def picture_of(image: Path) -> Pixels:
    """Any picture file as RGB."""
    data = np.frombuffer(image.read_bytes(), np.uint8)
    bgr = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    if bgr is None:
        raise BriefRefused(f"{image.name} is no picture that can be read")
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)
