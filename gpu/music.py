"""Music without a model: the user's own file, or a calm pad that is played by arithmetic.

The same brief gives the same samples.
"""

import hashlib
from pathlib import Path

import numpy as np

from gpu import tracks
from gpu.briefs import MusicBrief
from gpu.errors import BriefRefused
from gpu.loudness import RATE_HZ, SILENCE_LUFS, Sound, gain, integrated_lufs
from gpu.stages import Made, Report

TRACK_LUFS = -20.0
_LONGER, _LONGER_S = 1.5, 30.0  # spoken lines may make a film longer than it was planned


class FileStage:
    """The user's own music, as it is."""

    def run(self, brief: MusicBrief, out: Path, report: Report) -> Made:
        """Write as much of it as the film needs. Raises BriefRefused for what is no sound."""
        file = Path(str(brief.running["file"]))
        tracks.check(file)
        longest_s = brief.duration_s * _LONGER + _LONGER_S
        return finished(tracks.read(file, longest_s), out, report)


class PadStage:
    """Slow chords, soft and low: major where the film is bright, minor where it is dark."""

    def run(self, brief: MusicBrief, out: Path, report: Report) -> Made:
        """Write them as a WAV."""
        sound = played(brief)
        sound *= gain(TRACK_LUFS - integrated_lufs(*sound))
        return finished(sound, out, report)


def finished(sound: Sound, out: Path, report: Report) -> Made:
    """Write (2, samples) at 48 kHz, and say what it is."""
    loudness = integrated_lufs(*sound)
    if loudness <= SILENCE_LUFS:
        raise BriefRefused("the music is silent; take another file or seed")
    samples = tracks.as_samples(sound)
    tracks.write(samples, RATE_HZ, out)
    report(1.0)
    return Made(
        media_type="audio/wav",
        raw_sha256=hashlib.sha256(samples.tobytes()).hexdigest(),
        duration_s=len(samples) / RATE_HZ,
        rate_hz=RATE_HZ,
        channels=tracks.CHANNELS,
        loudness_lufs=round(loudness, 2),
    )


_DARK = ("dark", "tense", "grave", "sad", "grim", "uneasy", "storm", "night", "sombre", "solemn")
_MAJOR = ((0, 4, 7, 14), (9, 12, 16, 19), (5, 9, 12, 16), (7, 11, 14, 17))
_MINOR = ((0, 3, 7, 14), (8, 12, 15, 19), (3, 7, 10, 14), (10, 14, 17, 20))
_CHORD_S = 6.0
_OVERLAP_S = 3.0
_PARTIALS = 5
_DETUNED = (-0.0011, 0.0009)
_ECHO_S = 2.5
_ECHO_SHARE = 0.35


def played(brief: MusicBrief) -> Sound:
    """(2, samples): four chords in turn, each swelling into the next, in a large room."""
    dice = np.random.Generator(np.random.PCG64(brief.seed))
    root_hz = 110.0 * 2.0 ** (int(dice.integers(-3, 4)) / 12.0)
    words = f"{brief.prompt} {' '.join(brief.moods)}".lower()
    chords = _MINOR if any(word in words for word in _DARK) else _MAJOR
    length = brief.duration_s * RATE_HZ
    sound = np.zeros((tracks.CHANNELS, length + round((_CHORD_S + _OVERLAP_S) * RATE_HZ)))
    for number in range(-(-length // round(_CHORD_S * RATE_HZ))):
        start = number * round(_CHORD_S * RATE_HZ)
        chord = _chord(root_hz, chords[number % len(chords)], dice)
        sound[:, start : start + chord.shape[1]] += chord
    return _in_a_room(sound[:, :length], dice)


def _chord(root_hz: float, notes: tuple[int, ...], dice: np.random.Generator) -> Sound:
    length = round((_CHORD_S + _OVERLAP_S) * RATE_HZ)
    at = np.arange(length) / RATE_HZ
    swell = np.sin(np.pi * np.arange(length) / length) ** 2
    sides = [np.zeros(length) for _ in range(tracks.CHANNELS)]
    for note in notes:
        hz = root_hz * 2.0 ** (note / 12.0)
        for side, detuned in zip(sides, _DETUNED, strict=True):
            for partial in range(1, _PARTIALS + 1):
                turn = 2 * np.pi * (hz * partial * (1 + detuned) * at + dice.random())
                side += np.sin(turn) / partial**2.2
    chord: Sound = np.stack(sides) * swell
    return chord


def _in_a_room(sound: Sound, dice: np.random.Generator) -> Sound:
    """With an echo that dies away, another one on each side."""
    length = round(_ECHO_S * RATE_HZ)
    dying = np.exp(-6.0 * np.arange(length) / length)
    size = 1 << (sound.shape[1] + length - 1).bit_length()
    wet = []
    for side in sound:
        echo = dice.standard_normal(length) * dying
        echo /= np.sqrt(np.sum(echo**2))
        whole = np.fft.irfft(np.fft.rfft(side, size) * np.fft.rfft(echo, size), size)
        wet.append(whole[: len(side)])
    mixed: Sound = sound * (1 - _ECHO_SHARE) + np.stack(wet) * _ECHO_SHARE
    return mixed
