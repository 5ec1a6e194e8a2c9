"""The stages of ComfyUI: a picture, and a picture moved."""

import hashlib
import json
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import cv2

from gpu.briefs import ImageBrief, Scalar, VideoBrief
from gpu.comfyui import check, frames, job, outputs, values
from gpu.comfyui import workflow as flow
from gpu.comfyui.check import Info
from gpu.comfyui.server import Server
from gpu.errors import BriefRefused, StageError
from gpu.ffmpeg import FrameWriter
from gpu.fit import covering
from gpu.metadata import facts, mp4_options, wanted, write_png
from gpu.paint import Pixels
from gpu.profile_keys import BIND
from gpu.recipe import picture_of
from gpu.stages import Made, Report
from gpu.video import keyframes

Brief = TypeVar("Brief", ImageBrief, VideoBrief)
FOLDER = "reelog"
BACKEND = "comfyui"
NOT_RECORDED = "which files its model names stand for"
_LOADED = 0.97


class _Stage(ABC, Generic[Brief]):
    """Keeps workflows that were checked on their server, until something fails there."""

    def __init__(self) -> None:
        self._graphs: dict[tuple[str, str, str], Graph] = {}

    def run(self, brief: Brief, out: Path, report: Report) -> Made:
        """Have the workflow run, and take what it made.

        Raises BriefRefused for what the server lacks or refuses, StageError for what failed there.
        """
        try:
            return self._made(graph_of(self._graphs, brief), brief, out, report)
        except StageError:
            self._graphs.clear()  # it may be another server by the next time
            raise

    @abstractmethod
    def _made(self, graph: "Graph", brief: Brief, out: Path, report: Report) -> Made:
        """What the workflow made, written to `out`."""


class PictureStage(_Stage[ImageBrief]):
    """ImageBrief → PNG."""

    def _made(self, graph: "Graph", brief: ImageBrief, out: Path, report: Report) -> Made:
        """RGB, scaled and cropped to the film's size."""
        ran = graph.run(brief, values.of_picture(brief), report)
        chosen = outputs.pictures(graph.workflow, ran.files, str(brief.settings.get("output", "")))[
            0
        ]
        with folder_beside(out) as folder:
            rgb = covering(graph.picture(chosen, folder), brief.width, brief.height)
        said = facts(brief, BACKEND) if wanted(brief) else {}
        write_png(out, rgb, said, workflow=json.dumps(ran.prompt, sort_keys=True))
        report(1.0)
        return Made(
            media_type="image/png",
            raw_sha256=hashlib.sha256(rgb.tobytes()).hexdigest(),
            width=brief.width,
            height=brief.height,
            settings=ran.bound,
            environment=graph.environment,
        )


class ClipStage(_Stage[VideoBrief]):
    """VideoBrief → silent mp4."""

    def _made(self, graph: "Graph", brief: VideoBrief, out: Path, report: Report) -> Made:
        """At the film's size and rate. Too short a clip holds its last frame."""
        image = graph.uploaded(brief) if "image" in graph.names else ""
        ran = graph.run(brief, values.of_clip(brief, image), report)
        chosen = outputs.clip(graph.workflow, ran.files, str(brief.settings.get("output", "")))
        with folder_beside(out) as folder:
            if chosen[0].ends(outputs.FILMS):
                made = graph.downloaded(chosen[0], folder)
                shown = frames.of_film(made)
            else:
                rate = values.length(brief)[1]
                shown = frames.of_pictures([graph.downloaded(one, folder) for one in chosen], rate)
            writer, told = written(brief, shown, out, report)
        return Made(
            media_type="video/mp4",
            raw_sha256=writer.raw_sha256,
            width=brief.width,
            height=brief.height,
            frames=brief.frames,
            duration_s=brief.frames / brief.fps,
            settings={**ran.bound, **told},
            environment=graph.environment,
        )


def written(
    brief: VideoBrief, shown: frames.Shown, out: Path, report: Report
) -> tuple[FrameWriter, dict[str, Scalar]]:
    """Encode what came back as our clips are; returns also how long it was."""
    with FrameWriter(
        out,
        width=brief.width,
        height=brief.height,
        fps=brief.fps,
        keyframes=keyframes(brief.frames, brief.transition_frames),
        pixel_format="rgb24",
        crf=int(brief.settings.get("crf", 18)),
        preset=str(brief.settings.get("preset", "veryfast")),
        more=mp4_options(facts(brief, BACKEND)) if wanted(brief) else (),
    ) as writer:
        for rgb in frames.at_rate(shown, brief.frames, brief.fps):
            writer.write(covering(rgb, brief.width, brief.height))
            report(_LOADED)
    report(1.0)
    return writer, {"made_frames": shown.frames, "made_fps": round(shown.rate, 3)}


