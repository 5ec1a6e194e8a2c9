"""What lies in a session folder for a result: its artifact, or the picture alone.

With --no-metadata no file that is handed out says how it was made. A drawn panel keeps its recipe
in the store, since its clip is drawn from it; what people get of it is the picture without.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from eventstore.recorded import Recorded
from gpu.png_text import without_texts
from handlers.making import settings_of
from projections.commands import Command
from projections.events import MediaResult, ReferenceGiven


@dataclass(frozen=True)
class Handed:
    """A picture, clip or track, and the file that is handed out of it: its hash and length.

    `recorded` is the event that has it; the user's own pictures come of no command.
    """

    recorded: Recorded
    command: Command | None
    sha256: str
    bytes: int

    @property
    def result(self) -> MediaResult | ReferenceGiven:
        """The event that has it."""
        return cast(MediaResult | ReferenceGiven, self.recorded.event)

    @property
    def is_artifact(self) -> bool:
        """Whether it is the artifact itself, byte by byte."""
        return self.sha256 == self.result.artifact.sha256


class Handing:
    """Knows what is handed out for each result; reads a picture once."""

    def __init__(self) -> None:
        self._alone: dict[str, tuple[str, int]] = {}

    def of(self, recorded: Recorded, command: Command | None, artifact: Path) -> Handed:
        """What is handed out for a result whose artifact lies there."""
        kept = cast(MediaResult | ReferenceGiven, recorded.event).artifact
        sha256, size = kept.sha256, kept.bytes
        if command and command.kind == "image" and not settings_of(command).get("metadata", True):
            if kept.sha256 not in self._alone:
                self._alone[kept.sha256] = _of(without_texts(artifact)) or (sha256, size)
            sha256, size = self._alone[kept.sha256]
        return Handed(recorded, command, sha256, size)


def _of(data: bytes | None) -> tuple[str, int] | None:
    return None if data is None else (hashlib.sha256(data).hexdigest(), len(data))
