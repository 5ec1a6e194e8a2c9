"""Golden logs: how they are written, read, and what they mean."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eventstore.recorded import Recorded
from eventstore.registry import Event
from projections.events import OPERATIONS, TYPES, SessionForked
from projections.history import effective
from projections.session import Session, fold
from projections.shot import Shot
from projections.work import work

FOLDER = Path(__file__).parent
FACTS = (
    "id", "version", "started", "started_at", "updated_at", "completed_at", "title", "style",
    "profile", "stages", "story", "scenes", "scenes_command", "planned", "shots", "order",
    "results", "paused", "paused_now", "cancelled", "priority", "parent", "forked_at",
    "highest_shot", "work_s", "withdrawn",
)  # fmt: skip
FACTS_OF_A_SHOT = ("shot", "plan", "more_takes", "chosen", "enhanced")
"""What a session is, in the words of version 1; fields that only save time are no facts."""


def line(stream: str, one: Recorded) -> str:
    """One event as a line of JSON."""
    name, version = TYPES.name_of(one.event)
    row = {
        "stream": stream,
        "position": one.position,
        "append_end": one.append_end,
        "type": name,
        "version": version,
        "recorded_at": one.recorded_at,
        "data": json.loads(TYPES.dump(one.event)),
    }
    return json.dumps(row, ensure_ascii=False, sort_keys=True)


def read(path: Path) -> dict[str, list[Recorded]]:
    """Stream → history, through the registry as it is today."""
    streams: dict[str, list[Recorded]] = {}
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        row = json.loads(text)
        event = TYPES.load(row["type"], row["version"], json.dumps(row["data"]))
        streams.setdefault(row["stream"], []).append(
            Recorded(
                number,
                f"event-{number}",
                row["position"],
                row["append_end"],
                "request",
                "run",
                row["recorded_at"],
                event,
            )
        )
    return streams


def inherited(streams: dict[str, list[Recorded]], history: Sequence[Recorded]) -> list[Recorded]:
    """What a fork takes over."""
    first = history[0].event
    if not isinstance(first, SessionForked):
        return []
    parent = [one for one in streams[first.parent] if one.position <= first.at]
    return [one for one in effective(parent) if not isinstance(one.event, OPERATIONS)]


def sessions(path: Path) -> dict[str, Session]:
    """Stream → the session that it means."""
    streams = read(path)
    return {
        stream: fold(stream, history, inherited(streams, history))
        for stream, history in streams.items()
    }


def meaning(path: Path) -> str:
    """Everything a golden log means, as canonical text."""
    found = {}
    for stream, session in sessions(path).items():
        wanted = work(session)
        found[stream] = {
            **{name: _plain(getattr(session, name)) for name in FACTS},
            "attempts": {
                command_id: [one.starts, one.failures, one.final, one.last_error]
                for command_id, one in session.attempts.items()
            },
            "wanted": [[c.kind, c.shot, c.take, c.id] for c in wanted.commands],
            "pending": [c.id for c in wanted.pending],
            "parked": [c.id for c in wanted.parked],
            "complete": wanted.complete,
        }
    return json.dumps(found, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _plain(value: Any) -> Any:
    match value:
        case Recorded():
            return value.position
        case Shot():
            return {name: _plain(getattr(value, name)) for name in FACTS_OF_A_SHOT}
        case Event():
            name, version = TYPES.name_of(value)
            return {"type": name, "version": version, "data": json.loads(TYPES.dump(value))}
        case dict():
            return {str(key): _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case frozenset() | set():
            return sorted(value)
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", exclude_defaults=True)
    return value
