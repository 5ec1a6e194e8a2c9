"""Just enough English grammar to speak of a noun phrase: articles, number, pronouns, verbs."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gpu.lexicon import MOTIFS, SETTINGS


@cache
def words(name: str) -> frozenset[str]:
    """One of the small word lists (phrases/english_words.toml)."""
    path = Path(__file__).parent / "phrases" / "english_words.toml"
    return frozenset(tomllib.loads(path.read_text(encoding="utf-8"))[name].split())


@dataclass(frozen=True, kw_only=True)
class NounPhrase:
    """`first` on first mention, `the` afterwards. `it` is "" where a pronoun would be a guess.

    `sure`: the phrase can stand inside a sentence; else it is better put between quotes.
    """

    first: str
    the: str
    plural: bool
    it: str
    person: bool
    sure: bool


def base(word: str) -> str:
    """The singular of a regular plural ("cities" → "city"), or the word itself."""
    lower = word.lower()
    if not _ends_plural(lower):
        return lower
    if lower.endswith("ies") and len(lower) > 4:
        return lower[:-3] + "y"
    if re.search(r"(?:ss|x|ch|sh|o)es$", lower):
        return lower[:-2]
    return lower[:-1]


def _ends_plural(lower: str) -> bool:
    return lower.endswith("s") and not lower.endswith(("ss", "us", "is")) and len(lower) > 3


@cache
def _things() -> frozenset[str]:
    drawn = {word for table in (SETTINGS, MOTIFS) for of in table.values() for word in of}
    return frozenset(word for word in drawn if word.isascii()) | words("persons")


def _nouns() -> frozenset[str]:
    return _things() | words("common")


def is_common(word: str) -> bool:
    """Whether `word` is a known common word, so that its capital is only a heading's."""
    lower = word.lower().strip("'’\"“”.,;:!?()")
    if word[:1].isupper() and lower in words("names"):
        return False
    lists = ("verbs", "past", "auxiliaries", "prepositions", "determiners", "mass", "plurals")
    known = any(lower in words(name) for name in lists) or lower in _nouns()
    return known or base(lower) in _nouns() or lower in {"and", "or", "not", "why", "how", "what"}


def _openers() -> frozenset[str]:
    return words("determiners") | words("prepositions") | {"how", "why", "what"}


def calm(text: str) -> str:
    """Inner casing for a sentence: headings and ALL CAPS come down, likely names keep capitals."""
    tokens = text.split()
    letters = [c for c in text if c.isalpha()]
    if len(letters) > 4 and all(c.isupper() or not c.islower() for c in letters):
        keep = len(tokens) == 1 and not is_common(text) and (len(letters) < 6 or "-" in text)
        tokens = tokens if keep else [token[:1] + token[1:].lower() for token in tokens]
    capitals = [t for t in tokens if t[:1].isupper()]
    heading = len(tokens) > 3 and len(capitals) > len(tokens) / 2
    named = len(tokens) > 1 and tokens[1][:1].isupper() and tokens[0].lower() not in _openers()
    lowered = [
        token[:1].lower() + token[1:]
        if token[1:].islower() and is_common(token) and ((i == 0 and not named) or heading)
        else token
        for i, token in enumerate(tokens)
    ]
    if lowered and lowered[0] in ("A", "An"):
        lowered[0] = lowered[0].lower()
    return " ".join(lowered)


def _acting() -> frozenset[str]:
    return (_things() | words("plurals")) - words("mass") - words("determiners")


def a_or_an(noun: str) -> str:
    """A known single thing with its article ("seed" → "a seed"); any other text as it is."""
    known = noun in _things() and noun not in words("mass") and noun not in words("plurals")
    if not known or _ends_plural(noun):
        return noun
    return f"{_article(noun)} {noun}"


def _article(text: str) -> str:
    return "an" if re.match(r"(?i)[aeiou](?!ni|ne\b|uro)|hour|honest", text) else "a"


def head_of(text: str) -> str:
    """A noun phrase up to its head noun ("10 facts about octopuses" → "10 facts")."""
    tokens = text.split()
    return " ".join(tokens[: _head_at(tokens) + 1])


