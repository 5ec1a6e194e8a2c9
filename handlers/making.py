"""What lies between a command and its event: where its inputs' files are, what came out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from eventstore.artifacts import Artifacts
from eventstore.log import EventLog
from gpu.briefs import Scalar, Settings
from gpu.errors import BriefRefused
from gpu.fits import Peaks
from gpu.llm.ready import OPENAI
from gpu.ready import OF_MODELS
from gpu.stages import Made
from handlers.elsewhere import chosen_elsewhere
from handlers.plan import peaks
from projections.commands import Command, preview_of
from projections.events import MediaResult, PreviewRendered, ReferenceGiven
from projections.named import WORDS, files_of, templates_of, workflow_of
from projections.parts import Artifact, KeptState, Provenance
from projections.session import Session


class InputMissing(Exception):
    """An input artifact is gone or changed; what made it has to run again."""

    def __init__(self, command_id: str, artifact: Artifact) -> None:
        self.command_id, self.artifact = command_id, artifact
        super().__init__(f"artifact {artifact.sha256[:12]} is missing or damaged")


class Library:
    """Finds the files of a session's artifacts by the raw hashes that commands name."""

    def __init__(
        self,
        session: Session,
        artifacts: Artifacts,
        *,
        whole: bool = False,
        peaks: Callable[[], Peaks] = dict,
        worker: str = "",
        foreign: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """`whole`: everything is made from its beginning, whatever half-made work lies there.

        `peaks`: what the whole log has measured, asked where a model is run. `worker`: under whose
        name what it makes is shown meanwhile; nothing is shown without one. `foreign`: whether a
        session's profile was chosen elsewhere, so that no key is sent.
        """
        self._artifacts = artifacts
        self._is_foreign = partial(foreign, session.id)
        self._stages = session.stages
        self._peaks: dict[tuple[str, str], int] = {}
        self._whole, self._measured = whole, peaks
        self._shown_by = f"{worker}-{session.id}" if worker else ""
        self._previews: dict[str, PreviewRendered] = {}
        self._by_raw: dict[str, tuple[str, Artifact]] = {}
        own = (one.event for one in session.given.values())
        self._given = {
            one.artifact.raw_sha256: one for one in own if isinstance(one, ReferenceGiven)
        }
        for command_id, recorded in session.results.items():
            if isinstance(recorded.event, PreviewRendered):
                self._previews[command_id] = recorded.event
            if isinstance(recorded.event, MediaResult):
                made = recorded.event.artifact
                self._by_raw[made.raw_sha256] = (command_id, made)
                by = recorded.event.provenance
                peak = max(self._peaks.get((by.backend, by.model), 0), by.peak_memory_bytes or 0)
                self._peaks[by.backend, by.model] = peak

    def path(self, raw_sha256: str) -> Path:
        """The file with that raw content. Raises InputMissing when it is not there, whole.

        Raises BriefRefused for a picture of the user's own: nobody can make that again.
        """
        if raw_sha256 in self._given:
            return self._given_path(self._given[raw_sha256])
        command_id, artifact = self._by_raw[raw_sha256]
        if not self._artifacts.holds(artifact.sha256, artifact.media_type):
            raise InputMissing(command_id, artifact)
        return self._artifacts.path(artifact.sha256, artifact.media_type)

    def _given_path(self, given: ReferenceGiven) -> Path:
        artifact = given.artifact
        if not self._artifacts.holds(artifact.sha256, artifact.media_type):
            raise BriefRefused(
                f"the picture of {given.name} ({given.file}) is gone; give it again with "
                f"edit --reference, then retry"
            )
        return self._artifacts.path(artifact.sha256, artifact.media_type)

    def running(self, kind: str) -> Settings:
        """How a stage is run: its model, what changes no bit, what memory it took before."""
        choice = self._stages[kind]
        model = choice.backend, choice.model
        known = self._measured() if choice.backend in OF_MODELS else {}
        kept = self._artifacts.path(choice.revision, "application/json")
        asked_by = templates_of(choice)
        return {
            **choice.running,
            **({"workflow": str(kept)} if workflow_of(choice) else {}),
            **{key: str(self._artifacts.path(one, WORDS)) for key, one in asked_by.items()},
            **({"foreign": True} if choice.backend == OPENAI and self._is_foreign() else {}),
            "model": choice.model,
            "revision": choice.revision,
            "memory.measured_bytes": max(self._peaks.get(model, 0), known.get(model, 0)),
        }

    def going_on(self, command: Command) -> Settings:
        """What names the work, where its state may be kept meanwhile, where it can begin."""
        if self._whole:
            return {}
        name = f"{command.id}.safetensors"
        checkpoint = self._artifacts.root.parent / "checkpoints" / name
        found = {"job": command.id, "checkpoint": str(checkpoint)}
        if begin := self._state_of_preview(command):
            found["begin"] = str(begin)
        if self._shown_by:
            name = f"{self._shown_by}-{command.kind}-{command.shot}-{command.take}.png"
            found["glimpse"] = str(self._artifacts.root.parent / "previews" / name)
        return found

    def _state_of_preview(self, command: Command) -> Path | None:
        """The state in which a preview of the same work was left, where it is there, whole."""
        for preview in self._previews.values():
            if (preview.shot, preview.take) != (command.shot, command.take) or not preview.state:
                continue
            state = preview.state
            same = preview_of(command, preview.steps).id == preview.command_id
            if same and self._artifacts.holds(state.sha256, state.media_type):
                return self._artifacts.path(state.sha256, state.media_type)
        return None

    def script(self, script: Mapping[str, Any]) -> Path:
        """The user's script, kept when the session began."""
        return self.own_file(script["sha256"], script["media_type"])

    def own_file(self, sha256: str, media_type: str) -> Path:
        """A file that the user gave, kept before an event named it."""
        return self._artifacts.path(sha256, media_type)


def libraries(artifacts: Artifacts, log: EventLog, worker: str) -> Callable[[Session], Library]:
    """How a worker makes its libraries: what the log has measured is asked for once."""
    measured = cache(partial(peaks, log))
    foreign = partial(chosen_elsewhere, log)
    return partial(Library, artifacts=artifacts, peaks=measured, worker=worker, foreign=foreign)


@dataclass(frozen=True, kw_only=True)
class Product:
    """A stage's result, kept: the artifact, how it was made, and the text of a text stage."""

    command: Command
    made: Made
    sha256: str
    bytes: int
    seconds: float
    peak_memory_bytes: int
    environment: str
    text: str = ""
    state: KeptState | None = None
    retries: int = 0

    @property
    def artifact(self) -> Artifact:
        """As the event names it."""
        made = self.made
        return Artifact(
            sha256=self.sha256,
            raw_sha256=made.raw_sha256,
            bytes=self.bytes,
            media_type=made.media_type,
            width=made.width,
            height=made.height,
            frames=made.frames,
            duration_s=made.duration_s,
        )

    @property
    def provenance(self) -> Provenance:
        """As the event records it."""
        inputs = self.command.inputs
        return Provenance(
            backend=inputs["backend"],
            model=inputs.get("model", ""),
            revision=inputs.get("revision", ""),
            seed=inputs.get("seed"),
            settings=recorded_settings(self.command, self.made),
            seconds=round(self.seconds, 3),
            peak_memory_bytes=self.peak_memory_bytes,
            environment=self.environment,
            inputs=tuple(files_of(inputs)),
            retries=self.retries,
        )


def recorded_settings(command: Command, made: Made) -> dict[str, Scalar]:
    """What a result is recorded to be made with: settings, its own facts, after which pictures."""
    after = [f"{one['name']}@{one['raw_sha256']}" for one in command.inputs.get("references", ())]
    said: Settings = {"references": ", ".join(after)} if after else {}
    return {**settings_of(command), **made.settings, **said}


def settings_of(command: Command) -> Settings:
    """The stage's settings; an empty table is left out of inputs."""
    settings: Settings = command.inputs.get("settings", {})
    return settings
