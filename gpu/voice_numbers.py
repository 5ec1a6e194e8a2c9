"""English numbers as they are said: amounts, years, times, money. Standard library only."""

import re
from collections.abc import Callable

_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = [
    "zero",
    "ten",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
]
_SCALES = ("", "thousand", "million", "billion", "trillion")
_MAGNITUDES = "hundred|thousand|million|billion|trillion"
_MONEY = {"$": ("dollar", "cent"), "€": ("euro", "cent"), "£": ("pound", "pence")}
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
_AND_A = {"½": "and a half", "¼": "and a quarter", "¾": "and three quarters"}
_DIGITS_MAX = 15


def cardinal(number: int) -> str:
    """0 ≤ number < 10¹⁵ in words: 1234 → "one thousand two hundred thirty four"."""
    if number < 20:
        return _SMALL[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens] + (f" {_SMALL[ones]}" if ones else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return f"{_SMALL[hundreds]} hundred" + (f" {cardinal(rest)}" if rest else "")
    power = (len(str(number)) - 1) // 3
    whole, rest = divmod(number, 1000**power)
    return f"{cardinal(whole)} {_SCALES[power]}" + (f" {cardinal(rest)}" if rest else "")


def ordinal(number: int) -> str:
    """The same as a place in a row: 21 → "twenty first"."""
    head, _, last = cardinal(number).rpartition(" ")
    if last in _ORDINALS:
        last = _ORDINALS[last]
    else:
        last = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return f"{head} {last}".strip()


def with_numbers_said(text: str) -> str:
    """English text with every number in words; digits of other scripts stay."""
    for pattern, said in _PATTERNS:
        text = pattern.sub(said, text)
    return _SPACED_MARK.sub(r"\1", " ".join(text.split()))


def _digits(found: re.Match[str]) -> str:
    return f" {' '.join(_SMALL[int(digit)] for digit in found[0])} "


def _amount(written: str) -> str:
    """Digits with commas and perhaps a point."""
    whole, _, decimals = written.replace(",", "").partition(".")
    if len(whole) > _DIGITS_MAX:
        said = " ".join(_SMALL[int(digit)] for digit in whole)
    else:
        said = cardinal(int(whole or "0"))
    if decimals:
        said += f" point {' '.join(_SMALL[int(digit)] for digit in decimals)}"
    return said


def _money(found: re.Match[str]) -> str:
    main, part = _MONEY[found["sign"]]
    if found["magnitude"]:
        return f" {_amount(found['amount'])} {found['magnitude']} {main}s "
    whole, _, decimals = found["amount"].partition(".")
    said = f"{_amount(whole)} {main}{'' if whole == '1' else 's'}"
    if len(decimals) != 2:
        return f" {_amount(found['amount'])} {main}s " if decimals else f" {said} "
    if int(decimals) == 0:
        return f" {said} "
    parts = part if part == "pence" or int(decimals) == 1 else f"{part}s"
    return f" {said} and {cardinal(int(decimals))} {parts} "


def _time(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    half_of_day = f"{found[3]} m " if found[3] else ""
    if minute:
        return f" {cardinal(hour)} {'oh ' if minute < 10 else ''}{cardinal(minute)} {half_of_day}"
    return f" {cardinal(hour)} " + (half_of_day or "o'clock ")


def _year(found: re.Match[str]) -> str:
    first, last = divmod(int(found[1]), 100)
    if found[2]:  # 1980s, 1900s
        said = f"{cardinal(first)} {cardinal(last) if last else 'hundred'}"
        return f" {said[:-1]}ies " if said.endswith("y") else f" {said}s "
    if not last:
        return f" {cardinal(first)} hundred "
    return f" {cardinal(first)} {'oh ' if last < 10 else ''}{cardinal(last)} "


def _ordinal(found: re.Match[str]) -> str:
    return f" {ordinal(int(found[1].replace(',', '')))} "


def _number(found: re.Match[str]) -> str:
    return f" {_amount(found[0])} "


_SPACED_MARK = re.compile(r"\s+([.,;:!?])")
_AMOUNT = r"\d+(?:,\d{3})*(?:\.\d+)?"
_PATTERNS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?<=[0-9])[–—-](?=[0-9])"), " to "),
    (re.compile(r"(?<=[0-9])\s?([½¼¾])"), lambda found: f" {_AND_A[found[1]]} "),
    (re.compile(r"(?<![\w.])[-−](?=[0-9])"), " minus "),
    (
        re.compile(
            rf"(?P<sign>[$€£])\s?(?P<amount>{_AMOUNT})(?:\s(?P<magnitude>{_MAGNITUDES})\b)?",
            re.ASCII,
        ),
        _money,
    ),
    (re.compile(r"\b([01]?[0-9]|2[0-3]):([0-5][0-9])(?:\s?([ap])m\b|(?![\w:]))"), _time),
    (re.compile(r"\b(\d{1,3}(?:,\d{3})*|\d{1,9})(?:st|nd|rd|th)\b", re.ASCII), _ordinal),
    (re.compile(r"(?<![\w.,])(1[1-9]\d\d|20[1-9]\d)(s?)\b(?![.,]?\d)", re.ASCII), _year),
    (re.compile(r"(?<![\d.,])0\d+(?![.,]?\d)", re.ASCII), _digits),
    (re.compile(_AMOUNT, re.ASCII), _number),
)
