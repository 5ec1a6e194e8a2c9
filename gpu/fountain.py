"""Reads a Fountain screenplay into its elements, by the syntax of fountain.io/syntax.

Knows what a line is and where it stands; knows no film.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gpu.errors import ScriptError
from gpu.script_hidden import without

_HEADING = re.compile(r"^(?:INT\.?/EXT|EXT\.?/INT|INT|EXT|EST|I/E)[. ]", re.IGNORECASE)
_SCENE_NUMBER = re.compile(r"\s{0,9}#[\w.\-]{1,40}#\s*$")
_KEY = re.compile(r"^(?P<key>[^\s:#>.!@~=][^:]*?)\s*:\s*(?P<value>.*)$")
_EXTENSION = re.compile(r"\s{0,9}\([^()]{0,300}\)")
_FADES = re.compile(r"^(?:FADE IN:?|FADE OUT[.:]?|FADE TO BLACK[.:]?|CUT TO BLACK[.:]?)$")
_ESCAPED = re.compile(r"\\([\\*_\[\]~@!>.#=])")
_STARS = re.compile(r"(\*{1,3})(?=\S)(.{1,400}?)(?<=\S)\1")
_UNDERLINED = re.compile(r"(?<!\w)_(?=\S)(.{1,400}?)(?<=\S)_(?!\w)")
_PRIVATE = 0xE000


@dataclass(frozen=True, slots=True)
class Element:
    """One element of the script's body.

    `kind`: heading, action, centered, speech, lyrics, transition, section or synopsis. `who` says a
    speech; `dual`: at the same time as the one before it. `line` counts from 1.
    """

    kind: str
    text: str
    line: int
    who: str = ""
    dual: bool = False


@dataclass(frozen=True, slots=True)
class Screenplay:
    """Title page (keys in lower case) with the line of each key, and the elements in order.

    `listed`: what stands on each line of a key, from its own line on.
    """

    head: dict[str, str]
    head_lines: dict[str, int]
    listed: dict[str, list[str]]
    elements: tuple[Element, ...]


def is_heading(line: str) -> bool:
    """Whether a line is a scene heading by its beginning."""
    return _HEADING.match(line) is not None


def read_fountain(text: str, name: str) -> Screenplay:
    """The screenplay in a text. Raises ScriptError with file and line."""
    lines = _without_hidden(text.replace("\r\n", "\n").replace("\r", "\n"), name).split("\n")
    listed, head_lines, body = _title_page(lines)
    head = {key: plain(" ".join(words)) for key, words in listed.items()}
    return Screenplay(head, head_lines, listed, tuple(_elements(lines, body, name)))


def plain(text: str) -> str:
    """The words alone: emphasis goes, what a backslash protects stays."""
    kept = _ESCAPED.sub(lambda match: chr(_PRIVATE + ord(match[1])), text)
    for marks, group in ((_STARS, r"\2"), (_UNDERLINED, r"\1"), (_STARS, r"\2")):
        kept = marks.sub(group, kept)
    signs = (chr(ord(c) - _PRIVATE) if 0 <= ord(c) - _PRIVATE < 128 else c for c in kept)
    return " ".join("".join(signs).split())


def _without_hidden(text: str, name: str) -> str:
    """Boneyard and notes go; their line breaks stay, so that lines keep their numbers."""
    shown = without(text, {"/*": "*/", "[[": "]]"})
    for opening, closing, what in (("/*", "*/", "boneyard"), ("[[", "]]", "note")):
        if opening in shown:
            line = shown.count("\n", 0, shown.index(opening)) + 1
            raise ScriptError(
                f"{name} line {line}: {what}: expected {closing} behind {opening}; found none"
            )
    return shown


def _title_page(lines: list[str]) -> tuple[dict[str, list[str]], dict[str, int], int]:
    """Key: value, or a key with indented lines below it, up to the first blank line."""
    nothing: tuple[dict[str, list[str]], dict[str, int], int] = {}, {}, 0
    at = next((i for i, line in enumerate(lines) if line.strip()), 0)
    head: dict[str, list[str]] = {}
    places: dict[str, int] = {}
    key = ""
    while at < len(lines) and lines[at].strip():
        line = lines[at]
        if line[:1] in " \t" and key:
            head[key].append(line.strip())
        elif match := _KEY.match(line):
            key = match["key"].lower()
            head[key], places[key] = [match["value"]], at + 1
        else:
            return nothing
        at += 1
    return (head, places, at) if any(plain(" ".join(one)) for one in head.values()) else nothing


def _elements(lines: list[str], at: int, name: str) -> Iterator[Element]:
    """From line `at` on (from 0), one paragraph after the other."""
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        end = next((i for i in range(at, len(lines)) if not lines[i].strip()), len(lines))
        if who := _cue(lines[at:end], at, name):
            end = _end_of_speech(lines, at)
            yield from _speech(who, lines[at:end], at)
        else:
            yield from _paragraph(lines[at:end], at)
        at = end


def _end_of_speech(lines: list[str], at: int) -> int:
    """Two spaces keep a blank line in a speech; an empty line ends it."""
    while at < len(lines) and (lines[at].strip() or lines[at].startswith("  ")):
        at += 1
    return at


def _cue(lines: list[str], at: int, name: str) -> str:
    """Who speaks in a paragraph, with ^ for a dual one; "" where nobody does."""
    first = lines[0].strip()
    if first.startswith("@"):
        if not first[1:].strip(" ^"):
            raise ScriptError(f"{name} line {at + 1}: character: expected a name behind @")
        return first[1:].strip()
    if len(lines) < 2 or lines[0].endswith("  ") or first[0] in "!.>~#=":
        return ""
    bare = _EXTENSION.sub("", first).strip(" ^")
    if is_heading(first) or first.endswith("TO:") or _FADES.match(first):
        return ""
    return first if bare.isupper() and any(map(str.isalpha, bare)) else ""


def _speech(cue: str, lines: list[str], at: int) -> Iterator[Element]:
    """What somebody says; parentheticals go, lyrics stay words."""
    who = plain(_EXTENSION.sub("", cue).strip(" ^"))
    said = [line.strip().removeprefix("~").strip() for line in lines[1:]]
    words = plain(" ".join(_EXTENSION.sub("", line) if _aside(line) else line for line in said))
    if words:
        yield Element("speech", words, at + 1, who, cue.endswith("^"))


def _aside(line: str) -> bool:
    return line.startswith("(") and line.endswith(")")


def _paragraph(lines: list[str], at: int) -> Iterator[Element]:
    """Lines without a speaker: single-line elements one by one, action gathered."""
    action: list[str] = []
    began = at
    alone = len(lines) == 1
    for number, line in enumerate(map(str.strip, lines), at + 1):
        found = _single(line, number, alone)
        if found is None:
            began = began if action else number
            action.append(line.removeprefix("!").removeprefix("!"))
            continue
        if action:
            yield Element("action", plain(" ".join(action)), began)
            action = []
        if found.text:
            yield found
    if action:
        yield Element("action", plain(" ".join(action)), began)


def _single(line: str, number: int, alone: bool) -> Element | None:
    """The element that a line is by itself; None for action. `alone`: blank lines around it."""
    if re.fullmatch(r"={3,}", line):
        return Element("page break", "", number)
    if line.startswith("!"):
        return None
    if line.startswith(">"):
        text = plain(line.strip("> <")) if line.endswith("<") else plain(line[1:].strip())
        return Element("centered" if line.endswith("<") else "transition", text, number)
    if alone and (is_heading(line) or re.match(r"\.(?=[^.\s])", line)):
        return Element("heading", plain(_SCENE_NUMBER.sub("", line.removeprefix("."))), number)
    if alone and (_FADES.match(line) or (line.isupper() and line.endswith("TO:"))):
        return Element("transition", line, number)
    for sign, kind in (("#", "section"), ("=", "synopsis"), ("~", "lyrics")):
        if line.startswith(sign):
            return Element(kind, plain(line.lstrip(sign).strip()), number)
    return None
