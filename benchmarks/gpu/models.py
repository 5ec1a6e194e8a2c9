"""The models that are measured, as published: which parts, at which shapes. Knows no torch.

Every part's configuration is a file in configs/; its `_from` says whose it is.
"""

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CONFIGS = Path(__file__).with_name("configs")


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Pixels, frames of a clip (1: a picture), tokens of the prompt; of music its seconds."""

    width: int = 0
    height: int = 0
    frames: int = 1
    tokens: int = 512
    seconds: float = 0.0

    def __str__(self) -> str:
        if self.seconds:
            return f"{self.seconds:.0f} s"
        length = f"×{self.frames}" if self.frames > 1 else ""
        return f"{self.width}×{self.height}{length}"


@dataclass(frozen=True, kw_only=True)
class Packing:
    """How a VAE packs pixels: channels of a latent, pixels to a latent's side, frames to one.

    `rate_hz`: latents to a second of sound.
    """

    channels: int
    side: int = 8
    frames: int = 1
    rate_hz: float = 0.0

    def grid(self, shape: Shape) -> tuple[int, int, int]:
        """Latent frames, rows and columns."""
        frames = (shape.frames - 1) // self.frames + 1
        return frames, shape.height // self.side, shape.width // self.side

    def track(self, shape: Shape) -> int:
        """Latents of a whole piece of music."""
        return math.ceil(shape.seconds * self.rate_hz)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A model at a shape.

    `forwards`: how often a denoise loop runs the denoiser for each step; `batch`: how many go
    through it at a time, where guidance is a batch of two. `embeds`: the prompt's tensors as its
    call takes them, "T" being the tokens. `call`: what else its call takes. `encoders`: the
    pipeline's text encoders, where it is used whole. `share_min`: how much of an H200 class card's
    limit its loop is to reach, 0 … 1. `repo`: how profiles name it.
    """

    name: str
    pipeline: str
    denoiser: str
    vae: str
    packing: Packing
    shape: Shape
    steps: int
    guidance: float
    forwards: int = 1
    batch: int = 1
    embeds: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    call: dict[str, Any] = field(default_factory=dict)
    pipeline_options: dict[str, Any] = field(default_factory=dict)
    encoders: dict[str, str] = field(default_factory=dict)
    share_min: float = 0.0
    repo: str = ""
    scheduler: tuple[str, dict[str, Any]] = ("FlowMatchEulerDiscreteScheduler", {"shift": 3.0})


def config(name: str) -> dict[str, Any]:
    """A part's published configuration. Raises FileNotFoundError."""
    found: dict[str, Any] = json.loads((CONFIGS / f"{name}.json").read_text(encoding="utf-8"))
    return found


_KL = Packing(channels=16)
_WAN = Packing(channels=16, frames=4)
_UNIPC = {
    "prediction_type": "flow_prediction", "use_flow_sigmas": True, "num_train_timesteps": 1000,
}  # fmt: skip
_EULER = {
    "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
    "timestep_spacing": "leading", "steps_offset": 1,
}  # fmt: skip
_WAN_EMBEDS = {"prompt_embeds": ("T", 4096), "negative_prompt_embeds": ("T", 4096)}
_T_128 = {"tokens": 128}

