"""What `reelog doctor` says about one thing that it looked at."""

from dataclasses import dataclass

OK, NOTE, PROBLEM = "ok", "note", "problem"
GIB = 1 << 30


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: how it is, in a sentence, and what to do.

    A problem keeps films from being made. A note is worth knowing: a film can be made all the same.
    """

    group: str
    what: str
    verdict: str
    says: str
    do: str = ""


def first_line(error: Exception | str) -> str:
    """The first line of what was said, or the error's name where nothing was."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def gib(size: float) -> str:
    """Bytes as people read them."""
    if size < 0.1 * GIB:
        return f"{size / (1 << 20):.0f} MiB"
    return f"{size / GIB:.0f} GiB" if size >= 10 * GIB else f"{size / GIB:.1f} GiB"
