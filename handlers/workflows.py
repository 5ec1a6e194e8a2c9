"""ComfyUI workflows and templates of questions: kept as artifacts before an event names them."""

from contextlib import closing

from eventstore.artifacts import full_disk_is_ours
from eventstore.home import Home
from eventstore.leases import WorkerLock
from gpu.llm.template import Template
from gpu.profile import Profile, StageProfile
from projections.named import JSON, WORDS


def keep(home: Home, lock: WorkerLock, profile: Profile) -> None:
    """The profile's texts: a film owns what it was begun with, whatever becomes of the files."""
    for text, media_type in texts(profile):
        temporary = home.artifacts.temporary(lock.name, media_type)
        try:
            with full_disk_is_ours(temporary):
                temporary.write_bytes(text.encode())
            home.artifacts.keep(temporary, media_type)
        finally:
            temporary.unlink(missing_ok=True)


def keep_alone(home: Home, profile: Profile | None) -> None:
    """The same for somebody who is no worker: gc leaves them alone until an event names them."""
    if profile and texts(profile):
        with closing(WorkerLock(home.locks)) as lock:
            keep(home, lock, profile)


def texts(profile: Profile) -> list[tuple[str, str]]:
    """What a profile's stages are made by: (text, media type)."""
    found = {(stage.workflow, JSON) for stage in profile.stages.values()}
    found |= {(stage.template, WORDS) for stage in profile.stages.values()}
    found |= {(text, WORDS) for stage in profile.stages.values() for text in _of_prompts(stage)}
    return sorted((text, media_type) for text, media_type in found if text)


def _of_prompts(stage: StageProfile) -> list[str]:
    """Of several templates, those that are asked by."""
    asked_by = set(stage.settings.values())
    return [text for text in stage.templates.values() if Template(text).sha256 in asked_by]
