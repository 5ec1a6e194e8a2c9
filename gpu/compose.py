"""From a brief to layers: what the shot says decides the composition."""

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np

from gpu.briefs import ImageBrief
from gpu.inserts import paint_insert
from gpu.light import grade_for, light_for
from gpu.maps import paint_map
from gpu.motifs import Motif, all_motifs
from gpu.paint import Floats, Pixels
from gpu.reading import Reading, read
from gpu.scenery import arena, furniture, outdoors, rooms, wonders
from gpu.scenery.abstract import paint_abstract
from gpu.scenery.scene import Item, Scene, place_items
from gpu.subject import Spot, figure_for_scale, mound, paint_motif, plinth, shadow, wide_spot
from gpu.view import Frame, Picture, View

WONDERS: dict[str, Callable[[Scene], None]] = {
    "space": wonders.paint_space,
    "sky": wonders.paint_clouds,
    "underwater": wonders.paint_underwater,
    "cave": wonders.paint_cave,
    "stadium": arena.paint_stadium,
}
ON_TABLE = 0.62
"""The depth of tables, and of what lies on them."""
_WATERS = frozenset(("sea", "island"))


def compose(brief: ImageBrief, frame: Frame) -> Picture:
    """All layers of a panel, the same for the same brief whatever the bleed."""
    reading = read(brief)
    light = light_for(brief.lighting, brief.prompt, reading.place)
    view = view_for(reading)
    picture = Picture(frame, view.horizon, dark=light.dark_room)
    scene = Scene(reading, light, frame, view, picture)
    _COMPOSERS[reading.kind](scene)
    _air(scene)
    _grade(picture, grade_for(brief.style))
    return picture


def view_for(reading: Reading) -> View:
    """The camera that a shot's size and angle ask for."""
    angle, indoors = reading.brief.angle, setting_of(reading) in rooms.ROOMS
    if reading.kind in ("medium", "close"):
        return View(0.46, 1.0, 1.5, back=0.5)
    if indoors:
        return View({"low": 0.62, "high": 0.36, "aerial": 0.34, "top": 0.34}.get(angle, 0.5), 1.2)
    if reading.kind == "aerial":
        low = angle not in ("aerial", "top")
        return View(0.40, 4.0, back=7.0) if low else View(0.27, 9.0, back=11.0)
    if angle == "low":
        return View(0.74, 0.5, back=1.0)
    if angle in ("high", "aerial", "top"):
        return View(0.34, 4.2, back=5.0)
    if reading.brief.shot_size == "full":
        return View(0.54, 1.1, 1.25, back=0.4)
    return View(0.56, 1.25, back=1.0)


def setting_of(reading: Reading) -> str:
    """The one setting that gives the picture its ground, or nothing."""
    return next(iter(reading.settings), "")


def paint_place(scene: Scene) -> None:
    """Sky, land or room, with everything that belongs there."""
    setting = setting_of(scene.reading)
    if setting in WONDERS:
        WONDERS[setting](scene)
    elif setting in rooms.ROOMS:
        rooms.paint_room(scene, setting)
    elif setting in outdoors.TERRAINS:
        outdoors.paint_outdoors(scene, setting)
    else:
        paint_abstract(scene)
    if scene.reading.kind in ("wide", "aerial"):
        _clear_stage(scene)
    place_items(scene)


def _clear_stage(scene: Scene) -> None:
    """Nothing small stands between the camera and what the shot is about."""
    view = scene.view
    for index, motif in enumerate(_motifs(scene.reading)[:2]):
        spot = _spot(scene, motif, index)
        half = 0.5 * motif.wide * spot.size

        def hides(item: object, spot: Spot = spot, half: float = half) -> bool:
            if not isinstance(item, Item):
                return False
            x, y = view.at(item.x, item.z)
            return y > spot.y - 0.01 and abs(x - spot.x) < half + 0.3 * item.tall * view.scale(
                item.z
            )

        scene.items = [item for item in scene.items if not hides(item)]


