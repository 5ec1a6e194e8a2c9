"""Narration by a transformers text-to-speech model: one line of text becomes one mono WAV.

Knows no film and no timing. A line sounds the same whatever was spoken before it.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from gpu import voice_families
from gpu.briefs import AudioBrief
from gpu.diffusion import memory, numerics, weights
from gpu.diffusion.shelf import SHELF
from gpu.errors import BriefRefused
from gpu.line import Samples, levelled, resampled, soft_edges, trimmed, write
from gpu.loudness import Sound, integrated_lufs
from gpu.stages import Made, Report
from gpu.voice_families import Family
from gpu.voice_model import Voice, VoiceSpec, spec_of
from gpu.voice_pieces import Piece, pieces
from gpu.voice_words import words_for

_REPORT_S = 0.2
_SPEAKING = 0.95


class VoiceStage:
    """Speaks one line; keeps the voice that spoke last."""

    def __init__(self) -> None:
        self._spec: VoiceSpec | None = None
        self._speaker: Speaker

    def run(self, brief: AudioBrief, out: Path, report: Report) -> Made:
        """Write the line as 16-bit PCM at the model's rate.

        Raises BriefRefused: nothing to say, signs or a language that the voice does not speak, a
        model that finds no end, weights that are not here or not safe.
        """
        if not _speaks(brief) and brief.settings.get("otherwise") == "animatic":
            return _by_espeak(brief, out, report)
        speaker = self._speaker_of(spec_of(brief))
        speaker.come()
        sound = speaker.spoken(brief, report)
        samples, loudness = _finished(sound, speaker.voice.rate_hz)
        write(samples, speaker.voice.rate_hz, out)
        report(1.0)
        return Made(
            media_type="audio/wav",
            raw_sha256=hashlib.sha256(samples.tobytes()).hexdigest(),
            duration_s=len(samples) / speaker.voice.rate_hz,
            rate_hz=speaker.voice.rate_hz,
            channels=1,
            loudness_lufs=loudness,
            settings=dict(brief.settings),
            environment=speaker.environment,
            peak_memory_bytes=speaker.peak_bytes(),
        )

    def _speaker_of(self, spec: VoiceSpec) -> "Speaker":
        if spec != self._spec:
            self._spec = None
            if torch.cuda.is_available():
                SHELF.receive(_Nobody())  # a voice may speak while it is loaded
            self._speaker = Speaker(spec)
            self._spec = spec
        return self._speaker


class _Nobody:
    def leave(self) -> None:
        pass


class Speaker:
    """One voice, loaded."""

    def __init__(self, spec: VoiceSpec) -> None:
        self._device = numerics.settle()
        folder = weights.locate(spec.model, spec.revision, spec.where)
        self._family = voice_families.family_of(folder)
        self.voice: Voice = self._family.load(spec, folder, self._device)
        self._known: dict[str, bool] = {}

    def come(self) -> None:
        """Onto the card, where there is one; whatever else lies there leaves it."""
        if self._device.type == "cuda":
            SHELF.receive(self)
            self._move(self._device)

    def leave(self) -> None:
        """Off the card. It is copied back, once a film: voices are small."""
        if self._device.type == "cuda":
            self._move(torch.device("cpu"))
            memory.release()

    def _move(self, device: torch.device) -> None:
        for part in self.voice.parts.values():
            part.to(device)

    def spoken(self, brief: AudioBrief, report: Report) -> Sound:
        """The line as the model says it, its pieces in a row. Raises BriefRefused, StageError."""
        _refuse_language(brief, self._family)
        if self._device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(self._device)
        english = _primary(brief.language) in ("en", "")
        text = words_for(
            brief.text, self._knows, english=english, spell_numbers=self._family.spell_numbers
        )
        parts = pieces(text, self._fits)
        with _seeded(brief.seed, self._device), _reporting(self.voice, report) as told:
            sounds = [np.zeros(0)]
            for at, piece in enumerate(parts):
                told(_SPEAKING * at / len(parts))
                said = memory.climb(lambda: self._said(piece), (), lambda _: None)  # noqa: B023
                pause = np.zeros(int(piece.pause_s * self.voice.rate_hz))
                sounds += [said, pause if len(said) else pause[:0]]
            told(_SPEAKING)
        return np.concatenate(sounds)

    @property
    def environment(self) -> dict[str, Any]:
        """What every line of this voice depends on besides its brief."""
        model = {
            "class": {name: type(part).__name__ for name, part in self.voice.parts.items()},
            "dtypes": {name: str(part.dtype) for name, part in self.voice.parts.items()},
            "tokenizer": type(self.voice.tokenizer).__name__,
            "files": dict(self.voice.files),
        }
        return {"model": model, **numerics.record(self._device)}

    def peak_bytes(self) -> int | None:
        """The most memory of the card that was held; None without a card."""
        if self._device.type != "cuda":
            return None
        return int(torch.cuda.max_memory_allocated(self._device))

    def _said(self, piece: Piece) -> Sound:
        return trimmed(self._family.speak(self.voice, piece.text), self.voice.rate_hz)

    def _knows(self, sign: str) -> bool:
        if sign not in self._known:
            tokens = self.voice.tokenizer(sign, add_special_tokens=False).input_ids
            self._known[sign] = self.voice.tokenizer.unk_token_id not in tokens
        return self._known[sign]

    def _fits(self, text: str) -> bool:
        tokens = self.voice.tokenizer(text, add_special_tokens=False).input_ids
        return len(tokens) <= self._family.piece_tokens


def _languages(brief: AudioBrief, family: Family) -> tuple[str, ...]:
    named = str(brief.settings.get("languages", "")).replace(" ", "")
    return tuple(filter(None, named.split(","))) or family.languages


def _refuse_language(brief: AudioBrief, family: Family) -> None:
    spoken = _languages(brief, family)
    if brief.language and _primary(brief.language) not in spoken:
        raise BriefRefused(
            f"this voice speaks {', '.join(spoken)} and the line is in {brief.language!r}; take"
            " another voice, or name what it was trained for in the setting languages"
        )


def _speaks(brief: AudioBrief) -> bool:
    spec = spec_of(brief)
    family = voice_families.family_of(weights.locate(spec.model, spec.revision, spec.where))
    return not brief.language or _primary(brief.language) in _languages(brief, family)


def _by_espeak(brief: AudioBrief, out: Path, report: Report) -> Made:
    """Of languages that the model does not speak; its result says who spoke."""
    from gpu.speech import SpeechStage

    made = SpeechStage().run(replace(brief, settings={}, running={}), out, report)
    return replace(made, settings={**made.settings, "spoken_by": "eSpeak NG"})


def _primary(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()


@contextmanager
def _seeded(seed: int, device: torch.device) -> Iterator[None]:
    """All randomness inside comes from the seed; that outside goes on as if nothing was."""
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield


@contextmanager
def _reporting(voice: Voice, report: Report) -> Iterator[Callable[[float], None]]:
    """Gives the function that tells the share done; it is told again while the model computes.

    A voice has no callback: every module of it is asked to look at the clock.
    """
    share, due = 0.0, 0.0

    def told(done: float) -> None:
        nonlocal share, due
        share, due = done, time.monotonic() + _REPORT_S
        report(share)

    def looked(*_: Any) -> None:
        if time.monotonic() >= due:
            told(share)

    modules = [module for part in voice.parts.values() for module in part.modules()]
    hooks = [module.register_forward_hook(looked) for module in modules]
    try:
        yield told
    finally:
        for hook in hooks:
            hook.remove()


def _finished(sound: Sound, rate_hz: int) -> tuple[Samples, float]:
    """At the level of every other line, with its loudness in LUFS. Raises BriefRefused."""
    sound = trimmed(sound, rate_hz)
    if not len(sound):
        raise BriefRefused("the voice said nothing that can be heard; take another voice or seed")
    sound = soft_edges(sound, rate_hz)
    samples = levelled(sound, resampled(sound, rate_hz))
    return samples, round(integrated_lufs(resampled(samples / 32768.0, rate_hz)), 2)
