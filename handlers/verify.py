"""Render again from recorded inputs and say how the result compares. Changes nothing in the log.

Stories are taken from the record: no text stage runs. Files lie in a temporary folder that goes.
"""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eventstore.artifacts import Artifacts, full_disk_is_ours
from gpu.errors import StageError
from gpu.stages import Made, Stage, open_stage
from handlers.environment import environment
from handlers.errors import Refused
from handlers.making import InputMissing, Library, recorded_settings
from handlers.table import HANDLERS
from projections.commands import Command
from projections.events import MediaResult
from projections.session import Session
from projections.shot_work import result_of
from projections.work import Work, work

MEDIA = ("reference", "audio", "image", "video", "music", "film")
IDENTICAL, EQUIVALENT, DIFFERS, UNVERIFIABLE = VERDICTS = (
    "identical", "equivalent", "differs", "unverifiable",
)  # fmt: skip
BOUND_DB = 40.0
SSIM_MIN = 0.95


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How one artifact came out again. `reasons`: what differs or is missing, in words."""

    kind: str
    shot: int | None
    take: int | None
    verdict: str
    command_id: str
    recorded_raw_sha256: str
    raw_sha256: str | None = None
    psnr_db: float | None = None
    ssim: float | None = None
    reasons: Sequence[str] = ()
    name: str = ""


def wanted(session: Session, shot: int | None) -> list[tuple[Command, int | None]]:
    """What can be verified: every made take of the cut and the film, with its place in the cut."""
    found = work(session)
    if shot is not None and not 1 <= shot <= len(found.shots):
        raise Refused("no_such_shot", f"there is no shot {shot}", f"shots: 1 to {len(found.shots)}")
    return [
        (command, index)
        for command, index in _with_place(found)
        if command.kind in MEDIA and result_of(session, command) and shot in (None, index)
    ]


def _with_place(found: Work) -> Iterator[tuple[Command, int | None]]:
    for sheet in found.references:
        if sheet.command:
            yield sheet.command, None
    for one in found.shots:
        for command in one.commands:
            yield command, one.index
    yield from ((command, None) for command in (found.music, found.film) if command)


class Verifier:
    """Renders a session's artifacts again, one at a time."""

    def __init__(
        self,
        session: Session,
        artifacts: Artifacts,
        *,
        bound_db: float = BOUND_DB,
        stages: Callable[[str, str], Stage] = open_stage,
    ) -> None:
        self._session, self._artifacts = session, artifacts
        self._library = Library(session, artifacts, whole=True)
        self._bound_db = bound_db
        self._open_stage = stages
        self._opened: dict[tuple[str, str], Stage] = {}
        self._here = json.loads(json.dumps(environment()))

    def verdicts(self, shot: int | None = None) -> Iterator[Verdict]:
        """One verdict an artifact, as soon as it is known. Raises Refused for an unknown shot."""
        todo = wanted(self._session, shot)
        with tempfile.TemporaryDirectory(prefix="reelog-verify-") as folder:
            for command, index in todo:
                out = Path(folder) / f"again.{HANDLERS[command.kind].media_type.split('/')[1]}"
                yield self._verdict(command, index, out)
                out.unlink(missing_ok=True)

    def _verdict(self, command: Command, index: int | None, out: Path) -> Verdict:
        event = result_of(self._session, command)
        assert event is not None
        facts: dict[str, Any] = {
            "kind": command.kind,
            "shot": index,
            "take": command.take,
            "name": str(command.inputs["name"]) if command.kind == "reference" else "",
            "command_id": command.id,
            "recorded_raw_sha256": event.artifact.raw_sha256,
        }
        try:
            made = self._render(command, out)
        except _CannotRender as why:
            return Verdict(**facts, verdict=UNVERIFIABLE, reasons=[str(why)])
        facts["raw_sha256"] = made.raw_sha256
        if made.raw_sha256 == event.artifact.raw_sha256:
            return Verdict(**facts, verdict=IDENTICAL)
        return Verdict(**facts, **self._compared(command, event, made, out))

    def _render(self, command: Command, out: Path) -> Made:
        stage = self._stage(command.kind, str(command.inputs["backend"]))
        try:
            brief = HANDLERS[command.kind].brief(command, self._library)
            with full_disk_is_ours(out):
                return stage.run(brief, out, lambda _: None)
        except InputMissing as missing:
            raise _CannotRender(f"an input is gone: {missing}") from missing
        except (StageError, RuntimeError, ValueError) as error:  # torch raises RuntimeError
            raise _CannotRender(f"it cannot be rendered here: {error}") from error

    def _stage(self, kind: str, backend: str) -> Stage:
        try:
            if (kind, backend) not in self._opened:
                self._opened[kind, backend] = self._open_stage(kind, backend)
        except KeyError as error:
            raise _CannotRender(f"backend {backend!r} for {kind} is not here") from error
        except (ImportError, StageError) as error:
            raise _CannotRender(f"backend {backend!r} cannot open here: {error}") from error
        return self._opened[kind, backend]

    def _compared(
        self, command: Command, event: MediaResult, made: Made, out: Path
    ) -> dict[str, Any]:
        """What a result with other bits is: equivalent only in another environment."""
        inputs = _input_changes(command, event, made)
        elsewhere = self._environment_changes(event, made)
        if elsewhere is None:
            name = (event.provenance.environment or "none")[:12]
            gone = f"the record of its environment is gone ({name})"
            return {"verdict": UNVERIFIABLE, "reasons": [gone, *inputs]}
        psnr_db, ssim = self._likeness(event, made, out) or (None, None)
        near = psnr_db is not None and psnr_db >= self._bound_db
        near = near and (ssim is None or ssim >= SSIM_MIN)
        same = "recorded inputs and environment are the same; the program or the machine is not"
        unknown = made.environment.get("comfyui", {}).get("not_recorded")
        unlike = UNVERIFIABLE if unknown else DIFFERS
        missing = [f"not on record: {unknown}"] if unknown else []
        return {
            "verdict": EQUIVALENT if near and elsewhere and not inputs else unlike,
            "reasons": [*missing, *inputs, *elsewhere] or [same],
            "psnr_db": psnr_db,
            "ssim": ssim,
        }

    def _environment_changes(self, event: MediaResult, made: Made) -> list[str] | None:
        """What of the recorded environment is other here; None when there is no record of it."""
        here = self._here | json.loads(json.dumps(dict(made.environment)))
        sha256 = event.provenance.environment
        if sha256 is None or not self._artifacts.holds(sha256, "application/json"):
            return None
        path = self._artifacts.path(sha256, "application/json")
        return changes(json.loads(path.read_bytes()), here)

    def _likeness(
        self, event: MediaResult, made: Made, out: Path
    ) -> tuple[float, float | None] | None:
        from gpu.likeness import likeness

        kept = event.artifact
        sizes = (kept.width, kept.height, kept.frames) == (made.width, made.height, made.frames)
        if not sizes or not self._artifacts.holds(kept.sha256, kept.media_type):
            return None
        try:
            found = likeness(
                self._artifacts.path(kept.sha256, kept.media_type), out, kept.media_type
            )
        except StageError:
            return None
        ssim = None if found.ssim is None else round(found.ssim, 5)
        return round(min(found.psnr_db, 999.0), 2), ssim


