"""The forms of an English idea: a question, a list, two halves, a road … and their parts."""

import re

from gpu.english import a_or_an, base, noun_phrase, verb_at, words

_ASKS = r"(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|am|may|might)"
_QUESTION_WORDS = r"(?:why|how|what|who|when|where|which|whose)"


Found = tuple[str, dict[str, str], str] | None
"""A kind, the parts that its lines speak of, and the noun phrase that it is about, or ""."""


def _question(text: str, asked: bool) -> Found:
    pattern = rf"(?:{_QUESTION_WORDS}\b.*?\b{_ASKS}|{_QUESTION_WORDS}|{_ASKS})\b.+"
    direct = re.match(rf"{_QUESTION_WORDS} (?:\w+ )?{_ASKS} .+", text, re.IGNORECASE)
    if (asked and re.match(pattern, text, re.IGNORECASE)) or direct or asked:
        return "question", {"question": text[:1].upper() + text[1:] + "?"}, ""
    if re.match(rf"(?:{_QUESTION_WORDS}) (?!to )\S+ \S+", text, re.IGNORECASE):
        return "matter", {}, ""
    return None


def _how_to(text: str, _asked: bool) -> Found:
    match = re.match(r"how to (.+)", text, re.IGNORECASE)
    return ("howto", {"do": match[1]}, "") if match else None


_NUMBERS = (
    *("two", "three", "four", "five", "six", "seven"),
    *("eight", "nine", "ten", "eleven", "twelve"),
)
_LISTED = (
    "reasons|ways|things|facts|tips|lessons|secrets|steps|rules|places|myths|mistakes|questions"
    "|signs|ideas|tricks|habits|words|objects|wonders|moments|stories|rituals|recipes"
)
_LIST = re.compile(
    rf"(?:the )?(?:top )?(\d{{1,3}}|{'|'.join(_NUMBERS)}) ((?:\w+ )?({_LISTED}))(?: (.+))?",
    re.IGNORECASE,
)


def _list(text: str, _asked: bool) -> Found:
    match = _LIST.fullmatch(text)
    if not match or (match[4] and verb_at(match[4].split()) == 0):
        return None
    number = match[1].lower()
    if number.isdigit() and 2 <= int(number) <= len(_NUMBERS) + 1:
        number = _NUMBERS[int(number) - 2]
    things = match[2].lower()
    said = " ".join(part for part in (number, things, match[4]) if part)
    one = f"{things.removesuffix(match[3].lower())}{base(match[3])}"
    return "list", {"idea": said, "things": things, "one": one, "rest": match[4] or ""}, ""


def _parts(text: str, _asked: bool) -> Found:
    """Two clauses of one form: "The fall of Rome, the rise of Byzantium"."""
    side = r"((?:the |an? )?(?:\w+ )?\w+ of [^,;]+?)"
    match = re.fullmatch(rf"{side}(?:[,;](?: and| &)?| and| &) {side}", text, re.IGNORECASE)
    if not match or verb_at(text.split()) is not None:
        return None
    a, b = match.groups()
    if any(len(part.split()) > 7 or " and " in part for part in (a, b)):
        return None
    joined = "," in text or ";" in text
    if not joined and not b.lower().startswith(("the ", "a ", "an ")):
        return None
    article = "the " if not re.match(r"(?i)(?:the|an?) ", a) and len(b.split()) < 5 else ""
    b = b if re.match(r"(?i)(?:the|an?) ", b) else f"the {b[:1].lower()}{b[1:]}"
    a = f"{article}{a[:1].lower() + a[1:] if article else a}"
    return "parts", {"a": a, "b": b[:1].lower() + b[1:]}, ""


_BARE = {"day", "night", "man", "machine", "good", "evil", "winter", "summer", "light", "dark"}


def _both(kind: str, a: str, b: str) -> Found:
    if {a.lower(), b.lower()} & _BARE:
        return kind, {"a": a, "b": b}, ""
    sides = noun_phrase(a), noun_phrase(b)
    if not all(side.sure for side in sides) or any(len(side.split()) > 6 for side in (a, b)):
        return None
    return kind, {"a": sides[0].first, "b": sides[1].first}, ""


def _two_sides(text: str, _asked: bool) -> Found:
    match = re.match(r"(.+?) (?:vs\.?|versus|against) (.+)", text, re.IGNORECASE)
    return _both("versus", match[1], match[2]) if match else None


def _road(text: str, _asked: bool) -> Found:
    pattern = r"(?:the |a )?(?:\w+ )?(?:journey |road |way |path )?from (.+?) to (.+)"
    match = re.fullmatch(pattern, text, re.IGNORECASE)
    if not match or any(len(part.split()) > 5 for part in match.groups()):
        return None
    return "journey", {"a": a_or_an(match[1]), "b": a_or_an(match[2])}, ""


def _day(text: str, _asked: bool) -> Found:
    pattern = r"(?:a|one|the) (day|night|morning|week|year|hour) (?:in the life of|with|of) (.+)"
    match = re.fullmatch(pattern, text, re.IGNORECASE)
    return ("day", {"a": match[1].lower()}, match[2]) if match else None


def _halves(text: str, _asked: bool) -> Found:
    match = re.fullmatch(r"(?:the )?(\w+) (?:and|&) (?:the )?(\w+) of (.+)", text, re.IGNORECASE)
    if not match or match[1].lower() in words("verbs") - {"rise", "fall", "change", "dream"}:
        return None
    slots = {"a": f"the {match[1].lower()}", "b": f"the {match[2].lower()}"}
    return "facets", slots, match[3]


def _facet(text: str, _asked: bool) -> Found:
    pattern = (
        r"(?:the |a )?(?:\w+ ){0,2}?(history|story|legend|birth|rise|fall|life|discovery) of (.+)"
    )
    match = re.fullmatch(pattern, text, re.IGNORECASE)
    return ("facet", {"a": match[1].lower()}, match[2]) if match else None


def _pair(text: str, _asked: bool) -> Found:
    match = re.fullmatch(r"([^,]+?) (?:and|&) ([^,]+)", text, re.IGNORECASE)
    if not match or " and " in match[2] or verb_at(text.split()) is not None:
        return None
    if re.search(r"\b(?:of|in|on|for|with|at|from|to)\b", match[1]):
        return None
    return _both("pair", match[1], match[2])


READERS = (
    _question,
    _how_to,
    _list,
    _two_sides,
    _parts,
    _road,
    _day,
    _halves,
    _facet,
    _pair,
)
"""Each reads a calm text, and whether it asked, as one form; the first that succeeds counts."""
