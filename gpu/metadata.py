"""What a file says about how it was made: only what its command's name covers.

So the same command gives the same bytes; session, event, place and time stand in the sidecar.
"""

import json
import struct
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gpu import png_text
from gpu.briefs import ImageBrief, VideoBrief
from gpu.ffmpeg import command, source

KEYWORD = "reelog"
_NOT_ITS_OWN = ("running", "image", "metadata")
_READ_S = 10


def facts(brief: ImageBrief | VideoBrief) -> dict[str, Any]:
    """Prompts, seed, size, model and settings of a brief; no path and nothing of how it was run."""
    asked = {key: value for key, value in asdict(brief).items() if key not in _NOT_ITS_OWN}
    asked["settings"] = dict(brief.settings)
    return {
        "version": 1,
        "kind": "image" if isinstance(brief, ImageBrief) else "video",
        "model": str(brief.running.get("model", "")),
        "revision": str(brief.running.get("revision", "")),
        **{key: value for key, value in asked.items() if value not in ("", None)},
    }


def png_texts(brief: ImageBrief, prompt: str, facts_of: dict[str, Any]) -> dict[str, str]:
    """The texts of a picture's file: ours, and the one that other tools read."""
    return {KEYWORD: _json(facts_of), "parameters": parameters(brief, prompt)}


def parameters(brief: ImageBrief, prompt: str) -> str:
    """The prompt, what must not be seen, and numbers, a line each, as A1111 writes them."""
    settings = brief.settings
    numbers: dict[str, Any] = {
        "Steps": settings.get("steps"),
        "Sampler": settings.get("scheduler") or None,
        "CFG scale": settings.get("guidance"),
        "Seed": brief.seed,
        "Size": f"{brief.width}x{brief.height}",
        "Model": str(brief.running.get("model", "")) or None,
        "Lora hashes": f'"{settings["loras"]}"' if settings.get("loras") else None,
        "Version": "reelog",
    }
    lines = [_one_line(prompt)]
    if brief.negative_prompt:
        lines.append(f"Negative prompt: {_one_line(brief.negative_prompt)}")
    lines.append(
        ", ".join(f"{key}: {value}" for key, value in numbers.items() if value is not None)
    )
    return "\n".join(lines)


def mp4_options(facts_of: dict[str, Any]) -> list[str]:
    """Output options of ffmpeg that write the facts as the file's comment."""
    return ["-metadata", f"comment={_json(facts_of)}"]


def wanted(brief: ImageBrief | VideoBrief) -> bool:
    """Whether the file is to say how it was made."""
    return bool(brief.settings.get("metadata", True))


def read(path: Path) -> dict[str, Any] | None:
    """What a PNG or MP4 says about itself; None for a file that says nothing we understand."""
    try:
        if path.suffix == ".png":
            text = next((text for key, text in png_text.read(path) if key == KEYWORD), "")
        else:
            text = _comment(path)
        found = json.loads(text) if text else None
    except (OSError, ValueError, subprocess.SubprocessError, struct.error):
        return None
    return found if isinstance(found, dict) else None


def _comment(path: Path) -> str:
    done = subprocess.run(
        command(*source(path), "-f", "ffmetadata", "-"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_READ_S,
        check=False,
    )
    for line in _joined(done.stdout.decode("utf-8", "replace")):
        key, _, value = line.partition("=")
        if key == "comment":
            return value
    return ""


def _joined(text: str) -> list[str]:
    """The lines of an ffmetadata file, with its escapes undone."""
    lines, line, escaped = [], "", False
    for character in text:
        if escaped:
            line, escaped = line + character, False
        elif character == "\\":
            escaped = True
        elif character == "\n":
            lines.append(line)
            line = ""
        else:
            line += character
    return [*lines, line]


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=True, sort_keys=True)


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())
