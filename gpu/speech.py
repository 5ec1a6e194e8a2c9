"""Narration by eSpeak NG: one line of text becomes one mono WAV at the film's 48 kHz.

Each line has a child process of its own (gpu.speech_child). Knows no film and no timing.
"""

import hashlib
import json
import struct
import sys
import wave
from pathlib import Path

import espeakng_loader
import numpy as np
import numpy.typing as npt

from gpu.briefs import AudioBrief, Settings
from gpu.child import run
from gpu.errors import BriefRefused, ToolFailed
from gpu.loudness import RATE_HZ, Sound, gain, integrated_lufs, true_peak_dbtp
from gpu.plain import one_line
from gpu.stages import Made, Report
from gpu.tongues import espeak_language
from gpu.whole import whole_or_nothing

LINE_LUFS = -23.0
"""Every line sits here, with headroom for any voice; the cut decides how loud the film is."""

_CHILD = Path(__file__).with_name("speech_child.py")
_CEILING_DBTP = -1.0
_SILENCE_S = 0.4
_KEPT_S = 0.05
_FADE_S = 0.005
_HEARD = 0.004


class SpeechStage:
    """Speaks one line."""

    def run(self, brief: AudioBrief, out: Path, report: Report) -> Made:
        """Write the line as 16-bit PCM. Text that nobody can speak becomes a short silence."""
        text = one_line(brief.text)
        rate_hz, spoken = _speak(text, _voice(brief.language, brief.settings), brief.settings)
        report(0.6)
        samples = _finished(rate_hz, spoken)
        _write(samples, out)
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
    sound = _trimmed(spoken / 32768.0, rate_hz)
    if not len(sound):
        return np.zeros(int(_SILENCE_S * RATE_HZ), "<i2")
    sound = _resampled(sound, rate_hz)
    fade = np.linspace(0.0, 1.0, int(_FADE_S * RATE_HZ))
    sound[: len(fade)] *= fade
    sound[-len(fade) :] *= fade[::-1]
    rise = LINE_LUFS - integrated_lufs(sound)
    rise = min(rise, _CEILING_DBTP - true_peak_dbtp(sound))
    return np.rint(sound * gain(rise) * 32767.0).astype("<i2")


def _trimmed(sound: Sound, rate_hz: int) -> Sound:
    """Without the silence at both ends, of which a breath is kept."""
    loud = np.flatnonzero(np.abs(sound) > _HEARD)
    if not len(loud):
        return np.zeros(0)
    kept = int(_KEPT_S * rate_hz)
    padded = np.pad(sound, kept)
    return padded[loud[0] : loud[-1] + 2 * kept + 1]


def _resampled(sound: Sound, rate_hz: int) -> Sound:
    """At 48 kHz, band-limited, through one spectrum that also carries the tone of the voice."""
    length = round(len(sound) * RATE_HZ / rate_hz)
    room = rate_hz // 10  # what one end rings into must not be the other end
    whole = -(-(len(sound) + room) // rate_hz) * rate_hz
    spectrum = np.fft.rfft(np.pad(sound, (0, whole - len(sound))))
    bins = whole // rate_hz * RATE_HZ // 2 + 1
    spectrum = np.pad(spectrum * _tone(whole, rate_hz), (0, max(0, bins - len(spectrum))))[:bins]
    longer: Sound = np.fft.irfft(spectrum, whole // rate_hz * RATE_HZ)
    return longer[:length] * (RATE_HZ / rate_hz)


def _tone(length: int, rate_hz: int) -> Sound:
    """No rumble under 70 Hz, a little less edge over 4 kHz, nothing at the synthesizer's limit."""
    hz = np.fft.rfftfreq(length, 1.0 / rate_hz)
    rumble = 1.0 / np.sqrt(1.0 + (70.0 / np.maximum(hz, 1e-3)) ** 4)
    edge = np.sqrt((1.0 + (hz / 6000.0) ** 2) / (1.0 + (hz / 4000.0) ** 2))
    top = 0.5 + 0.5 * np.cos(np.pi * np.clip((hz - 8500.0) / 2300.0, 0.0, 1.0))
    tone: Sound = rumble * edge * top
    return tone


def _write(samples: npt.NDArray[np.int16], out: Path) -> None:
    with whole_or_nothing(out), out.open("wb") as file, wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE_HZ)
        sound.writeframes(samples.tobytes())
