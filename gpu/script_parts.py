"""What a user's script holds once it is read: seconds, not frames; "" where it says nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gpu.briefs import ReferenceDraft
from gpu.pace import speech_s

SHOTS_MAX = 500
SHOT_S_MIN = 2.0
SILENT_SHOT_S = 4.0


@dataclass(frozen=True, kw_only=True)
class ScriptShot:
    """One shot; `scene` counts from 1; `duration_s` is None where the script leaves it open.

    `references`: the characters and the place of the script that it shows. `shown`: what is seen,
    where that is not what is said.
    """

    scene: int
    narration: str = ""
    shown: str = ""
    image_prompt: str = ""
    motion_prompt: str = ""
    negative_prompt: str = ""
    camera: str = ""
    shot_size: str = ""
    angle: str = ""
    lighting: str = ""
    transition: str = ""
    place: str = ""
    role: str = ""
    duration_s: float | None = None
    references: tuple[str, ...] = ()
    verbatim: bool = False

    @property
    def natural_s(self) -> float:
        """The script's own seconds, or what the narration needs, or those of a silent shot."""
        if self.duration_s is not None:
            return self.duration_s
        return max(SHOT_S_MIN, speech_s(self.narration)) if self.narration else SILENT_SHOT_S


@dataclass(frozen=True, kw_only=True)
class ScriptScene:
    """One scene as the script tells it."""

    name: str = ""
    location: str = ""
    place: str = ""
    time_of_day: str = ""
    mood: str = ""
    action: str = ""
    characters: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Script:
    """A whole script, valid. `language` is the script's own or guessed from its words."""

    name: str
    title: str
    style: str
    logline: str
    language: str
    end_card: str
    scenes: tuple[ScriptScene, ...]
    shots: tuple[ScriptShot, ...]
    references: tuple[ReferenceDraft, ...] = ()
    pictures: Mapping[str, str] = field(default_factory=dict)
    """Name → file of the user's own picture, as the script names it."""

    @property
    def shot_count(self) -> int:
        """How many shots the film has."""
        return len(self.shots)

    @property
    def is_timed(self) -> bool:
        """Whether the script itself gives any duration; then nobody scales it."""
        return any(shot.duration_s is not None for shot in self.shots)

    @property
    def duration_s(self) -> float:
        """Seconds of the film when nobody asks for another duration."""
        return sum(shot.natural_s for shot in self.shots)

    @property
    def text(self) -> str:
        """The script's words, for guessing what it is about."""
        told = " ".join(shot.narration or shot.image_prompt for shot in self.shots)
        return f"{self.title}. {self.logline} {told}"
