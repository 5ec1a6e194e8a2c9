"""One model, run one brief at a time: prompts to tensors, noise to pixels."""

import hashlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from gpu.diffusion import loading, memory, numerics
from gpu.diffusion.prompts import Prompt, Prompts, digest
from gpu.diffusion.spec import ModelSpec
from gpu.stages import Report

Frames = npt.NDArray[np.uint8]
"""(frames, height, width, 3), RGB."""
DENOISED = 0.9


@dataclass(frozen=True, kw_only=True)
class Call:
    """One picture or clip asked of a model. `more`: what only some pipelines take."""

    prompt: Prompt
    seed: int
    steps: int
    guidance: float
    width: int
    height: int
    ladder: str = ""
    reserve_gib: float = memory.RESERVE_GIB
    measured_bytes: int = 0
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rendered:
    """Pixels on the host, and the facts of this one result."""

    frames: Frames
    facts: dict[str, str]
    peak_bytes: int | None


class Model:
    """A model that was found; its halves are loaded when they are first needed."""

    def __init__(self, spec: ModelSpec, make_room: Callable[[], None] = lambda: None) -> None:
        self.device = numerics.settle()
        self.source = loading.find(spec)
        self.family = self.source.family
        self.prompts = Prompts(self.source, self.device)
        self._make_room = make_room
        self._maker: Any = None
        self._rung = ""
        self._environment: dict[str, Any] = {}

    @property
    def environment(self) -> dict[str, Any]:
        """What every result of this model depends on besides its brief."""
        return self._environment

    def render(self, call: Call, report: Report) -> Rendered:
        """Make one picture or clip. Raises StageError, DeviceFailed, and whatever report raises."""
        embeds = self.prompts.of(call.prompt)
        self._ready(call)
        latents = _Last()
        begin = self._rung
        attempt = lambda: self._run(call, embeds, report, latents)  # noqa: E731
        frames, climbed = memory.climb(attempt, memory.rungs(call.ladder, begin), self._step_onto)
        facts = {"embeds": digest(embeds), "latents": latents.digest}
        changing = [rung for rung in climbed if rung in memory.CHANGING]
        if changing:
            facts["memory"] = ",".join(changing)
        return Rendered(frames, facts, self._peak_bytes())

    def close(self) -> None:
        """Let the weights go."""
        self._maker = None
        memory.release()

    def _ready(self, call: Call) -> None:
        if self._maker is not None:
            return
        self._make_room()
        if self.device.type == "cuda":
            self._maker = self._planned(call)
        else:
            self._maker = loading.load_maker(self.source, self.device)
        loading.accelerate(self._maker, self.source)
        self._environment = loading.record(self.source, self._maker) | numerics.record(self.device)

    def _planned(self, call: Call) -> Any:
        """On a card: whole when the plan says that it fits, else offloaded from the start."""
        maker = loading.load_maker(self.source, torch.device("cpu"))
        free = memory.free_bytes(self.device)
        weights_bytes = loading.weights_bytes(maker)
        plan = memory.plan(weights_bytes, call.measured_bytes, free, call.reserve_gib)
        memory.LOGGER.info("%s: %s", self.source.spec.model, plan)
        self._rung = plan.rung
        if plan.rung:
            memory.step_onto(maker, plan.rung, self.device)
            return maker
        return maker.to(self.device)

    def _step_onto(self, rung: str) -> None:
        self._rung = rung
        if rung == "evict":
            self._make_room()
        else:
            memory.step_onto(self._maker, rung, self.device)

    def _run(self, call: Call, embeds: dict[str, Any], report: Report, latents: "_Last") -> Frames:
        maker = self._maker
        if self.device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(self.device)
        known = inspect.signature(maker.__call__).parameters
        options: dict[str, Any] = {
            **embeds,
            **call.more,
            "generator": torch.Generator("cpu").manual_seed(call.seed),
            "num_inference_steps": call.steps,
            self.family.guidance: call.guidance,
            "width": call.width,
            "height": call.height,
            "output_type": "pt",
        }
        if "callback_on_step_end" in known:
            options["callback_on_step_end"] = _told(report, latents, maker)
        taken = {key: value for key, value in options.items() if key in known}
        try:
            return _pixels(maker(**taken))
        finally:
            maker.maybe_free_model_hooks()

    def _peak_bytes(self) -> int | None:
        if self.device.type != "cuda":
            return None
        return int(torch.cuda.max_memory_allocated(self.device))


class _Last:
    """The digest of the last latents that a denoise loop showed."""

    digest = ""


def _told(report: Report, latents: _Last, maker: Any) -> Callable[..., dict[str, Any]]:
    """A callback that reports every step, and keeps the digest of the last one's latents."""

    def on_step_end(_: Any, step: int, __: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        steps = maker.num_timesteps
        report((step + 1) / steps * DENOISED)
        if step + 1 == steps:
            bits = tensors["latents"].detach().cpu().contiguous().view(torch.uint8)
            latents.digest = hashlib.sha256(bits.numpy().tobytes()).hexdigest()[:16]
        return tensors

    return on_step_end


def _pixels(output: Any) -> Frames:
    """uint8 on the device first: a quarter of the bytes to bring over."""
    values = output.images if hasattr(output, "images") else output.frames
    tensor = values[0]
    if tensor.ndim == 3:
        tensor = tensor[None]
    eight = (tensor.float().clamp(0, 1) * 255).round().to(torch.uint8)
    found: Frames = eight.permute(0, 2, 3, 1).contiguous().cpu().numpy()
    return found
