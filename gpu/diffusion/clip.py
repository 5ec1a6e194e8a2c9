"""The video stage of diffusers models: a picture, moved."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from gpu.briefs import VideoBrief
from gpu.diffusion import shape
from gpu.diffusion.loop import Call, Keeping
from gpu.diffusion.model import Model, Rendered
from gpu.diffusion.previews import begin, glimpse, left, stop
from gpu.diffusion.prompts import Prompt
from gpu.diffusion.shelf import SHELF
from gpu.diffusion.spec import spec_of
from gpu.diffusion.telling import silent
from gpu.ffmpeg import FrameWriter
from gpu.fit import covering
from gpu.metadata import facts, mp4_options, wanted
from gpu.recipe import picture_of
from gpu.stages import Made, Report
from gpu.video import keyframes
from gpu.words import clip_words


class ClipStage:
    """VideoBrief → silent mp4."""

    def prepare(self, briefs: Sequence[VideoBrief], report: Report = silent) -> None:
        """Encode the prompts of all these briefs at once, so that the encoders load once."""
        for spec in dict.fromkeys(spec_of(brief) for brief in briefs):
            model = SHELF.model(spec, report)
            prompts = [prompt_of(brief) for brief in briefs if spec_of(brief) == spec]
            model.prompts.encode(prompts, report)

    def run(self, brief: VideoBrief, out: Path, report: Report) -> Made:
        """Move the picture, and write."""
        return self.begin(brief, out, report)()

    def begin(self, brief: VideoBrief, out: Path, report: Report) -> Callable[[], Made]:
        """Move the picture; encoding it needs no card."""
        model = SHELF.model(spec_of(brief), report)
        frames, rate = shape.length(brief, model.family)
        call = _call(brief, model, (frames, rate), out)
        rendered = model.render(call, report)
        environment = model.environment
        return lambda: _written(brief, rendered, rate, out, environment)


def prompt_of(brief: VideoBrief) -> Prompt:
    """The words, and whether they are guided by a negative prompt."""
    guided = float(brief.settings.get("guidance", 0.0)) > 1.0
    negative = brief.negative_prompt if brief.settings.get("negative", True) else ""
    return Prompt(
        clip_words(brief),
        negative if guided else "",
        guided,
        int(brief.settings.get("max_tokens", 0)),
    )


def _call(brief: VideoBrief, model: Model, length: tuple[int, float], out: Path) -> Call:
    width, height = shape.size(brief, model.family)
    frames, rate = length
    settings, running = brief.settings, brief.running
    picture = Image.fromarray(covering(picture_of(brief.image), width, height))
    more: dict[str, Any] = {"image": picture, "num_frames": frames}
    if model.family.rate:
        more[model.family.rate] = rate
    if settings.get("guidance_2"):
        more["guidance_scale_2"] = float(settings["guidance_2"])
    return Call(
        prompt=prompt_of(brief),
        seed=brief.seed,
        steps=int(settings["steps"]),
        guidance=float(settings.get("guidance", 0.0)),
        width=width,
        height=height,
        ladder=f"{running.get('memory.ladder', '')},{settings.get('allow', '')}",
        reserve_gib=float(running.get("memory.reserve_gib", 3.0)),
        measured_bytes=int(running.get("memory.measured_bytes", 0)),
        keeping=_keeping(brief),
        begin=begin(brief),
        stop=stop(brief, out),
        glimpse=glimpse(brief),
        more=more,
    )


def _keeping(brief: VideoBrief) -> Keeping | None:
    every = int(brief.running.get("speed.checkpoint_every", 0))
    path = str(brief.running.get("checkpoint", ""))
    return Keeping(path=Path(path), every=every) if every and path else None


def _written(
    brief: VideoBrief, rendered: Rendered, rate: float, out: Path, environment: dict[str, Any]
) -> Made:
    shown = shape.shown(len(rendered.output), rate, brief.frames, brief.fps)
    with FrameWriter(
        out,
        width=brief.width,
        height=brief.height,
        fps=brief.fps,
        keyframes=keyframes(brief.frames, brief.transition_frames),
        pixel_format="rgb24",
        crf=int(brief.settings.get("crf", 18)),
        preset=str(brief.settings.get("preset", "veryfast")),
        more=mp4_options(facts(brief, "diffusers")) if wanted(brief) else (),
    ) as writer:
        for at in shown:
            writer.write(covering(rendered.output[at], brief.width, brief.height))
    return Made(
        media_type="video/mp4",
        raw_sha256=writer.raw_sha256,
        width=brief.width,
        height=brief.height,
        frames=brief.frames,
        duration_s=brief.frames / brief.fps,
        settings=rendered.facts,
        environment=environment,
        peak_memory_bytes=rendered.peak_bytes,
        state=left(brief, out),
    )
