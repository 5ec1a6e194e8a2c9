"""One object of a JSON script: its keys and values checked, its place said where one is wrong."""

import math
import re
from dataclasses import dataclass
from typing import Any

from gpu.errors import ScriptError
from gpu.script_json import Node
from gpu.script_keys import DERIVED_KEYS
from gpu.vocabulary import CAMERA_SYNONYMS, CAMERAS, camera_move, nearest

_LETTERS_MAX = 4000
_KEY_LETTERS_MAX = 60
_SAID_MAX = 400
_SHOT_S_MAX = 600.0


@dataclass(frozen=True)
class Fields:
    """One object of a document, with the place it stands at; `known` are its keys."""

    name: str
    path: str
    node: Node
    known: tuple[str, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.node.value, dict):
            raise self.error("", "an object", self.node.kind)
        for key in self.members:
            if key not in self.known and key not in DERIVED_KEYS:
                hint = nearest(key[:_KEY_LETTERS_MAX], [*self.known])
                meant = f" (did you mean {hint!r}?)" if hint else ""
                raise self.error(key, "a known key", f"{key!r}{meant}")

    @property
    def members(self) -> dict[str, Node]:
        value: Any = self.node.value
        return dict(value)

    def error(self, key: str, expected: str, found: str) -> ScriptError:
        inner = f"{self.path}.{key}" if self.path and key else self.path or key
        line = self.members[key].line if key else self.node.line
        where = f"{inner[:_SAID_MAX]}: " if inner else ""
        found = found if len(found) <= _SAID_MAX else f"{found[:_SAID_MAX]}…"
        return ScriptError(f"{self.name} line {line}: {where}expected {expected}; found {found}")

    def has(self, key: str) -> bool:
        return key in self.members and self.members[key].value is not None

    def text(self, *keys: str) -> str:
        """The first of the keys that is there, in one line."""
        for key in keys:
            if not self.has(key):
                continue
            value = self.members[key].value
            if not isinstance(value, str):
                raise self.error(key, "a text", self.members[key].kind)
            if len(value) > _LETTERS_MAX:
                found = f"{len(value)} letters"
                raise self.error(key, f"at most {_LETTERS_MAX} letters", found)
            if any(c < " " and c not in "\t\n\r" for c in value) or not _encodes(value):
                raise self.error(key, "a text without control characters", repr(value[:30]))
            return " ".join(value.split())
        return ""

    def word(self, key: str, known: tuple[str, ...]) -> str:
        """One word of a closed list, however it is spelt in case, hyphens and underscores."""
        plain = _plain(self.text(key))
        for candidate in known:
            if plain == _plain(candidate):
                return candidate
        if not plain:
            return ""
        raise self._unknown(key, known)

    def camera(self) -> str:
        """The camera move, normalised."""
        if not self.text("camera"):
            return ""
        move = camera_move(self.text("camera"))
        if move is None:
            raise self._unknown("camera", CAMERAS, also=tuple(CAMERA_SYNONYMS))
        return move

    def _unknown(self, key: str, known: tuple[str, ...], also: tuple[str, ...] = ()) -> ScriptError:
        found = self.text(key)
        hint = nearest(_plain(found), [*known, *also])
        meant = f" (did you mean {hint!r}?)" if hint else ""
        return self.error(key, f"one of {', '.join(known)}", f"{found!r}{meant}")

    def seconds(self, key: str) -> float | None:
        """A duration in seconds, or None."""
        if not self.has(key):
            return None
        value = self.members[key].value
        expected = f"seconds, more than 0 and at most {_SHOT_S_MAX:g}"
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(key, expected, self.members[key].kind)
        if not math.isfinite(value) or not 0 < value <= _SHOT_S_MAX:
            raise self.error(key, expected, self.members[key].kind)
        return float(value)

    def flag(self, key: str) -> bool:
        """True or false, which a table may spell as a word; false where it is missing."""
        if not self.has(key):
            return False
        value = self.members[key].value
        told = {"true": True, "yes": True, "false": False, "no": False}
        found = told.get(value.strip().lower()) if isinstance(value, str) else value
        if not isinstance(found, bool):
            raise self.error(key, "true or false", self.members[key].kind)
        return found

    def label(self, *keys: str) -> str:
        """A number or a text that names something, as text; "" when there is none."""
        for key in keys:
            if self.has(key):
                value = self.members[key].value
                if isinstance(value, bool) or not isinstance(value, int | str):
                    raise self.error(key, "a number or a name", self.members[key].kind)
                return str(value).strip()
        return ""

    def objects(self, key: str, known: tuple[str, ...]) -> list["Fields"]:
        """The objects of a list; none where the key is missing."""
        if not self.has(key):
            return []
        value = self.members[key].value
        if not isinstance(value, list):
            raise self.error(key, "a list", self.members[key].kind)
        base = f"{self.path}.{key}" if self.path else key
        return [Fields(self.name, f"{base}[{i}]", n, known) for i, n in enumerate(value)]

    def names(self, key: str) -> tuple[str, ...]:
        """A list of names; objects with a `name` will do."""
        if not self.has(key):
            return ()
        value = self.members[key].value
        if not isinstance(value, list):
            raise self.error(key, "a list of names", self.members[key].kind)
        found = []
        for node in value:
            inner = node.value.get("name") if isinstance(node.value, dict) else node
            if inner is None or not isinstance(inner.value, str):
                raise self.error(key, "a list of names", node.kind)
            found.append(" ".join(inner.value.split()))
        return tuple(found)


def _encodes(text: str) -> bool:
    return not any("\ud800" <= c <= "\udfff" for c in text)


def _plain(word: str) -> str:
    return " ".join(re.sub(r"[-_]", " ", word.lower()).split())
