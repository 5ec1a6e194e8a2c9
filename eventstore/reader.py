"""Reading the log's tables without its events: light, for screens that must come up at once."""

from pathlib import Path
from types import TracebackType
from typing import Any, Self

import apsw

from eventstore.connection import FORMAT, closed_on_error, connect, disk_errors
from eventstore.schema import refuse_changed
from eventstore.tables import READ_TABLES, Row


def dicts(connection: apsw.Connection, sql: str, values: Row = ()) -> list[dict[str, Any]]:
    """Rows of a reading query as dicts."""
    cursor = connection.execute(sql, values)
    try:
        names = [column[0] for column in cursor.get_description()]
    except apsw.ExecutionCompleteError:
        return []
    return [dict(zip(names, row, strict=True)) for row in cursor]


class LogReader:
    """One open log, for reading its tables and views."""

    def __init__(self, path: Path, *, checked: bool = True) -> None:
        """`checked`: refuse a log whose definitions are not ours; only an audit reads it."""
        self.path = path
        self.connection = connect(path, read_only=True)
        if checked:
            with disk_errors(path), closed_on_error(self.connection):
                refuse_changed(self.connection, path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.connection.close()

    def is_older(self) -> bool:
        """Whether the log's format is that of an earlier reelog."""
        return bool(self.connection.pragma("user_version") < FORMAT)

    def query(self, sql: str, values: Row = ()) -> list[dict[str, Any]]:
        """Rows of a reading query as dicts."""
        with disk_errors(self.path):
            return dicts(self.connection, sql, values)

    def tables(self, session: str) -> dict[str, list[dict[str, Any]]]:
        """What the read tables hold for one session, by table."""
        return {
            table: self.query(f"SELECT * FROM {table} WHERE session = ?", (session,))
            for table in READ_TABLES
        }
