"""Briefs for pictures, and what tests ask of pixels."""

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from gpu.briefs import ImageBrief, VideoBrief
from gpu.compose import compose
from gpu.ffmpeg import command, source
from gpu.panel import PanelStage
from gpu.stages import Made
from gpu.video import MoveStage
from gpu.view import Frame

IMAGE = ImageBrief(
    prompt="a lighthouse on a rocky coast",
    negative_prompt="text",
    style="gouache storyboard",
    shot_size="wide",
    angle="eye level",
    lighting="golden hour",
    camera="pan right",
    place="coast",
    seed=7,
    width=320,
    height=180,
)


def silent(share: float) -> None:
    """A report that nobody reads."""


def image(**changes: Any) -> ImageBrief:
    return replace(IMAGE, **changes)


def pixels(**changes: Any) -> np.ndarray:
    """The layers of a picture, flat."""
    brief = image(**changes)
    return compose(brief, Frame(brief.width, brief.height)).flat()


def draw(folder: Path, **changes: Any) -> tuple[Path, Made]:
    out = folder / "panel.png"
    return out, PanelStage().run(image(**changes), out, silent)


def move(panel: Path, folder: Path, **changes: Any) -> tuple[Path, Made]:
    values: dict[str, Any] = {
        "image": panel,
        "motion_prompt": "",
        "camera": "pan right",
        "seed": 7,
        "width": 320,
        "height": 180,
        "frames": 24,
        "fps": 12,
        "transition_frames": 4,
    }
    brief = VideoBrief(**{**values, **changes})
    out = folder / f"{brief.camera}.mp4"
    return out, MoveStage().run(brief, out, silent)


def decoded(clip: Path, width: int = 320, height: int = 180) -> np.ndarray:
    """All frames of a clip as RGB."""
    arguments = [*source(clip), "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"]
    raw = subprocess.run(command(*arguments), capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, height, width, 3)


def opened(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Mean absolute difference of two pictures, in grey levels."""
    return float(np.abs(one.astype(int) - other.astype(int)).mean())
