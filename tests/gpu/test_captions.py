"""Captions that can be read."""

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpu.briefs import Cue
from gpu.captions import CUE_S_MIN, cues_for, srt, vtt

STORY = (
    "The lighthouse stood alone against the sea, and nobody came for forty years. "
    "Then, one night in October, there was a light; and the keeper, who was old, climbed up."
)
CHINESE = (
    "灯塔独自站在海边,四十年来没有人来过。"
    "然后,在十月的一个夜晚,一道光出现了。没有人知道它从哪里来。"
)


def letters(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


@pytest.mark.parametrize(("text", "language", "limit"), [(STORY, "en", 42), (CHINESE, "zh", 18)])
def test_no_caption_is_longer_than_two_lines_of_the_limit(text, language, limit):
    lines = [cue.text.split("\n") for cue in cues_for(text, 0, 12, language)]

    assert max(map(len, lines)) <= 2
    assert max(len(line) for cue in lines for line in cue) <= limit


@pytest.mark.parametrize("text", [STORY, CHINESE, "مرحبا بكم في الليل. " * 9, "x" * 300])
def test_no_letter_is_lost(text):
    cues = cues_for(text, 0, 12, "en")

    assert letters("".join(cue.text for cue in cues)) == letters(text)


def test_a_sentence_that_fits_is_a_caption_of_its_own():
    first, *_ = cues_for(STORY, 0, 12, "en")

    assert (
        first.text
        == "The lighthouse stood alone against the\nsea, and nobody came for forty years."
    )


def test_captions_share_the_time_of_the_line_without_gaps():
    cues = cues_for(STORY, 3.0, 11.0, "en")

    assert (cues[0].start_s, cues[-1].end_s) == (3.0, 11.0)
    assert [a.end_s for a in cues[:-1]] == [b.start_s for b in cues[1:]]


def test_short_sentences_share_a_caption_rather_than_flash_by():
    assert [cue.text for cue in cues_for("No. Yes. Never.", 0, 1.2, "en")] == ["No. Yes. Never."]


@pytest.mark.parametrize("text", ["", " \n ", "\x00", "\u202e"])
def test_nothing_said_is_no_caption(text):
    assert cues_for(text, 0, 3, "en") == ()


def test_no_time_is_no_caption():
    assert cues_for("Hello.", 3, 3, "en") == ()


def test_a_combining_sign_stays_with_its_letter():
    cues = cues_for("रोशनी" * 30, 0, 9, "hi")

    lines = [line for cue in cues for line in cue.text.split("\n")]
    assert not any(unicodedata.category(line[0]).startswith("M") for line in lines)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400), st.floats(0, 1000), st.floats(0.1, 60))
def test_any_text_gives_ordered_captions_inside_its_time(text, start_s, length_s):
    cues = cues_for(text, start_s, start_s + length_s, "en")

    times = [time for cue in cues for time in (cue.start_s, cue.end_s)]
    assert times == sorted(times)
    assert all(start_s <= time <= start_s + length_s for time in times)
    assert all(cue.text.strip() for cue in cues)


def test_a_line_at_reading_speed_flashes_nothing_by():
    assert all(c.end_s - c.start_s >= CUE_S_MIN for c in cues_for(STORY, 0, 10, "en"))


def test_subrip_has_numbers_comma_times_and_one_empty_line_between():
    cues = [Cue(start_s=0.5, end_s=1.25, text="One"), Cue(start_s=3661, end_s=3662, text="Two\n2")]

    assert srt(cues) == (
        "1\n00:00:00,500 --> 00:00:01,250\nOne\n\n2\n01:01:01,000 --> 01:01:02,000\nTwo\n2\n"
    )


def test_text_cannot_break_out_of_its_caption():
    cue = Cue(start_s=0, end_s=1, text="a\r\n\r\n2\n00:00:00,000 --> 00:00:09,000\nb\x00\n\n")

    assert srt([cue]) == (
        "1\n00:00:00,000 --> 00:00:01,000\na\n2\n00:00:00,000 → 00:00:09,000\nb\n"
    )


def test_empty_captions_are_left_out():
    assert srt([Cue(start_s=0, end_s=1, text=" \n"), Cue(start_s=2, end_s=2, text="x")]) == ""


def test_webvtt_escapes_markup():
    text = vtt([Cue(start_s=0, end_s=1.5, text="a < b & <i>c</i>")])

    assert text == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\na &lt; b &amp; &lt;i&gt;c&lt;/i&gt;\n"
    )


def test_captions_need_no_heavy_library():
    heavy = "{'numpy', 'PIL', 'cv2', 'imageio_ffmpeg'}"
    code = f"import sys, gpu.captions; print({heavy} & set(sys.modules))"

    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert loaded.stdout.strip() == "set()"
