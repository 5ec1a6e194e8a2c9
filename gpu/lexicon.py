"""The words that the animatic can draw, and where a text names them. Knows no picture.

SETTINGS and MOTIFS: key → trigger words in many languages (data in lexicon.toml).
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

_TABLES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _words(table: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(w.strip() for w in text.split(",")) for key, text in table.items()}


SETTINGS: dict[str, tuple[str, ...]] = _words(_TABLES["settings"])
MOTIFS: dict[str, tuple[str, ...]] = _words(_TABLES["motifs"])
IMPLIED: dict[str, str] = dict(_TABLES["implied"])
"""Where a motif is at home, for a text that names no setting."""

_CHARS_READ_MAX = 4000
_NOT_MEANT = re.compile(
    r"museum light|depth of field|bird'?s[- ]eye|wide[- ]angle|golden hour|high key|low key"
    r"|as a whole|on stage|star(?:s|red|ring) in|key (?:to|light)|eye level",
    re.IGNORECASE,
)
_NO_SPACES = re.compile("[\u0e00-\u0e7f\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff]")
_ARABIC = re.compile("[\u0600-\u06ff]")


def _pattern(trigger: str) -> str:
    """One trigger as a regular expression: whole words, plurals, or anywhere in 中文."""
    plain = re.escape(trigger.rstrip("*"))
    if _NO_SPACES.search(trigger):
        return plain
    if _ARABIC.search(trigger):
        return rf"(?<!\w)(?:[وفبلك]?ال|لل|[وبلك])?{plain}(?:ات|ة|ه|ها|هم)?(?!\w)"
    if trigger.isupper():
        return rf"(?-i:(?<!\w){plain}(?!\w))"
    if trigger.endswith("*"):
        return rf"(?<!\w){plain}\w*"
    if plain.endswith("y") and len(plain) > 3:
        return rf"(?<!\w){plain[:-1]}(?:y|ies)(?!\w)"
    return rf"(?<!\w){plain}(?:e?s)?(?!\w)"


@cache
def _finders() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    return tuple(
        (table, key, re.compile("|".join(map(_pattern, longest_first)), re.IGNORECASE))
        for table, words in (("settings", SETTINGS), ("motifs", MOTIFS))
        for key, triggers in words.items()
        for longest_first in (sorted(triggers, key=len, reverse=True),)
    )


@lru_cache(maxsize=256)
def _mentions(text: str) -> tuple[tuple[str, str], ...]:
    """(table, key) in order of mention; a known word inside a longer known word is not meant."""
    plain = _NOT_MEANT.sub(" ", unicodedata.normalize("NFC", text[:_CHARS_READ_MAX]))
    hits = sorted(
        (match.start(), -match.end(), table, key)
        for table, key, finder in _finders()
        for match in finder.finditer(plain)
    )
    mentions: dict[tuple[str, str], None] = {}
    longest = (0, 0)
    for start, negative_end, table, key in hits:
        if -negative_end > longest[1]:
            longest = (start, -negative_end)
        if longest == (start, -negative_end):
            mentions.setdefault((table, key))
    return tuple(mentions)


def settings_in(text: str) -> list[str]:
    """The keys of SETTINGS that `text` names, in the order of their first mention."""
    return [key for table, key in _mentions(text) if table == "settings"]


def motifs_in(text: str) -> list[str]:
    """The keys of MOTIFS that `text` names, in the order of their first mention."""
    return [key for table, key in _mentions(text) if table == "motifs"]
