"""How one text became another, word by word. Pure."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

KEPT, REMOVED, ADDED = "=", "-", "+"
Piece = tuple[str, str]
"""(KEPT, REMOVED or ADDED, text); the pieces of one side joined give that side's text."""

_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")


def word_diff(before: str, after: str) -> list[Piece]:
    """The pieces that lead from one text to the other, a removal before what replaces it."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append((KEPT, "".join(old[a:b])))
            continue
        pieces += [(REMOVED, "".join(old[a:b]))] if b > a else []
        pieces += [(ADDED, "".join(new[c:d]))] if d > c else []
    return _without_islands(pieces)


def _without_islands(pieces: Sequence[Piece]) -> list[Piece]:
    """Blanks alone between two changes belong to them: "two words" are one change, not two."""
    joined: list[Piece] = []
    for at, (kind, text) in enumerate(pieces):
        between = 0 < at < len(pieces) - 1
        if kind == KEPT and not text.strip() and between:
            joined += [(REMOVED, text), (ADDED, text)]
        else:
            joined.append((kind, text))
    return _merged(joined)


def _merged(pieces: Sequence[Piece]) -> list[Piece]:
    merged: list[Piece] = []
    change = {REMOVED: "", ADDED: ""}
    for kind, text in [*pieces, (KEPT, "")]:
        if kind != KEPT:
            change[kind] += text
            continue
        merged += [(side, words) for side, words in change.items() if words]
        change = {REMOVED: "", ADDED: ""}
        merged += [(KEPT, text)] if text else []
    return merged


def in_plain(pieces: Sequence[Piece]) -> str:
    """[-old-]{+new+}, as git writes it."""
    marks = {KEPT: "{}", REMOVED: "[-{}-]", ADDED: "{{+{}+}}"}
    return "".join(marks[kind].format(text) for kind, text in pieces)


def similarity(one: str, other: str) -> float:
    """How many words two texts share, 0 … 1."""
    ours, theirs = set(_words(one)), set(_words(other))
    if not ours and not theirs:
        return 1.0
    return len(ours & theirs) / len(ours | theirs)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
