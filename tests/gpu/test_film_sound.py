"""The film's sound: where lines lie, how loud they are, and nothing else."""

import errno
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gpu.briefs import FilmBrief
from gpu.ffmpeg import executable
from gpu.film import FilmStage
from gpu.mix import Line, mix
from gpu.probe import probe, samples
from gpu.stages import Made
from tests.gpu.footage import FPS, film_of, narrated, quiet, tone


def cut(brief: FilmBrief, out: Path) -> Made:
    return FilmStage().run(brief, out, quiet)


def judged(path: Path) -> tuple[float, float]:
    """Integrated loudness and true peak by ffmpeg's ebur128."""
    command = [executable(), "-hide_banner", "-nostdin", "-i", str(path)]
    command += ["-af", "ebur128=peak=true", "-f", "null", "-"]
    words = subprocess.run(command, capture_output=True, check=True).stderr.decode()
    found = re.search(
        r"I:\s+(\S+) LUFS.*Peak:\s+(\S+) dBFS", words[words.rindex("Summary") :], re.S
    )
    return float(found[1]), float(found[2])


@pytest.fixture(scope="module")
def spoken(tmp_path_factory):
    """A film with one line of 1.5 s over its second clip, from 2.0 s on."""
    folder = tmp_path_factory.mktemp("spoken")
    line = tone(folder / "line.wav", 1.5, level=0.4)
    brief = narrated(film_of(folder, (36, 48), ("cut", "cut")), 1, line, 2.0)
    made = cut(brief, folder / "film.mp4")
    return brief, folder / "film.mp4", made


def test_a_film_has_the_loudness_asked_for(spoken):
    _, out, made = spoken

    assert judged(out)[0] == pytest.approx(-16.0, abs=0.5)
    assert made.loudness_lufs == pytest.approx(-16.0, abs=0.2)


def test_another_loudness_can_be_asked_for(spoken, tmp_path):
    brief, _, _ = spoken

    cut(replace(brief, settings={"loudness_lufs": -23.0}), tmp_path / "film.mp4")

    assert judged(tmp_path / "film.mp4")[0] == pytest.approx(-23.0, abs=0.5)


def test_no_peak_comes_near_full_scale(spoken):
    assert judged(spoken[1])[1] <= -1.5


def test_a_line_lies_where_it_should_to_a_few_samples(spoken):
    brief, out, _ = spoken
    own = np.pad(np.frombuffer(brief.clips[1].narration.read_bytes()[44:], "<i2"), 500) / 32768.0
    heard = samples(out)[96_000 - 500 : 96_000 + 72_500, 0] / 32768.0

    lags = range(-40, 41)
    matches = [float(np.dot(own[1000:60_000], heard[1000 + k : 60_000 + k])) for k in lags]

    assert abs(lags[int(np.argmax(matches))]) <= 1


def test_both_channels_are_the_same(spoken):
    heard = samples(spoken[1]).astype(int)

    assert np.abs(heard[:, 0] - heard[:, 1]).max() <= 2


def test_there_is_silence_where_nobody_speaks(spoken):
    heard = samples(spoken[1])

    assert np.abs(heard[: 2 * 48_000 - 2_500]).max() < 30
    assert np.abs(heard[int(3.5 * 48_000) + 2_500 :]).max() < 30


def test_the_sound_is_as_long_as_the_picture(spoken):
    brief, out, _ = spoken

    assert len(samples(out)) == brief.total_frames * 48_000 // FPS


def test_a_film_without_narration_has_a_silent_track(tmp_path):
    brief = film_of(tmp_path, (24,), ("cut",))

    made = cut(brief, tmp_path / "film.mp4")

    assert probe(tmp_path / "film.mp4")[1].codec == "aac"
    assert not samples(tmp_path / "film.mp4").any()
    assert made.loudness_lufs == -70.0


def test_a_line_of_another_rate_is_brought_to_the_films(tmp_path):
    brief = film_of(tmp_path, (36, 48), ("cut", "cut"))
    line = tone(tmp_path / "line.wav", 1.5, rate_hz=22_050)

    made = cut(narrated(brief, 1, line, 2.0), tmp_path / "film.mp4")

    loud = np.flatnonzero(np.abs(samples(tmp_path / "film.mp4")[:, 0].astype(int)) > 500)
    assert loud[[0, -1]] / 48_000 == pytest.approx([2.0, 3.5], abs=0.03)
    assert made.loudness_lufs == pytest.approx(-16.0, abs=0.2)


def test_a_line_that_outlasts_the_film_is_cut_off_softly(tmp_path):
    done = mix([Line(tone(tmp_path / "line.wav", 2.0), 0.5)], 48_000, -16.0)

    assert len(done.samples) == 48_000
    assert np.abs(done.samples[-1]) < 50 < np.abs(done.samples[-2000:-1000]).max()


def test_a_line_starts_at_its_very_sample(tmp_path):
    done = mix([Line(tone(tmp_path / "line.wav", 0.5), 0.25)], 48_000, -16.0)

    heard = np.flatnonzero(done.samples)
    assert 12_000 <= heard[0] < 12_010


def test_a_line_that_changes_changes_the_films_raw_hash(spoken, tmp_path):
    brief, _, made = spoken
    other = narrated(brief, 1, tone(tmp_path / "line.wav", 1.4), 2.0)

    assert cut(other, tmp_path / "film.mp4").raw_sha256 != made.raw_sha256


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A folder on a disk of 200 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("no right to mount a small disk here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_a_full_disk_and_leaves_nothing(spoken, small_disk):
    with pytest.raises(OSError, match="space") as error:
        cut(spoken[0], small_disk / "film.mp4")

    assert error.value.errno == errno.ENOSPC
    assert list(small_disk.iterdir()) == []
