"""Lays a user's own sentences over shots: in order, broken and shortened at clauses. No meaning."""

import re
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

from gpu.pace import is_dense, units, words_in

_STOPS = {"zh": "。", "ja": "。", "hi": "।", "bn": "।", "mr": "।", "ne": "।", "pa": "।"}
_CLAUSE = re.compile(r"(?<=[,;:，；、،؛])\s+(?=\S)|(?<=[，；、])(?=\S)|\s+(?=[—–] )")
_JOINS = (
    "and while where which who before after until because but or und während wo bevor nachdem aber"
    " oder et tandis où avant mais ou qui y mientras donde antes pero e mentre dove prima ma o"
    " enquanto onde mas и а но где пока और लेकिन"
)
_LEADS = (
    "from to into along through across towards toward near beside over under with without in on at"
    " by for about between if unless that"
    " zu zum zur ans ins vom beim nach in im an am auf aus mit ohne durch über unter neben bei für"
    " à au aux dans sur sous avec sans par pour vers en con sin por para hacia sobre"
    " da nel nella con senza per verso su em no na com sem в на с без из к по"
)
_OPENERS = (
    "when while if as because although though since until unless before after once in on at by with"
    " without for during under over from near inside outside among despite"
    " als wenn weil während nachdem bevor obwohl seit bis falls in im an am auf nach vor mit ohne"
    " bei quand lorsque si comme après avant en dans à pendant depuis sans avec malgré"
    " cuando si mientras como después antes en desde sin con aunque"
    " quando se mentre dopo prima in a da con senza enquanto depois desde em no na"
    " когда если пока после в на из с जब अगर"
)
_CONDITIONS = (
    "if unless until except but wenn falls außer bis aber si sauf mais à sauf excepto pero salvo se"
    " eccetto tranne ma exceto mas если кроме но अगर लेकिन only nur or oder ou o"
)
_DENIALS = re.compile(
    r"(?i)\b(?:no|not|never|nobody|nothing|none|neither|nor|cannot|hardly|without|only|would|could"
    r"|kein\w*|nicht|nie\w*|ne|pas|jamais|sans|nunca|sin|non|mai|não|не|нет)\b|n['’]t\b|नहीं|不|没|ない"
)
_MOVES = re.compile(
    r"(?i)\b(?:walk|climb|row|sail|wander|march|travel|move)(?:s|ed|led)?$|\b(?:went|ran|drove|rode"
    r"|flew|swam|came)$"
)
_DENSE_OPEN = re.compile(r"[年月天日夜时時后後前里中上下候头はがてでにともばらのし][，、；：]?$")
_DENSE_WORDS_MIN = 4.0
_OPENING_WORDS_MAX = 8
_SHORTEST_WORDS = 3
_CLAUSE_END, _JOIN_END, _LEAD_END, _WORDS_END = 1.5, 2.0, 3.0, 9.0
_DROP, _DROP_PARTLY, _UNFIT, _LAST, _WORD = 4.0, 1.0, 60.0, 25.0, 0.6
_SILENT, _BEHIND = 40.0, 0.35
_SHOTS_AT_ONCE = 12
_CROWDED = 3.0


@dataclass(frozen=True)
class _Unit:
    """The smallest part of a sentence that a line may end after.

    `ends`: what it ends: "sentence", "clause", or a phrase before a "join", a "lead", any "words".
    `may_stop`: the sentence may end here, the rest unsaid. `mark` is its own last mark.
    """

    text: str
    words: float
    ends: str
    may_stop: bool
    mark: str


def full_stop(language: str) -> str:
    """The mark that ends a sentence of `language`."""
    return _STOPS.get(language, ".")


def spread(told: Sequence[str], budgets_words: Sequence[float], stop: str = ".") -> list[str]:
    """One line for each shot: the sentences in order, shortened where there is too little time."""
    if len(budgets_words) > _SHOTS_AT_ONCE and len(told) > 1:
        half = len(budgets_words) // 2
        early, late = budgets_words[:half], budgets_words[half:]
        at = _divided(told, sum(early) / (sum(budgets_words) or 1.0))
        return [*spread(told[:at], early, stop), *spread(told[at:], late, stop)]
    told = _thinned(told, _CROWDED * sum(budgets_words))
    smallest = min((b for b in budgets_words if b >= _SHORTEST_WORDS), default=_SHORTEST_WORDS)
    parts = [unit for sentence in told for unit in _units(sentence, smallest)]
    if not parts:
        return [""] * len(budgets_words)
    return _lines(parts, _best(parts, list(budgets_words)), stop)


