"""The answer of a query: an aligned table for people, CSV and JSON for programs."""

import csv
import sys
from collections.abc import Iterator
from io import StringIO
from typing import TYPE_CHECKING, Any

from cli.output import complain, console, print_json_line, safe
from cli.show_text import Cell, cell, on_terminal, one_line, plain_lines

if TYPE_CHECKING:
    from eventstore.console import Answer, Value

BLOB_DIGITS_MAX = 16
CELL_CHARACTERS_MAX = 2000
CUT = {
    "rows": "there are more rows than these; --limit shows more",
    "bytes": "the rows behind these are too big to show; select fewer columns",
}


def unique_names(names: list[str]) -> list[str]:
    """Names of columns as keys: the second `a` is `a_2`."""
    found: list[str] = []
    for name in names:
        number, key = 1, name
        while key in found:
            number += 1
            key = f"{name}_{number}"
        found.append(key)
    return found


def records(answer: "Answer") -> list[dict[str, Any]]:
    """Rows as objects; blobs as hexadecimal digits."""
    names = unique_names(answer.columns)
    return [dict(zip(names, map(_plain, row), strict=True)) for row in answer.rows]


def print_lines(answer: "Answer") -> None:
    """A JSON object a row."""
    for record in records(answer):
        print_json_line(record)
    _tell_cut(answer)


def print_csv(answer: "Answer") -> None:
    """CSV with a header; NULL is an empty field."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows([_plain(value) for value in row] for row in answer.rows)
    content = text.getvalue()
    sys.stdout.write(safe(content) if sys.stdout.isatty() else content)
    sys.stdout.flush()
    _tell_cut(answer)


def print_table(answer: "Answer") -> None:
    """An aligned table, with colours on a terminal."""
    if on_terminal():
        _print_rich(answer)
    else:
        print(*_lines(answer), sep="\n", flush=True)
    count = len(answer.rows)
    complain(f"{count:,} row{'' if count == 1 else 's'}")
    _tell_cut(answer)


def _lines(answer: "Answer") -> Iterator[str]:
    header = [cell(one_line(name)) for name in answer.columns]
    return plain_lines([header, *([_cell(value) for value in row] for row in answer.rows)])


def _print_rich(answer: "Answer") -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for at, name in enumerate(answer.columns):
        numbers = all(isinstance(row[at], int | float | None) for row in answer.rows)
        justify = "right" if numbers and answer.rows else "left"
        table.add_column(Text(one_line(name)), justify=justify)  # type: ignore[arg-type]
    for row in answer.rows:
        table.add_row(*(Text.assemble(*_cell(value)) for value in row))
    console().print(table)


def _cell(value: "Value") -> Cell:
    if value is None:
        return cell("NULL", "dim")
    if isinstance(value, bytes):
        digits = value.hex()
        more = "…" if len(digits) > BLOB_DIGITS_MAX else ""
        return cell(f"x'{digits[:BLOB_DIGITS_MAX]}{more}'", "dim")
    if isinstance(value, float):
        return cell(f"{value:.15g}")
    text = one_line(str(value)[: CELL_CHARACTERS_MAX + 1])
    return cell(text if len(text) <= CELL_CHARACTERS_MAX else text[:CELL_CHARACTERS_MAX] + "…")


def _plain(value: "Value") -> Any:
    return value.hex() if isinstance(value, bytes) else value


def _tell_cut(answer: "Answer") -> None:
    if answer.cut:
        complain(CUT[answer.cut])


def as_data(answer: "Answer") -> dict[str, Any]:
    """For the JSON envelope."""
    return {
        "columns": unique_names(answer.columns),
        "rows": records(answer),
        "cut": answer.cut or None,
    }
