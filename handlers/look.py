"""Looking at sessions: by name, as they are (read tables, light) and as they were (folded).

Both ways give the same shape: table → rows as dicts, columns as in schema.sql.
"""

from typing import Any

from eventstore.reader import LogReader
from eventstore.tables import READ_TABLES
from handlers.errors import Refused, UnknownSession

Tables = dict[str, list[dict[str, Any]]]

NEWEST_FIRST = "ORDER BY started_at DESC, session DESC"


def find(reader: LogReader, name: str) -> str:
    """The session that a name means: an id, a unique part of one, or `last`. Raises Refused."""
    ids = [row["session"] for row in reader.query(f"SELECT session FROM sessions {NEWEST_FIRST}")]
    if not ids:
        raise UnknownSession(name, "there are no sessions yet; `reelog start` begins one")
    if name == "last":
        return str(ids[0])
    if name in ids:
        return name
    matches = [one for one in ids if name and name in one]
    if len(matches) == 1:
        return str(matches[0])
    if matches:
        raise Refused(
            "ambiguous_session",
            f"{name!r} is part of {len(matches)} session ids: {', '.join(matches[:5])}",
            "write more of it",
        )
    from gpu.vocabulary import nearest

    near = nearest(name, ids)
    raise UnknownSession(name, f"did you mean {near}?" if near else "see `reelog list`")


def sessions(reader: LogReader) -> list[dict[str, Any]]:
    """All sessions, newest first."""
    return reader.query(f"SELECT * FROM sessions {NEWEST_FIRST}")


def incomplete(reader: LogReader) -> list[dict[str, Any]]:
    """Sessions that can go on, newest first."""
    return reader.query(
        f"SELECT * FROM sessions WHERE state != 'COMPLETE' AND NOT cancelled {NEWEST_FIRST}"
    )


def tables_at(reader: LogReader, session: str, at: int) -> Tables:
    """The read tables as they would have been right after position `at`. Raises Refused."""
    from eventstore.log import EventLog
    from handlers.stream import inherited
    from projections.events import TYPES
    from projections.rows import rows
    from projections.session import fold

    with EventLog(reader.path, TYPES, read_only=True) as log:
        version = log.version(session)
        if not 1 <= at <= version:
            raise Refused(
                "no_such_position", f"{session} has events 1 to {version}, not {at}", "see history"
            )
        history = log.read(session, to=at)
        found = rows(fold(session, history, inherited(log, history[0])))
        return {
            table: [
                dict(zip(log.columns[table], row, strict=True))
                for row in found.get(table, {}).values()
            ]
            for table in READ_TABLES
        }


def history(reader: LogReader, session: str) -> list[dict[str, Any]]:
    """Every event of a session: position, time, type, shot, what caused it, withdrawn or not."""
    return reader.query("SELECT * FROM history WHERE session = ? ORDER BY position", (session,))


def costs(reader: LogReader, session: str) -> list[dict[str, Any]]:
    """Seconds and bytes by event type, withdrawn work included."""
    return reader.query(
        "SELECT type, count(*) AS made, sum(reused) AS reused, sum(seconds) AS seconds, "
        "sum(bytes) AS bytes FROM costs WHERE session = ? GROUP BY type",
        (session,),
    )
