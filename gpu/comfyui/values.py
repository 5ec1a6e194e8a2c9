"""What a brief has for the inputs that a workflow binds."""

from collections.abc import Mapping
from typing import Any

from gpu.briefs import ImageBrief, Scalar, VideoBrief
from gpu.comfyui.check import Info, specification
from gpu.comfyui.workflow import Place, Workflow
from gpu.diffusion.shape import least
from gpu.words import clip_words, picture_words


def of_picture(brief: ImageBrief) -> dict[str, Scalar]:
    """By the name that a profile binds."""
    return {"prompt": picture_words(brief), **_common(brief)}


def of_clip(brief: VideoBrief, image: str) -> dict[str, Scalar]:
    """The same for a clip; `image` is the picture as the server's nodes name it."""
    frames, rate = length(brief)
    said: dict[str, Scalar] = {
        "prompt": clip_words(brief),
        "image": image,
        "length": frames,
        "fps": rate,
    }
    return {**said, **_common(brief)}


def _common(brief: ImageBrief | VideoBrief) -> dict[str, Scalar]:
    width, height = size(brief)
    return {
        "negative": brief.negative_prompt,
        "seed": brief.seed,
        "width": width,
        "height": height,
    }


def size(brief: ImageBrief | VideoBrief) -> tuple[int, int]:
    """Pixels that the workflow is asked for: the profile's, else the film's."""
    width, height = (int(brief.settings.get(side, 0)) for side in ("width", "height"))
    return width or brief.width, height or brief.height


def length(brief: VideoBrief) -> tuple[int, float]:
    """Frames and frames a second that the workflow is asked for.

    The profile's fixed length, else the fewest that its model takes and the clip needs.
    """
    rate = float(brief.settings.get("fps", 0) or brief.fps)
    if asked := int(brief.settings.get("frames", 0)):
        return asked, rate
    needed = -(-round(brief.frames * rate) // brief.fps)
    step = int(brief.settings.get("length_step", 1))
    return least(needed, step, 1), rate


def in_places(
    workflow: Workflow, bound: Mapping[Place, str], values: Mapping[str, Scalar], info: Info
) -> dict[Place, Scalar]:
    """Every bound input with its value, as the node's type wants it."""
    return {
        place: _typed(values[name], name, specification(info, *_class_and_field(workflow, place)))
        for place, name in bound.items()
    }


def _class_and_field(workflow: Workflow, place: Place) -> tuple[str, str]:
    return str(workflow[place.node]["class_type"]), place.field


def _typed(value: Scalar, name: str, kind: tuple[Any, Mapping[str, Any]]) -> Scalar:
    """A seed beyond what a node takes is brought into its range, the same way every time."""
    type_name, options = kind
    if type_name == "INT" and isinstance(value, float):
        return round(value)
    if name == "seed":
        most, least_ = options.get("max"), options.get("min", 0)
        if isinstance(most, int) and isinstance(least_, int) and int(value) > most:
            return least_ + int(value) % (most - least_ + 1)
        return int(value)
    if type_name == "STRING":
        return str(value)
    return value
