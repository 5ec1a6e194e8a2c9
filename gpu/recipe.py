"""Drawn panels carry their recipe: what was asked for, so that a clip can be drawn again."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from gpu import metadata, png_text
from gpu.briefs import ImageBrief
from gpu.errors import BriefRefused
from gpu.paint import Pixels

BACKEND = "animatic"
FORMER_KEYWORD = "reelog-panel"
_NO_WORDS = ("preview_steps", "references", "running")
_KINDS = {field.name: str for field in fields(ImageBrief) if field.name not in _NO_WORDS} | {
    "seed": int,
    "width": int,
    "height": int,
    "settings": dict,
}


def write_png(out: Path, rgb: Pixels, brief: ImageBrief) -> None:
    """The picture with its recipe, which is what it says about itself.

    The clip needs the recipe even where no file is to say a word: then it is taken out of what is
    handed out (`handlers.folder`), and only the parameters are left out here.
    """
    said = metadata.facts(brief, BACKEND)
    if metadata.wanted(brief):
        metadata.write_png(out, rgb, said)
    else:
        png_text.write(out, rgb, metadata.own_text(said))


def read_recipe(image: Path) -> ImageBrief | None:
    """The brief inside a panel, or None for any other picture."""
    said = metadata.read(image) or {}
    if said.get("backend") == BACKEND and said.get("kind") == "image":
        return _brief({name: said.get(name, "") for name in _KINDS})
    former = metadata.loaded(png_text.read(image).get(FORMER_KEYWORD, "")) or {}
    found = former.get("brief")
    return _brief(found) if isinstance(found, dict) and set(found) == set(_KINDS) else None


def _brief(found: Mapping[str, Any]) -> ImageBrief | None:
    sound = all(isinstance(found[name], kind) for name, kind in _KINDS.items())
    return ImageBrief(**found) if sound else None


def picture_of(image: Path) -> Pixels:
    """Any picture file as RGB."""
    data = np.frombuffer(image.read_bytes(), np.uint8)
    bgr = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    if bgr is None:
        raise BriefRefused(f"{image.name} is no picture that can be read")
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)
