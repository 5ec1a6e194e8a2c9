"""Narration by eSpeak NG: one line of text becomes one mono WAV at the film's 48 kHz.

Each line has a child process of its own (gpu.speech_child). Knows no film and no timing.
"""

import hashlib
import json
import struct
import sys
from pathlib import Path

import espeakng_loader
import numpy as np
import numpy.typing as npt

from gpu.briefs import AudioBrief, Settings
from gpu.child import run
from gpu.errors import BriefRefused, ToolFailed
from gpu.line import levelled, resampled, soft_edges, trimmed, write
from gpu.loudness import RATE_HZ, Sound, integrated_lufs
from gpu.plain import one_line
from gpu.stages import Made, Report
from gpu.tongues import espeak_language

_CHILD = Path(__file__).with_name("speech_child.py")
_SILENCE_S = 0.4


class SpeechStage:
    """Speaks one line."""

    def run(self, brief: AudioBrief, out: Path, report: Report) -> Made:
        """Write the line as 16-bit PCM. Text that nobody can speak becomes a short silence."""
        text = one_line(brief.text)
        rate_hz, spoken = _speak(text, _voice(brief.language, brief.settings), brief.settings)
        report(0.6)
        samples = _finished(rate_hz, spoken)
        write(samples, RATE_HZ, out)
        report(1.0)
        return Made(
            media_type="audio/wav",
            raw_sha256=hashlib.sha256(samples.tobytes()).hexdigest(),
            duration_s=len(samples) / RATE_HZ,
            rate_hz=RATE_HZ,
            channels=1,
            loudness_lufs=round(integrated_lufs(samples / 32768.0), 2),
            settings=dict(brief.settings),
        )


def _voice(language: str, settings: Settings) -> str:
    spoken = espeak_language(language)
    variant = str(settings.get("voice", "")).strip()
    if not variant:
        return spoken
    folder = Path(espeakng_loader.get_data_path()) / "voices" / "!v"
    known = sorted(file.name for file in folder.iterdir())
    if variant not in known:
        raise BriefRefused(f"no voice {variant!r}; eSpeak NG has {', '.join(known)}")
    return f"{spoken}+{variant}"


def _speak(text: str, voice: str, settings: Settings) -> tuple[int, npt.NDArray[np.int16]]:
    if not text:
        return RATE_HZ, np.zeros(0, np.int16)
    request = {
        "library": espeakng_loader.get_library_path(),
        "data": espeakng_loader.get_data_path(),
        "voice": voice,
        "rate_wpm": int(settings.get("rate_wpm", 160)),
        "pitch": int(settings.get("pitch", 50)),
        "text": text,
    }
    command = [sys.executable, "-I", "-S", str(_CHILD)]
    heard = run(command, feed=json.dumps(request).encode(), name="the speech child")
    if len(heard) < 4:
        raise ToolFailed("the speech child said nothing about its sound")
    (rate_hz,) = struct.unpack_from("<I", heard)
    return rate_hz, np.frombuffer(heard, "=i2", offset=4)


def _finished(rate_hz: int, spoken: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
    """Trimmed, at 48 kHz, gently filtered, at the level of every other line."""
    sound = trimmed(spoken / 32768.0, rate_hz)
    if not len(sound):
        return np.zeros(int(_SILENCE_S * RATE_HZ), "<i2")
    sound = soft_edges(resampled(sound, rate_hz, _tone), RATE_HZ)
    return levelled(sound, sound)


def _tone(length: int, rate_hz: int) -> Sound:
    """No rumble under 70 Hz, a little less edge over 4 kHz, nothing at the synthesizer's limit."""
    hz = np.fft.rfftfreq(length, 1.0 / rate_hz)
    rumble = 1.0 / np.sqrt(1.0 + (70.0 / np.maximum(hz, 1e-3)) ** 4)
    edge = np.sqrt((1.0 + (hz / 6000.0) ** 2) / (1.0 + (hz / 4000.0) ** 2))
    top = 0.5 + 0.5 * np.cos(np.pi * np.clip((hz - 8500.0) / 2300.0, 0.0, 1.0))
    tone: Sound = rumble * edge * top
    return tone
