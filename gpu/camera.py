"""Camera moves: where the camera is at each frame, and what that does to a layer of some depth.

Knows no pixel: lengths are in heights of the frame.
"""

import math
from dataclasses import dataclass

import numpy as np

from gpu.noise import line

DEEPEST = 1.5
"""No layer moves more than one of this depth; the bleed covers that."""


@dataclass(frozen=True)
class Pose:
    """One instant: `x`, `y` shift all depths alike, `slide_*` near ones more; `push` is forward."""

    x: float = 0.0
    y: float = 0.0
    slide_x: float = 0.0
    slide_y: float = 0.0
    zoom: float = 1.0
    push: float = 0.0

    def scale(self, depth: float) -> float:
        """How much larger than in the panel a layer is shown."""
        return self.zoom / (1 - self.push * min(depth, DEEPEST))

    def shift(self, depth: float) -> tuple[float, float]:
        """How far the picture of a layer moves: against the camera."""
        near = min(depth, DEEPEST)
        return -(self.x + self.slide_x * near), -(self.y + self.slide_y * near)


def eased(t: float) -> float:
    """Slow in, steady, slow out: no speed at either end, and no jerk."""
    soft = 0.22
    if t < soft:
        rise = t * t / (2 * soft)
    elif t > 1 - soft:
        rise = 1 - soft - (1 - t) ** 2 / (2 * soft)
    else:
        rise = t - soft / 2
    return rise / (1 - soft)


_MOVES: dict[str, Pose] = {
    "static": Pose(zoom=1.012),
    "pan left": Pose(x=-0.20, slide_x=-0.05),
    "pan right": Pose(x=0.20, slide_x=0.05),
    "tilt up": Pose(y=-0.14, slide_y=-0.03),
    "tilt down": Pose(y=0.14, slide_y=0.03),
    "zoom in": Pose(zoom=1.22),
    "zoom out": Pose(zoom=0.84),
    "dolly in": Pose(push=0.17, zoom=1.04),
    "dolly out": Pose(push=-0.20, zoom=0.97),
    "tracking left": Pose(x=-0.03, slide_x=-0.24),
    "tracking right": Pose(x=0.03, slide_x=0.24),
    "arc": Pose(x=-0.13, slide_x=0.26, zoom=1.05),
    "drone": Pose(y=-0.06, slide_y=-0.10, push=0.09, zoom=1.03),
    "handheld": Pose(zoom=1.03),
}
"""The pose at the end of a five-second move; every move begins at rest on the panel."""


def path(camera: str, frames: int, fps: int, key: str) -> list[Pose]:
    """One pose for each frame. Short clips move less, long ones a little more."""
    end = _MOVES.get(camera, _MOVES["static"])
    reach = min(max(frames / fps / 5.0, 0.45), 1.2)
    sway = _sway(frames, fps, key) if camera == "handheld" else None
    poses = []
    for frame in range(frames):
        share = eased(frame / max(frames - 1, 1)) * reach
        pose = Pose(
            x=end.x * share,
            y=end.y * share,
            slide_x=end.slide_x * share,
            slide_y=end.slide_y * share,
            zoom=math.exp(math.log(end.zoom) * share),
            push=end.push * share,
        )
        poses.append(pose if sway is None else _swayed(pose, sway[frame]))
    return poses


def _sway(frames: int, fps: int, key: str) -> list[tuple[float, float]]:
    """A hand's slow drift, from rest."""
    t = np.arange(frames) / fps
    start = np.clip(t / 0.8, 0, 1)
    x = (line(t, 1.5, f"{key} sway x", octaves=2) - 0.5) * start
    y = (line(t, 1.2, f"{key} sway y", octaves=2) - 0.5) * start
    return list(zip(x.tolist(), y.tolist(), strict=True))


def _swayed(pose: Pose, sway: tuple[float, float]) -> Pose:
    return Pose(
        x=0.035 * sway[0],
        y=0.028 * sway[1],
        slide_x=0.03 * sway[0],
        slide_y=0.022 * sway[1],
        zoom=pose.zoom,
    )


def bleed(
    poses: list[Pose], aspect: float, view_y: float, drift: float = 0.0
) -> tuple[float, float, float, float]:
    """How far beyond each edge of the panel any layer is seen: left, top, right, bottom.

    `drift`: how far layers move to the right by themselves during the whole clip.
    """
    half = aspect / 2
    most = [0.0, 0.0, 0.0, 0.0]
    for pose in (*poses[:: max(len(poses) // 24, 1)], poses[-1]):
        for depth in (0.0, 0.5, 1.0, DEEPEST):
            scale, (dx, dy) = pose.scale(depth), pose.shift(depth)
            left, right = (-half - dx) / scale, (half - dx) / scale
            top = (0 - dy - view_y) / scale + view_y
            foot = (1 - dy - view_y) / scale + view_y
            seen = (-half - left, -top, right - half, foot - 1)
            most = [max(a, b) for a, b in zip(most, seen, strict=True)]
    left, top, right, foot = (side + 0.004 for side in most)
    return left + drift, top, right, foot
