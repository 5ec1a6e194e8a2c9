"""Sizes and lengths: what a film wants, what a model can make. Pure."""

from gpu.briefs import ImageBrief, Settings, VideoBrief
from gpu.diffusion.families import Family
from gpu.errors import BriefRefused


def size(brief: ImageBrief | VideoBrief, family: Family) -> tuple[int, int]:
    """Width and height that the model makes: the profile's, else the film's, as the model takes it.

    The shape stays the film's as nearly as the model's multiple allows; the rest is cropped.
    """
    refuse(brief.settings, family)
    width = int(brief.settings.get("width", 0)) or brief.width
    height = int(brief.settings.get("height", 0)) or brief.height
    return _rounded(width, family.sides), _rounded(height, family.sides)


def refuse(settings: Settings, family: Family) -> None:
    """Raises BriefRefused for a size or length that a profile asks for and no such model makes."""
    for side in ("width", "height"):
        asked = int(settings.get(side, 0))
        if asked % family.sides:
            raise BriefRefused(
                f"{side} {asked} is no multiple of {family.sides}, as the model needs it"
            )
    step, first = family.frames
    frames = int(settings.get("frames", 0))
    if frames and (frames - first) % step:
        like = least(frames, step, first)
        raise BriefRefused(f"frames {frames}: the model takes {step}n+{first}, like {like}")


def _rounded(side: int, multiple: int) -> int:
    return max(multiple, round(side / multiple) * multiple)


def length(brief: VideoBrief, family: Family) -> tuple[int, float]:
    """Frames and frames a second that the model makes for a clip.

    The profile's fixed length, else the fewest that the model takes and the clip needs.
    """
    step, first = family.frames
    rate = float(brief.settings.get("fps", 0) or brief.fps)
    refuse(brief.settings, family)
    if asked := int(brief.settings.get("frames", 0)):
        return asked, rate
    return least(-(-round(brief.frames * rate) // brief.fps), step, first), rate


def least(frames: int, step: int, first: int) -> int:
    return max(0, -(-(frames - first) // step)) * step + first


def shown(frames: int, rate: float, wanted: int, fps: int) -> list[int]:
    """For each frame of the film's clip, the frame of the model's clip that is on at its time."""
    return [min(int(at * rate / fps + 1e-9), frames - 1) for at in range(wanted)]
