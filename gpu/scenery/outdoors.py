"""Open places: which relief, ground, water, plants and buildings make each of them."""

from dataclasses import dataclass, replace

import numpy as np

from gpu.motifs.home import fire
from gpu.motifs.people import passer
from gpu.noise import line
from gpu.paint import Sheet
from gpu.scenery import ground, relief, town
from gpu.scenery.props import PLANTS, today
from gpu.scenery.scene import Item, Scene
from gpu.scenery.sky import band, paint_sky

Strewn = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Terrain:
    """One kind of open place. `strewn` counts things on the near 40 units of ground."""

    relief: str = "hills"
    soil: str = "meadow"
    water: str = ""
    strewn: Strewn = ()
    town: str = ""
    people: int = 2


TERRAINS: dict[str, Terrain] = {
    "river plain": Terrain(
        "hills", "meadow", "river", (("reeds", 34), ("palm", 12), ("round", 9)), "mudbrick cluster"
    ),
    "coast": Terrain("headland", "grass", "shore", (("rock", 10), ("bush", 8), ("reeds", 14))),
    "sea": Terrain("islets", "grass", "sea", (), "", 0),
    "island": Terrain("islet", "sand", "sea", (), "", 0),
    "mountains": Terrain("mountains", "meadow", "", (("pine", 34), ("rock", 12))),
    "desert": Terrain("dunes", "sand", "", (("palm", 3), ("rock", 8))),
    "forest": Terrain("pines", "moss", "", (("pine", 46), ("trunk", 13), ("bush", 16))),
    "jungle": Terrain("jungle", "jungle", "", (("trunk", 9), ("broadleaf", 56), ("palm", 10))),
    "field": Terrain("hills", "wheat", "", (("round", 12), ("haystack", 7), ("fence", 3)), "farm"),
    "snow": Terrain("mountains", "snow", "", (("pine", 30), ("rock", 5)), "", 1),
    "ruins": Terrain(
        "hills", "soil", "", (("column", 13), ("stub", 9), ("arch", 1), ("bush", 10)), "ruin"
    ),
    "old town": Terrain("hills", "clay", "", (("stall", 3), ("palm", 4)), "mudbrick street", 9),
    "village": Terrain("hills", "grass", "", (("round", 16), ("fence", 2)), "cottage", 4),
    "city": Terrain("hills", "asphalt", "", (("post", 6), ("round", 6)), "downtown", 8),
    "street": Terrain("hills", "paving", "", (("post", 5), ("stall", 2)), "old street", 9),
    "harbour": Terrain("hills", "paving", "harbour", (), "old quay", 5),
    "garden": Terrain(
        "hills", "grass", "", (("round", 9), ("bush", 30), ("cypress", 10), ("tree", 2)), "", 2
    ),
    "volcano": Terrain("volcano", "ash", "", (("rock", 22), ("palm", 5), ("dead", 4)), "", 1),
    "planet": Terrain("mesas", "mars", "", (("crater", 7), ("rock", 16)), "", 0),
}


def paint_outdoors(scene: Scene, setting: str) -> None:
    """The whole place, without the shot's subject."""
    terrain = changed(scene, TERRAINS[setting])
    scene.wet = lambda x, z: _wet(scene, terrain, x, z)
    _lane(scene, terrain)
    paint_sky(scene)
    _relief(scene, terrain)
    sheet = ground.paint_ground(scene, terrain.soil)
    _water(scene, terrain, sheet)
    _path(scene, sheet)
    mist = 0.55 * scene.light.haze
    band(sheet, scene.view.horizon, 0.025, scene.light.fog, mist)
    _buildings(scene, terrain)
    _strew(scene, terrain)