def _head_at(tokens: list[str]) -> int:
    """The place of the head noun: the last word before the first preposition or participle."""
    for i, token in enumerate(tokens):
        if i and (token.lower() in words("prepositions") or tokens[i - 1].endswith(",")):
            return i - 1
        if i > 1 and token.lower() in words("participles"):
            return i - 1
        if i and token.endswith("ing") and base(tokens[i - 1]) in _acting():
            return i - 1
    return len(tokens) - 1


def _is_plural(tokens: list[str], head: str) -> bool:
    first = tokens[0].lower()
    lower = head.lower()
    if first in ("a", "an", "one", "this", "every", "each", "another"):
        return False
    counted = words("determiners") - {"the", "my", "our", "your", "his", "her", "its", "their"}
    if first in counted and first not in ("that", "no", "some") and len(tokens) > 1:
        return True
    if lower in words("plurals") or " and " in f" {' '.join(tokens)} ":
        return True
    return _ends_plural(lower) and lower not in words("singular_s")


def noun_phrase(text: str) -> NounPhrase:
    """Read `text` (already calm) as a noun phrase."""
    tokens = text.split() or ["it"]
    head = tokens[_head_at(tokens)].strip(",.;:'’\"“”")
    plural = _is_plural(tokens, head)
    person = base(head) in words("persons") or head.lower() in words("persons")
    opens = tokens[0].lower() in words("determiners") or tokens[0].endswith(("'s", "’s"))
    determined = opens and len(tokens) > 1
    proper = head[:1].isupper() or any(c.isdigit() for c in head)
    mass = head.lower() in words("mass") or bool(
        re.search(r"(?:tion|ism|ness|ity|ment|ics|ship|hood|ology)$", head.lower())
    )
    known = base(head) in _nouns()
    first, the = _articles(tokens, determined=determined, bare=plural or proper or mass)
    it = "they" if plural or person else "" if proper and not determined else "it"
    sure = determined or (not opens and (plural or proper or mass or known))
    return NounPhrase(first=first, the=the, plural=plural, it=it, person=person, sure=sure)


def _articles(tokens: list[str], *, determined: bool, bare: bool) -> tuple[str, str]:
    text = " ".join(tokens)
    start = tokens[0].lower()
    short = tokens if len(tokens) <= 5 else tokens[: _head_at(tokens) + 1]
    if determined and start in ("a", "an"):
        return text, " ".join(["the", *short[1:]])
    if start in ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"):
        return text, " ".join(["the", *short])
    if determined or bare:
        return text, text
    if len(tokens) == 1 or _head_at(tokens) == 0:
        return f"the {text}", f"the {' '.join(short)}"
    return f"{_article(text)} {text}", f"the {' '.join(short)}"


def verb_at(tokens: list[str]) -> int | None:
    """Where the sentence's main verb stands, or None when `tokens` are no sentence."""
    start = 1 if tokens and tokens[0].lower() not in words("determiners") else 2
    plural_start = bool(tokens) and (start == 1 and _is_plural(tokens[:1], tokens[0]))
    for i in range(start, len(tokens)):
        word = tokens[i].lower().strip(",;:")
        before = tokens[i - 1].lower()
        if before in words("prepositions") | words("determiners") or tokens[i - 1].endswith(","):
            continue
        follows = tokens[i + 1].lower() if i + 1 < len(tokens) else ""
        if word in words("auxiliaries") | words("past"):
            return i
        noun = word in words("plurals") and i < 3
        ends = i == len(tokens) - 1 and start == 1 and is_common(tokens[i - 1])  # "city lights"
        if word.endswith("s") and _verb_base(word) in words("verbs") and not noun and not ends:
            return i
        many = _is_plural(tokens[:i], tokens[i - 1]) if i > 1 else plural_start
        if word in words("verbs") and (many or before in PRONOUNS):
            return i
        ended = word.endswith("ed") and _past_base(word) in words("verbs")
        plain = bool(follows) and follows not in words("prepositions")
        if (ended or word in words("participles")) and plain:
            return i
    return None


PRONOUNS = {"i", "we", "they", "you", "he", "she", "it", "everyone", "nobody", "who", "people"}


def _verb_base(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    bare = word[:-1]
    return bare[:-1] if bare.endswith(("che", "she", "sse", "xe", "oe", "zze")) else bare


def _past_base(word: str) -> str:
    for candidate in (word[:-2], word[:-1], word[:-3], word[:-3] + "y"):
        if candidate in words("verbs"):
            return candidate
    return ""
