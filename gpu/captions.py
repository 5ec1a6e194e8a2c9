"""Cuts narration into readable captions and writes them as SRT and WebVTT. Standard library only.

Knows reading (line length, borders of clauses, time on screen); knows no sound and no picture.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import floor

from gpu.briefs import Cue
from gpu.plain import one_line

LINE_CHARACTERS = 42
LINE_IDEOGRAPHS = 18
CUE_S_MIN = 0.7

_SENTENCE_ENDS = ".!?…。！？।॥؟۔"
_CLAUSE_ENDS = ",;:—–、，；：،؛"
_CLOSERS = "\"')]}»”’」』）】》"
_NEVER_FIRST = _SENTENCE_ENDS + _CLAUSE_ENDS + _CLOSERS
_COST_CUE, _COST_CLAUSE, _COST_WORD = 100, 25, 80


def cues_for(text: str, start_s: float, end_s: float, language: str) -> tuple[Cue, ...]:
    """The captions of one spoken line: in order, without overlap, none beyond `end_s`."""
    words = _words(one_line(text))
    if not words or end_s <= start_s:
        return ()
    limit = LINE_IDEOGRAPHS if _is_wide(text, language) else LINE_CHARACTERS
    parts = _merged(_split(_cropped(words, limit), limit), limit, end_s - start_s)
    spoken = list(accumulate(map(_characters, parts)))
    ends = [start_s + (end_s - start_s) * sum_ / spoken[-1] for sum_ in spoken]
    starts = [start_s, *ends[:-1]]
    return tuple(
        Cue(start_s=start, end_s=min(end, end_s), text=_in_lines(part, limit))
        for start, end, part in zip(starts, ends, parts, strict=True)
    )


def within(cues: Iterable[Cue], end_s: float) -> tuple[Cue, ...]:
    """The captions of media that end at `end_s`: none is on for longer, none begins later."""
    last_s = floor(end_s * 1000) / 1000  # captions count milliseconds
    return tuple(replace(cue, end_s=min(cue.end_s, last_s)) for cue in cues if cue.start_s < last_s)


def srt(cues: Iterable[Cue]) -> str:
    """SubRip: comma times, numbered from 1, no empty caption."""
    blocks: list[str] = []
    for cue in _showable(cues):
        times = f"{_clock(cue.start_s, ',')} --> {_clock(cue.end_s, ',')}"
        blocks.append(f"{len(blocks) + 1}\n{times}\n{_body(cue.text)}\n")
    return "\n".join(blocks)


def vtt(cues: Iterable[Cue]) -> str:
    """WebVTT: point times, markup characters escaped, no empty caption."""
    blocks = ["WEBVTT\n"]
    for cue in _showable(cues):
        body = _body(cue.text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        blocks.append(f"{_clock(cue.start_s, '.')} --> {_clock(cue.end_s, '.')}\n{body}\n")
    return "\n".join(blocks)


@dataclass(frozen=True)
class _Word:
    """A piece that is never broken. `spaced` says that a space stands before it in a line."""

    text: str
    spaced: bool


_Part = tuple[_Word, ...]


def _words(plain: str) -> list[_Word]:
    """Words at spaces; ideographs one by one, with the punctuation that may not stand alone."""
    words: list[_Word] = []
    for piece in plain.split(" "):
        spaced = True
        run = ""
        for sign in piece:
            if run and (_ideograph(sign) or _ideograph(run[-1])) and sign not in _NEVER_FIRST:
                words.append(_Word(run, spaced))
                run, spaced = "", False
            run += sign
        if run:
            words.append(_Word(run, spaced))
    return words


def _ideograph(sign: str) -> bool:
    if "\uac00" <= sign <= "\ud7a3":  # Korean is wide, but has spaces between words
        return False
    return unicodedata.east_asian_width(sign) in "WF" and unicodedata.category(sign) == "Lo"


def _is_wide(text: str, language: str) -> bool:
    if language.replace("_", "-").lower().partition("-")[0] in ("zh", "ja", "ko", "yue", "cmn"):
        return True
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return wide * 2 > len(text)


def _cropped(words: Sequence[_Word], limit: int) -> list[_Word]:
    """The same words, those longer than a line broken, but never before a combining sign."""
    short: list[_Word] = []
    for word in words:
        rest, spaced = word.text, word.spaced
        while len(rest) > limit:
            at = limit
            while at > 1 and unicodedata.category(rest[at])[0] == "M":
                at -= 1
            short.append(_Word(rest[:at], spaced))
            rest, spaced = rest[at:], False
        short.append(_Word(rest, spaced))
    return short


def _split(words: Sequence[_Word], limit: int) -> list[_Part]:
    """The cheapest division: few captions, borders at sentences, then clauses, then words."""
    places = [0, *accumulate(len(word.text) + word.spaced for word in words)]
    cost = [0.0] + [float("inf")] * len(words)
    came = [0] * (len(words) + 1)
    for first in range(len(words)):
        for end in range(first + 1, len(words) + 1):
            if _break(words, places, (first, end), limit) is None:
                break
            fill = (places[end] - places[first]) / (2 * limit)
            price = cost[first] + _COST_CUE + _border(words[end - 1].text) + 10 * (1 - fill) ** 2
            if price < cost[end]:
                cost[end], came[end] = price, first
    parts: list[_Part] = []
    end = len(words)
    while end:
        parts.append(tuple(words[came[end] : end]))
        end = came[end]
    return parts[::-1]


def _border(word: str) -> int:
    last = word.rstrip(_CLOSERS)[-1:]
    if last and last in _SENTENCE_ENDS:
        return 0
    return _COST_CLAUSE if last and last in _CLAUSE_ENDS else _COST_WORD


def _break(
    words: Sequence[_Word], places: Sequence[int], part: tuple[int, int], limit: int
) -> int | None:
    """Where the second line of the part could begin (its end: one line), or None: too long."""
    first, end = part
    start = places[first] + words[first].spaced
    if places[end] - start <= limit:
        return end
    second = bisect_right(places, start + limit) - 1
    return second if places[end] - places[second] - words[second].spaced <= limit else None


def _merged(parts: list[_Part], limit: int, duration_s: float) -> list[_Part]:
    """Captions that would flash by are joined to a neighbour where two lines have room for both."""
    total = sum(map(_characters, parts))
    joined: list[_Part] = []
    for part in parts:
        both = (*joined[-1], *part) if joined else ()
        shortest = min(_characters(part), _characters(joined[-1]) if joined else 0)
        if both and shortest * duration_s < CUE_S_MIN * total and _fits(both, limit):
            joined[-1] = both
        else:
            joined.append(part)
    return joined


def _characters(part: _Part) -> int:
    return sum(len(word.text) + word.spaced for word in part)


def _fits(part: _Part, limit: int) -> bool:
    places = [0, *accumulate(len(word.text) + word.spaced for word in part)]
    return _break(part, places, (0, len(part)), limit) is not None


def _in_lines(part: _Part, limit: int) -> str:
    """One line, or two as even as possible, rather broken after a clause."""
    places = [0, *accumulate(len(word.text) + word.spaced for word in part)]
    if places[-1] - part[0].spaced <= limit:
        return _line(part)

    def ugliness(at: int) -> tuple[bool, float]:
        upper, lower = places[at] - part[0].spaced, places[-1] - places[at] - part[at].spaced
        uneven = abs(upper - lower) + 0.2 * _border(part[at - 1].text)
        return max(upper, lower) > limit, uneven

    best = min(range(1, len(part)), key=ugliness)
    return f"{_line(part[:best])}\n{_line(part[best:])}"


def _line(words: Sequence[_Word]) -> str:
    return "".join(" " * word.spaced + word.text for word in words).strip()


def _showable(cues: Iterable[Cue]) -> list[Cue]:
    return [cue for cue in cues if _body(cue.text) and _ms(cue.end_s) > _ms(cue.start_s)]


def _body(text: str) -> str:
    lines = (one_line(line).replace("-->", "→") for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _ms(seconds: float) -> int:
    return max(0, round(seconds * 1000))


def _clock(seconds: float, point: str) -> str:
    minutes, ms = divmod(_ms(seconds), 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{ms // 1000:02d}{point}{ms % 1000:03d}"
