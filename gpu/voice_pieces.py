"""A long line in pieces that a model can hold, broken where a speaker would breathe.

Knows text and no model: what fits comes in as a function. Standard library only.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gpu.pace import sentences

Fits = Callable[[str], bool]

SENTENCE_PAUSE_S = 0.3
CLAUSE_PAUSE_S = 0.15
_CLAUSE_END = re.compile(r"(?<=[,;:])\s+")


@dataclass(frozen=True)
class Piece:
    """Words to be spoken at once, and the silence after them when more follows."""

    text: str
    pause_s: float


def pieces(text: str, fits: Fits) -> list[Piece]:
    """Whole sentences, as many as fit; longer ones at clauses, at words, inside a word at last.

    `fits` must be true for every single sign.
    """
    found: list[Piece] = []
    for part in _parts(text, fits):
        if found and found[-1].pause_s == part.pause_s == SENTENCE_PAUSE_S:
            longer = f"{found[-1].text} {part.text}"
            if fits(longer):
                found[-1] = Piece(longer, SENTENCE_PAUSE_S)
                continue
        found.append(part)
    return found


def _parts(text: str, fits: Fits) -> Iterator[Piece]:
    for sentence in sentences(text):
        if fits(sentence):
            yield Piece(sentence, SENTENCE_PAUSE_S)
            continue
        *clauses, last = _joined(_CLAUSE_END.split(sentence), fits)
        yield from (Piece(clause, CLAUSE_PAUSE_S) for clause in clauses)
        yield Piece(last, SENTENCE_PAUSE_S)


def _joined(clauses: list[str], fits: Fits) -> list[str]:
    """As much as fits, again and again; what is too long by itself is cut smaller first."""
    found: list[str] = []
    for part in (one for clause in clauses for one in _cut(clause, fits)):
        if found and fits(f"{found[-1]} {part}"):
            found[-1] += f" {part}"
        else:
            found.append(part)
    return found


def _cut(clause: str, fits: Fits) -> list[str]:
    if fits(clause):
        return [clause]
    words = clause.split()
    if len(words) > 1:
        return _joined(words, fits)
    length = len(clause)
    while length > 1 and not fits(clause[:length]):
        length //= 2
    return [clause[at : at + length] for at in range(0, len(clause), length)]