def _wide(scene: Scene) -> None:
    motifs = _motifs(scene.reading)[: 1 if scene.has("far") else 2]
    staged = list(enumerate(motifs))[::-1]
    setting = setting_of(scene.reading)
    paint_place(scene)
    if setting in rooms.ROOMS:
        _staged_indoors(scene, rooms.ROOMS[setting], staged)
        return
    for index, motif in staged:
        _stand(scene, motif, index)
    if scene.has("leaving"):
        figure_for_scale(scene, leaving=True)
    elif scene.has("figure") or (scene.reading.kind == "aerial" and not scene.has("empty")):
        figure_for_scale(scene)
    if setting in ("jungle", "forest") and scene.reading.kind == "wide":
        wonders.canopy(scene)


def _staged_indoors(scene: Scene, room: rooms.Room, staged: list[tuple[int, Motif]]) -> None:
    """People behind the table, things on it; who leaves is seen through the door."""
    on_table = [pair for pair in staged if pair[1].kind in _ON_TABLES and room.table is not None]
    for index, motif in staged:
        if (index, motif) not in on_table:
            _stand(scene, motif, index)
    if scene.has("figure") and not scene.has("leaving"):
        spot = Spot(0.04, rooms.corner(scene) + 0.07, 0.36, 0.35)
        paint_motif(scene, scene.layer("figure", 0.35), all_motifs()["person"], spot)
    if room.table is not None:
        furniture.table(scene, scene.layer("table", ON_TABLE), room.table)
    for index, motif in on_table:
        _stand(scene, motif, index)
    if scene.has("leaving"):
        furniture.doorway(scene, scene.layer("door", 1.2))
        tall = 0.62 * max(scene.frame.narrow, 0.6)
        dark = replace(scene, light=replace(scene.light, key=scene.light.shade))
        spot = Spot(0.17 * min(scene.frame.aspect, 1.8), 1.0, tall, 1.2)
        paint_motif(dark, scene.layer("leaving", 1.2), all_motifs()["person"], spot)


_ON_TABLES = frozenset(("object", "idea", "plant", "heaven"))
_LOOKING = frozenset(("vehicle", "afloat", "flying", "swimming", "animal"))


def _stand(scene: Scene, motif: Motif, index: int) -> None:
    """A thing in its place: on the ground, a table, a rock, the water, in the air."""
    setting = setting_of(scene.reading)
    spot = _spot(scene, motif, index)
    sheet = scene.layer(f"subject {index}", spot.depth)
    afloat = motif.kind in ("afloat", "swimming", "flying", "heaven")
    if setting in _WATERS | {"coast"} and not afloat:
        mound(scene, sheet, spot, motif.wide, (142, 132, 122))
    elif setting in ("space", "sky"):
        pass
    elif motif.kind == "object" and setting != "underwater" and spot.depth != ON_TABLE:
        plinth(scene, sheet, spot, motif.wide)
    else:
        shadow(scene, sheet, motif, spot)
    paint_motif(scene, sheet, motif, spot, flip=spot.x > 0 and motif.kind in _LOOKING)


def _spot(scene: Scene, motif: Motif, index: int) -> Spot:
    setting, spot = setting_of(scene.reading), wide_spot(scene, motif, index)
    room = rooms.ROOMS.get(setting)
    if room is not None and room.table is not None and motif.kind in _ON_TABLES:
        top = furniture.table_top(scene)
        return Spot(spot.x * 0.7, top + 0.05, spot.size * 1.1, ON_TABLE)
    if room is not None and room.table is not None:
        foot = rooms.corner(scene) + 0.10
        size = spot.size * (0.6 if motif.kind == "building" else 1.12)
        return Spot(spot.x * 0.85, foot, min(size, foot - 0.12), 0.4)
    if room is not None:
        return replace(spot, size=spot.size * (0.7 if motif.kind == "building" else 1.1))
    if setting == "space" or (setting == "sky" and motif.kind != "heaven"):
        return replace(spot, y=0.56 + spot.size * 0.4, depth=0.5)
    if setting == "underwater":
        swims = motif.kind in ("swimming", "flying", "heaven", "afloat")
        return replace(spot, y=(0.55 if swims else 0.88) + 0.1 * index, depth=0.6)
    return spot


