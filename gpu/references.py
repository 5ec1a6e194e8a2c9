"""Characters and places that are to look the same in every shot: names, files, sheets. Light."""

import re
import unicodedata
from collections.abc import Iterable

CHARACTER, PLACE = KINDS = ("character", "place")
NAME_LETTERS_MAX = 40
LOOK_LETTERS_MAX = 1000
_SHEETS = {
    CHARACTER: "Character sheet: this one figure alone, whole, from the front, even light, "
    "plain light grey background",
    PLACE: "Establishing view of this place, wide, even daylight, nobody in it",
}


def key(name: str) -> str:
    """What two spellings of a name share; its file is called so. Empty for no name at all."""
    return "_".join(re.findall(r"\w+", unicodedata.normalize("NFKC", name).casefold()))


def known_as(name: str, known: Iterable[str]) -> str | None:
    """The known name that somebody meant, however it is spelt in case and blanks."""
    return next((one for one in known if key(one) == key(name)), None)


def told_in(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known names that a text has in whole words."""
    words = f"_{key(text)}_"
    return tuple(one for one in known if f"_{key(one)}_" in words)


def sheet_prompt(kind: str, name: str, look: str) -> str:
    """What the picture of a character or place shows: `kind` is one of KINDS."""
    described = f"{name}: {look.strip().rstrip('.')}" if look.strip() else name
    return f"{described}. {_SHEETS[kind]}"


def wrong_with(name: str) -> str:
    """What keeps a text from being a name, in words; empty when nothing does."""
    if not key(name):
        return "has no letter in it"
    if len(name) > NAME_LETTERS_MAX:
        return f"has {len(name)} letters, at most {NAME_LETTERS_MAX} are taken"
    return ""
