"""Lines as a voice can say them, and the pieces they are spoken in. No model needed."""

import pytest

from gpu.errors import BriefRefused
from gpu.voice_numbers import cardinal, ordinal, with_numbers_said
from gpu.voice_pieces import CLAUSE_PAUSE_S, SENTENCE_PAUSE_S, pieces
from gpu.voice_words import words_for

LETTERS = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ,.;:!?'\"-")


def said(text: str, known: set[str] = LETTERS) -> str:
    return words_for(text, known.__contains__, english=True, spell_numbers=True)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        *[(0, "zero"), (13, "thirteen"), (40, "forty"), (99, "ninety nine"), (100, "one hundred")],
        (1_001, "one thousand one"),
        (2_000_000, "two million"),
        (987_654, "nine hundred eighty seven thousand six hundred fifty four"),
    ],
)
def test_a_number_has_its_words(number, words):
    assert cardinal(number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "first"),
        (12, "twelfth"),
        (20, "twentieth"),
        (33, "thirty third"),
        (100, "one hundredth"),
    ],
)
def test_a_place_in_a_row_has_its_words(number, words):
    assert ordinal(number) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("In 1911 and 1905", "In nineteen eleven and nineteen oh five"),
        ("In 1900.", "In nineteen hundred."),
        ("The 1980s", "The nineteen eighties"),
        ("In 2005 and 2024", "In two thousand five and twenty twenty four"),
        ("1,500 men", "one thousand five hundred men"),
        ("3.14", "three point one four"),
        ("$1.50 or $5 million", "one dollar and fifty cents or five million dollars"),
        ("At 5:05, 12:00 and 7:30pm", "At five oh five, twelve o'clock and seven thirty p m"),
        ("the 21st", "the twenty first"),
        ("-5 degrees, pages 12–15", "minus five degrees, pages twelve to fifteen"),
        ("agent 007", "agent zero zero seven"),
        ("2½ cups", "two and a half cups"),
        ("1" * 16, " ".join(["one"] * 16)),
        ("no number", "no number"),
    ],
)  # fmt: skip
def test_numbers_are_said_as_people_say_them(text, words):
    assert with_numbers_said(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Salt & pepper", "Salt and pepper."),
        ("20 °C is 100%", "twenty degrees Celsius is one hundred percent."),
        ("“Quoted” — it’s…", '"Quoted", it\'s...'),
        ("Café, Ørsted, straße", "Cafe, Orsted, strasse."),
        ("A light 😀 in the night", "A light in the night."),
        ("Who?", "Who?"),
        ('"He left."', '"He left."'),
    ],
)
def test_signs_that_a_tokenizer_lacks_are_written_in_those_it_has(text, words):
    assert said(text) == words


def test_a_tokenizer_of_small_letters_gets_small_letters():
    assert said("ABC", LETTERS - set("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) == "abc."


def test_another_language_keeps_its_numbers_when_they_are_known():
    text = words_for("12 Häuser", lambda _: True, english=False, spell_numbers=True)

    assert text == "12 Häuser."


@pytest.mark.parametrize("text", ["", "  ", "😀", "* * *", "\u202e"])
def test_a_line_without_words_is_refused(text):
    with pytest.raises(BriefRefused, match="nothing to say"):
        said(text)


@pytest.mark.parametrize(("text", "sign"), [("Light is 灯台", "灯 台"), ("Свет", "С в е т")])
def test_letters_that_the_voice_lacks_are_named(text, sign):
    with pytest.raises(BriefRefused, match=f"cannot say {sign}"):
        said(text)


def test_sentences_are_spoken_together_as_long_as_they_fit():
    found = pieces("One. Two. Three four five.", lambda text: len(text) <= 16)

    assert [piece.text for piece in found] == ["One. Two.", "Three four five."]


def test_a_long_sentence_is_broken_at_clauses_with_a_shorter_pause():
    found = pieces("One two, three four; five. Six.", lambda text: len(text) <= 12)

    assert [piece.text for piece in found] == ["One two,", "three four;", "five. Six."]
    assert [piece.pause_s for piece in found] == [
        CLAUSE_PAUSE_S,
        CLAUSE_PAUSE_S,
        SENTENCE_PAUSE_S,
    ]


@pytest.mark.parametrize("text", ["word " * 40, "x" * 90, "a, " * 50, "one. " * 30])
def test_nothing_is_longer_than_what_fits_and_nothing_is_lost(text):
    found = pieces(text, lambda one: len(one) <= 20)

    assert all(0 < len(piece.text) <= 20 for piece in found)
    assert "".join(piece.text for piece in found).replace(" ", "") == text.replace(" ", "")
