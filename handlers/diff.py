"""Two sessions or two moments, read and compared; and the comparison as plain values."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from eventstore.log import EventLog
from eventstore.reader import LogReader
from eventstore.recorded import Recorded
from handlers import look, moment
from handlers.stream import inherited
from projections.difference import Difference, FieldChange, ShotDifference, Side, compare
from projections.session import fold


def diff(log: EventLog, reader: LogReader, names: tuple[str, str], now: datetime) -> Difference:
    """Compare what two names mean: ID, or ID@MOMENT. Raises Refused."""
    (a, taken_a), (b, taken_b) = (_side(log, reader, name, now) for name in names)
    return compare(a, b, (taken_a, taken_b))


def _side(
    log: EventLog, reader: LogReader, name: str, now: datetime
) -> tuple[Side, Sequence[Recorded]]:
    session, at, when = name.partition("@")
    session_id = look.find(reader, session)
    history = log.read(session_id)
    label = session_id
    if at:
        position = moment.find(when, log, history, now)
        history, label = history[:position], f"{session_id}@{position}"
    taken_over = inherited(log, history[0])
    return Side(label, fold(session_id, history, taken_over), history), taken_over


def as_data(found: Difference) -> dict[str, Any]:
    """The comparison as JSON values."""
    return {
        "a": found.a.label,
        "b": found.b.label,
        "equal": found.equal,
        "fields": [_field(one) for one in found.fields],
        "shots": [_shot(one) for one in found.shots],
        "film": found.film,
    }


def _field(one: FieldChange) -> dict[str, Any]:
    words = {"words": [list(piece) for piece in one.words]} if one.words else {}
    return {"name": one.name, "before": one.before, "after": one.after, **words}


def _shot(one: ShotDifference) -> dict[str, Any]:
    return {
        "shot_before": one.before.shot.shot if one.before else None,
        "shot_after": one.after.shot.shot if one.after else None,
        "index_before": one.before.index if one.before else None,
        "index_after": one.after.index if one.after else None,
        "change": one.change,
        "moved": one.moved,
        "fields": [_field(field) for field in one.fields],
        "artifacts": one.artifacts,
    }
