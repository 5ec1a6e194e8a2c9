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
from gpu.pace import budget_words, fitting, is_dense, sentences, words_in
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
_SHARES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.4)
_DENSE_PACE = 0.75
_PART_WORDS = 4


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
    told = list(idea.sentences) or ([] if lines else _clauses(idea.text))
    own = spread(told, [budget_words(s.duration_s) for s in stands]) if told else []
    if lines is None:
        return own
    lots = draw_lots(seed, "narration", idea.text)
    writer = _Writer(lines, idea, lots, Counter(s.role for s in stands))
    return [own[i] if own and own[i] else writer.line(stand) for i, stand in enumerate(stands)]


def _clauses(text: str) -> list[str]:
    return [clause for clause in re.split(r"(?<=[,;:，；、])\s*", text) if clause]


def _joined(parts: Sequence[str]) -> str:
    return ("" if is_dense("".join(parts)) else " ").join(parts)


class _Writer:
    """Hands out lines of the bank, none twice, in an order drawn by lot."""

    def __init__(self, lines: dict[str, Any], idea: Idea, lots: Random, roles: Counter[str]):
        self._idea = idea
        self._lots = lots
        self._roles = roles
        self._met: Counter[str] = Counter()
        self._used: Counter[str] = Counter()
        self._said: set[str] = set()
        say = lines.get("say", {})
        self._say = {role: self._about(say, idea.kind, role) for role in roles}
        self._named = False
        self._see = {role: self._shuffled(lines.get("see", {}), role) for role in roles}

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
        room = budget_words(stand.duration_s)
        parts_max = 2 if stand.duration_s < 8 else 3 if stand.duration_s < 14 else 5
        shot: list[str] = []
        say, see = self._say[stand.role], self._see[stand.role]
        said = self._take([*say, *see] if self._named else say, stand, room, shot)
        if stand.role == "establish" and not said and words_in(self._idea.text) <= room:
            said = capital(self._idea.text).rstrip(".") + "."
        named = any(name in line for line in shot for name in _NAMES)
        self._named = named and self._lots.random() < _VARY
        seen = self._take(see, stand, room - words_in(said), shot)
        first, second = (seen, said) if stand.role in _SEE_FIRST else (said, seen)
        parts = [part for part in (first, second) if part]
        while parts and len(parts) < parts_max:
            more = self._take([*say, *see], stand, room - words_in(" ".join(parts)), shot)
            if not more:
                break
            parts.append(more)
        return _joined(parts)

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
            if spent or line in shot or any(f"{{{name}}}" in line for name in named):
                continue
            text = fill(line, slots, plural=plural)
            if text and words_in(text) <= room and not self._said & set(sentences(text)):
                yield line, text


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
    return re.sub(r"([?!.。？！])(?:[.。])(?=\s|$)", r"\1", text)


def capital(text: str) -> str:
    """The text with a capital first letter, unless it starts like "iPhone"."""
    return text if text[1:2].isupper() else text[:1].upper() + text[1:]


def spread(told: Sequence[str], budgets_words: Sequence[float]) -> list[str]:
    """Lay sentences over shots, in order and evenly; one too long for its shot runs on.

    Where there is too little time for all, the last is kept and those before it give way.
    """
    lines: list[str] = []
    for share in _SHARES:
        lines, left = _laid(_kept(told, share * sum(budgets_words)), budgets_words)
        if not left:
            return lines
    spoken = [i for i, line in enumerate(lines) if line]
    if spoken and lines[spoken[-1]][-1] not in ".!?…。！？":
        lines[spoken[-1]] = lines[spoken[-1]].rstrip(",;:—– ") + "…"
    return lines


def _laid(queue: list[str], budgets_words: Sequence[float]) -> tuple[list[str], list[str]]:
    """One line a shot, and what found no place."""
    pace = sum(map(words_in, queue)) / (sum(budgets_words) or 1.0)
    lines: list[str] = []
    said, room_so_far, may_start = 0.0, 0.0, True
    for budget in budgets_words:
        line = ""
        may_start = may_start or said <= pace * room_so_far
        room_so_far += budget
        while queue and (
            may_start or (line and said + words_in(queue[0]) / 2 <= pace * room_so_far)
        ):
            fits, rest = fitting(queue[0], budget - words_in(line))
            if not fits or (rest and line and (pace < _DENSE_PACE or words_in(fits) < _PART_WORDS)):
                break
            line = _joined([line, fits]).strip()
            said += words_in(fits)
            queue[0:1] = [rest] if rest else []
            may_start = bool(rest)
            if rest:
                break
        lines.append(line)
    return lines, queue


def _kept(told: Sequence[str], capacity_words: float) -> list[str]:
    """The sentences that there is time for: the last one always, the others from the first."""
    if sum(map(words_in, told)) <= capacity_words or len(told) < 2:
        return list(told)
    kept: list[str] = []
    used = words_in(told[-1])
    for sentence in told[:-1]:
        if used + words_in(sentence) > capacity_words and kept:
            break
        kept.append(sentence)
        used += words_in(sentence)
    return [*kept, told[-1]]
