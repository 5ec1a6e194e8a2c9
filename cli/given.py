"""What was given on the command line of `start`: the idea, and settings of the profile."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from handlers.errors import Refused


def read_idea(idea: str | None, idea_file: Path | None) -> str:
    """The idea from the argument, a file, or stdin (-). Raises Refused for what is no text."""
    if idea is not None and idea_file is not None:
        raise Refused("wrong_use", "both an idea and --idea-file were given", "give one of them")
    try:
        if idea_file is not None:
            if not idea_file.is_file():
                raise Refused(
                    "no_such_file", f"--idea-file {idea_file} is no file", "check the name"
                )
            return idea_file.read_text(encoding="utf-8-sig")
        if idea == "-":
            return sys.stdin.buffer.read().decode("utf-8-sig")
        if idea is not None:
            idea.encode()
    except UnicodeError as error:
        raise Refused("bad_text", f"the idea is no UTF-8 text: {error}", "save it as UTF-8") from (
            error
        )
    return idea or ""


def read_settings(pairs: Sequence[str]) -> Mapping[str, str]:
    """--set stage.key=value pairs as a mapping."""
    settings = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise Refused("bad_setting", f"--set {pair!r} has no '='", "write stage.key=value")
        settings[key.strip()] = value.strip()
    return settings
