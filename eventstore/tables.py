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
    """One row to write (`row`), or to remove (`row` is None)."""

    table: str
    key: Row
    row: Row | None


def difference(before: Rows, after: Rows) -> list[Change]:
    """What turns the rows `before` into the rows `after`."""
    changes = []
    for table in READ_TABLES:
        old, new = before.get(table, {}), after.get(table, {})
        changes += [Change(table, key, row) for key, row in new.items() if old.get(key) != row]
        changes += [Change(table, key, None) for key in old if key not in new]
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
    statements: dict[str, list[Row]] = {}
    for table, key, row in changes:
        if row is None:
            statements.setdefault(f"DELETE FROM {table} WHERE {keys[table]}", []).append(key)
        else:
            statements.setdefault(_upsert(table, len(row)), []).append(row)
    for sql, values in statements.items():
        executemany(sql, values)


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


def columns_in_schema(pragma: Callable[[str], Iterable[Row]]) -> Iterator[tuple[str, list[str]]]:
    """Each read table with its columns in order."""
    for table in READ_TABLES:
        yield table, [str(row[1]) for row in pragma(table)]
