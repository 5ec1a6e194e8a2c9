"""The image stage of the animatic: one storyboard panel, drawn by code. No weights, no network."""

from hashlib import sha256
from pathlib import Path

import cv2

from gpu.briefs import ImageBrief
from gpu.compose import compose
from gpu.errors import BriefRefused
from gpu.finish import finished
from gpu.recipe import write_png
from gpu.slate import slated
from gpu.stages import Made, Report
from gpu.view import Frame

SIDE_MIN_PX, SIDE_MAX_PX = 64, 4096


class PanelStage:
    """ImageBrief → PNG."""

    def run(self, brief: ImageBrief, out: Path, report: Report) -> Made:
        refuse_odd_sizes(brief.width, brief.height)
        # Other workers have the other cores, and one thread always adds up in the same order.
        cv2.setNumThreads(1)
        picture = compose(brief, Frame(brief.width, brief.height))
        report(0.7)
        rgb = finished(picture.flat(), brief.style)
        if brief.slate:
            rgb = slated(rgb, brief.slate, brief.camera)
        write_png(out, rgb, brief)
        report(1.0)
        return Made(
            media_type="image/png",
            raw_sha256=sha256(rgb.tobytes()).hexdigest(),
            width=brief.width,
            height=brief.height,
        )


def refuse_odd_sizes(width: int, height: int) -> None:
    """Raise BriefRefused for a size that no clip could have."""
    for side in (width, height):
        if not SIDE_MIN_PX <= side <= SIDE_MAX_PX or side % 2:
            raise BriefRefused(
                f"{width}x{height} px: each side must be even and from "
                f"{SIDE_MIN_PX} to {SIDE_MAX_PX}"
            )
