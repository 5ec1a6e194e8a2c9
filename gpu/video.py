"""The video stage of the animatic: a camera move over a panel's layers, or over a flat picture."""

from dataclasses import replace
from pathlib import Path

import cv2

from gpu.briefs import ImageBrief, VideoBrief
from gpu.camera import Pose, bleed, path
from gpu.compose import compose
from gpu.effects import Effects
from gpu.errors import BriefRefused
from gpu.ffmpeg import FrameWriter
from gpu.fit import covering
from gpu.metadata import facts, mp4_options, wanted
from gpu.moving import Compositor
from gpu.panel import refuse_odd_sizes
from gpu.recipe import picture_of, read_recipe
from gpu.stages import Made, Report
from gpu.view import DRIFT_MAX, Frame, Layer, Picture

CENTRE = 0.5
"""The height in the picture that the camera moves towards."""


class MoveStage:
    """VideoBrief → silent mp4."""

    def run(self, brief: VideoBrief, out: Path, report: Report) -> Made:
        refuse_odd_sizes(brief.width, brief.height)
        if brief.frames < 1 or brief.fps < 1:
            raise BriefRefused(f"{brief.frames} frames at {brief.fps} a second is no clip")
        cv2.setNumThreads(1)
        poses = path(brief.camera, brief.frames, brief.fps, f"{brief.seed}")
        recipe = read_recipe(brief.image)
        picture = _picture(brief, recipe, poses)
        compositor = Compositor(picture, CENTRE)
        effects = Effects(picture, brief, (recipe.slate, "") if recipe else ("", ""))
        with FrameWriter(
            out,
            width=brief.width,
            height=brief.height,
            fps=brief.fps,
            keyframes=keyframes(brief.frames, brief.transition_frames),
            crf=int(brief.settings.get("crf", 20)),
            preset=str(brief.settings.get("preset", "superfast")),
            more=mp4_options(facts(brief, "animatic")) if wanted(brief) else (),
        ) as writer:
            for frame, pose in enumerate(poses):
                seconds = frame / brief.fps
                planes = compositor.compose(pose, seconds)
                effects.apply(planes, compositor, pose, frame)
                writer.write(planes.buffer)
                if frame % max(brief.fps // 2, 1) == 0:
                    report(frame / brief.frames)
        report(1.0)
        return Made(
            media_type="video/mp4",
            raw_sha256=writer.raw_sha256,
            width=brief.width,
            height=brief.height,
            frames=brief.frames,
            duration_s=brief.frames / brief.fps,
        )


def keyframes(frames: int, transition_frames: int) -> tuple[int, ...]:
    """Where a cut may join: the start, and both ends of the part that a transition leaves alone."""
    wanted = {0, transition_frames, frames - transition_frames}
    return tuple(sorted(at for at in wanted if 0 <= at < frames))


def _picture(brief: VideoBrief, recipe: ImageBrief | None, poses: list[Pose]) -> Picture:
    """The panel's layers with room to move in, or the flat picture of somebody else."""
    if recipe is None:
        return _flat(brief, poses)
    frame = Frame(brief.width, brief.height)
    panel = replace(recipe, width=brief.width, height=brief.height)
    drift = DRIFT_MAX * brief.frames / brief.fps
    return compose(panel, replace(frame, bleed=bleed(poses, frame.aspect, CENTRE, drift)))


def _flat(brief: VideoBrief, poses: list[Pose]) -> Picture:
    """One picture, cut to the frame's shape, enlarged until no move leaves it."""
    frame = Frame(brief.width, brief.height)
    # All moves of a flat picture are those of its middle depth.
    frame = replace(frame, bleed=bleed(poses, frame.aspect, CENTRE))
    sheet = frame.sheet()
    height, width = sheet.pixels.shape[:2]
    rgb = covering(picture_of(brief.image), width, height)
    sheet.pixels[:, :, :3] = rgb
    sheet.pixels[:, :, 3] = 255
    return Picture(frame, 0.5, [Layer("picture", sheet, 0.5)])
