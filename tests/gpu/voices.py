"""Tiny voices, what is wrong with some of them, and briefs for them."""

from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from gpu.briefs import AudioBrief
from gpu.stages import Made
from gpu.tiny import ensure
from gpu.tiny.voices import SPEAKER_SIZE
from gpu.voice import VoiceStage
from tests.gpu.footage import quiet


def tiny(name: str, cache: Path) -> Path:
    """The folder of a tiny voice that a test must not change."""
    made: Path = ensure(name, cache)
    return made


def endless(file: Path, bias: str) -> None:
    """Let a model never think that it has said all."""
    tensors = load_file(file)
    tensors[bias] = torch.full_like(tensors[bias], -90.0)
    save_file(tensors, file, {"format": "pt"})


def another_speaker(file: Path) -> Path:
    """An x-vector."""
    generator = torch.Generator("cpu").manual_seed(2)
    save_file({"xvector": torch.randn(SPEAKER_SIZE, generator=generator)}, file)
    return file


def brief(model: Path, text: str, seed: int = 1, **settings: str) -> AudioBrief:
    """A line for the voice in a folder."""
    return AudioBrief(
        text=text,
        language="en",
        role="narration",
        seed=seed,
        settings=settings,
        running={"model": "somebody/some-voice", "where": str(model)},
    )


def spoken(out: Path, line: AudioBrief, by: VoiceStage | None = None) -> Made:
    """The line, by a voice that is loaded or by a new one."""
    return (by or VoiceStage()).run(line, out, quiet)