def _divided(told: Sequence[str], share: float) -> int:
    """How many sentences are the first `share` of all words; at least one on either side."""
    total, said = sum(map(words_in, told)), 0.0
    for i, sentence in enumerate(told):
        said += words_in(sentence)
        if said >= share * total:
            return min(max(1, i + 1), len(told) - 1)
    return len(told) - 1


def _thinned(told: Sequence[str], words_max: float) -> list[str]:
    """Of far too many sentences, some from everywhere; the first and the last stay."""
    total = sum(map(words_in, told))
    if total <= words_max or len(told) < 3:
        return list(told)
    count = max(2, round(len(told) * words_max / total))
    return [told[i * (len(told) - 1) // (count - 1)] for i in range(count)]


def _units(sentence: str, smallest: float) -> list[_Unit]:
    """A sentence as units: its clauses; a clause too long for a shot falls into phrases."""
    clauses = _balanced([piece.strip() for piece in _CLAUSE.split(sentence) if piece.strip()])
    mark = (re.search(r"[.!?。！？।॥؟]+(?=[\"'”’»)\]」]*$)", sentence) or [""])[0]
    pieces = [piece for clause in clauses for piece in _phrases(clause, smallest)]
    made: list[_Unit] = []
    said = ""
    for i, (text, ends) in enumerate(pieces):
        said = f"{said}{'' if is_dense(text) else ' '}{text}".strip()
        rest = pieces[i + 1][0] if i + 1 < len(pieces) else ""
        may = not rest or _may_stop(said, rest, ends)
        made.append(_Unit(text, words_in(text), ends if rest else "sentence", may, mark))
    return made


def _balanced(pieces: list[str]) -> list[str]:
    """Pieces joined again where a border would fall within quotation marks or brackets."""
    joined: list[str] = []
    for piece in pieces:
        if joined and _is_open(joined[-1]):
            joined[-1] += ("" if is_dense(piece) else " ") + piece
        else:
            joined.append(piece)
    return joined


def _is_open(text: str) -> bool:
    pairs = (("“", "”"), ("«", "»"), ("(", ")"), ("「", "」"), ("„", "“"))
    return text.count('"') % 2 == 1 or any(
        text.count(a) > text.count(b) for a, b in pairs if not (a == "“" and "„" in text)
    )


def _phrases(clause: str, smallest: float) -> list[tuple[str, str]]:
    """(text, what stands after it) for the parts of a clause; one that fits stays whole."""
    dense = is_dense(clause)
    glue = "" if dense else " "
    tokens = [token.strip() for token in units(clause)] if dense else clause.split()
    found: list[tuple[list[str], str]] = [(tokens, "clause")]
    for level, borders in (("join", _JOINS.split()), ("lead", _LEADS.split()), ("words", [])):
        found = [
            piece
            for line, ends in found
            for piece in (
                _split(line, level, ends, borders)
                if borders and words_in(glue.join(line)) > smallest
                else _chopped(line, ends, glue, smallest)
                if level == "words"
                else [(line, ends)]
            )
        ]
    return [(glue.join(line), ends) for line, ends in found]


def _split(
    line: list[str], level: str, ends: str, borders: Sequence[str]
) -> list[tuple[list[str], str]]:
    """The words before and after every border word; no part of one or two words."""
    found: list[tuple[list[str], str]] = []
    start = 0
    for i, token in enumerate(line):
        if token.lower() in borders and i - start >= _SHORTEST_WORDS and len(line) - i > 1:
            found.append((line[start:i], level))
            start = i
    return [*found, (line[start:], ends)]


def _chopped(line: list[str], ends: str, glue: str, smallest: float) -> list[tuple[list[str], str]]:
    """Words without any border, in runs that fit the smallest shot."""
    found: list[tuple[list[str], str]] = []
    run: list[str] = []
    for token in line:
        if run and words_in(glue.join([*run, token])) > smallest:
            found.append((run, "words"))
            run = []
        run = [*run, token]
    return [*found, (run, ends)]


def _may_stop(said: str, rest: str, ends: str) -> bool:
    """Whether the sentence still says what it said when it ends here."""
    first = (said.split() or [""])[0].lower().strip("\"'“«„¿¡")
    following = (rest.split() or [""])[0].lower().strip("\"'“«—–")
    count = words_in(said)
    if is_dense(said) and (count < _DENSE_WORDS_MIN or _DENSE_OPEN.search(said)):
        return False
    if count < _SHORTEST_WORDS or following in _CONDITIONS.split():
        return False
    if first in _OPENERS.split() and count < _OPENING_WORDS_MAX:
        return False
    if ends == "clause":
        return not said.rstrip().endswith((":", "：")) and not _DENIALS.search(said)
    if _DENIALS.search(said) or re.search(r"(?i)\b(?:between|both|either|as|so)\b", said):
        return False
    if ends == "join":
        return count > _SHORTEST_WORDS
    return ends == "lead" and bool(_MOVES.search(said))


_Path = list[tuple[int, int]]


def _best(parts: list[_Unit], budgets: list[float]) -> _Path:
    """(first unit, unit after the last) of every shot's line: the way of the least loss."""
    total = sum(unit.words for unit in parts) or 1.0
    share, room = 0.0, sum(budgets) or 1.0
    ways: dict[int, tuple[float, _Path]] = {0: (0.0, [])}
    for shot, budget in enumerate(budgets):
        share += budget / room
        reached: dict[int, tuple[float, _Path]] = {}
        for start, (cost, path) in ways.items():
            for end, more in _ends(parts, start, budget):
                behind = abs(share - sum(u.words for u in parts[:end]) / total) * len(budgets)
                now = cost + more + _BEHIND * behind * behind
                if now < reached.get(end, (inf, []))[0]:
                    reached[end] = (now, [*path, (start, end)])
        ways = _skipped(parts, reached, is_last=shot == len(budgets) - 1)
    return min(ways.values(), key=lambda way: way[0])[1]


def _ends(parts: list[_Unit], start: int, budget: float) -> list[tuple[int, float]]:
    """Where a line that begins at `start` may end, and what that costs."""
    found = [(start, _SILENT if start < len(parts) else _SILENT / 2)]
    said = 0.0
    for end in range(start, len(parts)):
        said += parts[end].words
        if said > budget + 1e-9:
            break
        ends = parts[end].ends
        short = _WORDS_END if said < _SHORTEST_WORDS and ends != "sentence" else 0.0
        found.append((end + 1, short))
    return found


def _skipped(
    parts: list[_Unit], reached: dict[int, tuple[float, _Path]], *, is_last: bool
) -> dict[int, tuple[float, _Path]]:
    """The same ways, and those that leave out what comes next, up to the start of a sentence."""
    price = {"clause": _CLAUSE_END, "join": _JOIN_END, "lead": _LEAD_END, "words": _WORDS_END}
    ends = ["sentence", *(unit.ends for unit in parts)]
    ways = {at: (cost + price.get(ends[at], 0.0), path) for at, (cost, path) in reached.items()}
    borders = [i for i, kind in enumerate(ends) if i and kind == "sentence"]
    last = borders[-2] if len(borders) > 1 else 0
    for at, (cost, path) in reached.items():
        whole = ends[at] == "sentence"
        now = cost + (0.0 if whole else _DROP_PARTLY if parts[at - 1].may_stop else _UNFIT)
        before = at
        for border in borders[bisect(borders, at) :]:
            now += _WORD * sum(unit.words for unit in parts[before:border])
            now += _DROP if whole else 0.0
            now += _LAST if border == len(parts) and at <= last else 0.0
            whole, before = True, border
            if now < ways.get(border, (inf, []))[0]:
                ways[border] = (now, path)
    if is_last:
        return {len(parts): ways[len(parts)]}
    return ways


def _lines(parts: list[_Unit], path: _Path, stop: str) -> list[str]:
    lines = []
    starts = [start for start, end in path if end > start]
    for start, end in path:
        if end == start:
            lines.append("")
            continue
        run = list(parts[start:end])
        later = [other for other in starts if other >= end]
        if run[-1].ends != "sentence" and (not later or later[0] != end):
            closed = run[-1].text.rstrip(" ,;:—–，；：、،؛")
            run[-1] = replace(run[-1], text=closed + (run[-1].mark[:1] or stop))
        texts = [unit.text for unit in run]
        lines.append(("" if is_dense("".join(texts)) else " ").join(texts))
    return lines
