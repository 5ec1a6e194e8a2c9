"""One call of a pipeline: its denoise loop watched, kept and gone on with, its output as pixels."""

import hashlib
import inspect
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from gpu.diffusion import checkpoint
from gpu.diffusion.families import Family
from gpu.diffusion.foresight import Foresight, watching
from gpu.diffusion.glimpse import Colours, Glimpses, Plane, plane
from gpu.diffusion.prompts import Prompt
from gpu.errors import BriefRefused
from gpu.stages import Report, Share

Frames = npt.NDArray[np.uint8]
"""(frames, height, width, 3), RGB."""
Samples = npt.NDArray[np.float32]
"""(channels, samples), −1 … 1."""
Output = npt.NDArray[Any]
"""Frames of a picture or clip, Samples of a track."""
DENOISED = 0.9


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """Where the state of a long loop is kept, for whom, and every how many steps."""

    path: Path
    every: int


@dataclass(frozen=True, kw_only=True)
class Stop:
    """At which step a loop ends before its time, and where the state is left to go on from."""

    step: int
    state: Path


@dataclass(frozen=True, kw_only=True)
class Call:
    """One picture, clip or track asked of a model. `more`: what only some pipelines take.

    `begin`: the state of a preview of the same work, if there is one.
    """

    prompt: Prompt
    seed: int
    steps: int
    guidance: float
    width: int = 0
    height: int = 0
    ladder: str = ""
    reserve_gib: float = 3.0
    measured_bytes: int = 0
    keeping: Keeping | None = None
    begin: Path | None = None
    stop: Stop | None = None
    glimpse: Path | None = None
    """Where a small picture of it is shown while it is made."""
    more: dict[str, Any] = field(default_factory=dict)
    shown: bool = False
    """Whether characters and places are shown in `more`."""


