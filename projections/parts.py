"""The parts that events are made of."""

from pydantic import BaseModel, ConfigDict, Field

Scalar = str | int | float | bool


class Part(BaseModel):
    """A value inside an event: frozen and closed."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True, protected_namespaces=()
    )


class Artifact(Part):
    """An immutable file. raw_sha256 is of its pixels or samples."""

    sha256: str
    raw_sha256: str
    bytes: int
    media_type: str
    width: int | None = None
    height: int | None = None
    frames: int | None = None
    duration_s: float | None = None


class Provenance(Part):
    """Who made it, with what, from what, and at what cost. `environment` names an artifact.

    `inputs`: raw SHA-256 of the files that it was made from, in their order.
    `retries`: how often it was written again, because something was in the way for a moment.
    """

    backend: str
    model: str
    revision: str
    weights: dict[str, str] = Field(default_factory=dict)
    seed: int | None = None
    settings: dict[str, Scalar] = Field(default_factory=dict)
    seconds: float = 0.0
    peak_memory_bytes: int | None = None
    environment: str | None = None
    inputs: tuple[str, ...] = ()
    reused_from: str | None = None
    retries: int = 0


class KeptState(Part):
    """A file from which half-made work goes on."""

    sha256: str
    bytes: int
    media_type: str


class StageChoice(Part):
    """Who does a stage, with which settings: all of them change bits. `running` changes none."""

    backend: str
    model: str
    revision: str
    settings: dict[str, Scalar] = Field(default_factory=dict)
    running: dict[str, Scalar] = Field(default_factory=dict)


class ScriptFile(Part):
    """The user's own story, kept as an artifact."""

    sha256: str
    media_type: str
    name: str


class CutRules(Part):
    """How shots become a film. Recorded, so that a later program cuts the same."""

    title_frames: int
    end_frames: int
    transition_frames: int
    lead_s: float
    tail_s: float


class Scene(Part):
    """Place and time of story."""

    scene: int
    name: str
    location: str
    place: str
    time_of_day: str
    mood: str
    action: str
    characters: tuple[str, ...] = ()


class Reference(Part):
    """A character or a place that is to look the same in every shot; `prompt` is of its sheet."""

    name: str
    kind: str
    look: str
    prompt: str
    seed: int
    take: int = 1


class ShotPlan(Part):
    """What a shot is to be. `transition` leads to the next shot; `references` are names.

    `verbatim`: nobody rewrites its prompts.
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
    planned_frames: int
    transition: str
    place: str
    seed: int
    references: tuple[str, ...] = ()
    verbatim: bool = False
