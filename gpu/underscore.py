"""Music under a film's speech: as long as the film, down while somebody speaks.

Knows samples at 48 kHz; knows no picture and no container.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gpu import tracks
from gpu.loudness import RATE_HZ, SILENCE_LUFS, Sound, gain, integrated_lufs, limited
from gpu.mix import CEILING_DBTP, Mix

_HOP = RATE_HZ // 100
_BEFORE_S, _AFTER_S = 0.35, 0.9
_SLOPE_S = 0.5
_FADE_IN_S, _FADE_OUT_S = 1.0, 3.0
_SEAM_S = 2.0
_CLOSE_LU = 0.1
_ROUNDS = 5


@dataclass(frozen=True)
class Levels:
    """`target_lufs` of the film; `music_lu` of the music against it where nobody speaks; `duck_db`:
    how much it goes down where somebody does."""

    target_lufs: float
    music_lu: float
    duck_db: float


def under(spoken: Mix, music: Path, levels: Levels) -> Mix:
    """Speech, one signal for both channels, with music: stereo, at the film's loudness."""
    speech = spoken.samples.astype(np.float64) / 32767.0
    track = fitted(tracks.read(music, len(speech) / RATE_HZ), len(speech))
    loud = integrated_lufs(*track)
    if loud <= SILENCE_LUFS:
        return spoken
    silent = not np.any(speech)
    wanted = levels.target_lufs + (0.0 if silent else levels.music_lu)
    track = track * gain(wanted - loud) * ducked(speech, levels.duck_db)
    return _levelled(speech + track, levels.target_lufs)


def fitted(track: Sound, length: int) -> Sound:
    """(2, length): cut off, or repeated with a soft seam; faded in and out."""
    seam = min(round(_SEAM_S * RATE_HZ), track.shape[1] // 3)
    while track.shape[1] < length and seam:
        ramp = np.sqrt(np.arange(seam) / seam)
        joined = track[:, -seam:] * ramp[::-1] + track[:, :seam] * ramp
        track = np.concatenate([track[:, :-seam], joined, track[:, seam:]], axis=1)
    whole = np.zeros((tracks.CHANNELS, length))
    whole[:, : track.shape[1]] = track[:, :length]
    return whole * _faded(length)


def _faded(length: int) -> Sound:
    """A gain that rises at the beginning and falls to nothing at the end."""
    at = np.arange(length) / RATE_HZ
    rise = np.clip(at / _FADE_IN_S, 0.0, 1.0)
    fall = np.clip((length / RATE_HZ - at) / _FADE_OUT_S, 0.0, 1.0)
    smooth: Sound = np.sin(np.minimum(rise, fall) * np.pi / 2) ** 2
    return smooth


def ducked(speech: Sound, duck_db: float) -> Sound:
    """A gain that is down a little before somebody speaks until a little after."""
    hops = -(-len(speech) // _HOP)
    spoken = np.pad(speech, (0, hops * _HOP - len(speech))).reshape(hops, _HOP).any(axis=1)
    before, after = (round(seconds * RATE_HZ / _HOP) for seconds in (_BEFORE_S, _AFTER_S))
    near = np.convolve(spoken, np.ones(before + after + 1))[before : before + hops] > 0.5
    width = round(_SLOPE_S * RATE_HZ / _HOP)
    padded = np.pad(near.astype(np.float64), width // 2, mode="edge")
    slope = np.convolve(padded, np.ones(width) / width, mode="valid")[:hops]
    decibels = np.interp(np.arange(len(speech)) / _HOP, np.arange(hops) + 0.5, slope) * -duck_db
    return np.asarray(10.0 ** (np.round(decibels, 3) / 20.0))


def _levelled(sound: Sound, target_lufs: float) -> Mix:
    level, rise, loud = integrated_lufs(*sound), 0.0, sound
    for _ in range(_ROUNDS):  # the limiter takes some loudness away
        rise += target_lufs - level
        loud = limited(sound * gain(rise), CEILING_DBTP)
        level = integrated_lufs(*loud)
        if abs(level - target_lufs) < _CLOSE_LU:
            break
    return Mix(tracks.as_samples(loud), round(level, 2))
