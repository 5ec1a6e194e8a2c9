"""How long a prompt is for an encoder, counted on the safe side, and how it is cut. Light."""

import re

_PIECE = re.compile(r"[a-z]+|\d|[^\W\d]+|[^\w\s]|_", re.IGNORECASE)
_PHRASE_END = re.compile(r"(?<=[.;,:!?])\s+")
LETTERS_A_TOKEN = 5


def tokens(text: str) -> int:
    """At most so many tokens: long words are counted as several, other alphabets by bytes.

    No vocabulary is at hand where a server writes prompts for a model on another machine.
    """
    return sum(_tokens_of(piece) for piece in _PIECE.findall(text))


def _tokens_of(piece: str) -> int:
    if not piece.isascii():
        return len(piece.encode())
    return max(1, -(-len(piece) // LETTERS_A_TOKEN))


def without_last_phrase(text: str) -> str:
    """The text up to its last comma or stop; empty where there is none."""
    phrases = _PHRASE_END.split(text.strip())
    return " ".join(phrases[:-1]).rstrip(" ,;:")
