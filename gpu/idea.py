"""Reads an idea: strips the request around it, finds its kind and the parts that lines speak of."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from gpu.english import PRONOUNS, NounPhrase, a_or_an, calm, head_of, noun_phrase, verb_at, words
from gpu.lexicon import motifs_in, settings_in
from gpu.pace import sentences, words_in
from gpu.world import group

_REQUEST = re.compile(
    r"^(?:please |hey,? |hi,? |ok,? )*"
    r"(?:(?:can|could|would|will) you (?:please )?|i(?:'d| would)? (?:want|like|need)(?: you)?"
    r"(?: to)? |let'?s )?"
    r"(?:(?:please )?(?:make|create|generate|produce|write|do|shoot|direct|see|have|render)\b"
    r"(?: me| us)? )?"
    r"(?:(?:an?|the|some|one|my) )?(?:[\w\-]+ ){0,4}?"
    r"(?:films?|movies?|videos?|documentary|documentaries|clip|animation|story|trailer|short"
    r"|cartoon|reel)"
    r"(?: film| movie| video| clip)? "
    r"(?:about|on|of|showing|in which|where|that shows|that explains|explaining|telling)[: ]\s*",
    re.IGNORECASE,
)
_TELL = re.compile(
    r"^(?:please )?(?:tell (?:me|us) (?:the story of|about|of)|explain(?: to me)?|show(?: me| us)"
    r"|describe|imagine|idea:|topic:|prompt:)\s+",
    re.IGNORECASE,
)
_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_STYLE = re.compile(r",?\s*in (?:the )?style of ([^.;!?]{3,80})[.!]?$", re.IGNORECASE)
_QUOTES = "\"'“”„«»‘’「」『』 "
_ASKS = r"(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|am|may|might)"
_QUESTION_WORDS = r"(?:why|how|what|who|when|where|which|whose)"


@dataclass(frozen=True, kw_only=True)
class Idea:
    """What was asked for. `slots` fill the patterns of the kind; `subject` goes into prompts."""

    text: str
    kind: str
    subject: str
    slots: Mapping[str, str] = field(default_factory=dict)
    phrase: NounPhrase | None = None
    sentences: tuple[str, ...] = ()
    style: str = ""


def read_idea(raw: str, language: str) -> Idea:
    """Read an idea in any language; only English is taken apart, other languages stay whole."""
    text = clean(raw)
    style = ""
    if language == "en":
        text = _without_request(text)
        if match := _STYLE.search(text):
            text, style = text[: match.start()].strip() or text, match[1].strip()
    told = tuple(sentences(text))
    if len(told) > 1 or words_in(text) > 25:
        subject = _short_subject(told[0] if told else text)
        return Idea(text=text, kind="prose", subject=subject, sentences=told, style=style)
    plain = text.strip(_QUOTES).rstrip(".!。 ").strip(_QUOTES)
    if language != "en":
        slots = {"idea": _quotable(plain)}
        return Idea(text=plain, kind="whole", subject=_short_subject(plain), slots=slots)
    return _english(plain, style)


def clean(raw: str) -> str:
    """The idea's words: links, control characters, emoji and markup go; never empty."""
    text = unicodedata.normalize("NFC", raw)
    plain = _URL.sub(" ", text)
    plain = "".join(_letter(c) for c in plain)
    plain = re.sub(r"[*_`#~^|<>{}\[\]\\]+", " ", plain)
    plain = " ".join(plain.split())
    if any(map(str.isalnum, plain)):
        return plain
    return _named(text) or "untitled"


def _letter(c: str) -> str:
    kind = unicodedata.category(c)
    if kind in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp", "Cf") and c not in "\u200c\u200d":
        return " " if kind != "Cf" else ""
    return " " if kind in ("So", "Sk") or c in "\ufe0f\u20e3\u200d" else c


