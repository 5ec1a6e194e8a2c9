"""Where things stand in an open place: on free dry ground, as large as the world says they are.

A subject is one of the place's items, so nearer ones hide it and it hides farther ones.
"""

from dataclasses import dataclass

from gpu.motifs import Motif
from gpu.motifs.walkers import ASTRONAUT, PERSON, WALKER
from gpu.paint import Sheet
from gpu.scenery import outdoors
from gpu.scenery.scene import Item, Scene
from gpu.scenery.town import House
from gpu.subject import Spot, mound, paint_motif, shadow

_WIDE_SIZES = {
    "building": 0.50,
    "vehicle": 0.24,
    "afloat": 0.32,
    "flying": 0.14,
    "swimming": 0.20,
    "animal": 0.27,
    "plant": 0.42,
    "person": 0.30,
    "heaven": 0.20,
    "idea": 0.34,
}
_AERIAL_SHARE = 0.52
_LOWEST = 0.92
"""Nothing stands lower in the picture than here."""
LOOKING = frozenset(("vehicle", "afloat", "flying", "swimming", "animal"))
STREETS = frozenset(("old town", "street", "city"))
FLOATING = frozenset(("afloat", "swimming"))


@dataclass(frozen=True)
class Actor:
    """A thing that the shot is about, at its place on the ground."""

    motif: Motif
    x: float
    z: float
    tall: float
    flip: bool = False
    rock: bool = False

    def draw(self, scene: Scene, sheet: Sheet) -> None:
        spot = self.spot(scene)
        if self.rock:
            mound(scene, sheet, spot, self.motif.wide)
        else:
            shadow(scene, sheet, self.motif, spot)
        paint_motif(scene, sheet, self.motif, spot, flip=self.flip)

    def spot(self, scene: Scene) -> Spot:
        """Where it is in the picture."""
        x, y = scene.view.at(self.x, self.z)
        return Spot(x, y, self.tall * scene.view.scale(self.z), scene.view.depth_at(y))


def put_actor(scene: Scene, motif: Motif, index: int) -> Actor:
    """The first (0) or second (1) thing of a shot in its third of the frame."""
    frame, reading = scene.frame, scene.reading
    size = _WIDE_SIZES.get(motif.kind, 0.3)
    size *= _AERIAL_SHARE if reading.kind == "aerial" else 1.0
    if scene.has("far"):
        size *= 0.5 if index == 0 else 0.4
    elif reading.brief.angle == "low":
        size *= 1.2
    size = min(size * frame.narrow, 0.8 * frame.aspect / max(motif.wide, 0.5))
    side = 1 if scene.layout("side").random() < 0.5 else -1
    side = side if index == 0 else -side
    across = side * (0.22 + 0.05 * index) * min(frame.aspect, 1.9)
    if motif.kind == "building" and STREETS & set(reading.settings[:1]):
        across = 0.0
    actor = _grounded(scene, motif, (across, size))
    return _entered(scene, actor)


def put_figure(scene: Scene) -> Actor:
    """One small person, so that the place has a size; who leaves is on the path, seen from behind.

    As large as anybody would be at that distance.
    """
    view, leaving = scene.view, scene.has("leaving")
    motif = WALKER if leaving else PERSON
    if {"space", "planet"} & set(scene.reading.settings[:1]) and not leaving:
        motif = ASTRONAUT
    size = min((0.085 if leaving else 0.10), 0.6 * (1 - view.horizon) / view.height)
    side = 1 if scene.layout("side").random() < 0.5 else -1
    across = -side * (0.05 if leaving else 0.14) * min(scene.frame.aspect, 1.8)
    return _entered(scene, _grounded(scene, motif, (across, size * max(scene.frame.narrow, 0.6))))


