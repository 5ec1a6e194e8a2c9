"""The screen of `reelog history`: a line an event, out as it is read, however many there are."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from cli.show_events import NOWHERE, Places, summary
from cli.show_text import Clock, cell, one_line, rich_text

if TYPE_CHECKING:
    from rich.text import Text

POSITION_COLUMNS, TYPE_COLUMNS, CAUSE_COLUMNS = 5, 18, 24
WIDE = 110
NOISE, GONE = "CommandStarted", "↶"
STYLES = {
    "CommandFailed": "red",
    "LateResultRejected": "red",
    "ArtifactLost": "red",
    "WorkerDied": "red",
    "CommandInterrupted": "yellow",
    "SessionCompleted": "bold green",
    "MusicSaved": "green",
    "FilmAssembled": "green",
    "SessionRewound": "magenta",
    "SessionForked": "magenta",
}
Row = dict[str, Any]


def complete(row: Row) -> Row:
    """A row of the history view for programs: whole, its data as an object."""
    return {**row, "data": json.loads(row["data"])}


def plain(
    rows: Iterable[Row],
    clock: Clock,
    *,
    with_all: bool,
    aside: Callable[[str], None],
    places: Places = NOWHERE,
) -> Iterator[str]:
    """The history for pipes: position, time, event, cause, and last what it says.

    That something was left out is said aside, so that every line is an event.
    """
    for row in _wanted(rows, with_all):
        if isinstance(row, str):
            aside(row)
            continue
        columns = (
            f"{row['position']:>{POSITION_COLUMNS}}",
            clock.local(row["recorded_at"], "%Y-%m-%d %H:%M:%S"),
            f"{one_line(row['type']):<{TYPE_COLUMNS}}",
            f"{_cause(row):<{CAUSE_COLUMNS}}",
            "withdrawn" if row["withdrawn"] else f"{'-':<9}",
            summary(row["type"], json.loads(row["data"]), places),
        )
        yield "  ".join(columns).rstrip()


def fancy(
    rows: Iterable[Row],
    clock: Clock,
    width: int,
    *,
    with_all: bool,
    places: Places = NOWHERE,
) -> Iterator["Text"]:
    """The history for a terminal: a heading a day, a line an event."""
    day, some_gone = "", False
    for row in _wanted(rows, with_all):
        if isinstance(row, str):
            yield rich_text(cell(row, "dim"))
            continue
        some_gone = some_gone or bool(row["withdrawn"])
        today = clock.local(row["recorded_at"], "%A, %Y-%m-%d")
        if today != day:
            day = today
            yield rich_text(cell(day, "bold"))
        yield _line(row, clock, width, places)
    if some_gone:
        yield rich_text(cell(f"{GONE} withdrawn: a rewind took it back", "dim"))


def _line(row: Row, clock: Clock, width: int, places: Places) -> "Text":
    """Position, time, event, what it says, and at the right edge what caused it."""
    gone = bool(row["withdrawn"])
    wide = width >= WIDE
    cause = _cause(row) if wide else _cause(row).split()[-1]
    columns = CAUSE_COLUMNS if wide else POSITION_COLUMNS
    said = (f"{GONE} " if gone else "") + summary(row["type"], json.loads(row["data"]), places)
    style = "" if gone else STYLES.get(row["type"], "")
    line = rich_text(
        (
            (f"{row['position']:>{POSITION_COLUMNS}}  ", "dim"),
            (f"{clock.local(row['recorded_at'], '%H:%M:%S')}  ", "dim"),
            (f"{one_line(row['type']):<{TYPE_COLUMNS}}  ", style or "cyan"),
            (said, style),
        )
    )
    room = width - columns - 4
    line.truncate(room, overflow="ellipsis", pad=True)
    line.append(f"  ← {cause}", style="dim")
    if gone:
        line.stylize("dim", 0, room)
    return line


def _cause(row: Row) -> str:
    """The event that caused it, or the run: what is no event is a run or a request."""
    named = one_line(row["caused_by"])
    return named if " " in named else "run"


def _wanted(rows: Iterable[Row], with_all: bool) -> Iterator[Row | str]:
    """The rows to show, and at the end a sentence about what was left out."""
    left_out = 0
    for row in rows:
        if with_all or row["type"] != NOISE:
            yield row
        else:
            left_out += 1
    if left_out:
        starts = "1 start of work is" if left_out == 1 else f"{left_out} starts of work are"
        yield f"{starts} left out; --all shows them"