@dataclass(frozen=True)
class Ran:
    """What a prompt left behind, what it was, and every value that was bound, by its place."""

    files: list[outputs.File]
    prompt: Mapping[str, Any]
    bound: dict[str, Scalar]


class Graph:
    """A workflow on a server that has been checked against it."""

    def __init__(self, url: str, workflow: flow.Workflow, brief: ImageBrief | VideoBrief) -> None:
        self.server, self.workflow = Server(url), workflow
        info = self.server.object_info()
        check.refuse(workflow, brief.settings, info)
        self._bound = check.bound_places(workflow, brief.settings)
        self.names = set(self._bound.values())
        used = {str(node["class_type"]) for node in workflow.values()}
        self._info: Info = {name: info[name] for name in used}
        self.environment = {"comfyui": self._facts(), "workflow": workflow}

    def run(
        self, brief: ImageBrief | VideoBrief, given: Mapping[str, Scalar], report: Report
    ) -> Ran:
        """Have it made, or collect what was made already."""
        placed = values.in_places(self.workflow, self._bound, given, self._info)
        asked = job.Asked(
            flow.filled(self.workflow, placed),
            str(brief.running.get("job", "")),
            float(brief.running.get("timeout_s", 600)),
        )
        if not asked.job:
            self.server.free()
        done = job.done(self.server, asked, report)
        if not asked.job and set(done.outputs) & set(done.cached):
            raise StageError("ComfyUI answered from its cache, so nothing was made again")
        bound = {f"bound.{place.node}.{place.field}": value for place, value in placed.items()}
        return Ran(outputs.files(done.outputs), asked.prompt, bound)

    def uploaded(self, brief: VideoBrief) -> str:
        """The shot's picture among the server's inputs, at the size that is made."""
        rgb = covering(picture_of(brief.image), *values.size(brief))
        content = cv2.imencode(".png", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))[1].tobytes()
        name = f"{hashlib.sha256(rgb.tobytes()).hexdigest()[:32]}.png"
        return self.server.upload(name, content, FOLDER)

    def downloaded(self, file: outputs.File, folder: Path) -> Path:
        """A file of an output, here."""
        ending = Path(file.filename).suffix.lower()
        here = folder / f"{len(list(folder.iterdir())):05}{ending}"
        self.server.download(file._asdict(), here)
        return here

    def picture(self, file: outputs.File, folder: Path) -> Pixels:
        """A picture of an output. Raises StageError for a file that is none."""
        try:
            return picture_of(self.downloaded(file, folder))
        except BriefRefused as error:
            raise StageError(
                f"{file.filename} of ComfyUI is no picture that can be read"
            ) from error

    def _facts(self) -> dict[str, Any]:
        """The server as it is now, as far as it tells."""
        stats = self.server.system_stats()
        system = stats.get("system") or {}
        devices = stats.get("devices") or []
        return {
            "version": system.get("comfyui_version", "not told"),
            "torch": system.get("pytorch_version", "not told"),
            "python": str(system.get("python_version", "not told")).partition(" ")[0],
            "devices": [one.get("name") for one in devices if isinstance(one, Mapping)],
            "not_recorded": NOT_RECORDED,
        }


def graph_of(graphs: dict[tuple[str, str, str], Graph], brief: ImageBrief | VideoBrief) -> Graph:
    """The brief's workflow on its server, checked once. Raises BriefRefused, StageError."""
    running = brief.running
    bindings = {k: v for k, v in brief.settings.items() if k.startswith(BIND)}
    key = str(running["url"]), str(running["revision"]), str(sorted(bindings.items()))
    if key not in graphs:
        path = Path(str(running["workflow"]))
        try:
            workflow = flow.read(path)
        except BriefRefused as error:
            raise BriefRefused(
                f"the workflow {running['model']} that the film began with is gone; name it again "
                "with edit --profile, then retry"
            ) from error
        graphs[key] = Graph(key[0], workflow, brief)
    return graphs[key]


@contextmanager
def folder_beside(out: Path) -> Iterator[Path]:
    """A folder for what is downloaded, swept like `out` if we are killed."""
    with tempfile.TemporaryDirectory(prefix=f"{out.name}-", dir=out.parent) as folder:
        yield Path(folder)