def _near(scene: Scene) -> None:
    """The place out of focus, the subject large before it."""
    paint_place(scene)
    for layer in scene.picture.layers:
        soften(layer.sheet.pixels, scene.frame.unit_px * 0.006)
    motifs = _motifs(scene.reading) or [all_motifs()["person"]]
    frame, close = scene.frame, scene.reading.kind == "close"
    motif = motifs[0]
    size = {"person": 1.25, "building": 0.95, "heaven": 0.5, "flying": 0.5}.get(motif.kind, 0.72)
    size *= 1.45 if close else 1.0
    if scene.reading.brief.shot_size == "extreme close-up":
        size *= 1.25
    size = min(size, (1.5 if close else 1.05) * frame.aspect / max(motif.wide, 0.4))
    side = 1 if scene.layout("side").random() < 0.5 else -1
    x = side * (0.04 if close else 0.13) * min(frame.aspect, 1.8)
    y = 0.14 + size * (1.0 if motif.kind == "person" else 0.0)
    if motif.kind != "person":
        y = min(0.5 + size * 0.5, 1.0 if not close else 1.2)
    if len(motifs) > 1 and not close:
        second = motifs[1]
        small = min(0.4, 0.4 * frame.aspect / max(second.wide, 0.5))
        sheet = scene.layer("second", 0.5)
        spot = Spot(-x * 2.4, 0.84, small, 0.5)
        shadow(scene, sheet, second, spot)
        paint_motif(scene, sheet, second, spot)
    paint_motif(scene, scene.layer("subject", 0.85), motif, Spot(x, y, size, 0.95))


def soften(pixels: Pixels, sigma_px: float) -> None:
    """Out of focus, worked out at a quarter of the size."""
    height, width = pixels.shape[:2]
    small = cv2.resize(
        pixels, (max(width // 4, 1), max(height // 4, 1)), interpolation=cv2.INTER_AREA
    )
    small = cv2.GaussianBlur(small, (0, 0), max(sigma_px / 2, 0.6))
    pixels[:] = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


def _motifs(reading: Reading) -> list[Motif]:
    known = all_motifs()
    return [known[key] for key in reading.motifs if key in known]


def _air(scene: Scene) -> None:
    """What drifts in the air of the clip."""
    for state, motes in (
        ("rain", "rain"),
        ("snowy", "snow"),
        ("burning", "embers"),
        ("dust", "dust"),
    ):
        if scene.has(state):
            scene.picture.motes = motes
            return
    if scene.light.name == "storm" and setting_of(scene.reading) not in rooms.ROOMS:
        scene.picture.motes = "rain"


def _grade(picture: Picture, grade: Floats) -> None:
    """The film's look over every layer. Linear, so premultiplied colours keep their cover."""
    if np.allclose(grade, np.eye(3)):
        return
    matrix = np.eye(4, dtype=np.float32)
    matrix[:3, :3] = grade
    for layer in picture.layers:
        pixels = layer.sheet.pixels
        toned = cv2.transform(pixels, matrix)
        pixels[:, :, :3] = np.minimum(toned[:, :, :3], pixels[:, :, 3:4])


_COMPOSERS: dict[str, Callable[[Scene], None]] = {
    "map": paint_map,
    "insert": paint_insert,
    "close": lambda scene: (paint_insert if _plain_ground(scene) else _near)(scene),
    "medium": _near,
    "wide": _wide,
    "aerial": _wide,
}


def _plain_ground(scene: Scene) -> bool:
    """A close-up of one thing before nothing."""
    text = scene.reading.brief.prompt.lower()
    return "backdrop" in text or "dark background" in text or scene.light.name == "museum"
