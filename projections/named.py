"""Which artifacts events name: results, the environments they were made in, what the user gave.

And which files commands name, by raw content.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from eventstore.registry import Event
from projections.events import (
    MediaResult,
    PreviewRendered,
    ProfileChanged,
    ReferenceGiven,
    SessionForked,
    SessionStarted,
)
from projections.parts import StageChoice

JSON = "application/json"
WORDS = "text/markdown"
TEMPLATES = ("template", "image_template", "video_template")
SOUND = "application/octet-stream"
"""The user's own music, in whatever container it is."""
Name = tuple[str, str]
"""(SHA-256, media type)."""


def workflow_of(choice: StageChoice) -> str:
    """The SHA-256 of a stage's ComfyUI workflow; empty for a stage without one."""
    return choice.revision if choice.backend == "comfyui" else ""


def workflows(event: Event) -> list[str]:
    """The ComfyUI workflows that an event lets stages be made by."""
    stages = getattr(event, "stages", None)
    if not isinstance(event, SessionStarted | ProfileChanged | SessionForked) or not stages:
        return []
    return sorted({workflow_of(choice) for choice in stages.values()} - {""})


def templates_of(choice: StageChoice) -> dict[str, str]:
    """Setting → SHA-256 of the templates that a stage asks a language model by."""
    return {key: str(choice.settings[key]) for key in TEMPLATES if key in choice.settings}


def templates(event: Event) -> list[str]:
    """The templates that an event lets stages be asked by."""
    stages = getattr(event, "stages", None)
    if not isinstance(event, SessionStarted | ProfileChanged | SessionForked) or not stages:
        return []
    return sorted({one for choice in stages.values() for one in templates_of(choice).values()})


def named(event: Event) -> list[Name]:
    """The artifacts that an event names."""
    found = []
    if isinstance(event, MediaResult | ReferenceGiven):
        found.append((event.artifact.sha256, event.artifact.media_type))
    if isinstance(event, PreviewRendered) and event.state:
        found.append((event.state.sha256, event.state.media_type))
    if isinstance(event, SessionStarted) and event.script:
        found.append((event.script.sha256, event.script.media_type))
    stages = getattr(event, "stages", None) or {}
    if (music := stages.get("music")) and (sha256 := music.settings.get("sha256")):
        found.append((str(sha256), SOUND))
    found += [(sha256, JSON) for sha256 in workflows(event)]
    found += [(sha256, WORDS) for sha256 in templates(event)]
    provenance = getattr(event, "provenance", None)
    if provenance is not None and provenance.environment is not None:
        found.append((provenance.environment, JSON))
    return found


def files_of(inputs: Any) -> Iterator[str]:
    """Raw SHA-256 of the files among a command's inputs, in their order."""
    if isinstance(inputs, Mapping):
        for key, value in inputs.items():
            if isinstance(value, str) and value and key.endswith("raw_sha256"):
                yield value
            else:
                yield from files_of(value)
    elif isinstance(inputs, list | tuple):
        for one in inputs:
            yield from files_of(one)
