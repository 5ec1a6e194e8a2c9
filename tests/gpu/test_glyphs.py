"""Letters: only what the project's fonts really show is ever drawn."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpu.glyphs import drawable, font


@pytest.mark.parametrize(
    "text",
    [
        "SC 2 · SH 4 · WIDE · PAN RIGHT → · 5.8 s",
        "Žluťoučký kůň",
        "κώδικας",
        "Привет",
        "Բարեւ",
        "გამარჯობა",
        "“quoted” (so) – it’s 100 %",
    ],
)
def test_scripts_that_need_no_shaping_stay_as_they_are(text: str) -> None:
    assert text == drawable(text)


@pytest.mark.parametrize(
    "text", ["灯台", "नमस्ते", "منارة", "한국어", "🗼🔥", "\0\x1b\x07", "", " \t\n"]
)
def test_what_cannot_be_drawn_right_is_dropped(text: str) -> None:
    assert drawable(text) == ""


def test_dropped_words_leave_no_commas_brackets_or_double_spaces() -> None:
    assert (
        drawable("灯台, the lighthouse 🗼 (東京), at  night —") == "the lighthouse, at night —"[:-2]
    )


def test_a_letter_and_its_combining_accent_become_one() -> None:
    assert drawable("e\u0301te\u0301") == "été"


@given(st.text())
def test_nothing_that_is_kept_is_a_control_a_mark_or_a_box(text: str) -> None:
    kept = drawable(text)

    assert all(unicodedata.category(letter)[0] in "LNSPZ" for letter in kept)
    assert kept == " ".join(kept.split())
    assert drawable(kept) == kept


@pytest.mark.parametrize("bold", [False, True])
def test_no_kept_letter_is_the_fonts_box_for_missing_letters(bold: bool) -> None:
    face = font(24, bold)
    box = np.asarray(face.getmask("\ufffe"))
    candidates = map(chr, range(0x21, 0x2600))

    boxes = [
        c for c in candidates if drawable(c) and np.array_equal(np.asarray(face.getmask(c)), box)
    ]

    assert boxes == []
