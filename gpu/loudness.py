"""Loudness (ITU-R BS.1770-4), true peak and a look-ahead limiter, for mono sound at 48 kHz.

Knows samples as floats in −1 … 1; knows no file and no film.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import numpy.typing as npt

RATE_HZ = 48_000
SILENCE_LUFS = -70.0
DUAL_MONO_LU = 3.0103
"""How much louder one signal is measured when it sounds from two channels."""

Sound = npt.NDArray[np.float64]

_HOP = RATE_HZ // 10
_HOPS_A_BLOCK = 4
_STEP = 48 * _HOP
_FFT = 1 << 18
_SETTLE = _FFT - _STEP  # two thirds of a second: the 38 Hz high-pass has died away
_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285),
          (1.0, -1.69065929318241, 0.73248077421585))  # fmt: skip
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
_LOOK = 480
_OVERSAMPLING = 4
_SINC_HALF = 8
_MARGIN = 2 * _LOOK + 2 * _SINC_HALF


def integrated_lufs(*channels: Sound) -> float:
    """Gated loudness of the whole. What is shorter than one block of 400 ms counts as one block."""
    energy = sum((_hop_energy(one) for one in channels[1:]), _hop_energy(channels[0]))
    if len(energy) < _HOPS_A_BLOCK:
        powers = [[np.mean(block**2) for block in _k_weighted(one)] for one in channels]
        block = np.sum(powers, axis=0) if powers[0] else np.zeros(0)
    else:
        sums = np.cumsum(np.concatenate(([0.0], energy)))
        block = (sums[_HOPS_A_BLOCK:] - sums[:-_HOPS_A_BLOCK]) / (_HOPS_A_BLOCK * _HOP)
    block = np.maximum(block, 0.0)
    block = block[block > _power(SILENCE_LUFS)]
    if not len(block):
        return SILENCE_LUFS
    block = block[block > np.mean(block) / 10.0]
    return _lufs(float(np.mean(block)))


def true_peak_dbtp(sound: Sound) -> float:
    """The highest level between and at the samples, four times oversampled."""
    peak = 1e-9
    for at, first in _blocks(sound):
        peaks = _between(sound[first : at + _STEP + _MARGIN])
        peak = max(peak, float(np.max(peaks[at - first : at - first + _STEP])))
    return 20.0 * float(np.log10(peak))


def limited(sound: Sound, ceiling_dbtp: float) -> Sound:
    """The same sound with no true peak above the ceiling: the gain is down before a peak comes.

    One channel (samples), or several (channels, samples) that keep their balance.
    """
    ceiling = 10.0 ** (ceiling_dbtp / 20.0)
    result = sound.copy()
    channels = np.atleast_2d(sound)
    for at, first in _blocks(channels[0]):
        parts = channels[:, first : at + _STEP + _MARGIN]
        factors = np.min([_limiter_gain(part, ceiling) for part in parts], axis=0)
        result[..., at : at + _STEP] *= factors[at - first : at - first + _STEP]
    return result


def _blocks(sound: Sound) -> Iterator[tuple[int, int]]:
    """Where each block starts, and where what must be looked at for it starts."""
    return ((at, max(0, at - _MARGIN)) for at in range(0, len(sound), _STEP))


def _limiter_gain(sound: Sound, ceiling: float) -> Sound:
    """The needed gain, held for a while to both sides, then averaged over that while."""
    needed = np.minimum(1.0, ceiling / np.maximum(_between(sound), 1e-9))
    held = np.pad(_lowest_around(needed, _LOOK), _LOOK, mode="edge")
    sums = np.cumsum(np.concatenate(([0.0], held)))
    width = 2 * _LOOK + 1
    smooth: Sound = (sums[width:] - sums[:-width]) / width
    return smooth


def gain(decibels: float) -> float:
    """The factor for a change of level, in steps of 0.01 dB so that no last bit moves it."""
    return float(10.0 ** (round(decibels, 2) / 20.0))


def _lufs(power: float) -> float:
    return -0.691 + 10.0 * float(np.log10(power))


def _power(lufs: float) -> float:
    return float(10.0 ** ((lufs + 0.691) / 10.0))


def _hop_energy(sound: Sound) -> Sound:
    """Energy of the K-weighted sound in each whole 100 ms."""
    energy = [np.zeros(0)]
    for block in _k_weighted(sound):
        hops = block[: len(block) // _HOP * _HOP].reshape(-1, _HOP)
        energy.append(np.einsum("ij,ij->i", hops, hops))
    return np.concatenate(energy)


@lru_cache
def _k_response() -> npt.NDArray[np.complex128]:
    z = np.exp(-2j * np.pi * np.arange(_FFT // 2 + 1) / _FFT)
    answer: npt.NDArray[np.complex128] = np.ones(len(z), np.complex128)
    for zeros, poles in (_SHELF, _HIGH_PASS):
        answer *= np.polyval(zeros[::-1], z) / np.polyval(poles[::-1], z)
    return answer


def _k_weighted(sound: Sound) -> Iterator[Sound]:
    """Both filters at once, block by block in the frequency domain (overlap and save)."""
    for at in range(0, len(sound), _STEP):
        block = sound[max(0, at - _SETTLE) : at + _STEP]
        before = min(at, _SETTLE)
        block = np.pad(block, (_SETTLE - before, _FFT - _SETTLE - (len(block) - before)))
        weighted = np.fft.irfft(np.fft.rfft(block) * _k_response())[_SETTLE:]
        yield weighted[: len(sound) - at]


@lru_cache
def _phases() -> list[Sound]:
    """One windowed sinc for each place between two samples."""
    at = np.arange(-_SINC_HALF + 1, _SINC_HALF + 1)
    taps = []
    for phase in range(1, _OVERSAMPLING):
        distance = at - phase / _OVERSAMPLING
        window = 0.5 + 0.5 * np.cos(np.pi * distance / (_SINC_HALF + 0.5))
        taps.append(np.sinc(distance) * window)
    return taps


def _between(sound: Sound) -> Sound:
    """For each sample the highest magnitude at it or between it and the next one."""
    peaks = np.abs(sound)
    for taps in _phases() if len(sound) else []:
        curve = np.convolve(sound, taps[::-1])[_SINC_HALF : _SINC_HALF + len(sound)]
        np.maximum(peaks, np.abs(curve), out=peaks)
    return peaks


def _lowest_around(values: Sound, reach: int) -> Sound:
    """The minimum over `reach` samples to both sides, by doubling."""
    low = np.pad(values, reach, mode="edge")
    width, wanted = 1, 2 * reach + 1
    while width < wanted:
        shift = min(width, wanted - width)
        low = np.minimum(low[:-shift], low[shift:])
        width += shift
    return low
