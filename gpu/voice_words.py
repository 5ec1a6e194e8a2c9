"""A line as a voice can say it: symbols and numbers in words, only signs that its tokenizer knows.

Knows no model: what a tokenizer knows comes in as a function. Standard library only.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

from gpu.errors import BriefRefused
from gpu.plain import one_line
from gpu.voice_numbers import with_numbers_said

Knows = Callable[[str], bool]
"""Whether a tokenizer has a token for one sign."""

_PLAIN = str.maketrans({
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "`": "'",
    "…": "...", "‐": "-", "‑": "-", "•": ",", "·": ",", "−": "-",
})  # fmt: skip
_DASH = re.compile(r"\s*[–—]+\s*|\s+--?\s+")
_LETTERS = {
    "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
    "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i",
}  # fmt: skip
_ENGLISH_SYMBOLS = {
    "&": "and", "+": "plus", "=": "equals", "@": "at", "%": "percent", "#": "number",
    "°C": "degrees Celsius", "°F": "degrees Fahrenheit", "°": "degrees", "$": "dollars",
    "€": "euros", "£": "pounds", "¥": "yen", "×": "times", "÷": "divided by", "<": "less than",
    ">": "greater than", "~": "about", "§": "section", "№": "number", "½": "one half",
    "¼": "one quarter", "¾": "three quarters", "²": "squared", "³": "cubed", "±": "plus or"
    " minus",
}  # fmt: skip
_SYMBOL = re.compile("|".join(re.escape(one) for one in _ENGLISH_SYMBOLS))
_ENDS = ".!?,;:"


def words_for(text: str, knows: Knows, *, english: bool, spell_numbers: bool) -> str:
    """One line of signs that are all known. `english`: numbers and symbols can become words.

    Raises BriefRefused when there is nothing to say, or letters that nobody here can say.
    """
    line = one_line(text)
    if english:
        line = _in_english(line, knows, spell_numbers)
    line = _DASH.sub(", ", line.translate(_PLAIN))
    signs = [_known(sign, knows) for sign in line]
    strange = dict.fromkeys(sign for sign, said in zip(line, signs, strict=True) if said is None)
    if strange:
        raise BriefRefused(
            f"this voice cannot say {' '.join(strange)} in {_short(text)}; reword the line, or"
            " choose a voice that knows its script"
        )
    said = " ".join("".join(one or "" for one in signs).split())
    if not any(sign.isalnum() for sign in said):
        raise BriefRefused(f"there is nothing to say in {_short(text)}; give the line words")
    return said if said[-1] in _ENDS or said[-2:-1] in _ENDS else f"{said}."


def _in_english(line: str, knows: Knows, spell_numbers: bool) -> str:
    if spell_numbers or not all(knows(digit) for digit in "0123456789"):
        line = with_numbers_said(line)
    return _SYMBOL.sub(lambda found: f" {_ENGLISH_SYMBOLS[found[0]]} ", line)


def _known(sign: str, knows: Knows) -> str | None:
    """The sign, or the nearest that is known, or a space for what is not spoken; None: strange."""
    for near in _near(sign):
        if all(knows(one) for one in near):
            return near
    return None if unicodedata.category(sign)[0] in "LN" else " "


def _near(sign: str) -> Iterator[str]:
    decomposed = unicodedata.normalize("NFKD", sign)
    bare = "".join(one for one in decomposed if not unicodedata.combining(one))
    nearest = [one for one in (sign, _LETTERS.get(sign, ""), bare) if one]
    yield from nearest
    for near in nearest:
        yield near.lower()
        yield near.upper()


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:39]}…")
