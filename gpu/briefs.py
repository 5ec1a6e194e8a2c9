"""What a stage is asked to make: frozen, complete, seeded. Knows no session and no log.

Units: pixels, frames, frames a second, seconds, Hz, LUFS. Paths are input files that exist.
`settings` is the profile's table for the stage after `--set`. `running` is how it is run: where the
weights lie, speed, memory; nothing in it changes a bit of the result.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

Scalar = str | int | float | bool
Settings = Mapping[str, Scalar]


@dataclass(frozen=True, kw_only=True)
class ReferenceDraft:
    """A character or a place (gpu.references.KINDS) that is to look the same in every shot."""

    name: str
    kind: str
    look: str = ""


@dataclass(frozen=True, kw_only=True)
class StoryDraft:
    """A story's head. `style` is one line of look that goes for every picture."""

    title: str
    logline: str
    style: str
    language: str
    end_card: str = ""
    references: tuple[ReferenceDraft, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SceneDraft:
    """Place and time of story. `place` is a short key: the same place looks the same everywhere."""

    scene: int
    name: str
    location: str
    place: str
    time_of_day: str
    mood: str
    action: str
    characters: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ShotDraft:
    """One planned view. Words for camera, shot_size, angle, transition, role: gpu.vocabulary.

    `transition` is how this shot leads to the next one. `place` is the scene's, unless it differs.
    `references` are names of the story's characters and places. `verbatim`: nobody rewrites it.
    """

    scene: int
    role: str
    image_prompt: str
    motion_prompt: str
    negative_prompt: str
    camera: str
    shot_size: str
    angle: str
    lighting: str
    narration: str
    duration_frames: int
    transition: str
    place: str
    references: tuple[str, ...] = ()
    verbatim: bool = False


def values_of(draft: StoryDraft | ShotDraft) -> dict[str, Any]:
    """A draft as it is written down: what it does not have of the newer fields is not said."""
    return {k: v for k, v in asdict(draft).items() if v or k not in ("references", "verbatim")}


@dataclass(frozen=True, kw_only=True)
class StoryBrief:
    """Write a story. Output: JSON of a StoryDraft."""

    idea: str
    language: str
    seed: int
    shot_count: int
    duration_s: float
    script: Path | None = None
    script_name: str = ""
    settings: Settings = field(default_factory=dict)
    running: Settings = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SceneGraphBrief:
    """Divide a story into scenes. Output: JSON list of SceneDraft."""

    idea: str
    language: str
    seed: int
    shot_count: int
    story: StoryDraft
    script: Path | None = None
    script_name: str = ""
    settings: Settings = field(default_factory=dict)
    running: Settings = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ShotPlanBrief:
    """Plan all shots. Output: JSON list of ShotDraft, in the order of the cut.

    The planned frames sum to duration_s · fps plus transition_frames for every dissolve.
    """

    idea: str
    language: str
    seed: int
    shot_count: int
    duration_s: float
    fps: int
    transition_frames: int
    story: StoryDraft
    scenes: tuple[SceneDraft, ...]
    script: Path | None = None
    script_name: str = ""
    settings: Settings = field(default_factory=dict)
    running: Settings = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ReferencePicture:
    """What a character or place looks like. Two are equal where name, kind and pixels are."""

    name: str
    kind: str
    raw_sha256: str
    picture: Path = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class ImageBrief:
    """Draw one picture. Output: PNG, RGB8, width × height.

    `slate` is the text to burn in ("SC 2 · SH 4 · WIDE · PAN RIGHT → · 5.8 s"), or empty. The
    picture is to show `references` as their own pictures do. With `preview_steps` it is made up to
    that step only, and shown as it would become.
    """

    prompt: str
    negative_prompt: str
    style: str
    shot_size: str
    angle: str
    lighting: str
    camera: str
    place: str
    seed: int
    width: int
    height: int
    slate: str = ""
    preview_steps: int | None = None
    references: tuple[ReferencePicture, ...] = ()
    settings: Settings = field(default_factory=dict)
    running: Settings = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class VideoBrief:
    """Move one picture. Output: silent H.264 mp4, width × height, exactly `frames` frames at `fps`.

    Key frames stand at 0, `transition_frames` and frames − `transition_frames`, so that a cut can
    copy the middle and encode only transitions again. `preview_steps` as for a picture.
    """

    image: Path
    motion_prompt: str
    negative_prompt: str = ""
    camera: str
    seed: int
    width: int
    height: int
    frames: int
    fps: int
    transition_frames: int
    preview_steps: int | None = None
    settings: Settings = field(default_factory=dict)
    running: Settings = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AudioBrief:
    """Speak one line. Output: WAV, 16-bit PCM. `role` is "narration"."""

    text: str
    language: str
    role: str
    seed: int
    settings: Settings = field(default_factory=dict)
    running: Settings = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class MusicBrief:
    """Music for a whole film. Output: WAV, 16-bit PCM, about `duration_s` long.

    `prompt` says what it is like; where it is empty, the moods of the film's scenes do.
    """

    prompt: str
    moods: tuple[str, ...]
    duration_s: int
    seed: int
    settings: Settings = field(default_factory=dict)
    running: Settings = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CutClip:
    """One clip in the cut: where it starts in the film, and how it leads to the next.

    `held_frames`: how long the last frame is held when the clip is shorter than its place.
    """

    video: Path
    video_raw_sha256: str
    frames: int
    start_frame: int
    transition: str
    held_frames: int = 0
    narration: Path | None = None
    narration_raw_sha256: str = ""
    narration_start_s: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Cue:
    """One caption, in seconds of the film."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One chapter, in seconds of the film."""

    start_s: float
    end_s: float
    title: str


@dataclass(frozen=True, kw_only=True)
class FilmBrief:
    """Cut the film. Output: mp4 (H.264 yuv420p + AAC + mov_text captions + chapters, fast start).

    Frames 0 … title_frames−1 are the title card; clips[0].start_frame == title_frames; the end card
    takes the last end_frames. A dissolve overlaps two clips by transition_frames (the next clip's
    start_frame says so already); a fade goes through black without overlap; a cut is a cut.
    """

    title: str
    subtitle: str
    end_card: str
    language: str
    clips: tuple[CutClip, ...]
    cues: tuple[Cue, ...]
    chapters: tuple[Chapter, ...]
    width: int
    height: int
    fps: int
    total_frames: int
    title_frames: int
    end_frames: int
    transition_frames: int
    seed: int
    music: Path | None = None
    music_raw_sha256: str = ""
    settings: Settings = field(default_factory=dict)


Brief = (
    StoryBrief
    | SceneGraphBrief
    | ShotPlanBrief
    | ImageBrief
    | VideoBrief
    | AudioBrief
    | MusicBrief
    | FilmBrief
)
