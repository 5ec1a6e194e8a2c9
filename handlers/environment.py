"""What the results of this process depend on besides briefs: kept once as an artifact."""

import json
import os
import platform
import sys
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from eventstore.artifacts import Artifacts

LIBRARIES = (
    "accelerate", "apsw", "diffusers", "espeakng-loader", "flash-attn", "ftfy", "imageio",
    "imageio-ffmpeg", "kernels", "llguidance", "numpy", "opencv-python-headless", "peft", "pillow",
    "pydantic", "reelog", "safetensors", "sageattention", "tokenizers", "torch", "torchsde",
    "torchvision", "transformers", "triton", "xformers",
)  # fmt: skip


@cache
def environment() -> dict[str, object]:
    """Libraries, machine and threads of this process."""
    libraries = {}
    for name in LIBRARIES:
        try:
            libraries[name] = version(name)
        except PackageNotFoundError:
            continue
    return {
        "libraries": libraries,
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        "byteorder": sys.byteorder,
        "cpus": os.cpu_count(),
    }


class Environments:
    """The environments of a process's results, each kept once as an artifact."""

    def __init__(self, artifacts: Artifacts, temporary: Callable[[], Path]) -> None:
        self._artifacts, self._temporary = artifacts, temporary
        self._kept: dict[str, str] = {}

    def keep(self, of_stage: Mapping[str, Any]) -> str:
        """Keep this process's environment with what the stage adds; returns its SHA-256."""
        text = json.dumps(environment() | dict(of_stage), sort_keys=True, indent=1)
        if text not in self._kept:
            temporary = self._temporary()
            temporary.write_text(text, encoding="utf-8")
            self._kept[text], _ = self._artifacts.keep(temporary, "application/json")
        return self._kept[text]