SDXL = Row(
    name="SDXL", pipeline="StableDiffusionXLPipeline", denoiser="sdxl-unet", vae="sdxl-vae",
    packing=Packing(channels=4), shape=Shape(width=1024, height=1024, tokens=77), steps=30,
    guidance=5.0, batch=2, share_min=0.6, repo="stabilityai/stable-diffusion-xl-base-1.0",
    embeds={
        "prompt_embeds": ("T", 2048), "negative_prompt_embeds": ("T", 2048),
        "pooled_prompt_embeds": (1280,), "negative_pooled_prompt_embeds": (1280,),
    },
    encoders={"text_encoder": "clip-l", "text_encoder_2": "clip-g"},
    scheduler=("EulerDiscreteScheduler", _EULER),
)  # fmt: skip
FLUX = Row(
    name="FLUX.1-dev", pipeline="FluxPipeline", denoiser="flux-dev", vae="flux-vae", packing=_KL,
    shape=Shape(width=1024, height=1024), steps=28, guidance=3.5,
    embeds={"prompt_embeds": ("T", 4096), "pooled_prompt_embeds": (768,)}, share_min=0.6,
)  # fmt: skip
Z_IMAGE = Row(
    name="Z-Image-Turbo", pipeline="ZImagePipeline", denoiser="z-image", vae="flux-vae",
    packing=_KL, shape=Shape(width=1024, height=1024, **_T_128), steps=9, guidance=0.0,
    repo="Tongyi-MAI/Z-Image-Turbo",
    embeds={"prompt_embeds": ("T", 2560)},
)  # fmt: skip
QWEN_IMAGE = Row(
    name="Qwen-Image", pipeline="QwenImagePipeline", denoiser="qwen-image", vae="qwen-image-vae",
    packing=_KL, shape=Shape(width=1024, height=1024, **_T_128), steps=50, guidance=4.0,
    forwards=2, repo="Qwen/Qwen-Image",
    embeds={
        "prompt_embeds": ("T", 3584), "prompt_embeds_mask": ("T",),
        "negative_prompt_embeds": ("T", 3584), "negative_prompt_embeds_mask": ("T",),
    },
)  # fmt: skip
KLEIN = Row(
    name="FLUX.2-klein-4B", pipeline="Flux2KleinPipeline", denoiser="flux2-klein-4b",
    vae="flux2-vae", packing=Packing(channels=32), shape=Shape(width=1024, height=1024),
    steps=4, guidance=1.0, embeds={"prompt_embeds": ("T", 7680)},
    pipeline_options={"is_distilled": True},
)  # fmt: skip
WAN_14B = Row(
    name="Wan 2.2 I2V A14B, one expert", pipeline="WanImageToVideoPipeline",
    denoiser="wan-14b-i2v", vae="wan-vae", packing=_WAN,
    shape=Shape(width=832, height=480, frames=81), steps=40, guidance=3.5, forwards=2,
    embeds=_WAN_EMBEDS, share_min=0.6, repo="Wan-AI/Wan2.2-I2V-A14B-Diffusers",
    scheduler=("UniPCMultistepScheduler", {**_UNIPC, "flow_shift": 3.0}),
)  # fmt: skip
WAN_5B = Row(
    name="Wan 2.2 TI2V 5B", pipeline="WanImageToVideoPipeline", denoiser="wan-5b",
    vae="wan-5b-vae", packing=Packing(channels=48, side=16, frames=4),
    shape=Shape(width=1280, height=704, frames=121), steps=50, guidance=5.0, forwards=2,
    embeds=_WAN_EMBEDS, pipeline_options={"expand_timesteps": True},
    repo="Wan-AI/Wan2.2-TI2V-5B-Diffusers",
    scheduler=("UniPCMultistepScheduler", {**_UNIPC, "flow_shift": 5.0}),
)  # fmt: skip
LTX = Row(
    name="LTX-Video 2B", pipeline="LTXImageToVideoPipeline", denoiser="ltx-2b", vae="ltx-vae",
    packing=Packing(channels=128, side=32, frames=8),
    shape=Shape(width=704, height=480, frames=161, **_T_128), steps=50, guidance=3.0, batch=2,
    embeds={
        "prompt_embeds": ("T", 4096), "prompt_attention_mask": ("T",),
        "negative_prompt_embeds": ("T", 4096), "negative_prompt_attention_mask": ("T",),
    },
    call={"frame_rate": 25}, encoders={"text_encoder": "t5-xxl"},
)  # fmt: skip
COGVIDEOX = Row(
    name="CogVideoX-5b-I2V", pipeline="CogVideoXImageToVideoPipeline", denoiser="cogvideox-5b",
    vae="cogvideox-vae", packing=Packing(channels=16, frames=4),
    shape=Shape(width=720, height=480, frames=49, tokens=226), steps=50, guidance=6.0, batch=2,
    embeds=_WAN_EMBEDS,
    scheduler=("CogVideoXDDIMScheduler", {"prediction_type": "v_prediction"}),
)  # fmt: skip

ROWS = (SDXL, FLUX, Z_IMAGE, QWEN_IMAGE, KLEIN, WAN_14B, WAN_5B, LTX, COGVIDEOX)

LTX_2 = Row(
    name="LTX-2 19B, distilled", pipeline="LTX2ImageToVideoPipeline", denoiser="ltx-2", vae="",
    packing=Packing(channels=128, side=32, frames=8),
    shape=Shape(width=768, height=512, frames=121, tokens=1024), steps=8, guidance=1.0,
    repo="Lightricks/LTX-2",
)  # fmt: skip
ACE_STEP = Row(
    name="ACE-Step 1.5 XL turbo", pipeline="AceStepPipeline", denoiser="ace-step-xl",
    vae="ace-step-vae", packing=Packing(channels=64, rate_hz=48_000 / 1_920),
    shape=Shape(seconds=60.0, tokens=256), steps=8, guidance=0.0,
    repo="ACE-Step/acestep-v15-xl-turbo-diffusers",
)  # fmt: skip
STABLE_AUDIO = Row(
    name="Stable Audio Open 1.0", pipeline="StableAudioPipeline", denoiser="stable-audio",
    vae="stable-audio-vae", packing=Packing(channels=64, rate_hz=44_100 / 2_048),
    shape=Shape(seconds=47.55, tokens=130), steps=100, guidance=7.0, batch=2,
    repo="stabilityai/stable-audio-open-1.0",
)  # fmt: skip
COUNTED = (LTX_2, ACE_STEP, STABLE_AUDIO)
"""Of these FLOPs alone are counted: their loops do not run without the models that read for them.

LTX-2's VAE is not counted.
"""
ENCODERS = {"umt5-xxl": 512, "t5-xxl": 512, "clip-l": 77, "clip-g": 77, "qwen3-4b": 512}
"""Text encoders, and how many tokens they read."""
