"""What a file says about how it was made: only what its command's name covers. Light.

So the same command gives the same bytes; session, event, place and time stand in the sidecar.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gpu import mp4_text, png_text
from gpu.briefs import FilmBrief, ImageBrief, VideoBrief

if TYPE_CHECKING:
    from gpu.paint import Pixels

Facts = Mapping[str, Any]

KEYWORD = "reelog"
VERSION = 1
ARGUMENT_BYTES_MAX = 100_000  # Linux takes no longer argument than 128 KiB
_KINDS = {ImageBrief: "image", VideoBrief: "video", FilmBrief: "film"}
# Paths; what is no input; and what a film holds anyway, as captions and chapters.
_LEFT_OUT = (
    "image", "references", "music", "running", "settings", "clips", "cues", "chapters",
)  # fmt: skip


def facts(brief: ImageBrief | VideoBrief | FilmBrief, backend: str) -> Facts:
    """What the brief's command covers, as JSON values: prompts, seed, size, model, settings.

    A picture names what it was drawn after, a clip its picture and a film its clips by raw SHA-256.
    Empty ones are left out.
    """
    drawn_after = brief.references if isinstance(brief, ImageBrief) else ()
    running: Mapping[str, Any] = {} if isinstance(brief, FilmBrief) else brief.running
    said = {
        "backend": backend,
        "model": running.get("model"),
        "revision": running.get("revision"),
        "image_raw_sha256": running.get("image_raw_sha256"),
        "references": [[one.name, one.raw_sha256] for one in drawn_after] or None,
        "clips": _clips(brief) if isinstance(brief, FilmBrief) else None,
        **{key: value for key, value in asdict(brief).items() if key not in _LEFT_OUT},
        "settings": dict(brief.settings),
    }
    given = {key: value for key, value in said.items() if value not in ("", None)}
    return {"version": VERSION, "kind": _KINDS[type(brief)], **given}


def _clips(brief: FilmBrief) -> list[dict[str, Any]]:
    return [
        {
            "video_raw_sha256": clip.video_raw_sha256,
            "narration_raw_sha256": clip.narration_raw_sha256,
            "start_frame": clip.start_frame,
            "frames": clip.frames,
            "transition": clip.transition,
        }
        for clip in brief.clips
    ]


def wanted(brief: ImageBrief | VideoBrief | FilmBrief) -> bool:
    """Whether the file is to say how it was made."""
    return bool(brief.settings.get("metadata", True))


def write_png(out: Path, rgb: "Pixels", said: Facts, prompt: str = "", workflow: str = "") -> None:
    """RGB pixels (height, width, 3), uint8, with their facts; without a word where there are none.

    `prompt`: the words as the model got them, where they are not the facts' own. `workflow`: what
    ComfyUI ran, as JSON, where it opens a picture of its own by.
    """
    texts = {**own_text(said), "parameters": parameters(said, prompt)} if said else {}
    if said and workflow:
        texts["prompt"] = workflow
    png_text.write(out, rgb, texts)


def own_text(said: Facts) -> dict[str, str]:
    """The text of a PNG that `read` finds."""
    return {KEYWORD: _json(said)}


def parameters(said: Facts, prompt: str = "") -> str:
    """Prompt, negative prompt and numbers, as readers of A1111's pictures expect them."""
    settings, revision = said["settings"], str(said.get("revision", ""))
    values = {
        "Steps": settings.get("steps"),
        "Sampler": settings.get("scheduler"),
        "CFG scale": settings.get("guidance"),
        "Seed": said["seed"],
        "Size": f"{said['width']}x{said['height']}",
        "Model": said.get("model"),
        "Model hash": revision[:10] if _is_hash(revision) else None,
        "Lora hashes": _loras(str(settings.get("loras", ""))),
        "Version": "reelog",
    }
    negative = _one_line(said.get("negative_prompt", ""))
    lines = (
        _one_line(prompt or said.get("prompt", "")),
        *((f"Negative prompt: {negative}",) if negative else ()),
        ", ".join(f"{key}: {_quoted(value)}" for key, value in values.items() if value is not None),
    )
    return "\n".join(lines)


def mp4_options(said: Facts) -> list[str]:
    """Output options of ffmpeg that write the facts; none where there are none or too long ones."""
    text = comment(said)
    return ["-metadata", f"comment={text}"] if text and len(text) <= ARGUMENT_BYTES_MAX else []


def comment(said: Facts) -> str:
    """The facts as the comment of an MP4, in ASCII; empty where there are none."""
    return _json({KEYWORD: said}) if said else ""


def read(path: Path) -> dict[str, Any] | None:
    """The facts in a PNG or MP4; None for any file that holds none. Raises nothing."""
    try:
        if not path.is_file():  # opening a pipe would wait for a writer
            return None
        found = loaded(png_text.read(path).get(KEYWORD, ""))
        if found is None:
            found = (loaded(mp4_text.read(path)) or {}).get(KEYWORD)
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def loaded(text: str) -> dict[str, Any] | None:
    """A JSON object, or None for any other text."""
    try:
        found = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _json(value: Facts) -> str:
    return json.dumps(value, ensure_ascii=True, sort_keys=True)


def _one_line(text: str) -> str:
    """A line of a prompt could pass for one of the lines that follow it."""
    return " ".join(text.replace("\0", " ").split())


def _quoted(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if set(text) & set(",:\n") else text


def _is_hash(revision: str) -> bool:
    return len(revision) >= 10 and not set(revision) - set("0123456789abcdef")


def _loras(recorded: str) -> str | None:
    """`name@scale#sha256,…` as `name: hash, …`."""
    pairs = [one.split("#") for one in recorded.split(",") if "#" in one]
    named = [f"{name.rpartition('@')[0]}: {sha256[:10]}" for name, sha256 in pairs]
    return ", ".join(named) or None
