"""Tiny models with random weights, made from configs: the real classes, no download.

Tests and the profile `tiny` load them through the same code as a user's weights.
"""

import os
import shutil
from importlib import import_module
from pathlib import Path

from gpu.errors import BriefRefused
from gpu.vocabulary import nearest

VERSION = 1
MAKERS = {
    "sdxl": "gpu.tiny.images:sdxl",
    "zimage": "gpu.tiny.images:zimage",
    "flux": "gpu.tiny.images:flux",
    "flux-kontext": "gpu.tiny.images:flux_kontext",
    "flux2-klein": "gpu.tiny.images:flux2_klein",
    "qwen-image": "gpu.tiny.images:qwen_image",
    "wan22": "gpu.tiny.clips:wan22",
    "wan22-5b": "gpu.tiny.clips:wan22_5b",
    "ltx": "gpu.tiny.clips:ltx",
    "ltx2": "gpu.tiny.ltx2:ltx2",
    "cogvideox": "gpu.tiny.clips:cogvideox",
    "speecht5": "gpu.tiny.voices:speecht5",
    "pocket-tts": "gpu.tiny.voices:pocket_tts",
    "writer": "gpu.tiny.writers:writer",
    "dia": "gpu.tiny.voices:dia",
    "ace-step": "gpu.tiny.music:ace_step",
    "stable-audio": "gpu.tiny.music:stable_audio",
}
NAMES = tuple(MAKERS)
PIPELINES = {
    "sdxl": "StableDiffusionXLPipeline",
    "flux-kontext": "FluxKontextPipeline",
    "flux2-klein": "Flux2KleinPipeline",
}
"""The classes of those that can take pictures to go by: known before the model is made."""


def ensure(name: str, cache: Path) -> Path:
    """The folder of a tiny model, made on first use: whole or not there. Raises BriefRefused."""
    if name not in MAKERS:
        near = nearest(name, list(NAMES))
        hint = f"did you mean {near!r}?" if near else f"known: {', '.join(NAMES)}"
        raise BriefRefused(f"unknown tiny model {name!r}; {hint}")
    folder = cache / f"{name}-{VERSION}"
    if folder.is_dir():
        return folder
    making = cache / f".{name}-{VERSION}.{os.getpid()}"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    module, _, function = MAKERS[name].partition(":")
    getattr(import_module(module), function)(making)
    try:
        making.rename(folder)
    except OSError:  # another process was first
        shutil.rmtree(making, ignore_errors=True)
    return folder
