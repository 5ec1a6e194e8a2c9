"""What characters and places look like, as a family takes it: in its call, and in the prompt."""

from collections.abc import Sequence
from typing import Any

from PIL import Image

from gpu.briefs import ImageBrief, ReferencePicture
from gpu.diffusion.families import Family
from gpu.errors import BriefRefused

SEVERAL, ONE, ADAPTER = "several", "one", "adapter"
"""How a family takes pictures: as a list, as a single picture, through an IP-Adapter."""


def told(brief: ImageBrief, family: Family) -> str:
    """Who is on which picture, for the end of the prompt; empty where nobody has one."""
    names = [one.name for one in brief.references]
    if not names or family.pictures not in (SEVERAL, ONE):
        return ""
    if len(names) == 1:
        return f"{names[0]} looks as in the given picture"
    if family.pictures == ONE:
        return f"The given picture shows, from left to right: {', '.join(names)}"
    on = (f"{name} looks as in picture {at}" for at, name in enumerate(names, start=1))
    return "; ".join(on)


def taken(brief: ImageBrief, family: Family, size: tuple[int, int]) -> dict[str, Any]:
    """What the call is given beside its prompt. `size` is what the model makes, in pixels.

    A family that cannot do without a picture gets an empty one of that size. Raises BriefRefused
    where pictures are wanted and the family takes none.
    """
    adapted = family.pictures == ADAPTER and bool(brief.settings.get("ip_adapter"))
    if brief.references and not (adapted or family.pictures in (SEVERAL, ONE)):
        raise BriefRefused(
            f"{family.pipeline} takes no pictures of characters and places; set "
            "references = false for it"
        )
    pictures = [_opened(one) for one in brief.references]
    if not pictures and (adapted or family.needs_picture):
        pictures = [Image.new("RGB", size, "white")]
    if not pictures:
        return {}
    if adapted:
        return {"ip_adapter_image": [pictures]}
    return {"image": pictures if family.pictures == SEVERAL else side_by_side(pictures)}


def _opened(one: ReferencePicture) -> Image.Image:
    with Image.open(one.picture, formats=("PNG",)) as image:
        return image.convert("RGB")


def side_by_side(pictures: Sequence[Image.Image]) -> Image.Image:
    """All of them on one, as high as the lowest, from left to right."""
    height = min(one.height for one in pictures)
    scaled = [
        one.resize(
            (max(1, round(one.width * height / one.height)), height), Image.Resampling.LANCZOS
        )
        for one in pictures
    ]
    whole = Image.new("RGB", (sum(one.width for one in scaled), height))
    left = 0
    for one in scaled:
        whole.paste(one, (left, 0))
        left += one.width
    return whole
