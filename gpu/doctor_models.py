"""What films by models need: the extra `gpu`, a card, numbers that repeat. Light; nothing raises.

torch is asked in a child process, so that a broken one breaks nothing here.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from gpu.card import driver
from gpu.finding import NOTE, OK, PROBLEM, Finding, first_line, gib

Seen = Mapping[str, Any]
"""What torch sees, as gpu.doctor_child tells it."""

CHILD_S = 120
INSTALL = "pip install 'reelog[gpu]'"
_EXTRA = re.compile(r"([\w.-]+)(?:==([\w.]+))?[^;]*;\s*extra\s*==\s*['\"]gpu['\"]")
_HOPPER = (9, 0)  # from here on torch prefers cuDNN's attention
# Set from outside, these move bits of what models make.
_MOVERS = (
    ("NVIDIA_TF32_OVERRIDE", "it overrules the number format of matrix products"),
    ("TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "it overrules the number format of matrix products"),
    ("CUBLAS_WORKSPACE_CONFIG", "reelog would take :4096:8, with which products repeat"),
    ("TORCH_CUDNN_SDPA_ENABLED", "it changes which attention runs"),
)


def extra() -> Finding:
    """Whether the libraries of the extra are here, at the versions that are tested."""
    found, lacks, others = [], [], []
    for name, pinned in _wanted():
        number = _installed(name)
        if not number:
            lacks.append(name)
        elif pinned:
            found.append(f"{name} {number}")
            if number.partition("+")[0] != pinned:
                others.append(f"{name} {pinned}")
    if lacks and not find_spec("torch"):
        says = "the extra `gpu` is not installed: films are drawn, none is made by models"
        return Finding("models", "libraries", NOTE, says, INSTALL)
    if lacks:
        says = f"the extra `gpu` is half installed, without {', '.join(lacks)}"
        return Finding("models", "libraries", PROBLEM, says, INSTALL)
    if others:
        says = f"{', '.join(found)}; tested are {', '.join(others)}"
        return Finding("models", "libraries", NOTE, says, INSTALL)
    return Finding("models", "libraries", OK, ", ".join(found))


def _wanted() -> Iterator[tuple[str, str]]:
    """What the extra brings, by reelog's own metadata, with the version where one is pinned."""
    try:
        lines = requires("reelog") or []
    except PackageNotFoundError:
        return
    for line in lines:
        if match := _EXTRA.match(line):
            yield match[1], match[2] or ""


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def torch_sees() -> Seen | str | None:
    """What torch sees in a child; its last words where it broke; None where there is no torch."""
    if find_spec("torch") is None:
        return None
    child = Path(__file__).with_name("doctor_child.py")
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(child)],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=CHILD_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        return first_line(error)
    try:
        seen: Seen = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return words[-1] if words else f"it ended with {done.returncode}"
    return seen


def card(seen: Seen | str | None) -> Iterator[Finding]:
    """The card, its driver and memory, its number formats, and attention as it really runs."""
    driver = _driver()
    if seen is None:
        if driver:
            yield Finding("models", "card", NOTE, f"{driver}, and no torch to use it", INSTALL)
        return
    if isinstance(seen, str):
        do = f"install it again: {INSTALL}"
        yield Finding("models", "card", PROBLEM, f"torch does not run: {seen}", do)
        return
    if not seen["card"]:
        yield Finding("models", "card", NOTE, *_no_card(seen, driver))
        yield Finding("models", "attention", OK, _attention_says(seen))
        return
    yield from _found_card(seen, driver)


def _found_card(seen: Seen, driver: str) -> Iterator[Finding]:
    built = f"CUDA {seen['cuda']}" if seen["cuda"] else f"ROCm {seen['rocm']}"
    more = f", the first of {seen['cards']} cards" if seen["cards"] > 1 else ""
    says = (
        f"{seen['card']}, capability {'.'.join(map(str, seen['capability']))}{more}: "
        f"{gib(seen['free_bytes'])} of {gib(seen['memory_bytes'])} free; "
        f"{built}, cuDNN {seen['cudnn']}"
    )
    yield Finding("models", "card", OK, says + (f"; {driver}" if driver else ""))
    if seen["bf16"]:
        yield Finding("models", "bf16", OK, "the card computes in bf16")
    else:
        do = 'set dtype = "fp16" in the profile, or --set image.dtype=fp16'
        yield Finding("models", "bf16", NOTE, "the card has no bf16", do)
    yield _attention(seen)
    yield _allocator()


def _no_card(seen: Seen, driver: str) -> tuple[str, str]:
    if seen["why"]:
        return f"torch for cards, and none that it can use: {seen['why']}", (
            "install the driver that this torch needs, or the torch for your driver: pytorch.org"
        )
    if driver:
        return f"{driver}, and a torch without CUDA", "install torch for your CUDA: pytorch.org"
    if seen["mps"]:
        return "an Apple card, which reelog does not use: models run on the CPU, slowly", (
            "try the path with --profile tiny; films of models want an NVIDIA or AMD card"
        )
    return "no card that torch can use: models would run on the CPU, hundreds of times slower", (
        "none is needed for the profiles animatic and tiny"
    )


def _driver() -> str:
    """The NVIDIA driver, in words; empty where there is none."""
    if shutil.which("nvidia-smi") is None:
        return ""
    number = driver()
    return f"NVIDIA driver {number}" if number else "an NVIDIA driver that does not answer"


def _attention_says(seen: Seen) -> str:
    works, picked = seen["attention"]["works"], seen["attention"]["picked"]
    return f"runs as {picked or '?'} (works: {', '.join(works)})"


def _attention(seen: Seen) -> Finding:
    says = _attention_says(seen)
    folders = [one for one in os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep) if one]
    foreign = [one for one in seen["loaded"] if str(Path(one).parent) in folders]
    if foreign:
        says += f"; torch runs on a foreign {foreign[0]}"
        do = "start reelog without LD_LIBRARY_PATH: it hides the libraries that torch brings"
        return Finding("models", "attention", NOTE, says, do)
    slow = tuple(seen["capability"]) >= _HOPPER and seen["attention"]["picked"] != "cuDNN"
    if slow and seen["cuda"]:
        do = "install the torch that reelog pins, with its own cuDNN; films come out all the same"
        return Finding("models", "attention", NOTE, f"{says}; cuDNN's is faster on this card", do)
    return Finding("models", "attention", OK, says)


def _allocator() -> Finding:
    asked = os.environ.get("PYTORCH_ALLOC_CONF") or os.environ.get("PYTORCH_CUDA_ALLOC_CONF", "")
    if "expandable_segments:True" in asked:
        return Finding("models", "allocator", OK, asked)
    says = f"torch's allocator is set to {asked!r}" if asked else "torch's allocator is not set"
    do = "export PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True, and more fits on the card"
    return Finding("models", "allocator", NOTE, says, do)


def numbers() -> Finding:
    """Whether anything outside reelog changes how models compute."""
    for name, why in _MOVERS:
        if value := os.environ.get(name):
            says = f"{name}={value} is set: {why}"
            return Finding("models", "numbers", NOTE, says, f"unset {name}, or keep it the same")
    says = "TF32 off, deterministic kernels, CUBLAS_WORKSPACE_CONFIG=:4096:8, once a model opens"
    return Finding("models", "numbers", OK, says)