def _grounded(scene: Scene, motif: Motif, wanted: tuple[float, float]) -> Actor:
    """The distance at which a thing of its true height is as large as wanted, and dry ground."""
    view, (across, size) = scene.view, wanted
    tall = motif.tall if motif.kind not in ("heaven", "idea") else 1.6
    low = view.horizon + 0.022
    foot = _LOWEST if not scene.has("far") else view.horizon + 0.55 * (1 - view.horizon)
    y = min(max(view.horizon + view.height * size / tall, low), foot)
    far = view.zoom * view.height / (y - view.horizon)
    x, z = across * far / view.zoom, max(far - view.back, 0.3)
    if STREETS & set(scene.reading.settings[:1]) and scene.reading.kind == "wide":
        x = min(max(x, -1.0), 1.0)
    if scene.lane is not None and motif is WALKER:
        x = scene.lane(z)
    rock = False
    for _ in range(80):
        if scene.wet(x, z) == (motif.kind in FLOATING):
            break
        if motif.kind == "building" or "sea" in scene.reading.settings[:1]:
            rock = True
            break
        far = (z + view.back) * (1.04 if motif.kind in FLOATING else 0.965)
        z, old = far - view.back, z
        x = scene.lane(z) if scene.lane is not None and motif is WALKER else x
        x = x * far / (old + view.back) if motif is not WALKER else x
        if z < 0.3 or z > 150:
            break
    if rock:
        x, z = _off_shore(scene, (x, z))
    z = max(z, 0.3)
    at = _aside(scene, motif, (x, z), tall)
    return Actor(motif, at, z, tall, flip=at > 0 and motif.kind in LOOKING, rock=rock)


def _off_shore(scene: Scene, at: tuple[float, float]) -> tuple[float, float]:
    """So far out that there is water before the rock as well."""
    (x, z), back = at, scene.view.back
    for _ in range(30):
        near = (z + back) / 1.4
        if scene.wet(x * near / (z + back), near - back):
            break
        x, z = x * 1.05, (z + back) * 1.05 - back
    return x, z


def _aside(scene: Scene, motif: Motif, at: tuple[float, float], tall: float) -> float:
    """The nearest x at which people and animals do not stand on or in something."""
    x, z = at
    if motif.kind not in ("person", "animal"):
        return x
    radius = min(0.5 * motif.wide * tall, 1.0)
    lane, scene.lane = scene.lane, None
    try:
        for step in range(24):
            for way in (1, -1):
                there = x + way * 0.3 * step
                if not scene.wet(there, z) and outdoors.free(scene, (there, z), radius):
                    return there
        return x
    finally:
        scene.lane = lane


def _entered(scene: Scene, actor: Actor) -> Actor:
    """Among the place's items, without those that would stand in its way."""
    scene.items = [item for item in scene.items if not _in_the_way(scene, actor, item)]
    scene.put(actor)
    return actor


def _in_the_way(scene: Scene, actor: Actor, item: object) -> bool:
    spot, view = actor.spot(scene), scene.view
    half = 0.5 * actor.motif.wide * spot.size
    if isinstance(item, House):
        wide = 0.5 * actor.motif.wide * actor.tall
        if abs(item.x - actor.x) < 0.5 * item.wide + wide and abs(item.z - actor.z) < 3.0:
            return True
        if STREETS & set(scene.reading.settings[:1]):
            return False
        reach, tall = 0.5 * item.wide, item.tall * 1.4
    elif isinstance(item, Item):
        reach, tall = 0.34 * item.tall, item.tall
    else:
        return False
    x, y = view.at(item.x, item.z)
    scale = view.scale(item.z)
    near = abs(x - spot.x) < half + reach * scale
    if isinstance(item, Item) and item.key.startswith("passer"):
        return abs(x - spot.x) < half + 0.3 * scale and abs(y - spot.y) < 0.1
    together = abs(item.z - actor.z) < 0.8 and abs(item.x - actor.x) < 0.3 + 0.2 * item.tall
    return together or (item.z < actor.z and near and y - tall * scale < spot.y)
