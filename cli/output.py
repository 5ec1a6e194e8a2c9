"""How commands answer: one JSON envelope, or text for people. Light: rich only when it is used."""

import json
import sys
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

_KEPT = "\n\t"
_BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def safe(text: str) -> str:
    """Text for a terminal: control and direction-changing characters are shown, not obeyed."""
    return "".join(
        _shown(c) if (unicodedata.category(c) == "Cc" and c not in _KEPT) or c in _BIDI else c
        for c in text
    )


def _shown(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def print_json(data: Any) -> None:
    """The envelope of an answer."""
    _write({"ok": True, "data": data})


def print_json_error(code: str, message: str, hint: str) -> None:
    """The envelope of a refusal or a failure."""
    _write({"ok": False, "error": {"code": code, "message": message, "hint": hint}})


def print_json_line(data: Any) -> None:
    """One line of a stream of answers, out at once."""
    print(json.dumps(data, ensure_ascii=True), flush=True)


def _write(envelope: dict[str, Any]) -> None:
    print(json.dumps(envelope, ensure_ascii=True, indent=2))


def say(text: str) -> None:
    """A line for people, on stdout."""
    print(safe(text), flush=True)


def complain(text: str) -> None:
    """A line for people, on stderr."""
    print(safe(text), file=sys.stderr, flush=True)


def console(*, stderr: bool = False) -> "Console":
    """A rich console that obeys NO_COLOR and pipes. Never gets markup from data: use Text."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)
