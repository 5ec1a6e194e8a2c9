"""Rebuilding what follows from events: rows of the read tables. Events are never touched."""

from collections.abc import Callable
from pathlib import Path

import apsw

from eventstore import tables
from eventstore.audit import EPOCH_MAX
from eventstore.connection import connect, disk_errors, transaction, write_lock
from eventstore.log import EventLog
from eventstore.schema import differences, view_texts
from eventstore.tables import READ_TABLES, Rows

_FAR = 2**32


def rebuild_rows(log: EventLog, session: str, project: Callable[[], Rows]) -> None:
    """Remove a session's rows and write those that `project` gives, in one transaction."""
    keys = tables.key_clauses(log.columns.__getitem__)
    with log.writing():
        for table in READ_TABLES:
            log.connection.execute(f"DELETE FROM {table} WHERE session = ?", (session,))
        changes = tables.difference({}, project())
        tables.write(log.connection.executemany, keys, changes)


def rebuild_fence(log: EventLog) -> None:
    """A new one, far above what anybody who claimed under the old one may hold."""
    with log.writing():
        log.connection.execute("DELETE FROM leases WHERE epoch >= ?", (EPOCH_MAX - _FAR,))
        ((claimed,),) = log.connection.execute("SELECT coalesce(max(epoch), 0) FROM leases")
        log.connection.execute("DELETE FROM fence")
        log.connection.execute("INSERT INTO fence VALUES (1, ?)", (max(claimed, 0) + _FAR,))


def rebuild_views(path: Path) -> list[str]:
    """Define the views again that are not as schema.sql has them; returns their names."""
    connection = connect(path, any_format=True)
    try:
        with disk_errors(path), write_lock(path), transaction(connection):
            return define_views(connection)
    finally:
        connection.close()


def define_views(connection: apsw.Connection) -> list[str]:
    """As rebuild_views, in a transaction of the caller's."""
    texts = view_texts()
    wrong = [name for how, kind, name in differences(connection)
             if kind == "view" and how != "foreign"]  # fmt: skip
    for name in wrong:
        connection.execute(f"DROP VIEW IF EXISTS {name}")
        connection.execute(texts[name])
    return wrong


def remove_strangers(log: EventLog) -> int:
    """Remove rows of sessions that have no event; returns how many."""
    removed = 0
    with log.writing():
        for table in READ_TABLES:
            log.connection.execute(
                f"DELETE FROM {table} WHERE session NOT IN (SELECT stream FROM events)"
            )
            removed += log.connection.changes()
    return removed