def _named(text: str) -> str:
    """Words for an idea without letters: the end of a link, or the names of its emoji."""
    if link := _URL.search(text):
        last = re.sub(r"[?#].*$", "", link[0]).rstrip("/").rpartition("/")[2]
        spoken = re.sub(r"\.\w{2,5}$|^www\.", "", re.sub(r"[-_+%]+|%20", " ", last)).strip()
        if any(map(str.isalnum, spoken)):
            return " ".join(re.sub(r"[^\w\s.]", " ", spoken).split())
    symbols = [c for c in text if unicodedata.category(c) == "So"]
    names = [unicodedata.name(c, "").lower() for c in symbols[:4]]
    return " and ".join(dict.fromkeys(re.sub(r" (?:face|sign|symbol)$", "", n) for n in names if n))


def _without_request(text: str) -> str:
    for request in (_REQUEST, _TELL, _REQUEST):
        shorter = request.sub("", text, count=1).strip()
        if shorter and shorter != text and any(map(str.isalnum, shorter)):
            asked = text.endswith("?") and not re.match(rf"(?i){_QUESTION_WORDS}\b", shorter)
            text = shorter.rstrip("?").strip() if asked else shorter
    return text


def _short_subject(text: str, words_max: int = 12) -> str:
    tokens = text.strip(_QUOTES + ".!?。！？").split()
    return " ".join(tokens[:words_max])[:120]


def _quotable(text: str) -> str:
    """The text as it may stand between quotation marks of its own."""
    return text.translate(str.maketrans("«»„“”「」『』", "‹›‚‘’『』『』"))


def _english(plain: str, style: str) -> Idea:
    text = calm(plain.rstrip("?").strip()) or plain
    asked = plain.endswith("?")
    for reader in (_question, _how_to, _two_sides, _road, _day, _halves, _facet, _pair):
        if found := reader(text, asked):
            kind, slots, of = found
            phrase = noun_phrase(of) if of else None
            return _made(text, kind, style, slots, phrase)
    return _sentence_or_subject(text, style)


def _made(
    text: str, kind: str, style: str, slots: dict[str, str], phrase: NounPhrase | None
) -> Idea:
    every = {"idea": text, "quote": f"“{text}”", **slots}
    if phrase:
        every |= {"first": phrase.first, "the": phrase.the}
        if phrase.it:
            every |= {"it": phrase.it, "them": "them" if phrase.it == "they" else phrase.it}
    subject = phrase.first if phrase and kind in ("facets", "facet", "day", "deed") else text
    if kind in ("deed", "clause"):
        subject = text
    if kind == "howto":
        subject = f"hands that {slots['do']}"
    return Idea(
        text=text,
        kind=kind,
        subject=_short_subject(subject),
        slots=every,
        phrase=phrase,
        style=style,
    )


_Found = tuple[str, dict[str, str], str] | None


def _question(text: str, asked: bool) -> _Found:
    pattern = rf"(?:{_QUESTION_WORDS}\b.*?\b{_ASKS}|{_QUESTION_WORDS}|{_ASKS})\b.+"
    direct = re.match(rf"{_QUESTION_WORDS} (?:\w+ )?{_ASKS} .+", text, re.IGNORECASE)
    if (asked and re.match(pattern, text, re.IGNORECASE)) or direct or asked:
        return "question", {"question": text[:1].upper() + text[1:] + "?"}, ""
    if re.match(rf"(?:{_QUESTION_WORDS}) (?!to )\S+ \S+", text, re.IGNORECASE):
        return "matter", {}, ""
    return None


def _how_to(text: str, _asked: bool) -> _Found:
    match = re.match(r"how to (.+)", text, re.IGNORECASE)
    return ("howto", {"do": match[1]}, "") if match else None


_BARE = {"day", "night", "man", "machine", "good", "evil", "winter", "summer", "light", "dark"}


def _both(kind: str, a: str, b: str) -> _Found:
    if {a.lower(), b.lower()} & _BARE:
        return kind, {"a": a, "b": b}, ""
    sides = noun_phrase(a), noun_phrase(b)
    if not all(side.sure for side in sides) or any(len(side.split()) > 6 for side in (a, b)):
        return None
    return kind, {"a": sides[0].first, "b": sides[1].first}, ""


