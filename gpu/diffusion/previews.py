"""What a brief says about stopping at a step, going on from one, and showing what is made."""

from pathlib import Path

from gpu.briefs import ImageBrief, VideoBrief
from gpu.diffusion.loop import Stop
from gpu.stages import state_beside


def begin(brief: ImageBrief | VideoBrief) -> Path | None:
    """The state that a preview of the same work left."""
    path = str(brief.running.get("begin", ""))
    return Path(path) if path else None


def glimpse(brief: ImageBrief | VideoBrief) -> Path | None:
    """Where a small picture is shown while it is made; nowhere where the profile says so."""
    path = str(brief.running.get("glimpse", ""))
    return Path(path) if path and brief.running.get("speed.previews", True) else None


def stop(brief: ImageBrief | VideoBrief, out: Path) -> Stop | None:
    """Where a preview ends."""
    steps = brief.preview_steps
    return Stop(step=steps, state=state_beside(out)) if steps else None


def left(brief: ImageBrief | VideoBrief, out: Path) -> Path | None:
    """The state that was left; a family that cannot go on from one leaves none."""
    path = state_beside(out)
    return path if brief.preview_steps and path.is_file() else None
