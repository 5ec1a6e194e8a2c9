"""Lines of narration."""

import errno
import hashlib
import wave
from pathlib import Path

import numpy as np
import pytest

import gpu.speech
from gpu.briefs import AudioBrief
from gpu.errors import BriefRefused, ToolFailed
from gpu.line import LINE_LUFS
from gpu.loudness import integrated_lufs
from gpu.probe import probe
from gpu.speech import SpeechStage, espeak_language
from gpu.stages import Made
from tests.gpu.footage import quiet

LINES = (
    "The lighthouse stood alone against the sea.",
    "Nobody came for forty years.",
    "Then, one night in October, there was a light!",
    "Who had lit it?",
    "The keeper climbed the stairs, one hundred and eighty-nine of them.",
)


def spoken(out: Path, text: str, language: str = "en", **settings: str | int) -> Made:
    brief = AudioBrief(text=text, language=language, role="narration", seed=1, settings=settings)
    return SpeechStage().run(brief, out, quiet)


def samples(path: Path) -> np.ndarray:
    with wave.open(str(path)) as sound:
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2")


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    out = tmp_path_factory.mktemp("line") / "line.wav"
    return out, spoken(out, LINES[0])


def test_a_line_is_mono_at_the_films_rate(line):
    out, made = line
    (stream,) = probe(out)

    assert (stream.codec, stream.rate_hz, stream.channels) == ("pcm_s16le", 48_000, "mono")
    assert (made.media_type, made.rate_hz, made.channels) == ("audio/wav", 48_000, 1)
    assert stream.end_s == pytest.approx(made.duration_s, abs=1e-4)


def test_the_raw_hash_is_of_the_samples(line):
    out, made = line

    assert made.raw_sha256 == hashlib.sha256(samples(out).tobytes()).hexdigest()


def test_a_line_is_heard_soon_and_ends_soon_after_its_last_sound(line):
    loud = np.flatnonzero(np.abs(samples(line[0]).astype(int)) > 200)

    assert loud[0] < 0.15 * 48_000
    assert len(samples(line[0])) - loud[-1] < 0.15 * 48_000


@pytest.mark.parametrize("text", ["No.", LINES[0], " ".join(LINES)])
def test_every_line_sits_at_the_same_level(tmp_path, text):
    made = spoken(tmp_path / "a.wav", text)

    assert made.loudness_lufs == pytest.approx(LINE_LUFS, abs=0.1)
    level = integrated_lufs(samples(tmp_path / "a.wav") / 32768)
    assert level == pytest.approx(made.loudness_lufs, abs=0.01)


def test_a_line_alone_is_the_same_as_after_four_others(tmp_path):
    alone = spoken(tmp_path / "alone.wav", LINES[4])

    after = [spoken(tmp_path / f"{at}.wav", text) for at, text in enumerate(LINES)][4]

    assert after.raw_sha256 == alone.raw_sha256
    assert (tmp_path / "4.wav").read_bytes() == (tmp_path / "alone.wav").read_bytes()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "A light in the night."),
        ("de", "Ein Licht in der Nacht."),
        ("hi", "रात में एक रोशनी।"),
        ("zh", "夜里的一盏灯。"),
        ("ru", "Свет в ночи."),
        ("ar", "ضوء في الليل."),
    ],
)
def test_many_languages_are_heard(tmp_path, language, text):
    made = spoken(tmp_path / "a.wav", text, language)

    assert made.duration_s > 0.6
    assert made.loudness_lufs == pytest.approx(LINE_LUFS, abs=0.1)


@pytest.mark.parametrize("text", ["", "   ", "\x00\x1b\n", "\u202e\ufeff", "\ud800"])
def test_a_line_without_anything_to_say_is_a_short_silence(tmp_path, text):
    made = spoken(tmp_path / "a.wav", text)

    assert made.duration_s >= 0.3
    assert not samples(tmp_path / "a.wav").any()


@pytest.mark.parametrize("text", ["😀🏳️‍🌈", "***", "-y", '"; rm -rf', "<b>&amp;</speak>", "[[x]]"])
def test_odd_lines_are_no_error(tmp_path, text):
    assert spoken(tmp_path / "a.wav", text).duration_s >= 0.3


def test_control_characters_change_nothing(tmp_path):
    plain = spoken(tmp_path / "a.wav", "One two three.")

    assert spoken(tmp_path / "b.wav", "One\x07 two\n\u200bthree.").raw_sha256 == plain.raw_sha256


def test_faster_speech_is_shorter(tmp_path, line):
    assert spoken(tmp_path / "a.wav", LINES[0], rate_wpm=260).duration_s < line[1].duration_s


def test_a_voice_changes_the_sound(tmp_path, line):
    assert spoken(tmp_path / "a.wav", LINES[0], voice="f3").raw_sha256 != line[1].raw_sha256


def test_an_unknown_voice_is_refused_with_the_known_ones(tmp_path):
    with pytest.raises(BriefRefused, match=r"no voice '\.\./x'; eSpeak NG has .*f3"):
        spoken(tmp_path / "a.wav", "Hello.", voice="../x")


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        *[("en", "en"), ("en-US", "en-US"), ("en-ZA", "en"), ("zh", "cmn"), ("zh-Hant-TW", "cmn")],
        *[("de_AT", "de"), ("pt-BR", "pt-BR"), ("no", "nb"), ("tlh", "en"), ("", "en")],
    ],
)
def test_a_language_tag_finds_the_nearest_language(tag, name):
    assert espeak_language(tag) == name


def test_a_child_that_crashes_is_a_tool_that_failed_and_leaves_nothing(tmp_path, monkeypatch):
    broken = tmp_path / "broken.py"
    broken.write_text("import os; os.abort()")
    monkeypatch.setattr(gpu.speech, "_CHILD", broken)
    folder = tmp_path / "out"
    folder.mkdir()

    with pytest.raises(ToolFailed, match="the speech child was killed by signal 6"):
        spoken(folder / "a.wav", "Hello.")

    assert list(folder.iterdir()) == []


def test_a_full_disk_is_nobodys_fault():
    with pytest.raises(OSError, match="space") as error:
        spoken(Path("/dev/full"), "Hello.")

    assert error.value.errno == errno.ENOSPC
