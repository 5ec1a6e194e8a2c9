"""What was given on the command line of `start`: the idea, and settings of the profile."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from gpu.given_file import NotTaken, read_given
from handlers.errors import Refused

IDEA_BYTES_MAX = 4_000_000


def read_idea(idea: str | None, idea_file: Path | None) -> str:
    """The idea from the argument, a file, or stdin (-). Raises Refused for what is no text."""
    if idea is not None and idea_file is not None:
        raise Refused("wrong_use", "both an idea and --idea-file were given", "give one of them")
    try:
        if idea_file is not None:
            return read_given(idea_file, IDEA_BYTES_MAX).decode("utf-8-sig")
        if idea == "-":
            return _from_stdin().decode("utf-8-sig")
        if idea is not None:
            idea.encode()
    except NotTaken as error:
        raise Refused("no_such_file", f"--idea-file {idea_file} {error}", "check it") from error
    except UnicodeError as error:
        raise Refused("bad_text", f"the idea is no UTF-8 text: {error}", "save it as UTF-8") from (
            error
        )
    return idea or ""


def _from_stdin() -> bytes:
    """What is piped in, as far as an idea can go: not every pipe has an end."""
    content = sys.stdin.buffer.read(IDEA_BYTES_MAX + 1)
    if len(content) > IDEA_BYTES_MAX:
        size = f"{IDEA_BYTES_MAX // 10**6} MB"
        raise Refused("text_too_long", f"stdin holds more than {size}", "an idea is a text")
    return content


def read_settings(pairs: Sequence[str]) -> Mapping[str, str]:
    """--set stage.key=value pairs as a mapping."""
    settings = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise Refused("bad_setting", f"--set {pair!r} has no '='", "write stage.key=value")
        settings[key.strip()] = value.strip()
    return settings
