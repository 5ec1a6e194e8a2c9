"""What this machine has for making films, and what to do about what it lacks. Light."""

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from gpu import hub, profile, ready
from gpu.briefs import AudioBrief
from gpu.errors import StageError

OK, NOTE, PROBLEM = "ok", "note", "problem"
GIB = 1 << 30
FREE_MIN_BYTES = 2 * GIB
CHILD_S = 60
NEEDED = ("libx264", "aac")
MORE = ("libx265", "libsvtav1", "prores_ks", "ffv1")
EXTRA = ("torch", "diffusers", "transformers", "accelerate", "safetensors", "ftfy", "peft")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: how it is, in a sentence, and what to do."""

    what: str
    verdict: str
    says: str
    do: str = ""


def findings(home: Path) -> Iterator[Finding]:
    """Everything that was found, in the order in which it is looked at. Never raises."""
    yield _python()
    yield from _home(home)
    yield _ffmpeg()
    yield _voice()
    yield _cores()
    yield _extra()
    seen = _torch() if find_spec("torch") else None
    yield from _card(seen)
    yield from _weights()
    yield from _profiles(seen)


def _python() -> Finding:
    says = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    return Finding("python", OK, says)


def _home(home: Path) -> Iterator[Finding]:
    there = next(one for one in (home, *home.absolute().parents) if one.exists())
    if not os.access(there, os.W_OK):
        yield Finding("home", PROBLEM, f"{there} cannot be written", "choose another --home")
        return
    free = shutil.disk_usage(there).free
    says = f"{home}, {free / GIB:.0f} GiB free"
    if free < FREE_MIN_BYTES:
        yield Finding("home", PROBLEM, says, "free some space: `reelog gc`, or another --home")
    else:
        yield Finding("home", OK, says)


def _ffmpeg() -> Finding:
    try:
        from gpu.ffmpeg import command, executable

        path = executable()
        done = subprocess.run(
            command("-encoders"), capture_output=True, text=True, timeout=CHILD_S, check=True
        )
    except (OSError, RuntimeError, ImportError, subprocess.SubprocessError) as error:
        return Finding("ffmpeg", PROBLEM, f"ffmpeg does not run: {_first_line(error)}", _FFMPEG)
    encoders = {line.split()[1] for line in done.stdout.splitlines() if len(line.split()) > 1}
    lacks = [name for name in NEEDED if name not in encoders]
    if lacks:
        return Finding("ffmpeg", PROBLEM, f"{path} has no {', '.join(lacks)}", _FFMPEG)
    has = [name for name in (*NEEDED, *MORE) if name in encoders]
    return Finding("ffmpeg", OK, f"{Path(path).name}: {', '.join(has)}")


_FFMPEG = "unset IMAGEIO_FFMPEG_EXE, or install imageio-ffmpeg again"


def _voice() -> Finding:
    from gpu.speech import SpeechStage

    brief = AudioBrief(text="One line.", language="en", role="narration", seed=1)
    with tempfile.TemporaryDirectory() as folder:
        try:
            made = SpeechStage().run(brief, Path(folder) / "line.wav", lambda _: None)
        except (StageError, OSError) as error:
            says = f"eSpeak NG does not speak: {_first_line(error)}"
            return Finding("voice", PROBLEM, says, "install espeakng-loader again")
    return Finding("voice", OK, f"eSpeak NG speaks ({made.duration_s:.1f} s of sound)")


def _cores() -> Finding:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    return Finding("machine", OK, f"{os.cpu_count()} cores, {memory:.0f} GiB of memory")


def _extra() -> Finding:
    lacks = [name for name in EXTRA if find_spec(name) is None]
    if lacks:
        says = f"the extra `gpu` is not installed (no {', '.join(lacks)}); films are drawn"
        return Finding("models", NOTE, says, "pip install 'reelog[gpu]'")
    try:
        says = ", ".join(f"{name} {version(name)}" for name in EXTRA[:3])
    except PackageNotFoundError as error:
        return Finding("models", PROBLEM, f"{error} is half installed", "pip install 'reelog[gpu]'")
    return Finding("models", OK, says)


def _torch() -> Mapping[str, Any] | str:
    """What a child saw, or the last words of one that broke."""
    child = Path(__file__).with_name("doctor_child.py")
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(child)],
            capture_output=True, text=True, timeout=CHILD_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        return _first_line(error)
    try:
        seen: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        return (done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"])[-1]
    return seen


def _card(seen: Mapping[str, Any] | str | None) -> Iterator[Finding]:
    if seen is None:
        return
    if isinstance(seen, str):
        yield Finding("card", PROBLEM, f"torch does not run: {seen}", "pip install 'reelog[gpu]'")
        return
    if not seen["card"]:
        yield Finding("card", NOTE, *_no_card(seen))
        return
    says = (
        f"{seen['card']}, capability {seen['capability']}, {seen['free_gib']} of "
        f"{seen['memory_gib']} GiB free, CUDA {seen['cuda']}"
    )
    yield Finding("card", OK, says)
    if not seen["bf16"]:
        yield Finding("bf16", NOTE, "the card has no bf16", 'set dtype = "fp16" in the profile')
    yield _attention(seen)


def _no_card(seen: Mapping[str, Any]) -> tuple[str, str]:
    if shutil.which("nvidia-smi") and not seen["cuda"]:
        return "torch is built without CUDA, and there is an NVIDIA driver", (
            "install the torch that pytorch.org names for your CUDA"
        )
    return "no card that torch can use; models would run on the CPU, hundreds of times slower", (
        "the profiles animatic and tiny need none"
    )


def _attention(seen: Mapping[str, Any]) -> Finding:
    works = seen["attention"]
    says = f"attention runs as {works[0]} (works: {', '.join(works)})"
    major = int(str(seen["capability"]).partition(".")[0])
    if major >= 9 and works[0] != "cudnn" and os.environ.get("LD_LIBRARY_PATH"):
        do = "a system CUDA on LD_LIBRARY_PATH may hide the cuDNN of torch; unset it"
        return Finding("attention", NOTE, says, do)
    return Finding("attention", OK, says)


def _weights() -> Iterator[Finding]:
    cache = hub.cache()
    there = next(one for one in (cache, *cache.parents) if one.exists())
    free = shutil.disk_usage(there).free / GIB
    offline = ", HF_HUB_OFFLINE is set" if os.environ.get("HF_HUB_OFFLINE") else ""
    yield Finding("weights", OK, f"kept in {cache}, {free:.0f} GiB free{offline}")


def _profiles(seen: Mapping[str, Any] | str | None) -> Iterator[Finding]:
    for name in profile.names():
        try:
            found = profile.load(name)
        except StageError as error:
            yield Finding(name, PROBLEM, str(error), "mend the file")
            continue
        models = [one for one in found.stages.values() if one.backend in ready.OF_MODELS]
        if not models:
            continue
        there = (ready.HERE, ready.MADE)
        missing = [one.model for one in models if ready.weights_of(one) not in there]
        if not isinstance(seen, Mapping):
            yield Finding(name, NOTE, "needs the extra `gpu`", "pip install 'reelog[gpu]'")
        elif missing:
            says = f"weights missing: {', '.join(missing)}"
            yield Finding(name, NOTE, says, f"reelog profiles fetch {name}")
        else:
            yield Finding(name, OK, "everything it needs is here")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
