"""Times, sizes, marks and bars in people's words."""

import pytest

from cli.show_text import (
    bar,
    bytes_text,
    cell,
    glyphs,
    marks_text,
    one_line,
    percent,
    plain_lines,
    seconds_text,
    text_of,
)
from tests.cli.films import NOW


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        ("2025-02-08T03:29:30.000Z", "just now"),
        ("2025-02-08T03:30:05.000Z", "just now"),
        ("2025-02-08T03:25:00.000Z", "5 min ago"),
        ("2025-02-08T00:22:38.123Z", "3 h ago"),
        ("2025-01-30T00:00:00.000Z", "9 d ago"),
        ("2024-10-01T00:00:00.000Z", "4 mo ago"),
        ("2022-10-01T00:00:00.000Z", "2 y ago"),
    ],
)
def test_an_age_is_told_in_one_unit(stored: str, words: str) -> None:
    assert words == NOW.ago(stored)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (412_000, "412 kB"),
        (999_600, "1.0 MB"),
        (12_300_000, "12 MB"),
        (4_500_000_000_000, "4.5 TB"),
    ],
)
def test_a_size_is_told_in_decimal_units(count: int, words: str) -> None:
    assert words == bytes_text(count)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.31, "0.3 s"),
        (9.96, "10 s"),
        (59.6, "1 min 00 s"),
        (200, "3 min 20 s"),
        (3725, "1 h 02 min"),
    ],
)
def test_a_duration_is_told_as_people_say_it(seconds: float, words: str) -> None:
    assert words == seconds_text(seconds)


def test_a_hundred_percent_means_all_of_it() -> None:
    assert [percent(999, 1000), percent(7, 7), percent(0, 0)] == [" 99 %", "100 %", "  0 %"]


def test_a_bar_is_readable_without_colours() -> None:
    bars = [text_of(bar(share, 6)) for share in (0, 0.25, 0.5, 1, 1.7)]

    assert bars == ["──────", "━╾────", "━━━───", "━━━━━━", "━━━━━━"]


def test_many_shot_marks_become_counts() -> None:
    few = ["[DONE]", "[IMG]", "[TODO]", "[FAIL]"]

    assert text_of(glyphs(few)) == "●◐○✗"
    assert text_of(glyphs(few * 10)) == "●10 ◐10 ○10 ✗10"
    assert marks_text(["[DONE]", "[FAIL]", "[DONE]"]) == "2 [DONE] 1 [FAIL]"


def test_text_from_the_log_cannot_steer_the_terminal() -> None:
    tricky = "two\nlines \x1b[31m and \u202e back"

    assert "\x1b" not in one_line(tricky)
    assert "\u202e" not in one_line(tricky)
    assert one_line(tricky).startswith("two lines \\x1b[31m and ")


def test_plain_columns_are_aligned_and_whole() -> None:
    rows = [[cell("a"), cell("bb"), cell("x" * 200)], [cell("ccc"), cell("d"), cell("")]]

    assert list(plain_lines(rows)) == ["a    bb  " + "x" * 200, "ccc  d"]
