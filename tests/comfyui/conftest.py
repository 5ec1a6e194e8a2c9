"""A ComfyUI of the test's own, in a real process, and briefs for it."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from gpu.briefs import ImageBrief, VideoBrief
from gpu.comfyui import workflow as flow

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "comfyui"


@dataclass
class Running:
    """A server's process. `start` after `kill`: on the same port, and remembering nothing."""

    folder: Path
    options: tuple[str, ...] = ()
    port: int = 0
    process: Any = field(default=None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Running":
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.comfyui.server", str(self.folder), *self.options,
             "--port", str(self.port)],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.port = int(self.process.stdout.readline())
        return self

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def misbehave(self, **how: Any) -> None:
        requests.post(f"{self.url}/test", json=how, timeout=10)

    def counts(self) -> dict[str, int]:
        found: dict[str, int] = requests.get(f"{self.url}/test", timeout=10).json()
        return found

    def count(self, name: str) -> int:
        return self.counts().get(name, 0)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One that all tests of a file share."""
    running = Running(tmp_path_factory.mktemp("comfyui")).start()
    yield running
    running.kill()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Makes a new one, with options."""
    started: list[Running] = []

    def make(*options: str) -> Running:
        started.append(Running(tmp_path / f"comfyui{len(started)}", options).start())
        return started[-1]

    yield make
    for one in started:
        if one.process.poll() is None:
            one.kill()


def gated(file: Path) -> dict[str, Any]:
    """The example of a picture, held back until a file is there."""
    found = json.loads((EXAMPLES / "ground.json").read_text())
    found["3"] = {"class_type": "Gate", "inputs": {"images": ["1", 0], "file": str(file)}}
    found["2"]["inputs"]["images"] = ["3", 0]
    return found


def with_node(class_type: str, **inputs: Any) -> dict[str, Any]:
    """The example of a picture, with one more node before it is saved."""
    found = json.loads((EXAMPLES / "ground.json").read_text())
    found["3"] = {"class_type": class_type, "inputs": {"images": ["1", 0], **inputs}}
    found["2"]["inputs"]["images"] = ["3", 0]
    return found


def on(server: Running, workflow: Any, folder: Path, **more: Any) -> dict[str, Any]:
    """How a stage is run on a server."""
    path = folder / "kept.json"
    path.write_text(flow.text(workflow))
    revision = flow.sha256(workflow)
    facts = {"model": "w.json", "revision": revision, "workflow": str(path), "url": server.url}
    return {**facts, "timeout_s": 20, "job": "a command", **more}


def image_brief(running: dict[str, Any], **more: Any) -> ImageBrief:
    """A picture of one colour."""
    bindings = {"bind.seed": "Ground.color", "bind.width": "1.width", "bind.height": "1.height"}
    settings = {**bindings, **more.pop("settings", {})}
    return ImageBrief(
        prompt="a wall.", negative_prompt="", style="ink", shot_size="", angle="", lighting="",
        camera="static", place="", **{"seed": 0x123456, "width": 64, "height": 36, **more},
        settings=settings, running=running,
    )  # fmt: skip


def video_brief(image: Path, running: dict[str, Any], **more: Any) -> VideoBrief:
    """Ten frames of that picture."""
    bindings = {
        "bind.image": "Picture.image", "bind.width": "Size.width", "bind.height": "Size.height",
        "bind.length": "Length.amount", "bind.fps": "Rate.fps",
    }  # fmt: skip
    settings = {**bindings, **more.pop("settings", {})}
    given = {"seed": 1, "width": 64, "height": 36, "frames": 10, "fps": 12, **more}
    return VideoBrief(
        image=image, motion_prompt="", camera="static", transition_frames=2, **given,
        settings=settings, running=running,
    )  # fmt: skip
