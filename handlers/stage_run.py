"""Runs a stage on a brief, again where writing was disturbed; leaves nothing half-written."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from gpu.stages import Made, OverlappingStage, Report, Stage, state_beside
from gpu.whole import whole_or_nothing
from handlers.again import NONE, Patience, Tries
from handlers.attempt import Attempt
from projections.session import MEDIA_KINDS


def tries_of(attempt: Attempt, patience: Patience) -> Tries:
    """The tries of an attempt. Media alone are written again: no model is asked twice."""
    command = attempt.command
    facts = {"session": attempt.stream.id, "command_id": command.id, "kind": command.kind}
    return Tries(patience if command.kind in MEDIA_KINDS else NONE, facts)


def begun(stage: Stage, brief: Any, out: Path, report: Report, tries: Tries) -> Callable[[], Made]:
    """All of the stage's work, or up to what may go on beside the next command; its last part."""
    try:
        if isinstance(stage, OverlappingStage):
            return stage.begin(brief, out, report)
        made = tries.of(lambda: _run(stage, brief, out, report))
    except BaseException:
        discard(out)
        raise
    return lambda: made


def _run(stage: Stage, brief: Any, out: Path, report: Report) -> Made:
    with whole_or_nothing(out):
        return stage.run(brief, out, report)


def discard(out: Path) -> None:
    """Remove a result and its state."""
    out.unlink(missing_ok=True)
    state_beside(out).unlink(missing_ok=True)
