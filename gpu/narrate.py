"""Writes the narration: a bank of lines per language, filled from the idea and fitted to the shots.

It says only what the idea says, what the picture shows, or asks. No line comes twice.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from gpu.idea import Idea
from gpu.pace import budget_words, is_dense, sentences, words_in
from gpu.telling import full_stop, spread
from gpu.world import draw_lots

_SEE_FIRST = {"establish", "orient", "turn", "resolve"}
_MIXED = {
    "living": ("living", "subject"),
    "made": ("made", "subject"),
    "somewhere": ("somewhere", "subject"),
}
_ALSO = {
    "deed": ("clause",),
    "facets": ("subject",),
    "facet": ("subject",),
    "day": ("subject", "free"),
    **dict.fromkeys(
        ("subject", "person", "living", "made", "somewhere", "word", "quote"), ("free",)
    ),
}
_ONCE_A_SHOT = ("question", "idea", "first", "the", "motif", "place", "quote", "object")
_NAMES = ("{the}", "{first}", "{quote}", "{idea}")
_REUSE_MAX = 3
_VARY = 0.4
_NAMING = (*_NAMES, "{question}", "{a}", "{b}", "{do}", "{object}", "{one}", "{things}")
_QUOTING = ("{question}", "{idea}", "{quote}")
_QUOTED_MAX = 2
_SHORT_SHOTS = 4
_FILLED_S = 6.0
_LOOSE = ("howto", "matter", "list", "parts", "journey")
_TOLD_WHOLE = ("whole", "quote", "clause", "question", "deed", "matter")


@dataclass(frozen=True, kw_only=True)
class Stand:
    """What a line needs to know of its shot: role, seconds, and words for what is seen."""

    role: str
    duration_s: float
    seen: Mapping[str, str]


@cache
def bank(language: str) -> dict[str, Any] | None:
    """The lines of a language, or None where there are none."""
    path = Path(__file__).parent / "phrases" / f"{language}.toml"
    if not re.fullmatch(r"[a-z]{2,3}", language) or not path.exists():
        return None
    return tomllib.loads(path.read_text(encoding="utf-8"))


def narrate(idea: Idea, stands: Sequence[Stand], language: str, seed: int) -> list[str]:
    """One line for each shot, or "" where nothing fits; words ≤ 2.5 · (seconds − 0.7)."""
    lines = bank(language)
    stop = full_stop(language)
    rooms = [budget_words(stand.duration_s) for stand in stands]
    told = list(idea.sentences)
    if not told and (lines is None or _is_told_whole(idea, rooms)):
        told = [idea.text if lines is None else capital(idea.text.rstrip(".")) + stop]
    own = spread(told, rooms, stop) if told else [""] * len(stands)
    if lines is not None:
        lots = draw_lots(seed, "narration", idea.text)
        writer = _Writer(lines, idea, lots, Counter(s.role for s in stands), stop)
        own = [said or writer.line(stand) for said, stand in zip(own, stands, strict=True)]
    return [_stopped(line, stop) for line in own]


def _is_told_whole(idea: Idea, rooms: Sequence[float]) -> bool:
    """Whether no line has room for the whole idea, but all together: it is told bit by bit.

    What the film has no room for is not cut off in the midst: then other lines are spoken.
    """
    words = words_in(idea.text)
    return idea.kind in _TOLD_WHOLE and max(rooms, default=0.0) < words <= sum(rooms)


def _stopped(line: str, stop: str) -> str:
    """ASCII full stops give way to those of a script that has its own."""
    return line if stop == "." else re.sub(r"(?<=[^\x00-\x7f])\.(?=\s|$|[”」』’])", stop, line)


def _joined(parts: Sequence[str]) -> str:
    return ("" if is_dense("".join(parts)) else " ").join(parts)


class _Writer:
    """Hands out lines of the bank, none twice, in an order drawn by lot."""

    def __init__(
        self, lines: dict[str, Any], idea: Idea, lots: Random, roles: Counter[str], stop: str
    ):
        self._idea = idea
        self._stop = stop
        self._short = sum(roles.values()) <= _SHORT_SHOTS
        self._again = "resolve" if self._short else lots.choice(("turn", "resolve", "resolve"))
        self._plain = 0
        self._loosely = False
        self._lots = lots
        self._roles = roles
        self._met: Counter[str] = Counter()
        self._used: Counter[str] = Counter()
        self._said: set[str] = set()
        say = lines.get("say", {})
        self._say = {role: self._about(say, idea.kind, role) for role in roles}
        self._named = False
        self._see = {role: self._shuffled(lines.get("see", {}), role) for role in roles}
        self._names = lines.get("named", {})

    def _about(self, say: Mapping[str, Any], kind: str, role: str) -> list[str]:
        """The lines of a kind for one role; what else would suit comes after them."""
        mixed = [line for k in _MIXED.get(kind, (kind,)) for line in say.get(k, {}).get(role, ())]
        self._lots.shuffle(mixed)
        also = (self._shuffled(say.get(k, {}), role) for k in _ALSO.get(kind, ()))
        return [*mixed, *(line for lines in also for line in lines)]

    def _shuffled(self, table: Mapping[str, list[str]], role: str) -> list[str]:
        lines = list(table.get(role, ()))
        self._lots.shuffle(lines)
        return lines

    def line(self, stand: Stand) -> str:
        """The next line for a shot, of one sentence or several."""
        met = self._met[stand.role]
        self._met[stand.role] += 1
        if not self._speaks(stand.role, met):
            return ""
        if self._short:
            return self._short_line(stand)
        room = budget_words(stand.duration_s)
        parts_max = 2 if stand.duration_s < 8 else 3 if stand.duration_s < 14 else 5
        shot: list[str] = []
        say, see = self._say[stand.role], self._see[stand.role]
        said = self._take([*say, *see] if self._named else say, stand, room, shot)
        if stand.role == "establish" and not said and words_in(self._idea.text) <= room:
            said = fill("{idea}" + self._stop, {"idea": self._idea.text}, plural=False)
        named = any(name in line for line in shot for name in _NAMES)
        self._named = named and self._lots.random() < _VARY
        seen = self._take(see, stand, room - words_in(said), shot)
        first, second = (seen, said) if stand.role in _SEE_FIRST else (said, seen)
        parts = [part for part in (first, second) if part]
        return _joined(self._filled(parts, [*say, *see], stand, (shot, parts_max)))

    def _filled(
        self, parts: list[str], lines: Sequence[str], stand: Stand, so_far: tuple[list[str], int]
    ) -> list[str]:
        """More lines after those of a shot while there is room."""
        shot, parts_max = so_far
        while parts and len(parts) < parts_max:
            room = budget_words(stand.duration_s) - words_in(" ".join(parts))
            more = self._take(lines, stand, room, shot)
            if not more:
                break
            parts = [*parts, more]
        return parts

    def _short_line(self, stand: Stand) -> str:
        """A line of a film of few shots: it names the subject, and what suits any film is rare."""
        room = budget_words(stand.duration_s)
        shot: list[str] = []
        say = self._say[stand.role]
        spare = self._names.get(stand.role, self._names.get("show", []))
        naming = [line for line in say if any(name in line for name in _NAMING)]
        asks = self._idea.kind == "question"
        said = ""
        if asks:
            naming, spare = (naming, ["{question}"]) if stand.role == "resolve" else (say, [])
        inner = stand.role not in ("establish", "resolve")
        loose = say if inner and self._idea.kind in _LOOSE and not self._loosely else []
        for lines in (naming, loose, spare, say):
            if not said:
                said = self._take(lines, stand, room, shot)
                self._loosely = self._loosely or bool(said and lines is loose)
        if (
            not said
            and words_in(self._idea.text) <= room
            and stand.role in ("establish", "resolve")
        ):
            said = fill("{idea}" + self._stop, {"idea": self._idea.text}, plural=False)
        see = self._see[stand.role]
        rare = [line for line in see if "{" in line or not self._plain]
        if not said:
            said = self._take(rare, stand, room, shot)
        parts_max = 1 if stand.duration_s < _FILLED_S else 2 if stand.duration_s < 14 else 4
        parts = self._filled([said] if said else [], [*rare, *say], stand, (shot, parts_max))
        self._plain += sum(line in see and "{" not in line for line in shot)
        return _joined([*parts[1:], *parts[:1]] if stand.role == "resolve" else parts)

    def _speaks(self, role: str, met: int) -> bool:
        """Whether the role's lines last for this shot too; else silence is spread evenly."""
        shots = self._roles[role]
        lines = len(self._say[role]) + len(self._see[role])
        return shots <= lines or (met + 1) * lines // shots > met * lines // shots

    def _take(self, lines: Sequence[str], stand: Stand, room: float, shot: list[str]) -> str:
        """The first unused line that fills the room well, or else the first that fits.

        `shot` holds the patterns already in this shot; what they name is not named again.
        """
        fits = list(self._fitting(lines, stand, room, shot))
        full = [found for found in fits if words_in(found[1]) >= 0.45 * room]
        fresh = (
            [f for f in full if not any(n in f[0] for n in _NAMES)]
            if self._named and stand.role != "resolve"
            else []
        )
        for line, text in (fresh or full or fits)[:1]:
            shot.append(line)
            self._used[line] += 1
            self._said.update(sentences(text))
            return text
        return ""

    def _fitting(
        self, lines: Sequence[str], stand: Stand, room: float, shot: Sequence[str]
    ) -> Iterator[tuple[str, str]]:
        slots = {**self._idea.slots, **stand.seen}
        plural = bool(self._idea.phrase and self._idea.phrase.plural)
        named = {name for name in _ONCE_A_SHOT for line in shot if f"{{{name}}}" in line}
        if "object" in named:
            named.add("motif")
        for line in lines:
            about_the_picture = any(f"{{{name}}}" in line for name in ("place", "motif"))
            spent = self._used[line] >= (_REUSE_MAX if about_the_picture else 1)
            if self._quotes_too_often(line, stand.role):
                continue
            if spent or line in shot or any(f"{{{name}}}" in line for name in named):
                continue
            text = fill(line, slots, plural=plural)
            if text and words_in(text) <= room and not self._said & set(sentences(text)):
                yield line, text

    def _quotes_too_often(self, line: str, role: str) -> bool:
        """A question is asked at the start, and once again."""
        if self._idea.kind != "question" or not any(name in line for name in _QUOTING):
            return False
        asked = sum(n for said, n in self._used.items() if any(q in said for q in _QUOTING))
        return asked >= _QUOTED_MAX or role not in ("establish", self._again)


