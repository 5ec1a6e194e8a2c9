"""For whom prompts are written: one row a model family. Light."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

PLAIN = "plain"
"""Whoever draws and moves without a model, and whoever is not known."""
AUTO = "auto"
STAGES = ("image", "video")
"""Whose prompts are enhanced."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A family as a reader of prompts: so many tokens where nothing is said, and so many at most.

    `pipelines`: the diffusers classes that are of it; `spelt`: how files of it are named.
    """

    name: str
    stage: str
    tokens: int
    tokens_max: int
    pipelines: tuple[str, ...] = ()
    spelt: str = ""


READERS = (
    Reader(
        name="sdxl",
        stage="image",
        tokens=75,
        tokens_max=75,  # CLIP reads 77, of which two are marks of beginning and end
        pipelines=("StableDiffusionXLPipeline",),
        spelt=r"sd_?xl|stable-diffusion-xl|illustrious|pony|juggernaut",
    ),
    Reader(
        name="z-image",
        stage="image",
        tokens=512,
        tokens_max=512,
        pipelines=("ZImagePipeline",),
        spelt=r"z[-_]?image",
    ),
    Reader(
        name="qwen-image",
        stage="image",
        tokens=512,
        tokens_max=1024,
        pipelines=("QwenImagePipeline", "QwenImageEditPlusPipeline"),
        spelt=r"qwen[-_]?image",
    ),
    Reader(
        name="flux",
        stage="image",
        tokens=256,
        tokens_max=512,  # what schnell reads; dev and klein read more
        pipelines=("FluxPipeline", "FluxKontextPipeline", "Flux2KleinPipeline"),
        spelt=r"flux",
    ),
    Reader(name=PLAIN, stage="image", tokens=256, tokens_max=1024),
    Reader(
        name="wan",
        stage="video",
        tokens=226,
        tokens_max=512,
        pipelines=("WanImageToVideoPipeline",),
        spelt=r"(?<![a-z])wan(?![a-z])",
    ),
    Reader(
        name="ltx",
        stage="video",
        tokens=128,
        tokens_max=1024,
        pipelines=("LTXImageToVideoPipeline", "LTX2ImageToVideoPipeline"),
        spelt=r"ltx",
    ),
    Reader(
        name="cogvideox",
        stage="video",
        tokens=226,
        tokens_max=226,
        pipelines=("CogVideoXImageToVideoPipeline",),
        spelt=r"cogvideo",
    ),
    Reader(name=PLAIN, stage="video", tokens=226, tokens_max=1024),
)


def of_stage(stage: str) -> Mapping[str, Reader]:
    """Name → family, of those that make pictures, or clips."""
    return {one.name: one for one in READERS if one.stage == stage}


def found(stage: str, pipeline: str, names: str) -> Reader:
    """The family of a pipeline class; where that says nothing, of how its files are named."""
    known = of_stage(stage).values()
    by_class = (one for one in known if pipeline in one.pipelines)
    by_name = (one for one in known if one.spelt and re.search(one.spelt, names, re.IGNORECASE))
    return next(by_class, None) or next(by_name, None) or of_stage(stage)[PLAIN]
