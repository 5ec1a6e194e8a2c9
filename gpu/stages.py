"""The stage protocol and the table of stages. A stage is imported only when it opens."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from gpu.briefs import Settings
from gpu.errors import StageError
from gpu.llm.asking import Records


class Share(float):
    """How much is done, 0 … 1, and in words where a stage has more to say."""

    words: str
    file: str

    def __new__(cls, share: float, words: str = "", file: str = "") -> "Share":
        """A share that says more. `file`: a small picture of what is being made."""
        made = super().__new__(cls, share)
        made.words, made.file = words, file
        return made


Report = Callable[[float], None]
"""Called by a stage now and then with the share done; it may be a Share."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """What a stage made. raw_sha256 is of the pixels or samples (or text), never of a container.

    `settings`: what of this one result is recorded beside the brief's. `environment`: what all of a
    model's results depend on besides briefs (weights, device, numerics); kept once as an artifact.
    `state`: of a preview, the file from which it goes on, written beside `out`. `raw`: a language
    model's answer as it came.
    """

    media_type: str
    raw_sha256: str
    width: int | None = None
    height: int | None = None
    frames: int | None = None
    duration_s: float | None = None
    rate_hz: int | None = None
    channels: int | None = None
    loudness_lufs: float | None = None
    settings: Settings = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    peak_memory_bytes: int | None = None
    state: Path | None = None
    raw: str = ""


def state_beside(out: Path) -> Path:
    """Where a preview's state is written; its name begins as that of `out`."""
    return out.with_name(f"{out.name}.state")


class Stage(Protocol):
    """Makes one kind of thing."""

    def run(self, brief: Any, out: Path, report: Report) -> Made:
        """Write the whole result to `out`. The same brief gives the same raw content.

        Raises StageError, or OSError ENOSPC. Leaves no child process and no file but `out` and a
        preview's state.
        """


@runtime_checkable
class OverlappingStage(Stage, Protocol):
    """A stage whose last part, encoding and writing, can go on beside its next brief."""

    def prepare(self, briefs: Sequence[Any], report: Report) -> None:
        """Do once for many briefs what is done better once, like reading prompts."""

    def begin(self, brief: Any, out: Path, report: Report) -> Callable[[], Made]:
        """`run` without its last part, which is returned; it may be called from another thread."""


@runtime_checkable
class AskingStage(Stage, Protocol):
    """A stage that asks a language model. `records`: of the brief that it is given next."""

    records: Records


STAGES = {
    ("story", "animatic"): "gpu.outline:StoryStage",
    ("scene_graph", "animatic"): "gpu.outline:SceneGraphStage",
    ("shots", "animatic"): "gpu.outline:ShotPlanStage",
    ("story", "script"): "gpu.script:StoryStage",
    ("scene_graph", "script"): "gpu.script:SceneGraphStage",
    ("shots", "script"): "gpu.script:ShotPlanStage",
    ("story", "openai"): "gpu.llm.by_server:story",
    ("scene_graph", "openai"): "gpu.llm.by_server:scene_graph",
    ("shots", "openai"): "gpu.llm.by_server:shots",
    ("enhance", "openai"): "gpu.llm.by_server:enhance",
    ("enhance", "transformers"): "gpu.llm.by_local:enhance",
    ("story", "transformers"): "gpu.llm.by_local:story",
    ("scene_graph", "transformers"): "gpu.llm.by_local:scene_graph",
    ("shots", "transformers"): "gpu.llm.by_local:shots",
    ("image", "animatic"): "gpu.panel:PanelStage",
    ("video", "animatic"): "gpu.video:MoveStage",
    ("audio", "animatic"): "gpu.speech:SpeechStage",
    ("audio", "transformers"): "gpu.voice:VoiceStage",
    ("music", "animatic"): "gpu.music:PadStage",
    ("music", "file"): "gpu.music:FileStage",
    ("music", "diffusers"): "gpu.diffusion.score:ScoreStage",
    ("film", "animatic"): "gpu.film:FilmStage",
    ("image", "diffusers"): "gpu.diffusion.picture:PictureStage",
    ("reference", "diffusers"): "gpu.diffusion.picture:PictureStage",
    ("video", "diffusers"): "gpu.diffusion.clip:ClipStage",
    ("image", "comfyui"): "gpu.comfyui.stage:PictureStage",
    ("video", "comfyui"): "gpu.comfyui.stage:ClipStage",
    ("story", "fake"): "gpu.fake:FakeStory",
    ("scene_graph", "fake"): "gpu.fake:FakeSceneGraph",
    ("shots", "fake"): "gpu.fake:FakeShotPlan",
    ("enhance", "fake"): "gpu.enhance.fake:FakeEnhancer",
    ("image", "fake"): "gpu.fake:FakeMedia",
    ("reference", "fake"): "gpu.fake:FakeMedia",
    ("video", "fake"): "gpu.fake:FakeMedia",
    ("audio", "fake"): "gpu.fake:FakeMedia",
    ("music", "fake"): "gpu.fake:FakeMedia",
    ("film", "fake"): "gpu.fake:FakeMedia",
}


EXTRAS = {"comfyui": "comfyui", "diffusers": "gpu", "openai": "llm", "transformers": "gpu"}
"""What brings the libraries of a backend."""


def open_stage(kind: str, backend: str) -> Stage:
    """Import and make the stage.

    Raises KeyError for a pair that is not in STAGES, StageError where its extra is not installed.
    """
    module, _, name = STAGES[kind, backend].partition(":")
    try:
        stage: Stage = getattr(import_module(module), name)()
    except ModuleNotFoundError as lacking:
        if backend not in EXTRAS:
            raise
        raise StageError(
            f"{kind} by {backend} needs {lacking.name}; "
            f"install it with: pip install 'reelog[{EXTRAS[backend]}]'"
        ) from lacking
    return stage
