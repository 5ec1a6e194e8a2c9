"""Read tables: rows in, difference out, written in the append's own transaction.

Knows the tables by name only; what stands in them is the projections' business.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

Value = str | int | float | None
Row = tuple[Value, ...]
Rows = Mapping[str, Mapping[Row, Row]]
"""Table → primary key → whole row, columns in the order of schema.sql."""

READ_TABLES = {
    "sessions": 1,
    "scenes": 2,
    "shots": 2,
    "takes": 4,
    "artifacts": 2,
    "commands": 2,
    "withdrawn": 2,
}
"""Every read table and how many leading columns are its primary key."""


class Change(NamedTuple):
    """What changes in one table: whole rows to write, primary keys of rows to remove."""

    table: str
    written: list[Row]
    removed: list[Row]


def difference(before: Rows, after: Rows) -> list[Change]:
    """What turns the rows `before` into the rows `after`; a table without changes is left out."""
    changes = []
    for table in READ_TABLES:
        old, new = before.get(table, {}), after.get(table, {})
        if not old:
            if new:
                changes.append(Change(table, list(new.values()), []))
            continue
        written = [
            row
            for key, row in new.items()
            if (was := old.get(key)) is not row and was != row  # most rows are the very same
        ]
        removed = [key for key in old if key not in new]
        if written or removed:
            changes.append(Change(table, written, removed))
    return changes


@cache
def _upsert(table: str, columns: int) -> str:
    return f"INSERT OR REPLACE INTO {table} VALUES ({','.join('?' * columns)})"


def write(
    executemany: Callable[[str, list[Row]], Any],
    keys: Mapping[str, str],
    changes: Iterable[Change],
) -> None:
    """Write changes; `keys` maps a table to the WHERE clause of its primary key."""
    for table, written, removed in changes:
        if removed:
            executemany(f"DELETE FROM {table} WHERE {keys[table]}", removed)
        if written:
            executemany(_upsert(table, len(written[0])), written)


def key_clauses(columns_of: Callable[[str], list[str]]) -> dict[str, str]:
    """The WHERE clause of each table's primary key."""
    return {
        table: " AND ".join(f'"{name}" = ?' for name in columns_of(table)[:count])
        for table, count in READ_TABLES.items()
    }


def stored(query: Callable[[str, Row], Iterable[Row]], session: str) -> dict[str, dict[Row, Row]]:
    """The rows that the read tables hold for one session."""
    return {
        table: {
            tuple(row[:count]): tuple(row)
            for row in query(f"SELECT * FROM {table} WHERE session = ?", (session,))
        }
        for table, count in READ_TABLES.items()
    }


def by_name(columns: Mapping[str, list[str]], rows: Rows) -> dict[str, list[dict[str, Any]]]:
    """Rows by column name, as screens take them."""
    return {
        table: [dict(zip(columns[table], row, strict=True)) for row in rows.get(table, {}).values()]
        for table in READ_TABLES
    }


def columns_in_schema(pragma: Callable[[str], Iterable[Row]]) -> Iterator[tuple[str, list[str]]]:
    """Each read table with its columns in order."""
    for table in READ_TABLES:
        yield table, [str(row[1]) for row in pragma(table)]