class Loop:
    """The call, on a loaded pipeline.

    Once it has run, `facts` holds digests of the last latents and of the time steps, and after
    which step it went on, where it did.
    """

    def __init__(
        self, pipeline: Any, family: Family, call: Call, report: Report, colours: Colours
    ) -> None:
        self._pipeline, self._family, self._call, self._report = pipeline, family, call, report
        self._known = inspect.signature(pipeline.__call__).parameters
        takes_latents = {"callback_on_step_end", "latents"} <= set(self._known)
        self._resumes = family.resumes and takes_latents
        self._generator = torch.Generator("cpu").manual_seed(call.seed)
        self._done_before = 0
        self._pace = Pace()
        self._foresight: Foresight | None = None
        self._glimpses = Glimpses(call.glimpse, colours) if call.glimpse else None
        self._last: Plane | None = None
        self.facts: dict[str, str] = {}

    def run(self, embeds: dict[str, Any], device: torch.device, key: str) -> Output:
        """Pixels or samples. Goes on behind a checkpoint kept under `key`; leaves none behind."""
        options = self._options(embeds)
        with ExitStack() as stack:
            stack.callback(self._pipeline.maybe_free_model_hooks)
            if kept := self._kept(key):
                self._done_before = kept.done
                self.facts["resumed_from"] = str(kept.done)
                going_on = checkpoint.resumed(self._pipeline, kept, self._generator, device)
                options |= stack.enter_context(going_on)
            if self._call.stop:
                self._refuse_without_steps()
            if self._glimpses:
                stack.callback(self._glimpses.end)
            scheduler = getattr(self._pipeline, "scheduler", None)
            if hasattr(scheduler, "step") and (self._call.stop or self._glimpses):
                self._foresight = stack.enter_context(watching(scheduler))
            if "callback_on_step_end" in self._known:
                options["callback_on_step_end"] = self._on_step_end(key)
            elif "callback" in self._known:
                options["callback"] = self._on_step
            output = self._pipeline(**options)
            self._note_time_steps()
            if hasattr(output, "audios"):
                return _samples(output)
            pixels = _pixels(output)
            if self._glimpses and self._last is not None:
                self._glimpses.colours.learn(self._last, pixels[len(pixels) // 2])
            return pixels

    def _note_time_steps(self) -> None:
        """All of them, also where the scheduler showed only those that were left."""
        steps = vars(getattr(self._pipeline, "scheduler", None) or self).get("timesteps")
        if isinstance(steps, torch.Tensor):
            self.facts["timesteps"] = _digest(steps)

    def _kept(self, key: str) -> checkpoint.Checkpoint | None:
        """The state that was left last: of an attempt that was stopped, or of a preview."""
        call = self._call
        if not self._resumes:
            return None
        paths = (call.keeping and call.keeping.path, call.begin)
        found = (checkpoint.load(path, key) for path in paths if path)
        return next((kept for kept in found if kept), None)

    def _refuse_without_steps(self) -> None:
        if "callback_on_step_end" not in self._known or not hasattr(
            type(self._pipeline), "interrupt"
        ):
            name = type(self._pipeline).__name__
            raise BriefRefused(f"{name} cannot stop at a step; ask for takes without --preview")

    def _options(self, embeds: dict[str, Any]) -> dict[str, Any]:
        call = self._call
        options = {
            **embeds,
            **dict(self._family.always),
            **call.more,
            "generator": self._generator,
            "num_inference_steps": call.steps,
            self._family.guidance: call.guidance,
            "width": call.width,
            "height": call.height,
            "max_area": call.width * call.height,  # else one of its own stands above both
            "output_type": "pt",
        }
        return {name: value for name, value in options.items() if name in self._known}

    def _on_step(self, step: int, *_: Any) -> None:
        """Reports every step of a pipeline that has no later way to be watched."""
        self._told(step + 1, self._call.steps, self._call.steps)

    def _told(self, done: int, last: int, steps: int) -> None:
        share = min(1.0, done / last) * DENOISED
        shown = self._glimpses and self._glimpses.path.is_file()
        file = str(self._call.glimpse) if shown else ""
        self._report(Share(share, self._pace.words(done, steps), file))

    def _glimpse(self, foresight: Foresight, latents: torch.Tensor, *, last: bool) -> None:
        glimpses, size = self._glimpses, (self._call.width, self._call.height)
        if glimpses is None:
            return
        if last and not glimpses.colours.known:
            self._last = plane(latents, self._family, size)
        elif not last and glimpses.due:
            seen = plane(foresight.clean(latents), self._family, size)
            if seen is not None:
                glimpses.show(seen)

    def _on_step_end(self, key: str) -> Any:
        """Reports every step, keeps the state now and then, and the digest of the last latents."""
        keeping, stop = self._call.keeping, self._call.stop

        def told(pipeline: Any, step: int, _: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            done = self._done_before + step + 1
            steps = self._done_before + pipeline.num_timesteps
            latents = tensors["latents"]
            if stop and done == stop.step:
                tensors = self._stopped(pipeline, done, latents, key)
            elif keeping and done != steps and done % keeping.every == 0:
                self._keep(pipeline, done, latents, (keeping.path, key))
            if done == steps or (stop and done == stop.step):
                self.facts["latents"] = _digest(tensors["latents"])
            if self._foresight:
                self._glimpse(self._foresight, latents, last=done == steps)
                self._foresight.shown(latents)
            last = min(steps, stop.step) if stop else steps
            self._told(done, last, steps)
            return tensors

        return told

    def _stopped(self, pipeline: Any, done: int, latents: torch.Tensor, key: str) -> dict[str, Any]:
        """Leave the state, and let the pipeline decode what it would come to."""
        assert self._call.stop is not None
        assert self._foresight is not None
        self._keep(pipeline, done, latents, (self._call.stop.state, key))
        pipeline._interrupt = True
        return {"latents": self._foresight.clean(latents)}

    def _keep(
        self, pipeline: Any, done: int, latents: torch.Tensor, under: tuple[Path, str]
    ) -> None:
        if self._resumes:
            state = checkpoint.taken(pipeline, done, latents, self._generator)
            checkpoint.save(state, *under)


class Pace:
    """How long a step takes, without what comes before the first one."""

    def __init__(self) -> None:
        self._first_ended = 0.0
        self._steps = 0

    def words(self, done: int, steps: int) -> str:
        """After a step."""
        now = time.monotonic()
        self._steps += 1
        if self._steps == 1:
            self._first_ended = now
            return f"step {done} of {steps}"
        seconds = (now - self._first_ended) / (self._steps - 1)
        return f"step {done} of {steps}, {seconds:.1f} s a step"


def _digest(tensor: torch.Tensor) -> str:
    bits = tensor.detach().cpu().contiguous().view(torch.uint8)
    return hashlib.sha256(bits.numpy().tobytes()).hexdigest()[:16]


def _samples(output: Any) -> Samples:
    found: Samples = output.audios[0].float().clamp(-1, 1).cpu().numpy()
    return found


def _pixels(output: Any) -> Frames:
    """uint8 on the device first: a quarter of the bytes to bring over."""
    values = output.images if hasattr(output, "images") else output.frames
    tensor = values[0]
    if tensor.ndim == 3:
        tensor = tensor[None]
    eight = (tensor.float().clamp(0, 1) * 255).round().to(torch.uint8)
    found: Frames = eight.permute(0, 2, 3, 1).contiguous().cpu().numpy()
    return found
