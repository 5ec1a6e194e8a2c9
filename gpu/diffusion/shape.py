"""Sizes and lengths: what a film wants, what a model can make. Pure."""

from gpu.briefs import ImageBrief, VideoBrief
from gpu.diffusion.families import Family
from gpu.errors import BriefRefused


def size(brief: ImageBrief | VideoBrief, family: Family) -> tuple[int, int]:
    """Width and height that the model makes: the profile's, else the film's, as the model takes it.

    The shape stays the film's as nearly as the model's multiple allows; the rest is cropped.
    """
    asked_width, asked_height = (
        int(brief.settings.get("width", 0)),
        int(brief.settings.get("height", 0)),
    )
    width, height = asked_width or brief.width, asked_height or brief.height
    for asked, side in ((asked_width, "width"), (asked_height, "height")):
        if asked % family.sides:
            raise BriefRefused(
                f"{side} {asked} is no multiple of {family.sides}, as the model needs it"
            )
    return _rounded(width, family.sides), _rounded(height, family.sides)


def _rounded(side: int, multiple: int) -> int:
    return max(multiple, round(side / multiple) * multiple)


def length(brief: VideoBrief, family: Family) -> tuple[int, float]:
    """Frames and frames a second that the model makes for a clip.

    The profile's fixed length, else the fewest that the model takes and the clip needs.
    """
    step, first = family.frames
    rate = float(brief.settings.get("fps", 0) or brief.fps)
    asked = int(brief.settings.get("frames", 0))
    if asked:
        if (asked - first) % step:
            like = _least(asked, step, first)
            raise BriefRefused(f"frames {asked}: the model takes {step}n+{first}, like {like}")
        return asked, rate
    return _least(-(-round(brief.frames * rate) // brief.fps), step, first), rate


def _least(frames: int, step: int, first: int) -> int:
    return max(0, -(-(frames - first) // step)) * step + first


def shown(frames: int, rate: float, wanted: int, fps: int) -> list[int]:
    """For each frame of the film's clip, the frame of the model's clip that is on at its time."""
    return [min(int(at * rate / fps + 1e-9), frames - 1) for at in range(wanted)]
