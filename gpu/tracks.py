"""Stereo tracks: samples from any sound file, and a WAV from samples. Knows no film."""

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gpu.child import run
from gpu.errors import BriefRefused, StageError, ToolDisturbed
from gpu.ffmpeg import command, source
from gpu.loudness import RATE_HZ, Sound
from gpu.whole import whole_or_nothing

Samples = npt.NDArray[np.int16]
"""(samples, 2), left and right."""
CHANNELS = 2
SHORTEST_S = 1.0
FORMATS = "wav,w64,aiff,caf,au,mp3,flac,ogg,aac,ac3,mov,matroska,asf,wv,ape,tta,mpeg,mpegts,avi"
"""Kinds of files that hold their sound themselves."""


def read(path: Path, longest_s: float) -> Sound:
    """(2, samples) at 48 kHz, in −1 … 1, cut off after `longest_s`.

    Raises BriefRefused for what is no sound.
    """
    decode = (*source(path, FORMATS), "-map", "0:a:0", "-ac", str(CHANNELS), "-ar", str(RATE_HZ))
    try:
        decoded = run(command(*decode, "-t", f"{longest_s:.6f}", "-f", "s16le", "pipe:1"))
    except ToolDisturbed:
        raise  # nothing is said about the sound
    except StageError as error:
        raise BriefRefused(f"{path.name} holds no sound that can be read: {error}") from error
    samples: Sound = np.frombuffer(decoded, "<i2").reshape(-1, CHANNELS).T / 32768.0
    return samples


def check(path: Path) -> None:
    """Raises BriefRefused for a file that is no sound, or has less than a second of it."""
    seconds = read(path, SHORTEST_S).shape[1] / RATE_HZ
    if seconds < SHORTEST_S:
        raise BriefRefused(f"{path.name} has {seconds:.1f} s of sound; at least 1 s is needed")


def as_samples(sound: Sound) -> Samples:
    """16-bit samples of (2, samples) in −1 … 1."""
    return np.ascontiguousarray(np.rint(np.clip(sound, -1.0, 1.0) * 32767.0).T.astype("<i2"))


def write(samples: Samples, rate_hz: int, out: Path) -> None:
    """A stereo WAV, whole or not at all. Raises OSError."""
    with whole_or_nothing(out), out.open("wb") as file, wave.open(file, "wb") as track:
        track.setnchannels(CHANNELS)
        track.setsampwidth(2)
        track.setframerate(rate_hz)
        track.writeframes(samples.tobytes())
