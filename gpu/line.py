"""What every spoken line has in common, whoever speaks it: tight ends, one level, a mono WAV."""

import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gpu.loudness import RATE_HZ, Sound, gain, integrated_lufs, true_peak_dbtp
from gpu.whole import whole_or_nothing

LINE_LUFS = -23.0
"""Every line sits here, with headroom for any voice; the cut decides how loud the film is."""

Samples = npt.NDArray[np.int16]

_CEILING_DBTP = -1.0
_KEPT_S = 0.05
_FADE_S = 0.005
_HEARD = 0.004


def trimmed(sound: Sound, rate_hz: int) -> Sound:
    """Without the silence at both ends, of which a breath is kept; empty when nothing is heard."""
    loud = np.flatnonzero(np.abs(sound) > _HEARD)
    if not len(loud):
        return np.zeros(0)
    kept = int(_KEPT_S * rate_hz)
    padded = np.pad(sound, kept)
    return padded[loud[0] : loud[-1] + 2 * kept + 1]


def resampled(sound: Sound, rate_hz: int, tone: Callable[[int, int], Sound] | None = None) -> Sound:
    """At 48 kHz, band-limited, through one spectrum.

    `tone` gives what the spectrum is multiplied with, for a length in samples and a rate.
    """
    length = round(len(sound) * RATE_HZ / rate_hz)
    room = rate_hz // 10  # what one end rings into must not be the other end
    whole = -(-(len(sound) + room) // rate_hz) * rate_hz
    spectrum = np.fft.rfft(np.pad(sound, (0, whole - len(sound))))
    if tone is not None:
        spectrum = spectrum * tone(whole, rate_hz)
    bins = whole // rate_hz * RATE_HZ // 2 + 1
    spectrum = np.pad(spectrum, (0, max(0, bins - len(spectrum))))[:bins]
    longer: Sound = np.fft.irfft(spectrum, whole // rate_hz * RATE_HZ)
    return longer[:length] * (RATE_HZ / rate_hz)


def soft_edges(sound: Sound, rate_hz: int) -> Sound:
    """The same sound, which must not be empty, faded in and out."""
    fade = np.linspace(0.0, 1.0, int(_FADE_S * rate_hz))
    faded = sound.copy()
    faded[: len(fade)] *= fade
    faded[-len(fade) :] *= fade[::-1]
    return faded


def levelled(sound: Sound, at_48_khz: Sound) -> Samples:
    """As 16-bit samples at LINE_LUFS, or quieter where a peak would be too high.

    `at_48_khz`: the same sound at the rate that loudness is measured at.
    """
    rise = LINE_LUFS - integrated_lufs(at_48_khz)
    rise = min(rise, _CEILING_DBTP - true_peak_dbtp(at_48_khz))
    return np.rint(sound * gain(rise) * 32767.0).astype("<i2")


def write(samples: Samples, rate_hz: int, out: Path) -> None:
    """A mono WAV, whole or not at all. Raises OSError."""
    with whole_or_nothing(out), out.open("wb") as file, wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate_hz)
        sound.writeframes(samples.tobytes())
