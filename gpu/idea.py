"""Reads an idea: strips the request around it, finds its kind and the parts that lines speak of."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gpu.english import (
    PRONOUNS,
    NounPhrase,
    calm,
    head_of,
    noun_phrase,
    verb_at,
    words,
)
from gpu.forms import READERS
from gpu.lexicon import motifs_in, settings_in
from gpu.pace import sentences, words_in
from gpu.request import without_request
from gpu.world import group

_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_STYLE = re.compile(r",?\s*in (?:the )?style of ([^.;!?]{3,80})[.!]?$", re.IGNORECASE)
_QUOTES = "\"'“”„«»‘’「」『』 "
_GENRE = re.compile(
    r"(?:(?:an?|the|my|our|eine?|une?|una|uma|o|il) )?(?:[\w\-'’]+ ){0,3}(?:story|tale|documentary"
    r"|film|movie|history|portrait|biography|comedy|tragedy|fable|geschichte|liebesgeschichte"
    r"|märchen|histoire|conte|historia|cuento|storia|história)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Idea:
    """What was asked for. `slots` fill the patterns of the kind; `subject` goes into prompts.

    `text` is what lines speak of; `heading` is that with its `subtitle`, as it stood.
    """

    text: str
    kind: str
    subject: str
    slots: Mapping[str, str] = field(default_factory=dict)
    phrase: NounPhrase | None = None
    sentences: tuple[str, ...] = ()
    style: str = ""
    heading: str = ""
    subtitle: str = ""


def read_idea(raw: str, language: str) -> Idea:
    """Read an idea in any language; only English is taken apart, other languages stay whole."""
    text = without_request(clean(raw), language)
    style = ""
    if language == "en" and (match := _STYLE.search(text)):
        text, style = text[: match.start()].strip() or text, match[1].strip()
    told = tuple(sentences(text))
    if len(told) > 1 or words_in(text) > 25:
        subject = _short_subject(told[0] if told else text)
        heading = told[0] if told else text
        return Idea(
            text=text, kind="prose", subject=subject, sentences=told, style=style, heading=heading
        )
    plain = text.strip(_QUOTES).rstrip(".!。।！ ").strip(_QUOTES) or text
    head, subtitle = _subtitled(plain)
    idea = _english(head, style) if language == "en" else _whole(head)
    heading = plain if subtitle else idea.text
    return replace(idea, heading=heading, subtitle=subtitle)


def _whole(plain: str) -> Idea:
    """An idea that is only quoted: in a language whose inflections nobody here knows."""
    slots = {"idea": _quotable(plain)}
    asked = plain.endswith(("?", "？", "؟"))
    if asked:
        slots["question"] = slots["idea"]
    kind = "question" if asked else "whole"
    return Idea(text=plain, kind=kind, subject=_short_subject(plain), slots=slots)


def _subtitled(plain: str) -> tuple[str, str]:
    """The subject and what stands beside it: "Penguins on ice: a love story", either way round."""
    match = re.fullmatch(r"([^:：]{1,80}?)\s*(?::\s|：)\s*(.{1,120})", plain)
    if not match or not all(any(map(str.isalnum, part)) for part in match.groups()):
        return plain, ""
    head, tail = match[1].strip(_QUOTES), match[2].strip(_QUOTES)
    if words_in(head) > 10:
        return plain, ""
    return (tail, head) if _GENRE.fullmatch(head) and not _GENRE.fullmatch(tail) else (head, tail)


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


def _short_subject(text: str, words_max: int = 12) -> str:
    tokens = text.strip(_QUOTES + ".!?。！？").split()
    return " ".join(tokens[:words_max])[:120]


def _quotable(text: str) -> str:
    """The text as it may stand between quotation marks of its own."""
    return text.translate(str.maketrans("«»„“”「」『』", "‹›‚‘’『』『』"))


def _english(plain: str, style: str) -> Idea:
    text = calm(plain.rstrip("?").strip()) or plain
    asked = plain.endswith("?")
    for reader in READERS:
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
