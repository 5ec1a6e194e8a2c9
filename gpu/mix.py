"""Lays narration into the film's sound: sample-accurate, at the film's loudness, never too loud.

Knows samples at 48 kHz; knows no picture and no container.
"""

import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gpu.child import run
from gpu.ffmpeg import command, source
from gpu.loudness import (
    DUAL_MONO_LU,
    RATE_HZ,
    SILENCE_LUFS,
    Sound,
    gain,
    integrated_lufs,
    limited,
)

CEILING_DBTP = -2.0
"""Half a decibel under what is promised: AAC moves peaks a little."""

_FADE_S = 0.005
_RISE_DB_MAX = 40.0
_CLOSE_LU = 0.1
_ROUNDS = 5


@dataclass(frozen=True)
class Line:
    """One narration file and where it starts in the film."""

    path: Path
    start_s: float


@dataclass(frozen=True)
class Mix:
    """The film's sound, and how loud its two channels are together.

    (samples,): one signal for both channels; (samples, 2): left and right.
    """

    samples: npt.NDArray[np.int16]
    loudness_lufs: float


def mix(lines: Sequence[Line], length: int, target_lufs: float) -> Mix:
    """All lines in `length` samples, brought to the target, no true peak above the ceiling."""
    sound = np.zeros(length)
    for line in lines:
        start = round(line.start_s * RATE_HZ)
        spoken = _read(line.path)[max(0, -start) : max(0, length - start)]
        start = max(0, start)
        sound[start : start + len(spoken)] += _soft_edges(spoken / 32768.0)
    level = _level(sound)
    if level <= SILENCE_LUFS:
        return Mix(np.zeros(length, "<i2"), SILENCE_LUFS)
    rise, loud = 0.0, sound
    for _ in range(_ROUNDS):  # the limiter takes some loudness away
        rise = min(rise + target_lufs - level, _RISE_DB_MAX)
        loud = limited(sound * gain(rise), CEILING_DBTP)
        level = _level(loud)
        if abs(level - target_lufs) < _CLOSE_LU:
            break
    return Mix(np.rint(loud * 32767.0).astype("<i2"), round(level, 2))


def _level(sound: Sound) -> float:
    level = integrated_lufs(sound)
    return level + DUAL_MONO_LU if level > SILENCE_LUFS else SILENCE_LUFS


def _soft_edges(sound: Sound) -> Sound:
    """No click where a line begins, ends or is cut off."""
    length = min(round(_FADE_S * RATE_HZ), len(sound) // 2)
    ramp = np.arange(length) / max(length, 1)
    sound[:length] *= ramp
    sound[len(sound) - length :] *= ramp[::-1]
    return sound


def _read(path: Path) -> npt.NDArray[np.int16]:
    """Mono samples at 48 kHz. Our own lines are read as they are, anything else by ffmpeg."""
    try:
        with path.open("rb") as file, wave.open(file, "rb") as sound:
            if sound.getparams()[:3] == (1, 2, RATE_HZ):
                return np.frombuffer(sound.readframes(sound.getnframes()), "<i2")
    except (wave.Error, EOFError):
        pass  # some other sound file
    decode = (*source(path), "-map", "0:a:0", "-ac", "1", "-ar", str(RATE_HZ))
    return np.frombuffer(run(command(*decode, "-f", "s16le", "pipe:1")), "<i2")
