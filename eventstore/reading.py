"""The events of one stream, as they stand in the log."""

from pathlib import Path

import apsw

from eventstore.errors import LogDamaged
from eventstore.recorded import Recorded
from eventstore.registry import Loaders

_EVENTS = """SELECT global_position, event_id, position, append_end, causation_id,
    correlation_id, recorded_at, type, version, data FROM events
    WHERE stream = ? AND position > ? AND position <= ? ORDER BY position"""
_NO_END = 2**63 - 1


def events_of(
    connection: apsw.Connection,
    loaders: Loaders,
    path: Path,
    stream: str,
    *,
    after: int,
    to: int | None,
) -> list[Recorded]:
    """In order, after one position and up to another.

    Raises LogDamaged where one does not read as it was written, or where some are not there.
    """
    new = tuple.__new__  # each event passes here: no call too many
    rows = connection.execute(_EVENTS, (stream, after, _NO_END if to is None else to))
    try:
        found = [
            new(Recorded, (at, id_, position, end, because, run, when, loaders[kind, v](data)))
            for at, id_, position, end, because, run, when, kind, v, data in rows
        ]
    except ValueError as error:
        raise LogDamaged(
            f"{path}: an event of {stream} does not read as it was written; see `reelog audit`"
        ) from error
    if found and found[-1].position != after + len(found):
        raise LogDamaged(f"{path}: events of {stream} are missing; see `reelog audit`")
    return found
