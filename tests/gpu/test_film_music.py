"""Music in a film: as long as the film, down under speech, at the film's loudness."""

import wave
from dataclasses import replace

import numpy as np
import pytest

from gpu import tracks
from gpu.briefs import MusicBrief
from gpu.errors import BriefRefused
from gpu.film import FilmStage
from gpu.loudness import RATE_HZ, integrated_lufs, true_peak_dbtp
from gpu.mix import Mix
from gpu.music import FileStage, PadStage
from gpu.probe import samples
from gpu.underscore import Levels, ducked, fitted, under
from tests.gpu.footage import film_of, narrated, quiet, tone
from tests.gpu.test_film_sound import judged

LEVELS = Levels(target_lufs=-16.0, music_lu=-8.0, duck_db=9.0)


def pad(out, duration_s=5, seed=3, prompt="", moods=("calm",)):
    brief = MusicBrief(prompt=prompt, moods=moods, duration_s=duration_s, seed=seed)
    return PadStage().run(brief, out, quiet)


def level(sound):
    return 10 * np.log10(np.mean(sound**2) + 1e-12)


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    """A film of ten seconds, music all through, a line of 1.5 s from 3.0 s on."""
    folder = tmp_path_factory.mktemp("scored")
    line = tone(folder / "line.wav", 1.5, level=0.4)
    brief = narrated(film_of(folder, (120, 120), ("cut", "cut"), 0, 0), 0, line, 3.0)
    pad(folder / "music.wav", 10)
    brief = replace(brief, music=folder / "music.wav", music_raw_sha256="m")
    made = FilmStage().run(brief, folder / "film.mp4", quiet)
    return brief, made, samples(folder / "film.mp4") / 32768.0, folder / "film.mp4"


def test_a_film_with_music_has_the_loudness_asked_for(scored):
    _, made, _, out = scored

    loudness, peak = judged(out)
    assert loudness == pytest.approx(-16.0, abs=0.5)
    assert made.loudness_lufs == pytest.approx(-16.0, abs=0.2)
    assert peak <= -1.5


def test_music_sounds_where_nobody_speaks(scored):
    sound = scored[2]

    assert level(sound[6 * RATE_HZ : 7 * RATE_HZ]) > -45


def test_music_is_in_stereo(scored):
    sound = scored[2][6 * RATE_HZ : 7 * RATE_HZ]

    assert np.corrcoef(sound.T)[0, 1] < 0.9


def test_music_goes_down_under_a_line_and_comes_back_after_it():
    speech = np.zeros(10 * RATE_HZ)
    speech[4 * RATE_HZ : 5 * RATE_HZ] = 0.1

    gain_db = 20 * np.log10(ducked(speech, 9.0))

    assert gain_db[4 * RATE_HZ : 5 * RATE_HZ] == pytest.approx(-9.0, abs=0.1)
    assert gain_db[: 3 * RATE_HZ] == pytest.approx(0.0, abs=0.01)
    assert gain_db[7 * RATE_HZ :] == pytest.approx(0.0, abs=0.01)


def test_music_begins_and_ends_softly(scored):
    sound = scored[2]

    assert level(sound[: RATE_HZ // 20]) < level(sound[2 * RATE_HZ : 2 * RATE_HZ + 2400]) - 10
    assert level(sound[-RATE_HZ // 20 :]) < -60


def test_short_music_is_repeated_without_a_gap():
    track = np.random.default_rng(1).normal(0, 0.1, (2, 7 * RATE_HZ))

    long = fitted(track, 30 * RATE_HZ)

    hops = [level(long[:, at * 4800 : (at + 1) * 4800]) for at in range(20, 260)]
    assert min(hops) > level(track) - 3


def test_a_film_without_speech_has_its_music_at_full_loudness(tmp_path):
    pad(tmp_path / "music.wav", 6)
    silence = Mix(np.zeros(6 * RATE_HZ, "<i2"), -70.0)

    scored = under(silence, tmp_path / "music.wav", LEVELS)

    assert scored.loudness_lufs == pytest.approx(-16.0, abs=0.2)


def test_the_pad_is_the_same_for_the_same_brief_only(tmp_path):
    raw = [
        pad(tmp_path / "pad.wav", **changes).raw_sha256
        for changes in ({}, {}, {"seed": 4}, {"moods": ("dark",)})
    ]

    assert (raw[0] == raw[1], len(set(raw))) == (True, 3)


def test_the_pad_neither_clips_nor_hurts(tmp_path):
    made = pad(tmp_path / "pad.wav", 8)
    sound = tracks.read(tmp_path / "pad.wav", 60)

    spectrum = np.abs(np.fft.rfft(sound[0])) ** 2
    high = np.fft.rfftfreq(sound.shape[1], 1 / RATE_HZ) > 4000
    assert made.loudness_lufs == pytest.approx(-20.0, abs=0.1)
    assert max(true_peak_dbtp(side) for side in sound) < -3
    assert spectrum[high].sum() < spectrum.sum() * 1e-4


def of_file(path, out, duration_s=5):
    brief = MusicBrief(
        prompt="", moods=(), duration_s=duration_s, seed=1, running={"file": str(path)}
    )
    return FileStage().run(brief, out, quiet)


def test_the_users_own_music_keeps_its_length_and_sound(tmp_path):
    made = of_file(tone(tmp_path / "own.wav", 4.0, rate_hz=44_100), tmp_path / "out.wav")

    with wave.open(str(tmp_path / "out.wav")) as track:
        assert track.getparams()[:3] == (2, 2, RATE_HZ)
    assert made.duration_s == pytest.approx(4.0, abs=0.01)
    assert made.loudness_lufs == pytest.approx(
        integrated_lufs(*tracks.read(tmp_path / "own.wav", 60)), abs=0.1
    )


@pytest.mark.parametrize("content", [b"", b"no sound at all\n" * 99, b"RIFF\x00\x00\x00\x00WAVE"])
def test_what_is_no_sound_is_refused_in_words(content, tmp_path):
    own = tmp_path / "own.mp3"
    own.write_bytes(content)

    with pytest.raises(BriefRefused, match=r"own\.mp3"):
        of_file(own, tmp_path / "out.wav")


def test_a_file_without_a_second_of_sound_is_refused(tmp_path):
    with pytest.raises(BriefRefused, match=r"has 0\.5 s of sound"):
        tracks.check(tone(tmp_path / "own.wav", 0.5))
