"""What the engine and the plain script both make: the shots of one film, with which models.

TINY runs on any CPU. REAL has published shapes with random weights, which it makes on the card.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from benchmarks import sample
from benchmarks.gpu.plain import Script, Shot
from eventstore.registry import Event
from gpu.briefs import ImageBrief, Scalar, VideoBrief
from gpu.diffusion import clip, loading, picture, weights
from projections.events import ShotPlanned
from projections.parts import StageChoice

SHOTS = 7


@dataclass(frozen=True, kw_only=True)
class Setup:
    """Models by name or folder, their settings, and a film of just the size that they make."""

    name: str
    image_model: str
    clip_model: str
    image: dict[str, Scalar]
    clip: dict[str, Scalar]
    width: int
    height: int
    frames: int
    fps: int
    more: dict[str, Any] = field(default_factory=dict)
    """What only the clip model's own call takes, for the plain script."""

    def appends(self) -> list[list[Event]]:
        """A session that was asked for, told and planned: silent shots, nothing drawn yet."""
        started = sample.started(SHOTS)
        stages = {
            **started.stages,
            "image": self._choice(self.image_model, self.image),
            "video": self._choice(self.clip_model, self.clip),
        }
        film = {"width": self.width, "height": self.height, "fps": self.fps, "stages": stages}
        return [
            [started.model_copy(update=film)],
            *sample.story(),
            [self._silent(one) for one in sample.planned(1, SHOTS)],
        ]

    def _choice(self, model: str, settings: dict[str, Scalar]) -> StageChoice:
        size = {"width": self.width, "height": self.height}
        where: dict[str, Scalar] = {} if model.startswith(weights.TINY) else {"where": model}
        return StageChoice(
            backend="diffusers", model=model, revision="1", settings={**settings, **size},
            running={**where, "memory.ladder": "evict"},
        )  # fmt: skip

    def _silent(self, event: Event) -> Event:
        assert isinstance(event, ShotPlanned)
        plan = {"narration": "", "planned_frames": self.frames, "camera": "static"}
        return event.model_copy(update={"plan": event.plan.model_copy(update=plan)})

    def script(self) -> Script:
        """The same for the plain script."""
        size = {"width": self.width, "height": self.height}
        return Script(
            image_folder=weights.locate(self.image_model),
            clip_folder=weights.locate(self.clip_model),
            image={**_call(self.image), **size},
            clip={**_call(self.clip), **size, **self.more, "num_frames": self.frames},
            fps=self.fps,
            device="cuda" if torch.cuda.is_available() else "cpu",
            dtype=loading.DTYPES[str(self.image["dtype"])],
        )


def _call(settings: dict[str, Scalar]) -> dict[str, Any]:
    names = {
        "steps": "num_inference_steps",
        "guidance": "guidance_scale",
        "max_tokens": "max_sequence_length",
    }
    return {names[key]: value for key, value in settings.items() if key in names}


def shots(images: Sequence[ImageBrief], clips: Sequence[VideoBrief]) -> list[Shot]:
    """What stages were asked, for the plain script; pictures and clips in the same order."""
    found = []
    for image, moving in zip(images, clips, strict=True):
        seen, moved = picture.prompt_of(image), clip.prompt_of(moving)
        found.append(
            Shot(
                image_prompt=seen.text, image_negative=seen.negative, image_seed=image.seed,
                motion_prompt=moved.text, motion_negative=moved.negative, motion_seed=moving.seed,
            )
        )  # fmt: skip
    return found


TINY = Setup(
    name="tiny models on the CPU, 3 and 2 steps, 128×128, 17 frames",
    image_model="tiny:sdxl",
    clip_model="tiny:wan22",
    image={"steps": 3, "guidance": 5.0, "dtype": "fp32"},
    clip={
        "steps": 2, "guidance": 3.5, "dtype": "fp32", "max_tokens": 32, "frames": 17, "fps": 8,
    },
    width=128, height=128, frames=17, fps=8,
)  # fmt: skip


def real(
    image_folder: Path, clip_folder: Path, image_steps: int = 30, clip_steps: int = 20
) -> Setup:
    """SDXL and LTX-Video 2B as published, with random weights from folders."""
    return Setup(
        name=f"SDXL {image_steps} steps, LTX-Video 2B {clip_steps} steps, 960×544, 97 frames",
        image_model=str(image_folder),
        clip_model=str(clip_folder),
        image={"steps": image_steps, "guidance": 5.0, "dtype": "bf16"},
        clip={
            "steps": clip_steps, "guidance": 3.0, "dtype": "bf16", "max_tokens": 128, "frames": 97,
            "fps": 24,
        },
        width=960, height=544, frames=97, fps=24, more={"frame_rate": 24},
    )  # fmt: skip
