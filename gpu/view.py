"""Where things are in a picture: the frame with its bleed, the world's perspective, the layers.

The world's unit is one person's height; X goes right, Z away from the camera. The picture plane's
unit is the frame's height; y goes down. Knows no colour.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from gpu.paint import Pixels, Point, Sheet, blend, new_sheet

WIDEST = 2.6
"""A frame wider than this shows a band of a taller picture, so that places stay finite."""


DRIFT_MAX = 0.017
"""No layer drifts faster by itself, to the right, in heights of the frame a second."""


@dataclass(frozen=True)
class Frame:
    """The pixels of a picture, and how far to paint beyond each edge (left, top, right, bottom)."""

    width: int
    height: int
    bleed: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)

    @property
    def unit_px(self) -> float:
        return max(self.height, self.width / WIDEST)

    @property
    def aspect(self) -> float:
        return self.width / self.unit_px

    @property
    def top(self) -> float:
        """The plane's y at the upper edge; below zero never, above only for very wide frames."""
        return 0.55 * (1 - self.height / self.unit_px)

    @property
    def narrow(self) -> float:
        """How much smaller a subject must be to fit into an upright frame."""
        return min(1.0, max(self.aspect / 1.25, 0.2))

    @property
    def bleed_px(self) -> tuple[int, int, int, int]:
        left, top, right, bottom = (math.ceil(side * self.unit_px) for side in self.bleed)
        return left, top, right, bottom

    def sheet(self) -> Sheet:
        """An empty sheet over frame and bleed, on the frame's pixel grid."""
        left, top, right, bottom = self.bleed_px
        corner = (-self.aspect / 2 - left / self.unit_px, self.top - top / self.unit_px)
        size = (self.width + left + right, self.height + top + bottom)
        return new_sheet(*size, self.unit_px, corner)

    @property
    def reach(self) -> tuple[float, float, float, float]:
        """The plane's part that is painted: x0, y0, x1, y1."""
        left, top, right, bottom = (side / self.unit_px for side in self.bleed_px)
        foot = self.top + self.height / self.unit_px
        half = self.aspect / 2
        return -half - left, self.top - top, half + right, foot + bottom


@dataclass(frozen=True)
class View:
    """A camera over flat ground, `back` units behind the place's own front edge."""

    horizon: float
    height: float
    zoom: float = 1.0
    x: float = 0.0
    back: float = 0.0

    def at(self, x: float, z: float, up: float = 0.0) -> Point:
        """Where a point of the place is in the picture; `up` is its height over the ground."""
        far = max(z + self.back, 0.05)
        return self.zoom * (x - self.x) / far, self.horizon + self.zoom * (self.height - up) / far

    def ground(self, points: list[tuple[float, float]]) -> list[Point]:
        """A shape that lies on the ground."""
        return [self.at(x, z) for x, z in points]

    def scale(self, z: float) -> float:
        """How tall one world unit stands at a distance."""
        return self.zoom / max(z + self.back, 0.05)

    @property
    def nearest(self) -> float:
        """The z of the ground at the lower edge of the frame."""
        return self.zoom * self.height / max(1 - self.horizon, 0.05) - self.back

    def depth(self, z: float) -> float:
        """Parallax: 0 at infinity, 1 for the ground at the lower edge of the frame."""
        return min((self.nearest + self.back) / max(z + self.back, 0.05), 2.0)

    def depth_at(self, y: float) -> float:
        """Parallax of what stands on the ground at a height of the picture."""
        return min(max((y - self.horizon) / max(1 - self.horizon, 0.05), 0.02), 1.6)


@dataclass
class Layer:
    """One sheet of the picture. `depth_foot`: ground lies, its lower edge is nearer."""

    name: str
    sheet: Sheet
    depth: float
    depth_foot: float | None = None
    drift: tuple[float, float] = (0.0, 0.0)
    """Units a second that it moves by itself: clouds, smoke."""


@dataclass
class Picture:
    """Layers from far to near, and what moves over them. The first layer is opaque."""

    frame: Frame
    horizon: float
    layers: list[Layer] = field(default_factory=list)
    route: list[Point] = field(default_factory=list)
    route_gaps: list[tuple[float, float, float]] = field(default_factory=list)
    """Discs x, y, radius that lie over the route."""
    route_colour: tuple[float, float, float] = (0, 0, 0)
    water: tuple[float, float] | None = None
    """The picture's y where open water begins and ends."""
    water_mask: Pixels | None = None
    """Where in the ground's sheet there is water."""
    motes: str = ""
    """What drifts in the air: "dust", "rain", "snow", "embers", "bubbles" or nothing."""
    lights: list[tuple[float, float, float]] = field(default_factory=list)
    """Places x, y, radius whose light flickers or breathes."""
    dark: bool = False
    style: str = ""

    def flat(self) -> Pixels:
        """All layers in one RGB picture of frame and bleed."""
        under = self.layers[0].sheet.pixels.copy()
        for layer in self.layers[1:]:
            lay_rows(under, layer.sheet.pixels)
        return np.ascontiguousarray(under[:, :, :3])


def lay_rows(under: Pixels, above: Pixels) -> None:
    """Blend one picture over another, only in the rows that hold paint."""
    rows = np.flatnonzero(above[:, :, 3].max(axis=1))
    if len(rows):
        part = under[rows[0] : rows[-1] + 1]
        part[:] = blend(part, above[rows[0] : rows[-1] + 1])
