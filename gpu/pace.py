"""How long words take to say. Knows no meaning.

A word is 0.4 s; of scripts without spaces (中文) 4.5 characters are a second.
"""

import re

WORDS_PER_S = 2.5
_ABBREVIATION_LETTERS = 12
SILENCE_S = 0.7
_DENSE = (
    "\u0e00-\u0edf\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007"
    "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_DENSE_CHARACTER = re.compile(f"[{_DENSE}]")
_CHARACTERS_PER_WORD = 4.5 / WORDS_PER_S
_LETTERS_PER_WORD_MAX = 14
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+(?=\S)|(?<=[。！？।॥؟])\s*(?=\S)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|St|vs|No|Prof|e\.g|i\.e|etc|bzw|z\.B)|\b[A-Z])\.$"
)


def words_in(text: str) -> float:
    """How many words `text` counts for when spoken; a monster of a word counts for several."""
    dense = len(_DENSE_CHARACTER.findall(text))
    return dense / _CHARACTERS_PER_WORD + sum(
        max(1.0, len(word) / _LETTERS_PER_WORD_MAX) for word in _spaced_words(text)
    )


def _spaced_words(text: str) -> list[str]:
    words = re.sub(f"[{_DENSE}—–…/]", " ", text).split()
    return [word for word in words if any(map(str.isalnum, word))]


def is_dense(text: str) -> bool:
    """Whether `text` is mostly in a script that writes no spaces between words."""
    return len(_DENSE_CHARACTER.findall(text)) > len(_spaced_words(text))


def budget_words(duration_s: float) -> float:
    """How many words fit a shot of `duration_s` seconds; 0.7 s stay silent."""
    return max(0.0, WORDS_PER_S * (duration_s - SILENCE_S))


def speech_s(text: str) -> float:
    """Seconds a shot needs to hold `text`: 0.7 s and 0.4 s for each word."""
    return SILENCE_S + words_in(text) / WORDS_PER_S


def sentences(text: str) -> list[str]:
    """The sentences of `text`, in order, without the spaces around them."""
    found: list[str] = []
    for piece in _pieces(text):
        if found and _ABBREVIATION.search(found[-1][-_ABBREVIATION_LETTERS:]):
            found[-1] += " " + piece
        elif piece:
            found.append(piece)
    return found


def _pieces(text: str) -> list[str]:
    pieces, start = [], 0
    flat = " ".join(text.split())
    for end in _SENTENCE_END.finditer(flat):
        pieces.append(flat[start : end.end()].strip())
        start = end.end()
    return [*pieces, flat[start:].strip()]


def units(text: str) -> list[str]:
    """The smallest parts a line may be broken at: words, or short runs of 中文."""
    parts: list[str] = []
    for word in text.split():
        if is_dense(word) and len(word) > 1:
            parts += re.findall(
                r"[^、，；：。！？]{1,6}[、，；：。！？」』”]*|[、，；：。！？]", word
            )
            parts[-1] += " "
        else:
            parts.append(word + " ")
    return parts


def fitting(text: str, limit_words: float) -> tuple[str, str]:
    """Break `text` into what fits `limit_words` and the rest, best at a clause, else at a word."""
    if words_in(text) <= limit_words:
        return text.strip(), ""
    parts, line, best = units(text), "", 0
    count = 0
    while count < len(parts) and words_in(line + parts[count]) <= limit_words:
        line += parts[count]
        count += 1
        if re.search(r"[,;:—–、，；：.!?。]\s*$", line):
            best = count
    if best and best * 2 >= count:
        count = best
    return "".join(parts[:count]).strip(), "".join(parts[count:]).strip()
