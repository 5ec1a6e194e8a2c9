"""Any text as one clean line. Standard library only."""

import unicodedata

_KEPT = "\u200c\u200d\u200e\u200f"  # joiners shape Indic and Persian words, marks set direction
_SPACES = ("Cc", "Zl", "Zp")
_NOTHING = ("Cf", "Cs", "Co")


def one_line(text: str) -> str:
    """Composed, single-spaced, without control, formatting, private or broken characters."""
    signs = []
    for sign in unicodedata.normalize("NFC", text):
        category = unicodedata.category(sign)
        if category in _SPACES:
            signs.append(" ")
        elif sign in _KEPT or category not in _NOTHING:
            signs.append(sign)
    return " ".join("".join(signs).split())
