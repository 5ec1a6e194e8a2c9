"""What the results of this process depend on besides briefs: kept once as an artifact."""

import json
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from eventstore.artifacts import Artifacts

LIBRARIES = (
    "apsw", "diffusers", "espeakng-loader", "ftfy", "imageio", "imageio-ffmpeg", "numpy",
    "opencv-python-headless", "pillow", "pydantic", "reelog", "safetensors", "torch",
    "transformers",
)  # fmt: skip


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


def keep_environment(artifacts: Artifacts, temporary: Path) -> str:
    """Keep this process's environment as an artifact; returns its SHA-256."""
    temporary.write_text(json.dumps(environment(), sort_keys=True, indent=1), encoding="utf-8")
    sha256, _ = artifacts.keep(temporary, "application/json")
    return sha256
