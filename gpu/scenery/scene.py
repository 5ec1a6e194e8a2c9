"""A scene in the making: what was read, the light, the camera, the layers painted so far."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from gpu.light import Light
from gpu.noise import rng
from gpu.paint import Sheet, new_sheet
from gpu.pen import Painter, Pen, modelled
from gpu.reading import Reading
from gpu.view import DRIFT_MAX, Frame, Layer, Picture, View

_BINS = ((0.0, 0.12), (0.12, 0.30), (0.30, 0.62), (0.62, 9.0))
"""Things of similar depth share a layer."""


@dataclass(frozen=True)
class Item:
    """A thing on the ground: where, how tall (world units), how it is drawn."""

    x: float
    z: float
    tall: float
    painter: Painter
    key: str
    flip: bool = False
    modelled: bool = False


class Built(Protocol):
    """Something that draws itself in the scene's perspective."""

    @property
    def x(self) -> float: ...

    @property
    def z(self) -> float: ...

    def draw(self, scene: "Scene", sheet: Sheet) -> None: ...


@dataclass
class Scene:
    """Painters add layers and items to it."""

    reading: Reading
    light: Light
    frame: Frame
    view: View
    picture: Picture
    items: list[Item | Built] = field(default_factory=list)
    wet: Callable[[float, float], bool] = field(default=lambda *_: False)
    """Whether there is water at a spot of the ground."""
    lane: Callable[[float], float] | None = None
    """Where the middle of the path is at a distance, when there is one."""

    def layout(self, *keys: object) -> np.random.Generator:
        """Randomness of the place: the same in every shot that is there."""
        return rng("layout", self.reading.place, *keys)

    def detail(self, *keys: object) -> np.random.Generator:
        """Randomness of this take."""
        return rng("detail", self.reading.brief.seed, *keys)

    def has(self, *states: str) -> bool:
        return any(state in self.reading.states for state in states)

    def layer(self, name: str, depth: float, drift: tuple[float, float] = (0.0, 0.0)) -> Sheet:
        """A new layer in front of all others."""
        sheet = self.frame.sheet()
        assert 0 <= drift[0] <= DRIFT_MAX, f"layer {name} would drift out of its bleed"
        self.picture.layers.append(Layer(name, sheet, depth, None, drift))
        return sheet

    def put(self, item: Item | Built) -> None:
        self.items.append(item)

    def haze(self, z: float) -> float:
        """How much air lies before a thing at a distance."""
        far = z + self.view.back
        return float(self.light.haze * (1 - np.exp(-max(far - 3.0, 0.0) / 46.0)))


def place_items(scene: Scene) -> None:
    """Draw the collected items, far ones first, one layer for each range of depth."""
    ordered = sorted(scene.items, key=lambda item: (-item.z, item.x))
    for low, high in _BINS:
        inside = [item for item in ordered if low <= scene.view.depth(item.z) < high]
        if inside:
            mean = float(np.mean([scene.view.depth(item.z) for item in inside]))
            sheet = scene.layer(f"things {low}", min(mean, 1.6))
            for item in inside:
                if isinstance(item, Item):
                    draw_item(scene, sheet, item)
                else:
                    item.draw(scene, sheet)
    scene.items.clear()


def draw_item(scene: Scene, sheet: Sheet, item: Item) -> None:
    """One item at its place; a modelled one is finished on a sheet of its own."""
    x, y = scene.view.at(item.x, item.z)
    size = item.tall * scene.view.scale(item.z)
    x0, _, x1, _ = scene.frame.reach
    if size * sheet.unit_px < 1.2 or not x0 - 2.5 * size < x < x1 + 2.5 * size:
        return
    target = _own_sheet(sheet, (x, y), size) if item.modelled else sheet
    seed = rng("item", scene.reading.place, item.key)
    pen = Pen(target, (x, y), size, scene.light, scene.haze(item.z), item.flip, seed)
    item.painter(pen)
    if item.modelled:
        modelled(target, scene.light)
        sheet.over(target)


def _own_sheet(sheet: Sheet, foot: tuple[float, float], size: float) -> Sheet:
    """A sheet on the same pixel grid, just large enough for a thing."""
    height, width = sheet.pixels.shape[:2]
    x0 = round((foot[0] - 1.7 * size - sheet.left) * sheet.unit_px)
    x1 = round((foot[0] + 1.7 * size - sheet.left) * sheet.unit_px)
    y0 = round((foot[1] - 1.6 * size - sheet.top) * sheet.unit_px)
    y1 = round((foot[1] + 0.5 * size - sheet.top) * sheet.unit_px)
    x0, x1, y0, y1 = max(x0, 0), min(x1, width), max(y0, 0), min(y1, height)
    corner = (sheet.left + x0 / sheet.unit_px, sheet.top + y0 / sheet.unit_px)
    return new_sheet(x1 - x0, y1 - y0, sheet.unit_px, corner)