def changed(scene: Scene, terrain: Terrain) -> Terrain:
    """What has happened to the place since: drought, snow, ruin."""
    strewn = dict(terrain.strewn)
    if scene.has("snowy"):
        terrain = replace(terrain, soil="snow")
    if scene.has("dry", "cracked"):
        green = strewn.pop("round", 0) + strewn.pop("palm", 0) // 2 + strewn.pop("tree", 0)
        strewn.pop("reeds", None)
        strewn = {**strewn, "dead": 3 + green // 2, "rock": strewn.get("rock", 0) + 8}
        terrain = replace(terrain, soil="cracked", strewn=tuple(strewn.items()))
    if scene.has("ruined"):
        more = (*strewn.items(), ("column", 14), ("stub", 10), ("arch", 2), ("bush", 12))
        soil = "soil" if terrain.soil in ("clay", "paving", "meadow") else terrain.soil
        people = min(terrain.people, 3)
        town = "ruin" if terrain.town else ""
        terrain = replace(terrain, town=town, strewn=more, people=people, soil=soil)
    return terrain


def _relief(scene: Scene, terrain: Terrain) -> None:
    kind = terrain.relief
    if kind == "mountains":
        relief.mountains(scene)
    elif kind == "dunes":
        relief.mesas(scene)
        relief.dunes(scene)
    elif kind == "mesas":
        relief.mesas(scene)
    elif kind == "volcano":
        relief.volcano(scene)
        relief.hills(scene, (96, 112, 92), 0.5)
    elif kind in ("pines", "jungle"):
        relief.treeline(scene, (86, 116, 88) if kind == "pines" else (104, 142, 84))
    elif kind == "headland":
        relief.headland(scene)
    elif kind in ("islets", "islet"):
        relief.islands(scene, big=kind == "islet")
    else:
        white = scene.has("snowy")
        tint = (236, 240, 246) if white else relief.GREEN
        tint = (214, 182, 136) if scene.has("dry", "cracked") else tint
        relief.hills(scene, tint)


def _lane(scene: Scene, terrain: Terrain) -> None:
    """Where a path runs: beside a river, never across it."""
    if not scene.has("path", "leaving") or scene.has("flood"):
        return
    if terrain.town.endswith(("street", "quay")) or terrain.water == "sea":
        return
    side = 1 if scene.layout("river side").random() < 0.5 else -1

    def middle(z: float) -> float:
        at = np.array([z], np.float32)
        if terrain.water == "river":
            return float(ground.river_middle(scene, at, 2.6)[0]) - side * (3.2 + 0.05 * min(z, 40))
        bend = line(at, 9.0, f"path {scene.reading.place}", octaves=2) - 0.5
        return float(bend[0] * min(z, 26) * 0.5)

    scene.lane = middle


def _path(scene: Scene, sheet: Sheet) -> None:
    """Trodden earth that winds away from the viewer, as far as it is dry."""
    lane = scene.lane
    if lane is None:
        return
    zs = np.geomspace(0.4, 120, 90).tolist()
    dry = next((i for i, z in enumerate(zs) if scene.wet(lane(z), z)), len(zs))
    zs = zs[:dry]
    half = 0.3 + 0.07 * line(np.array(zs, np.float32), 1.0, "path edge", octaves=2)
    left = [(lane(z) - float(h), z) for z, h in zip(zs, half, strict=True)]
    right = [(lane(z) + float(h), z) for z, h in zip(zs, half, strict=True)]
    tint = scene.light.tone((222, 190, 146), 0.6)
    if scene.reading.settings[:1] == ("planet",):
        tint = scene.light.tone((196, 122, 88), 0.3)
    if len(zs) > 2:
        sheet.wash(scene.view.ground([*left, *right[::-1]]), ground.even(tint, scene))


def _water(scene: Scene, terrain: Terrain, sheet: Sheet) -> None:
    picture, view = scene.picture, scene.view
    flood = scene.has("flood")
    if terrain.water == "sea":
        ground.paint_water(scene, sheet, None)
    elif terrain.water in ("shore", "harbour"):
        line = ground.shore(scene, 9.0 if terrain.water == "shore" else 5.0)
        if terrain.water == "shore":
            ground.paint_beach(scene, sheet, line)
        ground.paint_water(scene, sheet, line)
    elif terrain.water == "river" or flood:
        dry = scene.has("dry", "cracked")
        course = ground.river(scene, width=8.0 if flood else 1.5, swing=2.6)
        bank = ground.widened(course, 0.55)
        tint = scene.light.tone((226, 196, 148), 0.5)
        sheet.wash(view.ground(bank), ground.even(tint, scene))
        if dry:
            sheet.wash(view.ground(course), ground.even(scene.light.tone((206, 176, 134)), scene))
            course = ground.widened(course, -1.1)
        ground.paint_water(scene, sheet, course)
    else:
        return
    picture.water = (view.horizon, 1.0)


def _buildings(scene: Scene, terrain: Terrain) -> None:
    modern = scene.has("modern") and not scene.has("ruined")
    kind = terrain.town
    if kind == "mudbrick street":
        town.street(scene, "mudbrick", half=1.5, tall=(1.8, 3.2))
    elif kind == "old street":
        town.street(scene, "brick" if modern else "old", half=1.7, tall=(3.0, 5.2))
    elif kind == "mudbrick cluster":
        town.cluster(scene, "mudbrick", 16, spread=9.0, distance=34.0)
    elif kind == "cottage":
        town.cluster(scene, "cottage", 13, spread=10.0, distance=18.0)
    elif kind == "farm":
        town.cluster(scene, "cottage", 2, spread=8.0, distance=26.0)
    elif kind == "ruin":
        town.cluster(scene, "ruin", 9, spread=11.0, distance=20.0)
    elif kind == "old quay":
        town.quay(scene)
    elif kind == "downtown":
        town.downtown(scene)
    lane = scene.lane
    if lane is not None:
        scene.items = [
            item
            for item in scene.items
            if not isinstance(item, town.House) or abs(lane(item.z) - item.x) > item.wide / 2 + 0.7
        ]


def _strew(scene: Scene, terrain: Terrain) -> None:
    """Plants and props, always at the same spots of a place; people wherever they are today."""
    path = 1.4 if terrain.town.endswith("street") else 2.2
    for name, count in terrain.strewn:
        painter, tall = PLANTS[name]
        draw = scene.layout("strewn", name)
        for index in range(count):
            z = 2.2 + 40.0 * float(draw.random()) ** 1.6
            side = 1 if draw.random() < 0.5 else -1
            x = side * (path + float(draw.random()) * (3.0 + 0.75 * z))
            if terrain.town.endswith("street"):
                x = side * (path + 0.1)
            size = tall * float(draw.uniform(0.75, 1.2))
            if not scene.wet(x, z) and free(scene, (x, z), 0.3 * min(size, 2.0)):
                scene.put(Item(x, z, size, painter, f"{name} {index}", flip=side > 0))
    if scene.has("burning"):
        for index in range(7):
            draw = scene.layout("flames", index)
            x, z = float(draw.uniform(-5, 5)), float(draw.uniform(8, 20))
            scene.put(Item(x, z, float(draw.uniform(1.4, 3.4)), fire, f"fire {index}"))
    people(scene, 0 if terrain.water == "harbour" else terrain.people)


def free(scene: Scene, at: tuple[float, float], radius: float) -> bool:
    """Nothing else stands at a spot of the ground."""
    x, z = at
    for item in scene.items:
        if isinstance(item, town.House):
            inside = item.z - 0.2 < z < item.z + item.deep + 0.2
            if inside and abs(x - item.x) < item.wide / 2 + radius:
                return False
        elif isinstance(item, Item):
            near = radius + 0.3 * min(item.tall, 2.0)
            if abs(x - item.x) < near and abs(z - item.z) < max(near, 0.9):
                return False
    return scene.lane is None or abs(x - scene.lane(z)) > 0.6 + radius


def _wet(scene: Scene, terrain: Terrain, x: float, z: float) -> bool:
    """There is water at this spot."""
    at, here = np.array([x], np.float32), np.array([z], np.float32)
    if terrain.water == "shore":
        return z > float(ground.shore_z(scene, at, 9.0)[0]) - 2.0
    if terrain.water == "river":
        return abs(x - float(ground.river_middle(scene, here, 2.6)[0])) < 2.1
    return terrain.water == "sea" or (terrain.water == "harbour" and z > 4.0)


def people(scene: Scene, count: int) -> None:
    """Passers-by, in the dress of the time."""
    if scene.has("empty") or not count:
        return
    draw = scene.detail("people")
    if scene.has("busy"):
        count = count * 2 + 4
    painter = today if scene.has("modern") else passer
    for index in range(count):
        z = 4.5 + 16 * float(draw.random()) ** 1.3
        x = float(draw.normal(0, 0.42)) * (1.0 + 0.12 * z)
        if scene.wet(x, z) or not free(scene, (x, z), 0.25):
            continue
        key = f"passer {scene.reading.brief.seed} {index}"
        scene.put(Item(x, z, 1.0, painter, key, flip=bool(draw.random() < 0.5)))
