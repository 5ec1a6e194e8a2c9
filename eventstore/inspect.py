"""Reading the live log with sqlite-utils over our own connection: a second one drops our locks."""

from typing import TYPE_CHECKING

from eventstore.log import EventLog

if TYPE_CHECKING:
    import sqlite_utils


def inspect(log: EventLog) -> "sqlite_utils.Database":
    """A sqlite-utils Database over the log's apsw connection, for reading only."""
    import sqlite_utils

    return sqlite_utils.Database(log.connection)  # type: ignore[arg-type]
