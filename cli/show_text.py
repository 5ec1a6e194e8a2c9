"""The small words of the screens: times, sizes, marks, bars, cells. Plain strings; rich on demand.

Text from the log passes through one_line() or safe() on its way into a cell.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple

from cli.output import safe

if TYPE_CHECKING:
    from rich.text import Text

Cell = tuple[tuple[str, str], ...]
"""Pieces of text with a style each; what stands in one field of a table."""

GLYPHS = {
    "[DONE]": ("●", "green"),
    "[IMG]": ("◐", "yellow"),
    "[TODO]": ("○", "dim"),
    "[SKIP]": ("–", "dim"),
    "[FAIL]": ("✗", "bold red"),
}
GLYPHS_MAX = 12
STATE_STYLES = {
    "NEW": "cyan",
    "IN_PROGRESS": "yellow",
    "COMPLETE": "green",
    "parked": "bold red",
    "paused": "magenta",
    "cancelled": "dim",
}
KIND_NAMES = {
    "story": "story",
    "scene_graph": "scene graph",
    "shots": "shot plan",
    "enhance": "prompt",
    "reference": "sheet",
    "image": "image",
    "audio": "narration",
    "video": "clip",
    "music": "music",
    "film": "film",
}
PROMPT_NAMES = {"image": "picture prompt", "video": "motion prompt"}
AGES = ((3600, 60, "min"), (86400, 3600, "h"), (86400 * 60, 86400, "d"))
DAYS_A_MONTH, DAYS_A_YEAR = 30.44, 365.25


class Clock(NamedTuple):
    """What time it is, and where: stored times are UTC. Zone None is the machine's own."""

    now: datetime
    zone: tzinfo | None = None

    @classmethod
    def here(cls) -> "Clock":
        """The machine's time."""
        return cls(datetime.now().astimezone())

    def local(self, stored: str, form: str = "%Y-%m-%d %H:%M") -> str:
        """A stored time as people here read it."""
        return _parsed(stored).astimezone(self.zone).strftime(form)

    def ago(self, stored: str) -> str:
        """How long ago a stored time was, in one unit."""
        seconds = (self.now - _parsed(stored)).total_seconds()
        if seconds < 60:
            return "just now"
        for limit, unit_s, name in AGES:
            if seconds < limit:
                return f"{int(seconds / unit_s)} {name} ago"
        days = seconds / 86400
        if days < DAYS_A_YEAR:
            return f"{int(days / DAYS_A_MONTH)} mo ago"
        return f"{int(days / DAYS_A_YEAR)} y ago"


def _parsed(stored: str) -> datetime:
    return datetime.fromisoformat(stored.replace("Z", "+00:00"))


def on_terminal() -> bool:
    """Whether stdout is a terminal that can do more than lines."""
    return sys.stdout.isatty() and os.environ.get("TERM", "") not in ("dumb", "unknown")


def one_line(text: str) -> str:
    """Text from the log as one harmless line."""
    return " ".join(safe(text).split())


def named(kind: str) -> str:
    """A kind of command in people's words."""
    return KIND_NAMES.get(kind, kind)


def short(session: str) -> str:
    """A session id without what all of them have."""
    return one_line(session).removeprefix("session_")


def bytes_text(count: float) -> str:
    """A size for people, in decimal units."""
    if count < 1000:
        return f"{int(count)} B"
    for unit in ("kB", "MB", "GB"):
        count /= 1000
        if count < 999.5:
            return f"{count:.1f} {unit}" if count < 9.95 else f"{count:.0f} {unit}"
    return f"{count / 1000:.1f} TB"


def seconds_text(seconds: float) -> str:
    """A duration for people."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


def percent(done: float, total: float) -> str:
    """A share; 100 % means all of it."""
    return f"{int(100 * done / total) if total else 0:3} %"


def cell(text: str, style: str = "") -> Cell:
    """A field of one piece."""
    return ((text, style),)


def bar(share: float, width: int, style: str = "") -> Cell:
    """A bar that can be read without colours: heavy where done, light where not."""
    halves = int(max(0.0, min(1.0, share)) * width * 2)
    full, half = divmod(halves, 2)
    done = "━" * full + "╾" * half
    colour = style or ("green" if share >= 1 else "cyan")
    return ((done, colour), ("─" * (width - len(done)), "dim"))


def glyphs(marks: Sequence[str], at_most: int = GLYPHS_MAX) -> Cell:
    """Shot marks as one sign each, or as counts when they are many."""
    if len(marks) <= at_most:
        return tuple(GLYPHS[mark] for mark in marks) or cell("")
    counts = [(GLYPHS[mark], marks.count(mark)) for mark in GLYPHS]
    parts = [(f"{sign}{count} ", style) for (sign, style), count in counts if count]
    return (*parts[:-1], (parts[-1][0].rstrip(), parts[-1][1]))


def marks_text(marks: Sequence[str]) -> str:
    """Shot marks as words with counts."""
    return " ".join(f"{marks.count(mark)} {mark}" for mark in GLYPHS if mark in marks)


def state_word(row: dict[str, Any], parked: int) -> str:
    """The session's state, or what keeps it from going on."""
    if row["state"] == "COMPLETE":
        return "COMPLETE"
    if row["cancelled"]:
        return "cancelled"
    if row["paused"]:
        return "paused"
    return "parked" if parked else str(row["state"])


def text_of(field: Cell) -> str:
    """A field's text alone."""
    return "".join(text for text, _ in field)


def rich_text(field: Cell, **options: Any) -> "Text":
    """A field with its styles; never read as markup."""
    from rich.text import Text

    return Text.assemble(*field, **options)


def plain_lines(rows: Sequence[Sequence[Cell]], indent: str = "") -> Iterator[str]:
    """Rows as aligned lines, whole whatever the width; the last column stands as it is."""
    columns = list(zip_longest(*rows, fillvalue=cell("")))
    widths = [max(len(text_of(field)) for field in column) for column in columns[:-1]]
    for row in rows:
        padded = [text_of(field).ljust(width) for field, width in zip(row, widths, strict=False)]
        last = [text_of(row[-1])] if len(row) > len(widths) else []
        yield (indent + "  ".join(padded + last)).rstrip()