def _two_sides(text: str, _asked: bool) -> _Found:
    match = re.match(r"(.+?) (?:vs\.?|versus|against) (.+)", text, re.IGNORECASE)
    return _both("versus", match[1], match[2]) if match else None


def _road(text: str, _asked: bool) -> _Found:
    pattern = r"(?:the |a )?(?:\w+ )?(?:journey |road |way |path )?from (.+?) to (.+)"
    match = re.fullmatch(pattern, text, re.IGNORECASE)
    if not match or any(len(part.split()) > 5 for part in match.groups()):
        return None
    return "journey", {"a": a_or_an(match[1]), "b": a_or_an(match[2])}, ""


def _day(text: str, _asked: bool) -> _Found:
    pattern = r"(?:a|one|the) (day|night|morning|week|year|hour) (?:in the life of|with|of) (.+)"
    match = re.fullmatch(pattern, text, re.IGNORECASE)
    return ("day", {"a": match[1].lower()}, match[2]) if match else None


def _halves(text: str, _asked: bool) -> _Found:
    match = re.fullmatch(r"(?:the )?(\w+) (?:and|&) (?:the )?(\w+) of (.+)", text, re.IGNORECASE)
    if not match or match[1].lower() in words("verbs") - {"rise", "fall", "change", "dream"}:
        return None
    slots = {"a": f"the {match[1].lower()}", "b": f"the {match[2].lower()}"}
    return "facets", slots, match[3]


def _facet(text: str, _asked: bool) -> _Found:
    pattern = (
        r"(?:the |a )?(?:\w+ ){0,2}?(history|story|legend|birth|rise|fall|life|discovery) of (.+)"
    )
    match = re.fullmatch(pattern, text, re.IGNORECASE)
    return ("facet", {"a": match[1].lower()}, match[2]) if match else None


def _pair(text: str, _asked: bool) -> _Found:
    match = re.fullmatch(r"([^,]+?) (?:and|&) ([^,]+)", text, re.IGNORECASE)
    if not match or " and " in match[2] or verb_at(text.split()) is not None:
        return None
    if re.search(r"\b(?:of|in|on|for|with|at|from|to)\b", match[1]):
        return None
    return _both("pair", match[1], match[2])


def _sentence_or_subject(text: str, style: str) -> Idea:
    tokens = text.split()
    at = verb_at(tokens)
    if tokens[0].lower() in PRONOUNS - {"who", "people"} and len(tokens) > 2:
        return _made(text, "clause", style, {}, None)
    if at is not None:
        phrase = noun_phrase(" ".join(tokens[:at]))
        rest = " ".join(tokens[at + 1 :])
        thing = re.match(r"((?:the|an?|my|our|her|his|their) .+)", rest, re.IGNORECASE)
        if thing and phrase.sure and len(rest.split()) <= 7:
            return _made(text, "deed", style, {"object": thing[1]}, phrase)
        return _made(text, "clause" if phrase.sure else "quote", style, {}, phrase)
    phrase = noun_phrase(text)
    if len(tokens) > 10 or (len(tokens) > 1 and tokens[0].lower() in words("prepositions")):
        return _made(text, "quote", style, {}, None)
    if not phrase.sure:
        return _made(text, "word" if len(tokens) < 4 else "quote", style, {}, None)
    return _made(text, "person" if phrase.person else _nature(phrase), style, {}, phrase)


def _nature(phrase: NounPhrase) -> str:
    """What a subject is, for lines that suit it: living, made, somewhere, or just a subject."""
    start = head_of(phrase.first)
    motifs, settings = motifs_in(start), settings_in(start)
    if motifs and not phrase.it and not phrase.plural:
        return "subject"
    if motifs and group(motifs[0]) == "animals":
        return "living"
    if motifs and group(motifs[0]) != "beings" and _is_thing(phrase):
        return "made"
    return "somewhere" if settings and not motifs and _is_thing(phrase) else "subject"


def _is_thing(phrase: NounPhrase) -> bool:
    return phrase.first.split()[0] in ("the", "a", "an", "my", "our") and phrase.it == "it"
