"""The prompts that a shot's stages are given: as they were written, or enhanced. Pure.

A prompt that is being enhanced holds its stage back; one whose enhancement was given up does not:
a film with the words as they were written is better than no film.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eventstore.recorded import Recorded
from projections.attempts import NO_ATTEMPTS
from projections.commands import Command
from projections.events import PromptEnhanced
from projections.session import Session
from projections.shot import Shot

KIND = "enhance"
ASKED = "prompts"
"""Key of the stage's `running`: of which stages it rewrites the prompts."""
STAGES = {"both": ("image", "video"), "image": ("image",), "motion": ("video",), "none": ()}


@dataclass(frozen=True, slots=True)
class PromptWork:
    """One prompt of a shot: the command that enhances it, and the event that has it, once there."""

    stage: str
    command: Command
    recorded: Recorded | None
    waited_for: bool

    @property
    def made(self) -> PromptEnhanced | None:
        """The enhanced prompt, once it is there."""
        event = self.recorded.event if self.recorded else None
        return event if isinstance(event, PromptEnhanced) else None


def asked(s: Session) -> tuple[str, ...]:
    """The stages whose prompts are enhanced."""
    if KIND not in s.stages:
        return ()
    return STAGES[str(s.stages[KIND].running.get(ASKED, "both"))]


def prompt_work(s: Session, shot: Shot, command_of: Callable[[str], Command]) -> list[PromptWork]:
    """What is to be enhanced of a shot: not what is to stay as it was written, and not nothing."""
    wanted = asked(s)
    if shot.plan.verbatim or not wanted:
        return []
    written = {"image": shot.plan.image_prompt, "video": shot.plan.motion_prompt}
    stages = [stage for stage in wanted if written[stage].strip()]
    return [_one(s, stage, command_of(stage)) for stage in stages]


def _one(s: Session, stage: str, command: Command) -> PromptWork:
    recorded = s.results.get(command.id) if s.media_begun else None
    parked = s.attempts.get(command.id, NO_ATTEMPTS).parked
    return PromptWork(stage, command, recorded, waited_for=not recorded and not parked)


def worded(shot: Shot, found: Sequence[PromptWork]) -> Shot:
    """The shot with the prompts that its stages are given."""
    if not found:
        return shot
    prompts = {"image": shot.image_prompt, "video": shot.motion_prompt}
    told_by = {"image": "", "video": ""}
    for one in found:
        if one.recorded and one.made:
            prompts[one.stage] = one.made.image_prompt or one.made.motion_prompt
            told_by[one.stage] = one.recorded.event_id
    if not any(told_by.values()):
        return shot
    return shot._replace(
        enhanced=(prompts["image"], prompts["video"]),
        told_by=(told_by["image"], told_by["video"]),
    )
