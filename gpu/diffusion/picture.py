"""The image stage of diffusers models."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

from gpu.briefs import ImageBrief
from gpu.diffusion import references, shape
from gpu.diffusion.families import Family
from gpu.diffusion.loop import Call, Frames
from gpu.diffusion.model import Model, Rendered
from gpu.diffusion.previews import begin, glimpse, left, stop
from gpu.diffusion.prompts import Prompt
from gpu.diffusion.shelf import SHELF
from gpu.diffusion.spec import spec_of
from gpu.diffusion.telling import silent
from gpu.fit import covering
from gpu.metadata import facts, wanted, write_png
from gpu.stages import Made, Report
from gpu.words import picture_words


class PictureStage:
    """ImageBrief → PNG."""

    def prepare(self, briefs: Sequence[ImageBrief], report: Report = silent) -> None:
        """Encode the prompts of all these briefs at once, so that the encoders load once."""
        for spec in dict.fromkeys(spec_of(brief) for brief in briefs):
            model = SHELF.model(spec, report)
            asked = [brief for brief in briefs if spec_of(brief) == spec]
            model.prompts.encode([prompt_of(one, model.family) for one in asked], report)

    def run(self, brief: ImageBrief, out: Path, report: Report) -> Made:
        """Draw, and write."""
        return self.begin(brief, out, report)()

    def begin(self, brief: ImageBrief, out: Path, report: Report) -> Callable[[], Made]:
        """Draw; the rest needs no card, and can be done while the next one is drawn."""
        model = SHELF.model(spec_of(brief), report)
        rendered = model.render(_call(brief, model, out), report)
        environment = model.environment
        prompt = prompt_of(brief, model.family)
        return lambda: _written(brief, prompt, rendered, out, environment)


def prompt_of(brief: ImageBrief, family: Family | None = None) -> Prompt:
    """The words, and whether they are guided by a negative prompt.

    A family that takes pictures of characters and places is told who is on which.
    """
    guided = float(brief.settings.get("guidance", 0.0)) > 1.0
    negative = brief.negative_prompt if brief.settings.get("negative", True) else ""
    said = picture_words(brief)
    return Prompt(
        ". ".join(filter(None, (said, references.told(brief, family) if family else ""))),
        negative if guided else "",
        guided,
        int(brief.settings.get("max_tokens", 0)),
    )


def _call(brief: ImageBrief, model: Model, out: Path) -> Call:
    width, height = shape.size(brief, model.family)
    settings, running = brief.settings, brief.running
    return Call(
        prompt=prompt_of(brief, model.family),
        more=references.taken(brief, model.family, (width, height)),
        shown=bool(brief.references),
        seed=brief.seed,
        steps=int(settings["steps"]),
        guidance=float(settings.get("guidance", 0.0)),
        width=width,
        height=height,
        ladder=f"{running.get('memory.ladder', '')},{settings.get('allow', '')}",
        reserve_gib=float(running.get("memory.reserve_gib", 3.0)),
        measured_bytes=int(running.get("memory.measured_bytes", 0)),
        begin=begin(brief),
        stop=stop(brief, out),
        glimpse=glimpse(brief),
    )


def _written(
    brief: ImageBrief,
    prompt: Prompt,
    rendered: Rendered,
    out: Path,
    environment: dict[str, object],
) -> Made:
    rgb: Frames = covering(rendered.output[0], brief.width, brief.height)
    write_png(out, rgb, facts(brief, "diffusers") if wanted(brief) else {}, prompt.text)
    return Made(
        media_type="image/png",
        raw_sha256=sha256(rgb.tobytes()).hexdigest(),
        width=brief.width,
        height=brief.height,
        settings=rendered.facts,
        environment=environment,
        peak_memory_bytes=rendered.peak_bytes,
        state=left(brief, out),
    )
