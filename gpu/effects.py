"""What moves by itself in a clip: routes that grow, motes, glints on water, a light that passes."""

import cv2
import numpy as np
import numpy.typing as npt

from gpu.briefs import VideoBrief
from gpu.camera import Pose, eased
from gpu.finish import as_bytes, veil
from gpu.motes import Motes
from gpu.moving import TO_YUVA, Compositor, Planes
from gpu.noise import rng, tile
from gpu.paint import Pixels
from gpu.slate import slate_masks
from gpu.view import Layer, Picture

_MOTE_WORDS = {
    "snow": "snow",
    "flakes": "snow",
    "rain": "rain",
    "sparks": "embers",
    "bubbles": "bubbles",
    "dust": "dust",
}
SWEEP_S = 7.0
"""Seconds in which a light passes over the picture once."""


class Effects:
    """All overlays of one clip, worked out once."""

    def __init__(self, picture: Picture, brief: VideoBrief, slate: tuple[str, str]) -> None:
        self._picture, self._brief = picture, brief
        words = brief.motion_prompt.lower()
        self._motes = Motes(picture.motes or _motes_in(words), brief)
        self._sweep = _band(brief) if picture.lights or "light sweeps" in words else None
        self._glitter = _Glitter(picture, brief) if picture.water is not None else None
        self._route = _Route(picture, brief) if len(picture.route) > 1 else None
        cover = veil(brief.width, brief.height, picture.style)
        self._ink: Pixels | None = None
        if slate[0]:
            self._ink, dim = slate_masks(brief.width, brief.height, *slate)
            cover = np.asarray(cover * (dim / 255), np.float32)
        half = (brief.width // 2, brief.height // 2)
        small = np.asarray(cv2.resize(cover, half), np.float32)
        self._veil = as_bytes(cover), as_bytes(small)
        # Black is 16 in Y, and no colour is 128 in U and V.
        self._lift = (
            np.asarray(np.round(16 * (1 - cover)), np.uint8),
            np.asarray(np.round(128 * (1 - small)), np.uint8),
        )

    def apply(self, planes: Planes, compositor: Compositor, pose: Pose, frame: int) -> None:
        """Everything over one frame, the veil last."""
        seconds = frame / self._brief.fps
        if self._glitter is not None:
            self._glitter.apply(planes, compositor, pose, seconds)
        if self._route is not None:
            self._route.apply(planes, compositor, pose, frame)
        if self._sweep is not None:
            width = self._brief.width
            at = round((seconds / SWEEP_S + 0.35) % 1.0 * 2 * width)
            cv2.add(planes.y, self._sweep[:, 2 * width - at : 3 * width - at], dst=planes.y)
        self._motes.apply(planes.y, seconds)
        for plane, part in ((planes.y, 0), (planes.u, 1), (planes.v, 1)):
            cv2.multiply(plane, self._veil[part], dst=plane, scale=1 / 255)
            cv2.add(plane, self._lift[part], dst=plane)
        if self._ink is not None:
            cv2.max(planes.y, self._ink, dst=planes.y)


def _motes_in(words: str) -> str:
    """What the motion prompt wants in the air."""
    return next((motes for word, motes in _MOTE_WORDS.items() if word in words), "")


def _band(brief: VideoBrief) -> Pixels:
    """A soft slanting band of light, three frames wide, dithered so that it never steps."""
    width, height = brief.width, brief.height
    x = np.arange(3 * width, dtype=np.float32)[None, :] + 0.3 * np.arange(height)[:, None]
    near = (np.mod(x, 2 * width) - width) / (0.16 * width)
    glow = 15 * np.exp(-(near**2)) + rng("sweep").random((1, 3 * width), dtype=np.float32)
    return np.ascontiguousarray(glow.astype(np.uint8))


def inside(
    matrix: npt.NDArray[np.float64], points: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Panel pixels on the screen."""
    lifted = np.concatenate([points, np.ones((len(points), 1))], axis=1)
    return np.asarray((lifted @ matrix.T)[:, :2], np.float64)


class _Route:
    """The way of a map, drawn from its first station to its last."""

    def __init__(self, picture: Picture, brief: VideoBrief) -> None:
        frame = picture.frame
        plane = np.array(picture.route, np.float64)
        origin = np.array([-frame.aspect / 2, frame.top])
        self._points = (plane - origin) * frame.unit_px - 0.5
        steps = np.hypot(*np.diff(self._points, axis=0).T)
        self._along = np.concatenate([[0.0], np.cumsum(steps)])
        self._layer: Layer = picture.layers[0]
        self._seen = np.ones(len(plane), bool)
        for x, y, radius in picture.route_gaps:
            self._seen &= np.hypot(plane[:, 0] - x, plane[:, 1] - y) > radius
        self._frames = brief.frames
        self._thick = max(round(frame.unit_px * 0.009), 2)
        yuv = TO_YUVA[:3, :3] @ np.array(picture.route_colour, np.float32) + (16, 128, 128)
        self._colour = [float(c) for c in yuv]

    def apply(self, planes: Planes, compositor: Compositor, pose: Pose, frame: int) -> None:
        share = eased(min(frame / max(self._frames * 0.86, 1), 1.0))
        reach = self._along[-1] * (0.03 + 0.97 * share)
        known = int(np.searchsorted(self._along, reach))
        tip = [np.interp(reach, self._along, self._points[:, axis]) for axis in (0, 1)]
        way = np.concatenate([self._points[:known], [tip]])
        seen = np.append(self._seen[:known], self._seen[min(known, len(self._seen) - 1)])
        screen = inside(compositor.matrix(self._layer, pose, 0.0), way)
        # Badges lie over the way: it is drawn in the pieces between them.
        breaks = np.flatnonzero(np.diff(seen.astype(np.int8))) + 1
        pieces = [p for p in np.split(np.arange(len(way)), breaks) if seen[p[0]] and len(p) > 1]
        for plane, colour, half in zip(
            (planes.y, planes.u, planes.v), self._colour, (1, 2, 2), strict=True
        ):
            fixed = np.round((screen / half) * 16).astype(np.int32)
            thick = max(self._thick // half, 1)
            for piece in pieces:
                cv2.polylines(plane, [fixed[piece]], False, colour, thick, cv2.LINE_AA, 4)
            if seen[-1]:
                centre = (int(fixed[-1][0]), int(fixed[-1][1]))
                cv2.circle(plane, centre, thick * 16, colour, -1, cv2.LINE_AA, 4)


class _Glitter:
    """Two patterns that pass each other: where both are bright, water glints."""

    def __init__(self, picture: Picture, brief: VideoBrief) -> None:
        self._half = (brief.width // 2, brief.height // 2)
        self._mask, self._layer, self._corner = _wet(picture)
        pattern = cv2.resize(tile(), None, fx=0.9, fy=0.28, interpolation=cv2.INTER_AREA)
        bright = np.clip((pattern - 0.5) * 520, 0, 255).astype(np.uint8)
        tall, wide = self._half[1] * 2 + 8, self._half[0] * 2 + 8
        times = (tall // bright.shape[0] + 1, wide // bright.shape[1] + 1)
        self._pattern = np.ascontiguousarray(np.tile(bright, times))

    def apply(self, planes: Planes, compositor: Compositor, pose: Pose, seconds: float) -> None:
        if self._mask is None or self._layer is None:
            return
        wide, tall = self._half
        x, y = round(seconds * 15) % wide, round(seconds * 4) % tall
        a = self._pattern[y : y + tall, x : x + wide]
        b = self._pattern[37 : 37 + tall, wide - x : 2 * wide - x]
        whole = compositor.matrix(self._layer, pose, 0.0)
        local = whole @ np.array([[2, 0, self._corner[0]], [0, 2, self._corner[1]], [0, 0, 1]])
        small = np.diag([0.5, 0.5, 1.0]) @ local
        mask = cv2.warpAffine(self._mask, small[:2], self._half, flags=cv2.INTER_LINEAR)
        glint = cv2.multiply(cv2.min(a, b), mask, scale=0.26 / 255)
        large = cv2.resize(glint, (wide * 2, tall * 2), interpolation=cv2.INTER_LINEAR)
        cv2.add(planes.y, large, dst=planes.y)


def _wet(picture: Picture) -> tuple[Pixels | None, Layer | None, tuple[float, float]]:
    """The water of a picture at half size, the layer that it lies in, and its corner."""
    ground = next((layer for layer in picture.layers if layer.name == "ground"), None)
    if ground is None or picture.water_mask is None:
        return None, None, (0.0, 0.0)
    mask = picture.water_mask
    for layer in picture.layers[picture.layers.index(ground) + 1 :]:
        if layer.sheet.pixels.shape[:2] == mask.shape:
            mask = np.asarray(cv2.subtract(mask, layer.sheet.pixels[:, :, 3]), np.uint8)
    height, width = mask.shape
    small = cv2.resize(mask, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    left, top, _, _ = picture.frame.bleed_px
    return np.asarray(small, np.uint8), ground, (0.5 - left, 0.5 - top)
