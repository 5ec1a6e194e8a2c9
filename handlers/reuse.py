"""Has this command been done before, anywhere in the log? Then its result is recorded, not made.

The whole log counts: other sessions, and events that a rewind withdrew.
"""

from collections.abc import Sequence

from eventstore.artifacts import Artifacts
from eventstore.log import EventLog
from eventstore.recorded import Recorded
from eventstore.registry import Event
from projections.commands import Command
from projections.events import (
    RESULTS,
    AudioTrackSaved,
    ImageRendered,
    MediaResult,
    PreviewRendered,
    PromptEnhanced,
    VideoRendered,
)
from projections.named import files_of


def earlier_result(log: EventLog, artifacts: Artifacts, command: Command) -> list[Event]:
    """The events of an earlier making of the same command, for this session; or none."""
    found = [
        (stream, recorded)
        for stream, recorded in log.results_of(command.id)
        if isinstance(recorded.event, RESULTS)
    ]
    for stream, recorded in found:
        event = recorded.event
        if isinstance(event, PromptEnhanced):
            return [_taken_over(event, recorded, command)]
        if not isinstance(event, MediaResult):
            return _whole_append(found, stream, recorded)
        if artifacts.holds(event.artifact.sha256, event.artifact.media_type):
            return [_taken_over(event, recorded, command)]
    return []


def _whole_append(
    found: Sequence[tuple[str, Recorded]], stream: str, first: Recorded
) -> list[Event]:
    same = [r for s, r in found if s == stream and r.append_end == first.append_end]
    return [_taken_over(r.event, r) for r in same]


def _taken_over(event: Event, recorded: Recorded, command: Command | None = None) -> Event:
    provenance = getattr(event, "provenance", None)
    changes: dict[str, object] = {}
    if provenance is not None:
        first = provenance.reused_from or recorded.event_id
        now: dict[str, object] = {"seconds": 0.0, "reused_from": first}
        if command:
            now["inputs"] = tuple(files_of(command.inputs))
        changes["provenance"] = provenance.model_copy(update=now)
    of_a_shot = ImageRendered | VideoRendered | PreviewRendered | AudioTrackSaved
    if command and isinstance(event, of_a_shot):
        changes |= {"shot": command.shot, "take": command.take}
    if command and isinstance(event, PromptEnhanced):
        changes["shot"] = command.shot
    if command and isinstance(event, ImageRendered | VideoRendered):
        changes["enhanced_by"] = command.enhanced_by
    return event.model_copy(update=changes)
