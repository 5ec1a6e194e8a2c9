"""The plain diffusers script that a user would write for the same shots: load, loop, save.

It knows nothing of reelog. One model at a time: all pictures, then all clips.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from diffusers import DiffusionPipeline
from diffusers.utils import export_to_video, load_image


@dataclass(frozen=True, kw_only=True)
class Shot:
    """What is asked for one picture, and for its clip."""

    image_prompt: str
    image_negative: str
    image_seed: int
    motion_prompt: str
    motion_negative: str
    motion_seed: int


@dataclass(frozen=True, kw_only=True)
class Script:
    """Folders of both models, and what their calls take besides prompts and seeds."""

    image_folder: Path
    clip_folder: Path
    image: dict[str, Any]
    clip: dict[str, Any]
    fps: int
    device: str
    dtype: torch.dtype


@dataclass(frozen=True, kw_only=True)
class Took:
    """Seconds: loading, and all the rest."""

    loading_s: float
    work_s: float


def make(script: Script, shots: Sequence[Shot], folder: Path) -> Took:
    """Pictures and clips of all shots, in a folder."""
    began = time.perf_counter()
    pipeline = _load(script, script.image_folder)
    loaded = time.perf_counter()
    for number, shot in enumerate(shots, start=1):
        image = pipeline(
            shot.image_prompt,
            negative_prompt=shot.image_negative,
            generator=torch.Generator("cpu").manual_seed(shot.image_seed),
            **script.image,
        ).images[0]
        image.save(folder / f"shot_{number:03}.png")
    drawn = time.perf_counter()
    del pipeline
    pipeline = _load(script, script.clip_folder)
    loaded_again = time.perf_counter()
    for number, shot in enumerate(shots, start=1):
        frames = pipeline(
            image=load_image(str(folder / f"shot_{number:03}.png")),
            prompt=shot.motion_prompt,
            negative_prompt=shot.motion_negative,
            generator=torch.Generator("cpu").manual_seed(shot.motion_seed),
            **script.clip,
        ).frames[0]
        export_to_video(frames, str(folder / f"shot_{number:03}.mp4"), fps=script.fps)
    ended = time.perf_counter()
    loading_s = (loaded - began) + (loaded_again - drawn)
    return Took(loading_s=loading_s, work_s=ended - began - loading_s)


def _load(script: Script, folder: Path) -> Any:
    pipeline = DiffusionPipeline.from_pretrained(folder, dtype=script.dtype)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline.to(script.device)
