"""The card that models would run on, asked of its driver: torch takes seconds to import."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_MIB = 1 << 20
_ANSWER_S = 10


@dataclass(frozen=True)
class Card:
    """A card and its memory."""

    name: str
    memory_bytes: int
    free_bytes: int


def card() -> Card | None:
    """The first card that torch may use; None where models run on the CPU, or nobody can tell."""
    program = shutil.which("nvidia-smi")
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    first = visible.split(",")[0].strip() if visible is not None else "0"
    if program is None or first in ("", "-1", "NoDevFiles") or not _torch_is_for_cards():
        return None
    query = "--query-gpu=name,memory.total,memory.free"
    try:
        done = subprocess.run(
            [program, query, "--format=csv,noheader,nounits", "-i", first],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=_ANSWER_S, check=True,
        )  # fmt: skip
        name, total, free = done.stdout.decode().splitlines()[0].rsplit(",", 2)
        return Card(name.strip(), int(total) * _MIB, int(free) * _MIB)
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None


@cache
def driver() -> str:
    """The version of NVIDIA's driver; empty where there is none, or none that answers."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return ""
    try:
        done = subprocess.run(
            [program, "--query-gpu=driver_version", "--format=csv,noheader"],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=_ANSWER_S, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return next(iter(done.stdout.decode("utf-8", "replace").split()), "")


def _torch_is_for_cards() -> bool:
    spec = find_spec("torch")
    if spec is None or spec.origin is None:
        return False
    try:
        text = Path(spec.origin).with_name("version.py").read_text(encoding="utf-8")
    except OSError:
        return False
    return re.search(r"^cuda[^=]*= *['\"]", text, re.MULTILINE) is not None
