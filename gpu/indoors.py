"""Who and what is in a room: people behind the table, things on it, somebody at the door."""

from collections.abc import Sequence
from dataclasses import replace

from gpu.motifs import Motif
from gpu.motifs.walkers import PERSON, WALKER
from gpu.scenery import doors, furniture, rooms
from gpu.scenery.scene import Scene
from gpu.subject import Spot, paint_motif, plinth, shadow

ON_TABLE = 0.62
"""The depth of tables, and of what lies on them."""
PERSON_TALL = 0.60
"""How tall a person is in a room, behind its table or as far away as that."""
_MODELS = {"building": 0.22, "vehicle": 0.15, "afloat": 0.2, "heaven": 0.17, "swimming": 0.12}
"""What fits into no room stands there as a model of this size."""


def stage(scene: Scene, room: rooms.Room, motifs: Sequence[Motif]) -> None:
    """All that a shot puts into a room, from the back wall to the viewer."""
    people = [m for m in motifs if _stands(m)]
    things = [m for m in motifs if not _stands(m)]
    side = 1 if scene.layout("side").random() < 0.5 else -1
    if scene.has("leaving"):
        _at_the_door(scene)
    for index, motif in enumerate(people):
        _standing(scene, room, motif, side * (0.2 if index == 0 else -0.24))
    if scene.has("figure") and not scene.has("leaving", "empty"):
        _standing(scene, room, PERSON, -side * 0.3 if not people else -side * 0.34, 0.86)
    if room.table is not None:
        furniture.table(scene, scene.layer("table", ON_TABLE), room.table)
    for index, motif in enumerate(things):
        x = -side * 0.12 if people else side * 0.1
        _lying(
            scene, room, motif, x + (0.3 * side if index and not people else -0.3 * side * index)
        )


def _stands(motif: Motif) -> bool:
    return motif.kind == "person" or (motif.kind in ("animal", "plant") and motif.tall >= 0.6)


def _standing(
    scene: Scene, room: rooms.Room, motif: Motif, across: float, share: float = 1.0
) -> None:
    """Feet on the floor. A table in front hides whatever is below its top."""
    tall = PERSON_TALL * min(motif.tall, 1.3) * share * max(scene.frame.narrow, 0.6)
    far = 0.8 if scene.has("far") else 1.0
    foot = 0.9 - 0.04 * (far < 1) if room.table is None else _behind(scene, PERSON_TALL * far)
    sheet = scene.layer(f"standing {motif.key}", 0.4 * share)
    spot = Spot(across * min(scene.frame.aspect, 1.8), foot, tall * far, 0.4)
    shadow(scene, sheet, motif, spot)
    paint_motif(scene, sheet, motif, spot)


def _behind(scene: Scene, tall: float) -> float:
    """Where the feet are of somebody whose waist is level with the table."""
    return furniture.table_top(scene) + 0.46 * tall


def _lying(scene: Scene, room: rooms.Room, motif: Motif, across: float) -> None:
    """On the table, as large as it would be there; else on a plinth, or in the air above."""
    tall = _MODELS.get(motif.kind, PERSON_TALL * min(max(motif.tall, 0.22), 0.34) * 0.8)
    tall = min(tall * max(scene.frame.narrow, 0.5), 0.24 / max(motif.wide, 0.3))
    tall *= 0.75 if scene.has("far") else 1.0
    foot = furniture.table_top(scene) + 0.052 if room.table is not None else 0.78
    edge = 0.31 * min(scene.frame.aspect, 2.0) - 0.5 * motif.wide * tall
    x = min(max(across * min(scene.frame.aspect, 1.8), -edge), edge)
    sheet = scene.layer(f"thing {motif.key}", ON_TABLE)
    spot = Spot(x, foot - (0.14 if motif.kind == "flying" else 0.0), tall, ON_TABLE)
    if motif.kind != "flying":
        if room.table is None:
            plinth(scene, sheet, spot, motif.wide)
        shadow(scene, sheet, replace(motif, kind="object"), spot)
    paint_motif(scene, sheet, motif, spot)


def _at_the_door(scene: Scene) -> None:
    """An open door in the back wall; who leaves is in it, seen from behind."""
    x = doors.door_place(scene)
    foot = rooms.corner(scene)
    doors.doorway(scene, scene.layer("door", 0.2), (x, foot))
    tall = 0.40 * max(scene.frame.narrow, 0.6)
    sheet = scene.layer("leaving", 0.24)
    spot = Spot(x + 0.01, foot + 0.012, min(tall, foot - 0.1), 0.24)
    shadow(scene, sheet, WALKER, spot)
    paint_motif(scene, sheet, WALKER, spot)
