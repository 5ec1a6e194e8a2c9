"""Briefs for tiny models, and what comes of them."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import imageio.v3 as imageio
import numpy as np

from gpu.briefs import ImageBrief, MusicBrief, VideoBrief
from gpu.diffusion.clip import ClipStage
from gpu.diffusion.model import Model
from gpu.diffusion.picture import PictureStage
from gpu.diffusion.score import ScoreStage
from gpu.diffusion.shelf import SHELF
from gpu.stages import Made

ROOT = Path(__file__).resolve().parents[3]
IMAGES = ("sdxl", "zimage", "flux", "flux-kontext", "flux2-klein", "qwen-image")
CLIPS = ("wan22", "wan22-5b", "ltx", "ltx2", "cogvideox")
TRACKS = ("ace-step", "stable-audio")
FAMILIES = (*IMAGES, *CLIPS, *TRACKS)
READ_AHEAD = tuple(one for one in FAMILIES if one not in ("ltx2", *TRACKS))
"""Those whose prompts are encoded before all work; the others' go in as text."""


def image_brief(
    model: str = "sdxl", running: dict[str, Any] | None = None, **settings: Any
) -> ImageBrief:
    """A picture of 48 × 32 from a model of 32 × 32."""
    return ImageBrief(
        prompt=settings.pop("prompt", "a lighthouse at dusk, ünï 灯台"),
        negative_prompt="text",
        style="gouache",
        shot_size="wide",
        angle="",
        lighting="",
        camera="static",
        place="coast",
        seed=settings.pop("seed", 5),
        width=48,
        height=32,
        settings={
            "steps": 4, "guidance": 5.0, "width": 32, "height": 32, "dtype": "fp32",
            **settings,
        },
        running={"model": model if "/" in model else f"tiny:{model}", **(running or {})},
    )  # fmt: skip


def video_brief(
    picture: Path, model: str = "wan22", running: dict[str, Any] | None = None, **settings: Any
) -> VideoBrief:
    """A clip of 12 frames at 12 a second from a model of 5 (or 9) at 6."""
    return VideoBrief(
        image=picture,
        motion_prompt=settings.pop("prompt", "slow waves"),
        negative_prompt="text",
        camera="pan right",
        seed=settings.pop("seed", 5),
        width=64,
        height=64,
        frames=12,
        fps=12,
        transition_frames=3,
        settings={
            "steps": 4, "guidance": 5.0, "width": 64, "height": 64, "dtype": "fp32",
            "frames": 9 if model.startswith("ltx") else 5, "fps": 6, "max_tokens": 16, **settings,
        },
        running={"model": f"tiny:{model}", **(running or {})},
    )  # fmt: skip


def music_brief(
    model: str = "ace-step", running: dict[str, Any] | None = None, **settings: Any
) -> MusicBrief:
    """Three seconds of music."""
    return MusicBrief(
        prompt=settings.pop("prompt", "slow strings"),
        moods=(),
        duration_s=3,
        seed=settings.pop("seed", 5),
        settings={"steps": 4, "guidance": 3.0, "dtype": "fp32", **settings},
        running={"model": f"tiny:{model}", **(running or {})},
    )


def picture(folder: Path) -> Path:
    """Any picture, to be moved."""
    path = folder / "picture.png"
    rgb = np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8)
    imageio.imwrite(path, rgb)
    return path


def made(folder: Path, model: str, **settings: Any) -> Made:
    """What the stage of a family makes."""
    if model in CLIPS:
        brief = video_brief(picture(folder), model, **settings)
        return ClipStage().run(brief, folder / "out.mp4", lambda _: None)
    if model in TRACKS:
        return ScoreStage().run(music_brief(model, **settings), folder / "out.wav", lambda _: None)
    return PictureStage().run(image_brief(model, **settings), folder / "out.png", lambda _: None)


def forget() -> None:
    """Let all loaded models go, as a new process would begin."""
    SHELF._models.clear()


def loaded() -> list[Model]:
    """The models on the shelf."""
    return list(SHELF._models.values())


def there(model: Model) -> bool:
    """Whether it takes room: on the card; without one, in memory."""
    if model.device.type == "cuda":
        return model._on_card
    return model._maker is not None


def made_elsewhere(folder: Path, families: Sequence[str], **settings: Any) -> list[str]:
    """The raw hashes of what a new process makes of the same briefs."""
    code = (
        "import pathlib\n"
        "from tests.gpu.diffusion.making import made\n"
        f"for one in {list(families)}:\n"
        f"    print(made(pathlib.Path({str(folder)!r}), one, **{settings}).raw_sha256)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.split()
