"""A shot list as CSV: one row a shot, the columns are the keys of shots.json.

Commas, semicolons or tabs. An empty cell is a key that is not there.
"""

import csv
import re
from pathlib import Path

from gpu.errors import ScriptError
from gpu.script_json import Node
from gpu.script_keys import DERIVED_KEYS, SHOT_KEYS
from gpu.script_parts import SHOTS_MAX

SUFFIXES = (".csv", ".tsv")
_NUMBERS = ("index", "duration_s")
_HEAD_MAX = 2_000
_GUARDED = re.compile(r"'[=+@\t\r-]")
"""An apostrophe that keeps a spreadsheet from computing a text: our own exports write it."""


def looks_like_csv(text: str, name: str) -> bool:
    """By its suffix; or by a first line of nothing but known columns."""
    if Path(name).suffix.lower() in SUFFIXES:
        return True
    if len(text.partition("\n")[0]) > _HEAD_MAX:
        return False
    columns = _columns(text)
    return len(columns) > 1 and all(one in SHOT_KEYS or one in DERIVED_KEYS for one in columns)


def read_csv(text: str, name: str) -> Node:
    """The rows as nodes, each value with its line. Raises ScriptError with file and line."""
    try:
        columns = _columns(text)
    except csv.Error as error:
        raise ScriptError(f"{name} line 1: expected a row of columns; found {error}") from None
    for at, column in enumerate(columns):
        if column in columns[:at]:
            raise ScriptError(f"{name} line 1: expected each column once; found {column!r} twice")
    rows = csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(text), strict=True)
    shots: list[Node] = []
    line = 1
    try:
        for number, row in enumerate(rows):
            if number and any(cell.strip() for cell in row):
                shots.append(_shot(columns, row, line, name))
            if len(shots) > SHOTS_MAX:
                break
            line = rows.line_num + 1
    except csv.Error as error:
        raise ScriptError(f"{name} line {line}: expected a row of CSV; found {error}") from None
    return Node(shots, 1)


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)


def _columns(text: str) -> list[str]:
    head = next(csv.reader(text.splitlines()[:1], delimiter=_delimiter(text)), [])
    return [column.strip().lower().replace(" ", "_") for column in head]


def _shot(columns: list[str], row: list[str], line: int, name: str) -> Node:
    if len(row) > len(columns):
        raise ScriptError(
            f"{name} line {line}: expected {len(columns)} cells; found {len(row)} "
            f"(a cell with the delimiter in it stands in quotes)"
        )
    members = {
        column: Node(_value(column, cell.strip()), line)
        for column, cell in zip(columns, row, strict=False)
        if cell.strip() and column
    }
    return Node(members, line)


def _value(column: str, cell: str) -> str | int | float:
    """Numbers where a number belongs; what is none stays text, and is refused by its key."""
    if column not in _NUMBERS:
        return cell[1:] if _GUARDED.match(cell) else cell
    try:
        return int(cell) if column == "index" else float(cell.replace(",", "."))
    except ValueError:
        return cell
