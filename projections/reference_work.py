"""The sheets of characters and places that shots are to look like: wanted, made, given. Pure.

They are wanted where whoever draws the shots takes references, and only those that a shot uses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from eventstore.recorded import Recorded
from projections import commands as c
from projections.commands import Command
from projections.events import ReferenceGiven, ReferenceRendered, SessionStarted
from projections.parts import Reference
from projections.session import Session
from projections.shot import Shot

TAKEN = "references"
"""Key of a stage's `running`: whether its pictures are made after others."""

Pictures = Mapping[str, Mapping[str, str]]
"""Name → name, kind and raw_sha256 of a picture that is there."""


@dataclass(frozen=True, slots=True)
class ReferenceWork:
    """One character or place: the command of its sheet, unless its picture is the user's own.

    `recorded` is the event that has the picture, once it is there.
    """

    reference: Reference
    command: Command | None
    recorded: Recorded | None

    @property
    def made(self) -> ReferenceRendered | ReferenceGiven | None:
        """The picture, once it is there."""
        event = self.recorded.event if self.recorded else None
        return event if isinstance(event, ReferenceRendered | ReferenceGiven) else None


def taken(s: Session) -> bool:
    """Whether whoever draws the shots takes references."""
    return "image" in s.stages and bool(s.stages["image"].running.get(TAKEN))


def used_by(s: Session, shot: Shot) -> list[str]:
    """The characters and places of a shot that its picture is to look like."""
    return [name for name in shot.plan.references if name in s.references] if taken(s) else []


def reference_work(s: Session, started: SessionStarted) -> list[ReferenceWork]:
    """Every reference that a shot of the cut uses, in the story's order."""
    if not s.references or not taken(s):
        return []
    used = {name for number in s.order for name in used_by(s, s.shots[number])}
    return [_one(s, started, one) for one in s.references.values() if one.name in used]


def _one(s: Session, started: SessionStarted, reference: Reference) -> ReferenceWork:
    if given := s.given.get(reference.name):
        return ReferenceWork(reference, None, given)
    command = c.reference_command(s, started, reference)
    recorded = s.results.get(command.id) if s.media_begun else None
    return ReferenceWork(reference, command, recorded)


def pictures(found: Iterable[ReferenceWork]) -> Pictures:
    """What shots can be made after, as their commands name it."""
    return {
        one.reference.name: {
            "name": one.reference.name,
            "kind": one.reference.kind,
            "raw_sha256": one.made.artifact.raw_sha256,
        }
        for one in found
        if one.made
    }
