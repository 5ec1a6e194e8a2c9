"""Reads JSON and keeps the line of every value, so that an error can say where it stands."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder

from gpu.errors import ScriptError

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_DEPTH_MAX = 40
_DIGITS_MAX = 300
_VALUES_MAX = 100_000


@dataclass(frozen=True)
class Node:
    """One value and its line; of a member, the line of its key."""

    value: "dict[str, Node] | list[Node] | str | int | float | bool | None"
    line: int

    @property
    def kind(self) -> str:
        """The value's type in words, with the value where it is short."""
        match self.value:
            case dict():
                return "an object"
            case list():
                return "a list"
            case str():
                return repr(self.value if len(self.value) < 40 else self.value[:39] + "…")
            case None:
                return "null"
            case bool():
                return str(self.value).lower()
        return str(self.value)


def read_json(text: str, name: str) -> Node:
    """The document as nodes. Raises ScriptError with file and line for anything that is no JSON."""
    reader = _Reader(text, name)
    node, end = reader.value(0, 0, "")
    end = reader.skip(end)
    if end < len(text):
        raise reader.error(end, "the end of the file")
    return node


class _Reader:
    def __init__(self, text: str, name: str):
        self._text = text
        self._name = name
        self._breaks = [found.start() for found in re.finditer("\n", text)]
        self._count = 0

    def line(self, at: int) -> int:
        return bisect_left(self._breaks, at) + 1

    def skip(self, at: int) -> int:
        space = _SPACE.match(self._text, at)
        return space.end() if space else at

    def error(self, at: int, expected: str, path: str = "", found: str = "") -> ScriptError:
        shown = found or repr(self._text[at : at + 12]) if at < len(self._text) else "the end"
        where = f"{path}: " if path else ""
        return ScriptError(
            f"{self._name} line {self.line(at)}: {where}expected {expected}; found {shown}"
        )

    def value(self, at: int, depth: int, path: str) -> tuple[Node, int]:
        at = self.skip(at)
        start = self._text[at : at + 1]
        self._count += 1
        if self._count > _VALUES_MAX:
            raise self.error(at, f"at most {_VALUES_MAX:,} values", path)
        if depth > _DEPTH_MAX:
            raise self.error(at, f"at most {_DEPTH_MAX} levels of nesting", path)
        if start == "{":
            return self._object(at, depth, path)
        if start == "[":
            return self._list(at, depth, path)
        if start == '"':
            text, end = self._string(at, path)
            return Node(text, self.line(at)), end
        return self._plain(at, path)

    def _plain(self, at: int, path: str) -> tuple[Node, int]:
        for word, value in _WORDS.items():
            if self._text.startswith(word, at):
                return Node(value, self.line(at)), at + len(word)
        number = _NUMBER.match(self._text, at)
        if not number or len(number[0]) > _DIGITS_MAX:
            raise self.error(at, "a JSON value", path)
        whole = number[1] is None and number[2] is None
        return Node(int(number[0]) if whole else float(number[0]), self.line(at)), number.end()

    def _string(self, at: int, path: str) -> tuple[str, int]:
        try:
            text, end = JSONDecoder().raw_decode(self._text, at)
        except JSONDecodeError as error:
            raise self.error(at, f"a JSON string ({error.msg})", path) from None
        return str(text), end

    def _list(self, at: int, depth: int, path: str) -> tuple[Node, int]:
        line = self.line(at)
        items: list[Node] = []
        at = self.skip(at + 1)
        if self._text[at : at + 1] == "]":
            return Node([], line), at + 1
        while True:
            node, at = self.value(at, depth + 1, f"{path}[{len(items)}]")
            items.append(node)
            at, done = self._more(at, "]", path)
            if done:
                return Node(items, line), at

    def _object(self, at: int, depth: int, path: str) -> tuple[Node, int]:
        line = self.line(at)
        members: dict[str, Node] = {}
        at = self.skip(at + 1)
        if self._text[at : at + 1] == "}":
            return Node(members, line), at + 1
        while True:
            at = self.skip(at)
            if self._text[at : at + 1] != '"':
                raise self.error(at, "a key in double quotes", path)
            key_at = at
            key, at = self._string(at, path)
            inner = f"{path}.{key}" if path else key
            if key in members:
                raise self.error(key_at, "each key once", inner, "it a second time")
            at = self.skip(at)
            if self._text[at : at + 1] != ":":
                raise self.error(at, "a colon after the key", inner)
            node, at = self.value(at + 1, depth + 1, inner)
            members[key] = Node(node.value, self.line(key_at))
            at, done = self._more(at, "}", path)
            if done:
                return Node(members, line), at

    def _more(self, at: int, closing: str, path: str) -> tuple[int, bool]:
        """Past a comma (False) or past the closing bracket (True)."""
        at = self.skip(at)
        sign = self._text[at : at + 1]
        if sign not in (",", closing) or not sign:
            raise self.error(at, f"a comma or {closing!r}", path)
        return at + 1, sign == closing
