"""The screen of `reelog list`: one line a film on a wide terminal, two on a narrow one."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from cli.show_text import (
    STATE_STYLES,
    Cell,
    Clock,
    bar,
    cell,
    glyphs,
    marks_text,
    one_line,
    percent,
    plain_lines,
    rich_text,
    short,
    state_word,
)

if TYPE_CHECKING:
    from rich.text import Text

ONE_LINE_COLUMNS = 118
BAR_COLUMNS, STATE_COLUMNS = 8, 11
GLYPHS_NARROW = 8
HEADERS = ("session", "when", "state", "shots", "done", "profile", "film")
PLAIN_HEADERS = (
    "session",
    "started",
    "state",
    "done",
    "shots",
    "profile",
    "priority",
    "parent",
    "film",
)
Row = dict[str, Any]


def plain(rows: Sequence[Row], clock: Clock) -> Iterator[str]:
    """The list for pipes: aligned, whole, with headers."""
    lines = [
        [
            cell(one_line(row["session"])),
            cell(clock.local(row["started_at"])),
            cell(state_word(row, row["parked"])),
            cell(percent(row["steps_done"], row["steps_total"])),
            cell(marks_text(row["marks"].split()) or "-"),
            cell(one_line(row["profile"])),
            cell(str(row["priority"])),
            cell(f"{row['parent']} at {row['forked_at']}" if row["parent"] else "-"),
            cell(_name(row)),
        ]
        for row in rows
    ]
    return plain_lines([[cell(header) for header in PLAIN_HEADERS], *lines])


def fancy(rows: Sequence[Row], clock: Clock, width: int) -> Iterator["Text"]:
    """The list for a terminal of that width."""
    ids = max(len(short(row["session"])) for row in rows)
    if width >= ONE_LINE_COLUMNS:
        yield from _one_line_each(rows, clock, width)
        return
    yield from _two_lines_each(rows, clock, width, ids)


def _two_lines_each(rows: Sequence[Row], clock: Clock, width: int, ids: int) -> Iterator["Text"]:
    for row in rows:
        age = clock.ago(row["started_at"])
        title = rich_text(cell(_name(row), "bold"))
        title.truncate(max(1, width - ids - len(age) - 4), overflow="ellipsis", pad=True)
        first = rich_text(((short(row["session"]).ljust(ids), "cyan"), ("  ", "")))
        yield first.append_text(title).append(f"  {age}", "dim")
        signs = rich_text(glyphs(row["marks"].split(), GLYPHS_NARROW))
        signs.pad_right(max(0, GLYPHS_NARROW - signs.cell_len))
        second = rich_text((("  ".ljust(ids + 2), ""), *_bar(row), ("  ", "")))
        second.append_text(rich_text(_state(row, STATE_COLUMNS))).append("  ").append_text(signs)
        second.append(f"  {clock.local(row['started_at'], '%Y-%m-%d')}", "dim")
        second.append(f"  {one_line(row['profile'])}", "dim")
        second.truncate(width, overflow="ellipsis")
        yield second
        if note := _note(row):
            yield rich_text(cell(f"{'':{ids}}  {note}", "dim"))


def _one_line_each(rows: Sequence[Row], clock: Clock, width: int) -> Iterator["Text"]:
    table = [[cell(header, "dim") for header in HEADERS], *(_columns(row, clock) for row in rows)]
    texts = [[rich_text(field) for field in line] for line in table]
    widths = [max(line[at].cell_len for line in texts) for at in range(len(HEADERS) - 1)]
    before = sum(widths) + 2 * len(widths)
    for line, row in zip(texts, [None, *rows], strict=True):
        whole = rich_text(())
        for text, columns in zip(line, widths, strict=False):
            whole.append_text(text).append(" " * (columns - text.cell_len + 2))
        yield whole.append_text(_fit_text(line[-1], width - before))
        if row and (note := _note(row)):
            yield rich_text(cell(" " * before + note, "dim"))


def _columns(row: Row, clock: Clock) -> list[Cell]:
    day, age = clock.local(row["started_at"], "%Y-%m-%d"), clock.ago(row["started_at"])
    return [
        cell(short(row["session"]), "cyan"),
        ((f"{age:>10}", ""), (f"  {day}", "dim")),
        _state(row),
        glyphs(row["marks"].split()),
        _bar(row),
        cell(one_line(row["profile"])),
        cell(_name(row), "bold"),
    ]


def _state(row: Row, columns: int = 0) -> Cell:
    word = state_word(row, row["parked"])
    return cell(word.ljust(columns), STATE_STYLES.get(word, ""))


def _bar(row: Row) -> Cell:
    done, total = row["steps_done"], row["steps_total"]
    return (*bar(done / total if total else 0, BAR_COLUMNS), (f" {percent(done, total)}", ""))


def _name(row: Row) -> str:
    return one_line(row["title"] or row["idea"])


def _note(row: Row) -> str:
    """Whom it was forked from, and how soon it is worked on, where there is anything to say."""
    said = [f"fork of {short(row['parent'])} at {row['forked_at']}"] if row["parent"] else []
    said += [f"priority {row['priority']}"] if row["priority"] else []
    return " · ".join(said)


def _fit_text(text: "Text", width: int) -> "Text":
    text.truncate(max(1, width), overflow="ellipsis")
    return text
