"""One setting that a profile may name: what it takes, and how what is wrong is said."""

import re
from dataclasses import dataclass
from typing import Any

from gpu.briefs import Scalar
from gpu.errors import BriefRefused
from gpu.vocabulary import nearest

_SAID_MAX = 80


@dataclass(frozen=True)
class Key:
    """One setting: what is taken where a profile says nothing, what it does, and what it takes.

    A `required` one has no default: it shows what one would look like. `words`: several of them,
    comma-joined. `pattern` is of text, `takes` says it to people.
    """

    default: Scalar
    help: str
    low: float = float("-inf")
    high: float = float("inf")
    choices: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    pattern: str = ""
    takes: str = ""
    required: bool = False

    def check(self, name: str, value: Any) -> Scalar:
        """The value as it is recorded. Raises BriefRefused naming what is taken."""
        if self.words:
            return self._several(name, value)
        if _is_number(self.default) and _is_number(value):
            return self._number(name, value)
        if _is_number(self.default) or type(value) is not type(self.default):
            raise BriefRefused(f"{name} is {self.kind}, found {value!r}")
        if self.choices and value not in self.choices:
            raise BriefRefused(unknown(name, str(value), list(self.choices)))
        if self.pattern and not re.fullmatch(self.pattern, str(value)):
            raise BriefRefused(f"{name} takes {self.takes}, found {value!r}")
        return self.default.__class__(value)

    def typed(self, name: str, text: str) -> Scalar:
        """What was typed on a command line, as its type, checked. Raises BriefRefused."""
        if isinstance(self.default, bool):
            if text.lower() not in ("true", "false"):
                raise BriefRefused(f"{name} is true or false, found {text!r}")
            return text.lower() == "true"
        if not _is_number(self.default):
            return self.check(name, text)
        try:
            return self.check(name, type(self.default)(text))
        except ValueError:
            raise BriefRefused(f"{name} is {self.kind}, found {text!r}") from None

    @property
    def kind(self) -> str:
        """Its type in words."""
        if isinstance(self.default, bool):
            return "true or false"
        return "text" if isinstance(self.default, str) else f"a number like {self.default}"

    @property
    def range(self) -> str:
        """What it takes, in words."""
        if self.choices or self.words:
            return ", ".join(self.choices or self.words)
        if self.low > float("-inf"):
            return f"{self.low:g} to {self.high:g}"
        return self.takes or self.kind

    def _number(self, name: str, value: float) -> Scalar:
        if isinstance(self.default, int) and value != value // 1:
            raise BriefRefused(f"{name} is a whole number, found {value}")
        if not self.low <= value <= self.high:
            raise BriefRefused(f"{name} takes {self.low:g} to {self.high:g}, found {value}")
        return int(value) if isinstance(self.default, int) else float(value)

    def _several(self, name: str, value: Any) -> str:
        """In one order whatever was typed, so that the same choice is the same text."""
        given = value.split(",") if isinstance(value, str) else value
        if not isinstance(given, list) or not all(isinstance(word, str) for word in given):
            raise BriefRefused(f"{name} takes {', '.join(self.words)}, found {value!r}")
        wanted = [word.strip() for word in given if word.strip()]
        for word in wanted:
            if word not in self.words:
                raise BriefRefused(unknown(name, word, list(self.words)))
        return ",".join(word for word in self.words if word in wanted)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def unknown(what: str, found: str, known: list[str]) -> str:
    """A sentence about something that is not known, with the nearest that is."""
    found = found if len(found) <= _SAID_MAX else f"{found[:_SAID_MAX]}…"
    near = nearest(found, known)
    hint = f"did you mean {near!r}?" if near else f"known: {', '.join(known)}"
    return f"unknown {what} {found!r}; {hint}"


@dataclass(frozen=True)
class Bitrate(Key):
    """Kilobits a second, as ffmpeg takes them."""

    def check(self, name: str, value: Any) -> Scalar:
        """Raises BriefRefused for what no encoder takes."""
        number = str(value).removesuffix("k")
        if not (str(value).endswith("k") and number.isdecimal() and 32 <= int(number) <= 499):
            raise BriefRefused(f"{name} takes {self.takes}, found {value!r}")
        return str(value)


@dataclass(frozen=True)
class VariableName(Key):
    """The name of an environment variable. What is none is not shown: it may be a secret."""

    takes: str = "the name of an environment variable, like MY_KEY, and never a key itself"

    def check(self, name: str, value: Any) -> Scalar:
        """Raises BriefRefused, without the value."""
        if not isinstance(value, str) or not re.fullmatch(r"([A-Z_][A-Z0-9_]*)?", value):
            raise BriefRefused(f"{name} takes {self.takes}")
        return value
