"""Loudness and peaks, against ffmpeg's ebur128."""

import re
import subprocess

import numpy as np
import pytest

from gpu.ffmpeg import executable
from gpu.loudness import (
    RATE_HZ,
    SILENCE_LUFS,
    integrated_lufs,
    limited,
    true_peak_dbtp,
)

RNG = np.random.default_rng(3)


def noise(seconds: float, level: float) -> np.ndarray:
    return np.clip(RNG.normal(0.0, level, round(seconds * RATE_HZ)), -1, 1)


def sine(hz: float, seconds: float, level: float) -> np.ndarray:
    return level * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)


SOUNDS = {
    "noise": noise(9.3, 0.1),
    "tone": sine(997, 5, 0.5),
    "low tone": sine(30, 5, 0.5),
    "high tone": sine(11_000, 5, 0.1),
    "loud, then silent": np.concatenate([noise(4, 0.2), np.zeros(6 * RATE_HZ)]),
    "loud and quiet": np.concatenate([noise(7, 0.2), noise(9, 0.004), noise(3, 0.05)]),
}


def judged_by_ffmpeg(sound: np.ndarray) -> tuple[float, float]:
    samples = np.rint(sound * 32767).astype("<i2").tobytes()
    command = [executable(), "-hide_banner", "-f", "s16le", "-ar", str(RATE_HZ), "-ac", "1"]
    command += ["-i", "pipe:0", "-af", "ebur128=peak=true", "-f", "null", "-"]
    words = subprocess.run(command, input=samples, capture_output=True, check=True).stderr.decode()
    found = re.search(
        r"I:\s+(\S+) LUFS.*Peak:\s+(\S+) dBFS", words[words.rindex("Summary") :], re.S
    )
    return float(found[1]), float(found[2])


@pytest.mark.parametrize("name", SOUNDS)
def test_integrated_loudness_agrees_with_ebur128(name):
    assert abs(integrated_lufs(SOUNDS[name]) - judged_by_ffmpeg(SOUNDS[name])[0]) < 0.3


@pytest.mark.parametrize("name", ["noise", "tone", "low tone"])
def test_true_peak_agrees_with_ebur128(name):
    assert abs(true_peak_dbtp(SOUNDS[name]) - judged_by_ffmpeg(SOUNDS[name])[1]) < 0.3


def test_the_level_of_a_short_line_is_that_of_a_long_one():
    assert abs(integrated_lufs(sine(997, 0.2, 0.5)) - integrated_lufs(sine(997, 3, 0.5))) < 0.5


@pytest.mark.parametrize("length", [0, 100, RATE_HZ])
def test_silence_has_the_lowest_loudness(length):
    assert integrated_lufs(np.zeros(length)) == SILENCE_LUFS


def test_a_limited_sound_has_no_peak_above_the_ceiling():
    assert true_peak_dbtp(limited(noise(11, 0.9) * 3, -2.0)) <= -1.99


def test_the_limiter_leaves_alone_what_is_below_the_ceiling():
    assert np.array_equal(limited(SOUNDS["tone"], -2.0), SOUNDS["tone"])


def test_the_limiter_is_down_before_the_peak_and_up_again_after_it():
    sound = sine(200, 1, 0.5)
    sound[RATE_HZ // 2] = 4.0

    quieter = np.abs(limited(sound, -2.0)) < np.abs(sound) * 0.9

    assert quieter[RATE_HZ // 2 - 100]
    assert not quieter[: RATE_HZ // 4].any()
    assert not quieter[-RATE_HZ // 4 :].any()
