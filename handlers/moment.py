"""Which position a user means: a number, an event id, an event with a shot, or a time."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from difflib import get_close_matches

from eventstore.log import EventLog
from eventstore.recorded import Recorded
from handlers.errors import Refused
from projections.events import TYPES, SessionForked
from projections.history import boundaries, withdrawn_positions

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_AGO = re.compile(
    r"([0-9]{1,9}(?:\.[0-9]{1,3})?|an?)\s*"
    r"(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)(\s+ago)?"
)
_DIGITS_MAX = 18
_ID_PART_MIN = 6
_QUOTED_MAX = 60


_MAY_BE_AN_ELDERS = ("no_such_event", "no_such_moment", "unknown_moment")


def find(text: str, log: EventLog, history: Sequence[Recorded], now: datetime) -> int:
    """The position that `text` means in a session. Raises Refused.

    What happened before a fork is another session's, which is named with its position there.
    """
    try:
        return position_of(text, history, now)
    except Refused as refused:
        if refused.code in _MAY_BE_AN_ELDERS and (place := _elders_place(text, log, history, now)):
            raise Refused(refused.code, refused.message, place) from None
        raise


def _elders_place(
    text: str, log: EventLog, history: Sequence[Recorded], now: datetime
) -> str | None:
    """Where a moment is in the sessions that this one descends from, in words."""
    first = history[0].event
    while isinstance(first, SessionForked):
        elder = log.read(first.parent, to=first.at)
        with suppress(Refused):
            position = position_of(text, elder, now)
            return f"it is event {position} of {first.parent}, which this film was forked from"
        first = elder[0].event
    return None


def position_of(text: str, history: Sequence[Recorded], now: datetime) -> int:
    """The position that `text` means. Raises Refused, naming what would be understood.

    An event stands for the end of its append; a time for the last append before it; a type for the
    last event of it that is in force, and for one that was withdrawn where none is. A number is
    taken as it is, and refused when it lies inside an append. An id may be cut to a unique part,
    also to one of digits alone that is no position.
    """
    plain = text.strip()
    by_id = _by_id(plain, history)
    is_number = re.fullmatch(rf"[0-9]{{1,{_DIGITS_MAX}}}", plain)
    if is_number and not (by_id and int(plain) > len(history)):
        return _boundary(int(plain), history)
    if by_id:
        return by_id.append_end
    kind, _, shot = plain.partition(":")
    if kind in TYPES.names():
        return _last_of(kind, shot, history)
    moment = _time(plain, now)
    if moment is not None:
        return _before(moment, history)
    near = next(iter(get_close_matches(kind, TYPES.names(), n=1, cutoff=0.75)), None)
    quoted = text if len(text) <= _QUOTED_MAX else f"{text[:_QUOTED_MAX]}…"
    raise Refused(
        "unknown_moment",
        f"{quoted!r} is no position, event id, event type or time",
        f"did you mean {near}{shot and f':{shot}'}?"
        if near
        else 'for example 17, ShotPlanned:3 or "20 minutes ago"',
    )


def _by_id(text: str, history: Sequence[Recorded]) -> Recorded | None:
    if len(text) < _ID_PART_MIN:
        return None
    found = [recorded for recorded in history if recorded.event_id.startswith(text)]
    return found[0] if len(found) == 1 else None


def _before_it(history: Sequence[Recorded], otherwise: str) -> str:
    """Where to look for what a session does not hold: a fork's beginning is its parent's."""
    first = history[0].event
    if isinstance(first, SessionForked):
        return f"what came before the fork are events 1 to {first.at} of {first.parent}"
    return otherwise


def _boundary(position: int, history: Sequence[Recorded]) -> int:
    if not 1 <= position <= len(history):
        raise Refused(
            "no_such_position",
            f"the session has events 1 to {len(history)}, not {position}",
            _before_it(history, "see `reelog history`"),
        )
    if history[position - 1].append_end != position:
        ends = boundaries(history)
        below = [end for end in ends if end < position]
        above = next(end for end in ends if end > position)
        near = f"{below[-1]} or {above}" if below else str(above)
        raise Refused(
            "inside_an_append",
            f"position {position} lies inside an append, which is never split",
            f"the nearest boundaries are {near}",
        )
    return position


def _last_of(kind: str, shot: str, history: Sequence[Recorded]) -> int:
    found = [
        recorded
        for recorded in history
        if type(recorded.event).__name__ == kind
        and (not shot or str(getattr(recorded.event, "shot", "")) == shot)
    ]
    if not found:
        which = f"{kind} of shot {shot}" if shot else kind
        raise Refused(
            "no_such_event",
            f"there is no {which} here",
            _before_it(history, "see `reelog history`"),
        )
    withdrawn = withdrawn_positions(history)
    in_force = [recorded for recorded in found if recorded.position not in withdrawn]
    return (in_force or found)[-1].append_end


def _time(text: str, now: datetime) -> datetime | None:
    """A moment in UTC: so long ago, today at a time, or a date; local unless it says."""
    try:
        if ago := _AGO.fullmatch(text.lower()):
            count = 1.0 if ago[1].startswith("a") else float(ago[1])
            moment = now - timedelta(seconds=count * UNITS[ago[2][0]])
        elif re.match(r"[0-9]{1,2}:", text):
            moment = datetime.combine(now, time.fromisoformat(text.zfill(5)), now.tzinfo)
        else:
            moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _before(moment: datetime, history: Sequence[Recorded]) -> int:
    until = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    earlier = [r for r in history if r.recorded_at <= until and r.position == r.append_end]
    if not earlier:
        began = f"it began {history[0].recorded_at}"
        raise Refused(
            "no_such_moment", f"nothing was recorded by {until}", _before_it(history, began)
        )
    return earlier[-1].position
