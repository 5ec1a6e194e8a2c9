"""Reads a script in Markdown or plain text: headings are scenes, paragraphs are shots."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path

from gpu.errors import ScriptError
from gpu.idea import clean
from gpu.language import language_of
from gpu.pace import budget_words, fitting, sentences, words_in
from gpu.references import KINDS
from gpu.script_cast import Cast, cast_in_lines
from gpu.script_hidden import without, without_tags
from gpu.script_parts import SHOTS_MAX, Script, ScriptScene, ScriptShot
from gpu.vocabulary import nearest

_SHOT_S_MAX = 12.0
HEADING_LETTERS_MAX = 300
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*)$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-+)\s*$")
_RULE = re.compile(r"^ {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$")
_SLUG = re.compile(
    r"^(?:\.(?=\w)|(?=(?:INT|EXT|EST|I/E|INT\.?/EXT)[. ]))(?P<name>.+?)(?:\s*#[^#]+#)?$",
    re.IGNORECASE,
)
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+(.*)$")
_HEAD_KEYS = ("title", "style", "language", "logline", "end card", *KINDS)
_HEAD_LINE = re.compile(
    rf"^({'|'.join(_HEAD_KEYS).replace(' ', '[ _]')})\s*:\s*(.+)$", re.IGNORECASE
)
_FENCE = re.compile(r"^ {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_TABLE_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)+$")
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]+\]:[ \t]+\S[^\n]*$")
_TIMES = {"NIGHT": "night", "DAY": "noon", "DAWN": "dawn", "DUSK": "dusk", "EVENING": "dusk"}
_TIMES |= {"MORNING": "morning", "NOON": "noon", "SUNSET": "golden hour", "SUNRISE": "dawn"}


_Named = tuple[int, str, str]
"""Line, kind and words of a character or place."""


@dataclass
class _Draft:
    """What has been read so far."""

    head: dict[str, str] = field(default_factory=dict)
    cast: Cast = field(default_factory=Cast)
    scenes: list[ScriptScene] = field(default_factory=list)
    shots: list[ScriptShot] = field(default_factory=list)
    title: str = ""

    def open(self, name: str) -> None:
        """Begin a scene; one that got no shot gives way."""
        if self.scenes and not any(shot.scene == len(self.scenes) for shot in self.shots):
            self.scenes.pop()
        self.scenes.append(scene_of(name))

    def say(self, paragraph: str) -> None:
        """Add the shots of one paragraph."""
        text = to_text(paragraph)
        if not any(map(str.isalnum, text)):
            return
        if not self.scenes:
            self.scenes.append(ScriptScene())
        number, scene = len(self.scenes), self.scenes[-1]
        for line in shot_lines(text):
            shown = self.cast.in_scene(scene, line)
            self.shots.append(ScriptShot(scene=number, narration=line, references=shown))


# Every repetition is bounded: what is opened and never closed must cost nobody minutes.
_MARKS = [
    (re.compile(pattern, re.IGNORECASE), instead)
    for pattern, instead in (
        (r"!\[[^\]]{0,300}\](?:\([^)]{0,500}\)|\[[^\]]{0,300}\])|\[\^[^\]]{1,100}\]", ""),
        (r"\[([^\]]{0,300})\]\([^)]{0,500}\)", r"\1"),
        (r"\[([^\]]{1,300})\]\[[^\]]{0,300}\]", r"\1"),
        (r"<(?:br|hr|p|div|li|td|th)\b[^>]{0,300}>|</(?:p|div|li|td|th)>", " "),
        (r"</?[A-Z][^>]{0,300}>|<https?://[^>]{0,500}>", ""),
    )
]
_EMPHASIS = [
    (re.compile(r"(\*\*|__|~~|`{1,9})(.{1,400}?)\1"), r"\2"),
    (re.compile(r"(?<![\w*])[*_](?=\S)(.{1,400}?)(?<=\S)[*_](?![\w*])"), r"\1"),
]


def read_text(text: str, name: str) -> Script:
    """The Script of a text. Raises ScriptError when it has no shot, or more than 500."""
    draft = _Draft()
    named: list[_Named] = []
    lines = _without_hidden(_plain_breaks(text)).split("\n")
    lines = _without_head(lines, name, draft.head, named)
    draft.cast = cast_in_lines(named, name)
    for kind, level, words in _blocks(lines):
        if kind == "heading":
            plain = to_text(words)
            if level == 1 and not draft.title:
                draft.title = plain
            draft.open(plain)
        else:
            draft.say(words)
        if len(draft.shots) > SHOTS_MAX:
            break
    if draft.scenes and not any(shot.scene == len(draft.scenes) for shot in draft.shots):
        draft.scenes.pop()
    if not 1 <= len(draft.shots) <= SHOTS_MAX:
        raise ScriptError(
            f"{name} line 1: expected 1 to {SHOTS_MAX} paragraphs, each a shot; "
            f"found {'more' if draft.shots else 0}"
        )
    told = " ".join(shot.narration for shot in draft.shots)
    stem = Path(name).stem.replace("_", " ").replace("-", " ")
    return Script(
        name=name,
        title=draft.head.get("title") or draft.title or stem,
        style=draft.head.get("style", ""),
        logline=draft.head.get("logline", ""),
        language=_language(draft.head, name) or language_of(told),
        end_card=draft.head.get("end card", ""),
        scenes=tuple(draft.scenes),
        shots=tuple(draft.shots),
        references=draft.cast.references,
        pictures=draft.cast.pictures,
    )


def _language(head: dict[str, str], name: str) -> str:
    code = head.get("language", "").lower()
    if code and not LANGUAGE.fullmatch(code):
        raise ScriptError(
            f"{name} line 1: language: expected a language code like 'en' or 'pt-BR'; "
            f"found {code[:40]!r}"
        )
    return code.partition("-")[0]


def _plain_breaks(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _without_hidden(text: str) -> str:
    """Comments, notes and boneyard go; their line breaks stay."""
    return without_tags(without(text))


def _spoken(lines: list[str]) -> Iterator[str]:
    """The lines, with an empty one for each that belongs to code, a table or a definition."""
    fence, in_table = "", False
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        mark = _FENCE.match(line)
        if fence:
            fence = (
                "" if line.strip().startswith(fence) and not line.strip(f" {fence[0]}") else fence
            )
            yield ""
            continue
        fence = mark[1] if mark else ""
        begins = "|" in line and "|" in below and _TABLE_RULE.match(below) is not None
        framed = line.strip().startswith("|") and line.strip().endswith("|")
        in_table = "|" in line and (in_table or begins or framed)
        yield "" if fence or in_table or _DEFINITION.match(line) else line


def _blocks(lines: list[str]) -> Iterator[tuple[str, int, str]]:
    """("heading", level, words) and ("paragraph", 0, words), in order."""
    gathered: list[str] = []

    def flush() -> Iterator[tuple[str, int, str]]:
        if gathered:
            yield "paragraph", 0, " ".join(gathered)
            gathered.clear()

    for line in _spoken(lines):
        if gathered and (under := _UNDERLINE.match(line)):
            words = gathered.pop()
            yield from flush()
            yield "heading", 1 if under[1][0] == "=" else 2, words
        elif match := _HEADING.match(line):
            yield from flush()
            yield "heading", len(match[1]), match[2].rstrip().rstrip("#").rstrip()
        elif match := _SLUG.match(line.strip()[:HEADING_LETTERS_MAX]):
            yield from flush()
            yield "heading", 2, match["name"]
        elif _RULE.match(line):
            yield from flush()
            yield "heading", 6, ""
        elif not line.strip():
            yield from flush()
        elif match := _ITEM.match(line):
            yield from flush()
            gathered.append(match[1])
        else:
            gathered.append(re.sub(r"^\s*>+\s?", "", line).strip())
    yield from flush()


def _without_head(
    lines: list[str], name: str, head: dict[str, str], named: list[_Named]
) -> list[str]:
    """Take "title: …" lines off the top, with or without the rules of a front matter.

    Those that name a character or a place go to `named`, the others to `head`.
    """
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    fenced = lines[first : first + 1] == ["---"] and "---" in lines[first + 1 : first + 30]
    at = first + 1 if fenced else first
    end = lines.index("---", first + 1) if fenced else len(lines)
    while at < end:
        if match := _HEAD_LINE.match(lines[at].strip()):
            what = match[1].lower().replace("_", " ")
            if what in KINDS:
                named.append((at + 1, what, match[2]))
            else:
                head[what] = clean(match[2].strip("\"' "))
        elif fenced:  # whoever else reads such a head has keys of their own in it
            _refuse_mistyped(lines[at], f"{name} line {at + 1}")
        else:
            break
        at += 1
    return lines[end + 1 :] if fenced else lines[at:]


def _refuse_mistyped(line: str, where: str) -> None:
    key, colon, _ = line.partition(":")
    near = nearest(key.strip().lower(), _HEAD_KEYS) if colon else None
    if near:
        raise ScriptError(f"{where}: unknown key {key.strip()!r}; did you mean {near}?")


def to_text(markup: str) -> str:
    """Markdown as plain words: emphasis, links and tags give way to their text; images go."""
    text = markup
    for pattern, instead in _MARKS:
        text = pattern.sub(instead, text)
    text = unescape(text)
    for pattern, instead in _EMPHASIS:
        text = pattern.sub(instead, text)
    text = text.strip().removeprefix("|").removesuffix("|").replace("|", ", ")
    text = re.sub(r"^[!@~=]\s*", "", re.sub(r"\\([\\`*_{}\[\]()#+\-.!>])", r"\1", text))
    text = "".join(" " if ord(c) < 32 or c in "\u2028\u2029" else c for c in text)
    return re.sub(r" +([,.;:!?…)\]](?!\w)|[，。！？])", r"\1", " ".join(text.split()))


def shot_lines(text: str) -> list[str]:
    """One paragraph as lines of at most 12 s, broken at sentences, else at clauses."""
    room = budget_words(_SHOT_S_MAX)
    lines: list[str] = []
    for sentence in sentences(text):
        if lines and words_in(f"{lines[-1]} {sentence}") <= room:
            lines[-1] += f" {sentence}"
            continue
        rest = sentence
        while rest:
            fits, after = fitting(rest, room)
            lines.append(fits or rest)
            rest = after if fits else ""
    return lines


def scene_of(name: str) -> ScriptScene:
    """A scene from its heading; "INT. WORKSHOP - NIGHT" gives place and time too."""
    match = re.match(r"(?i)(?:INT\.?/EXT|EXT\.?/INT|INT|EXT|EST|I/E)[. ]+\s*(.+)", name)
    if not match:
        where, _, when = name.rpartition(" - ")
        time = _TIMES.get(when.strip().upper(), "") if where else ""
        place = (where if time else name).strip()
        called = place.capitalize() if place.isupper() else place
        return ScriptScene(name=called, location=place.lower() if time else "", time_of_day=time)
    where, _, when = match[1].rpartition(" - ")
    location = (where or match[1]).strip(" .-")
    time = _TIMES.get(when.strip().upper(), "")
    scene = ScriptScene(name=location.capitalize() if location.isupper() else location)
    return replace(scene, location=location.lower(), time_of_day=time)