def fill(line: str, slots: Mapping[str, str], *, plural: bool) -> str:
    """Fill a pattern: {slot}, [singular|plural], a capital at each sentence; "" if a slot lacks."""
    if any(not slots.get(name) for name in re.findall(r"\{(\w+)\}", line)):
        return ""
    agreed = re.sub(r"\[([^|\]]*)\|([^\]]*)\]", r"\2" if plural else r"\1", line)

    def slot(match: re.Match[str]) -> str:
        text = slots[match[2]]
        starts = match.start() == 0 or match[1] != ""
        return match[1] + (capital(text) if starts else text)

    text = re.sub(r"((?<=[.?!:] )|)\{(\w+)\}", slot, agreed)
    text = re.sub(r"([.?!] )([a-zà-ÿа-я])(?=[a-zà-ÿа-я]*\b)", lambda m: m[1] + m[2].upper(), text)
    text = re.sub(r"([?!.。？！।؟])[.。।](?=\s|$)", r"\1", text)
    return re.sub(r"([?!.…。？！।؟] ?[”“»›」』’\"])[.。।]", r"\1", text)


def capital(text: str) -> str:
    """The text with a capital first letter, unless it starts like "iPhone"."""
    if text[:1] in "“„«" and text[2:3].islower():
        return text[:1] + text[1:2].upper() + text[2:]
    return text if text[1:2].isupper() else text[:1].upper() + text[1:]