class _CannotRender(Exception):
    """Something that rendering needs is not here."""


def changes(recorded: Mapping[str, Any], now: Mapping[str, Any], path: str = "") -> list[str]:
    """What two nested tables say differently: "libraries.numpy: 1.26 recorded, 2.1 here"."""
    found = []
    for key in sorted({*recorded, *now}):
        name = f"{path}{key}"
        old, new = recorded.get(key), now.get(key)
        if all(isinstance(one, Mapping | None) for one in (old, new)):
            found += changes(old or {}, new or {}, f"{name}.")
        elif old != new:
            found.append(f"{name}: {_word(old)} recorded, {_word(new)} here")
    return found


def _word(value: Any) -> str:
    return "nothing" if value is None else str(value)


def _input_changes(command: Command, event: MediaResult, made: Made) -> list[str]:
    """What the result's record says it was made with, and the command does not."""
    inputs, record = command.inputs, event.provenance
    now = {
        "backend": inputs["backend"],
        "model": inputs.get("model", ""),
        "revision": inputs.get("revision", ""),
        "seed": inputs.get("seed"),
        "setting": recorded_settings(command, made),
    }
    then = {
        "backend": record.backend,
        "model": record.model,
        "revision": record.revision,
        "seed": record.seed,
        "setting": dict(record.settings),
    }
    return changes(then, now)
