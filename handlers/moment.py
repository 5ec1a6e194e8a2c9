"""Which position a user means: a number, an event id, an event with a shot, or a time."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches

from eventstore.recorded import Recorded
from handlers.errors import Refused
from projections.events import TYPES
from projections.history import boundaries

UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


def position_of(text: str, history: Sequence[Recorded], now: datetime) -> int:
    """The position that `text` means. Raises Refused, naming what would be understood.

    An event stands for the end of its append; a time for the last append before it. A number is
    taken as it is, and refused when it lies inside an append.
    """
    plain = text.strip()
    if re.fullmatch(r"\d+", plain):
        return _boundary(int(plain), history)
    by_id = next((r for r in history if r.event_id == plain), None)
    if by_id:
        return by_id.append_end
    kind, _, shot = plain.partition(":")
    if kind in TYPES.names():
        return _last_of(kind, shot, history)
    moment = _time(plain, now)
    if moment is not None:
        return _before(moment, history)
    near = next(iter(get_close_matches(kind, TYPES.names(), n=1, cutoff=0.75)), None)
    raise Refused(
        "unknown_moment",
        f"{text!r} is no position, event id, event type or time",
        f"did you mean {near}?" if near else 'for example 17, ShotPlanned:3 or "20 minutes ago"',
    )


def _boundary(position: int, history: Sequence[Recorded]) -> int:
    if not 1 <= position <= len(history):
        raise Refused(
            "no_such_position",
            f"the session has events 1 to {len(history)}, not {position}",
            "see `reelog history`",
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
        raise Refused("no_such_event", f"there is no {which} here", "see `reelog history`")
    return found[-1].append_end


def _time(text: str, now: datetime) -> datetime | None:
    match = re.fullmatch(r"(\d+)\s*(second|minute|hour|day)s?(\s+ago)?", text.lower())
    if match:
        return now - timedelta(seconds=int(match[1]) * UNITS[match[2]])
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.astimezone()


def _before(moment: datetime, history: Sequence[Recorded]) -> int:
    until = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    earlier = [r for r in history if r.recorded_at <= until and r.position == r.append_end]
    if not earlier:
        began = history[0].recorded_at
        raise Refused("no_such_moment", f"nothing was recorded by {until}", f"it began {began}")
    return earlier[-1].position
