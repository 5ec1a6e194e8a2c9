"""What the log hands out and takes: recorded events, the head, fences, causes. Plain values."""

from collections.abc import Sequence
from typing import NamedTuple

from eventstore.registry import Event


class Recorded(NamedTuple):
    """An event with its place in the log."""

    global_position: int
    event_id: str
    position: int
    append_end: int
    causation_id: str
    correlation_id: str
    recorded_at: str
    event: Event


class Head(NamedTuple):
    """The end of the log: how far it goes, and the hash that proves all before it."""

    log_id: str
    global_position: int
    hash: bytes


class Ends(NamedTuple):
    """Where a stream ends, and the log: what an append goes on from."""

    stream: str
    version: int
    head: Head


class Fence(NamedTuple):
    """Proof of a claim: an append under a fence is refused once another worker has claimed."""

    command_id: str
    epoch: int


class Cause(NamedTuple):
    """What caused an append (an event id or a request), and the run it belongs to."""

    causation_id: str
    correlation_id: str


class CopiedAppend(NamedTuple):
    """An append of another log, to be appended here under its own ids, cause and time."""

    event_ids: Sequence[str]
    events: Sequence[Event]
    cause: Cause
    recorded_at: str
