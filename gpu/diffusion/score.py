"""The music stage of diffusers models: one track for a whole film."""

import hashlib
from pathlib import Path

import numpy as np

from gpu import tracks
from gpu.briefs import MusicBrief
from gpu.diffusion.families import Family
from gpu.diffusion.loop import Call
from gpu.diffusion.model import Rendered
from gpu.diffusion.prompts import Prompt
from gpu.diffusion.shelf import SHELF
from gpu.diffusion.spec import spec_of
from gpu.errors import BriefRefused
from gpu.line import resampled
from gpu.loudness import SILENCE_LUFS, integrated_lufs
from gpu.stages import Made, Report

PLAIN = "calm instrumental film score, no vocals"


class ScoreStage:
    """MusicBrief → WAV."""

    def run(self, brief: MusicBrief, out: Path, report: Report) -> Made:
        """Make the track, and write it at the model's rate. Raises BriefRefused for silence."""
        model = SHELF.model(spec_of(brief))
        if not model.family.seconds:
            raise BriefRefused(f"{brief.running['model']} makes no music: {model.family.pipeline}")
        rendered = model.render(_call(brief, model.family), report)
        return _written(rendered, model.rate_hz, out, model.environment)


def prompt_of(brief: MusicBrief) -> Prompt:
    """The words that were given, else the moods of the film's scenes."""
    told = brief.prompt.strip() or ", ".join([PLAIN, *brief.moods])
    guided = float(brief.settings.get("guidance", 0.0)) > 1.0
    return Prompt(told, "", guided)


def _call(brief: MusicBrief, family: Family) -> Call:
    settings, running = brief.settings, brief.running
    longest_s = min(int(settings.get("seconds", 0)) or family.longest_s, family.longest_s)
    return Call(
        prompt=prompt_of(brief),
        seed=brief.seed,
        steps=int(settings["steps"]),
        guidance=float(settings.get("guidance", 0.0)),
        ladder=f"{running.get('memory.ladder', '')},{settings.get('allow', '')}",
        reserve_gib=float(running.get("memory.reserve_gib", 3.0)),
        measured_bytes=int(running.get("memory.measured_bytes", 0)),
        more={family.seconds: float(min(brief.duration_s, longest_s))},
    )


def _written(rendered: Rendered, rate_hz: int, out: Path, environment: dict[str, object]) -> Made:
    sound = np.asarray(rendered.output, np.float64)
    if len(sound) == 1:
        sound = np.repeat(sound, tracks.CHANNELS, axis=0)
    loudness = integrated_lufs(*(resampled(one, rate_hz) for one in sound))
    if loudness <= SILENCE_LUFS:
        raise BriefRefused("the model made silence; take another seed or other words")
    samples = tracks.as_samples(sound)
    tracks.write(samples, rate_hz, out)
    return Made(
        media_type="audio/wav",
        raw_sha256=hashlib.sha256(samples.tobytes()).hexdigest(),
        duration_s=len(samples) / rate_hz,
        rate_hz=rate_hz,
        channels=tracks.CHANNELS,
        loudness_lufs=round(loudness, 2),
        settings=rendered.facts,
        environment=environment,
        peak_memory_bytes=rendered.peak_bytes,
    )
