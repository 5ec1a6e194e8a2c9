"""Buildings in perspective: every house is a box with a front, a side, a roof and windows."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gpu.noise import rng
from gpu.paint import Colour, Floats, Point, Sheet
from gpu.scenery.props import PLANTS
from gpu.scenery.scene import Item, Scene

WALLS: dict[str, tuple[Colour, ...]] = {
    "mudbrick": ((222, 178, 126), (206, 158, 108), (232, 192, 142), (196, 148, 102)),
    "old": ((244, 226, 190), (230, 196, 152), (238, 212, 184), (214, 186, 160), (226, 170, 128)),
    "cottage": ((248, 238, 218), (236, 220, 190), (226, 206, 180)),
    "modern": ((176, 190, 204), (148, 164, 184), (206, 206, 204), (128, 146, 170), (222, 210, 194)),
    "brick": ((186, 112, 86), (168, 98, 78), (206, 136, 102), (150, 110, 100)),
    "ruin": ((214, 196, 164), (198, 178, 146), (224, 208, 178)),
}
ROOFS: tuple[Colour, ...] = ((188, 98, 70), (172, 88, 66), (204, 116, 78), (138, 92, 84))
_DARK: Colour = (66, 62, 84)
_LAMP: Colour = (217, 175, 105)


@dataclass(frozen=True)
class House:
    """A box on the ground. `x` is its middle, `z` its front; `roof`: flat, gable or broken."""

    x: float
    z: float
    wide: float
    deep: float
    tall: float
    style: str
    roof: str
    key: str

    def draw(self, scene: Scene, sheet: Sheet) -> None:
        view, haze = scene.view, scene.haze(self.z)
        if self.z + view.back < 0.6:
            return
        size = self.tall * view.scale(self.z) * sheet.unit_px
        middle = view.at(self.x, self.z)[0]
        x0, _, x1, _ = scene.frame.reach
        half = self.wide * view.scale(self.z)
        if size < 1.5 or middle + half < x0 - 0.3 or middle - half > x1 + 0.3:
            return
        draw = rng("house", self.key)
        walls = WALLS[self.style]
        wall = walls[int(draw.integers(len(walls)))]
        tiles = ROOFS[int(draw.integers(len(ROOFS)))]
        faces = self._faces(scene)
        lit = scene.light
        for face, nx in faces:
            shade = 0.30 if nx == 0 else nx * lit.side
            sheet.fill(face, lit.tone(wall, shade, haze))
            if size > 40:
                _weathered(scene, sheet, _Face(face, self, shade, haze, size))
            if size > 14 and self.roof != "broken":
                _windows(scene, sheet, _Face(face, self, shade, haze, size), draw)
        self._top(scene, sheet, (wall, tiles), haze)

    def _faces(self, scene: Scene) -> list[tuple[list[Point], int]]:
        """The walls that the camera sees, as quads from lower left; nx: which way they look."""
        a, b = self.x - self.wide / 2, self.x + self.wide / 2
        near, far, up = self.z, self.z + self.deep, self.tall
        at = scene.view.at
        found = []
        # Which wall is lit decides the street's look; both ways are drawn far to near.
        if a > scene.view.x:
            found.append(([at(a, far), at(a, near), at(a, near, up), at(a, far, up)], -1))
        if b < scene.view.x:
            found.append(([at(b, near), at(b, far), at(b, far, up), at(b, near, up)], 1))
        found.append(([at(a, near), at(b, near), at(b, near, up), at(a, near, up)], 0))
        if self.roof == "broken":
            found = [(_broken(face, f"{self.key} {nx}"), nx) for face, nx in found]
        return found

    def _top(self, scene: Scene, sheet: Sheet, colours: tuple[Colour, Colour], haze: float) -> None:
        wall, tiles = colours
        a, b = self.x - self.wide / 2, self.x + self.wide / 2
        near, far, up = self.z, self.z + self.deep, self.tall
        at, light = scene.view.at, scene.light
        if self.roof == "flat" and scene.view.height > up:
            roof = [at(a, near, up), at(b, near, up), at(b, far, up), at(a, far, up)]
            sheet.fill(roof, light.tone(wall, 0.85, haze))
            inner = [
                at(a + 0.2, near + 0.2, up),
                at(b - 0.2, near + 0.2, up),
                at(b - 0.2, far - 0.2, up),
                at(a + 0.2, far - 0.2, up),
            ]
            sheet.fill(inner, light.tone(wall, 0.35, haze))
        elif self.roof == "flat":
            rim = [
                at(a - 0.08, near, up),
                at(b + 0.08, near, up),
                at(b + 0.08, near, up + 0.16),
                at(a - 0.08, near, up + 0.16),
            ]
            sheet.fill(rim, light.tone(wall, 0.6, haze))
        elif self.roof == "gable":
            rise, m = self.wide * 0.42, self.x
            ridge_near, ridge_far = at(m, near, up + rise), at(m, far, up + rise)
            for edge, nx in ((a - 0.15, -1), (b + 0.15, 1)):
                eaves = at(edge, near - 0.1, up - 0.1), at(edge, far, up - 0.1)
                slope = [eaves[0], ridge_near, ridge_far, eaves[1]]
                sheet.fill(slope, light.tone(tiles, 0.25 + 0.6 * nx * light.side, haze))
            front = [at(a, near, up), at(b, near, up), ridge_near]
            sheet.fill(front, light.tone(wall, 0.30, haze))


@dataclass(frozen=True)
class _Face:
    quad: list[Point]
    house: House
    shade: float
    haze: float
    size_px: float

    def at(self, u: float, v: float) -> Point:
        """A point of the wall: u along, v up."""
        p, q, r, s = self.quad[:4]
        x = (p[0] * (1 - u) + q[0] * u) * (1 - v) + (s[0] * (1 - u) + r[0] * u) * v
        y = (p[1] * (1 - u) + q[1] * u) * (1 - v) + (s[1] * (1 - u) + r[1] * u) * v
        return x, y

    def quads(self, boxes: npt.NDArray[np.float64]) -> Floats:
        """Many oblongs of the wall at once: rows of left, right, low, high."""
        u, v = boxes[:, [0, 1, 1, 0]], boxes[:, [2, 2, 3, 3]]
        p, q, r, s = (np.array(corner) for corner in self.quad[:4])
        u, v = u[:, :, None], v[:, :, None]
        low, high = p * (1 - u) + q * u, s * (1 - u) + r * u
        return np.asarray(low * (1 - v) + high * v, np.float32)


def _weathered(scene: Scene, sheet: Sheet, face: _Face) -> None:
    """Damp at the foot, bleached rims, beam ends: what keeps a large wall from being flat."""
    light, house = scene.light, face.house
    dark, bright = (
        light.tone((70, 56, 62), -0.6, face.haze),
        light.tone((255, 246, 224), 0.8, face.haze),
    )
    for v, alpha in ((0.08, 0.16), (0.2, 0.10), (0.4, 0.06)):
        sheet.shade([face.at(0, 0), face.at(1, 0), face.at(1, v), face.at(0, v)], dark, alpha)
    sheet.shade([face.at(0, 0.93), face.at(1, 0.93), face.at(1, 1), face.at(0, 1)], bright, 0.22)
    if house.style in ("mudbrick", "old", "cottage"):
        for i in range(round(house.wide * 2)):
            u = (i + 0.5) / round(house.wide * 2)
            beam = [
                face.at(u - 0.018, 0.84),
                face.at(u + 0.018, 0.84),
                face.at(u + 0.018, 0.88),
                face.at(u - 0.018, 0.88),
            ]
            sheet.fill(beam, light.tone((116, 78, 58), face.shade, face.haze))
    if house.style in ("old", "brick") and house.tall > 2:
        for v in (0.36, 0.68):
            band = [face.at(0, v), face.at(1, v), face.at(1, v + 0.02), face.at(0, v + 0.02)]
            sheet.fill(band, light.tone((226, 212, 190), face.shade, face.haze))


def _windows(scene: Scene, sheet: Sheet, face: _Face, draw: np.random.Generator) -> None:
    """Openings in rows. At night some of them are lit."""
    house, light = face.house, scene.light
    modern = house.style in ("modern", "brick") and house.tall > 3
    rows = max(1, min(round(house.tall / (0.9 if modern else 1.35)), 16))
    along = house.wide if face.shade == 0.30 else house.deep
    columns = max(1, min(round(along / (0.85 if modern else 1.05)), 9))
    if face.size_px / rows < 5:
        return
    wide, tall = (0.62, 0.55) if modern else (0.3, 0.42)
    u, v = np.meshgrid((np.arange(columns) + 0.5) / columns, (np.arange(rows) + 0.5) / rows)
    du, dv = wide / columns / 2, tall / rows / 2
    door = np.zeros((rows, columns), bool)
    door[0, columns // 2] = not modern
    panes = np.stack([u - du, u + du, np.where(door, 0.0, v - dv), v + dv], axis=-1)
    night = light.stars > 0.3 or light.name in ("dusk", "storm", "neon")
    lit = night & (draw.random((rows, columns)) < (0.5 if modern else 0.4)) & ~door
    if house.style in ("old", "cottage") and face.size_px / rows > 22:
        _shutters(scene, sheet, face, panes[~door])
    pane = (96, 118, 146) if modern else _DARK
    sheet.fill_each(face.quads(panes[~lit]), light.tone(pane, face.shade * 0.5, face.haze))
    sheet.fill_each(face.quads(panes[lit]), _LAMP)


def _shutters(scene: Scene, sheet: Sheet, face: _Face, panes: npt.NDArray[np.float64]) -> None:
    """Painted boards beside the windows, and pale sills below them."""
    paint = ((112, 136, 118), (134, 92, 78), (96, 112, 138))[hash_of(face.house.key) % 3]
    left, right, low, high = panes.T
    du, dv = (right - left) / 2, (high - low) / 2
    boards = [
        np.stack([left - 0.95 * du, left - 0.05 * du, low, high], axis=-1),
        np.stack([right + 0.05 * du, right + 0.95 * du, low, high], axis=-1),
    ]
    colour = scene.light.tone(paint, face.shade, face.haze)
    sheet.fill_each(face.quads(np.concatenate(boards)), colour)
    sills = np.stack([left - 0.3 * du, right + 0.3 * du, low - 0.16 * dv, low], axis=-1)
    sheet.fill_each(face.quads(sills), scene.light.tone((240, 230, 210), face.shade, face.haze))


def hash_of(key: str) -> int:
    """A small number that belongs to a key, the same in every process."""
    return sum(key.encode())


def _broken(quad: list[Point], key: str) -> list[Point]:
    """A wall whose top has fallen."""
    draw = rng("broken", key)
    p, q, r, s = quad
    top = []
    for t in np.linspace(0, 1, 9):
        high = float(draw.uniform(0.35, 1.0))
        x = r[0] + (s[0] - r[0]) * t
        low, up = q[1] + (p[1] - q[1]) * t, r[1] + (s[1] - r[1]) * t
        top.append((float(x), float(low + (up - low) * high)))
    return [p, q, *top]


def street(scene: Scene, style: str, *, half: float, tall: tuple[float, float]) -> None:
    """Two rows of houses along a street that leads away, and more behind them."""
    draw = scene.layout("street", style)
    roof = {"old": "gable", "cottage": "gable"}.get(style, "flat")
    for side in (-1, 1):
        for row, start in ((0, 2.6), (1, 4.0), (2, 7.0)):
            z = start + float(draw.uniform(0, 1.5))
            while z < 64:
                wide, deep = (float(draw.uniform(2.2, 3.6)) for _ in range(2))
                high = float(draw.uniform(*tall)) * (1 + 0.16 * row)
                inner = half + 0.2 * float(draw.random()) + row * 4.2
                x = side * (inner + wide / 2)
                key = f"{style} {side} {row} {z:.2f}"
                scene.put(House(x, z, wide, deep, high, style, roof, key))
                z += deep + (0.05 if draw.random() < 0.7 else 1.2)


def cluster(scene: Scene, style: str, count: int, *, spread: float, distance: float) -> None:
    """A loose settlement around one spot of the place."""
    draw = scene.layout("cluster", style)
    side = 1 if draw.random() < 0.5 else -1
    roof = {"old": "gable", "cottage": "gable", "ruin": "broken"}.get(style, "flat")
    taken: list[tuple[float, float]] = []
    for index in range(count * 3):
        x = side * spread * 0.35 + float(draw.normal(0, spread * 0.55))
        z = distance + float(draw.normal(0, spread * 0.5))
        wide, deep = (float(draw.uniform(1.8, 3.2)) for _ in range(2))
        tall = float(draw.uniform(1.5, 3.0))
        if z < 4 or any(abs(x - a) < 3.4 and abs(z - b) < 3.6 for a, b in taken):
            continue
        taken.append((x, z))
        scene.put(House(x, z, wide, deep, tall, style, roof, f"{style} {index}"))
        if len(taken) >= count:
            break


def downtown(scene: Scene) -> None:
    """Blocks of a great city, higher towards the middle."""
    draw = scene.layout("downtown")
    for row in range(7):
        z = 7.0 + row * 7.5
        x = -26.0 - 3 * row
        while x < 26 + 3 * row:
            wide = float(draw.uniform(2.6, 4.6))
            near = abs(x) / (9 + 3.2 * row)
            tall = float(draw.uniform(3.0, 7.5) + 11 * np.exp(-(near**2)) * draw.random() ** 0.7)
            if abs(x + wide / 2) > 2.4 or row > 4:
                key = f"downtown {row} {x:.1f}"
                scene.put(House(x + wide / 2, z, wide, 4.0, tall, "modern", "flat", key))
            x += wide + float(draw.uniform(0.3, 1.5))


def quay(scene: Scene) -> None:
    """Houses along the far side of a harbour, boats before them."""
    draw = scene.layout("quay")
    x = -34.0
    while x < 34.0:
        wide = float(draw.uniform(2.4, 4.0))
        tall = float(draw.uniform(3.0, 5.0))
        scene.put(House(x + wide / 2, 27.0, wide, 3.0, tall, "old", "gable", f"quay {x:.1f}"))
        x += wide + 0.05
    painter, high = PLANTS["mast"]
    for index in range(13):
        z = 7.5 + 14 * float(draw.random())
        x = float(draw.uniform(-0.75, 0.75)) * (z + 4)
        scene.put(Item(x, z, high * float(draw.uniform(0.7, 1.2)), painter, f"mast {index}"))
