"""From a brief to layers: what the shot says decides the composition."""

from collections.abc import Callable

import cv2
import numpy as np

from gpu import indoors
from gpu.briefs import ImageBrief
from gpu.foreground import is_small, near_lens
from gpu.inserts import paint_insert
from gpu.light import grade_for, light_for
from gpu.look import dress, look_for
from gpu.maps import paint_map
from gpu.motifs import Motif, all_motifs
from gpu.motifs.holding import holding
from gpu.paint import Floats, Pixels
from gpu.reading import Reading, read
from gpu.scenery import arena, outdoors, rooms, wonders
from gpu.scenery.abstract import paint_abstract
from gpu.scenery.scene import Scene, place_items
from gpu.staging import LOOKING, put_actor, put_figure
from gpu.subject import Spot, paint_motif, shadow
from gpu.view import Frame, Picture, View

WONDERS: dict[str, Callable[[Scene], None]] = {
    "space": wonders.paint_space,
    "sky": wonders.paint_clouds,
    "underwater": wonders.paint_underwater,
    "cave": wonders.paint_cave,
    "stadium": arena.paint_stadium,
}
_FLOATING = frozenset(("space", "sky", "underwater"))
"""Places without ground."""


def compose(brief: ImageBrief, frame: Frame) -> Picture:
    """All layers of a panel, the same for the same brief whatever the bleed."""
    reading = read(brief)
    light = light_for(brief.lighting, brief.prompt, reading.place)
    view = view_for(reading)
    picture = Picture(frame, view.horizon, dark=light.dark_room, style=brief.style)
    scene = Scene(reading, light, frame, view, picture)
    _COMPOSERS[reading.kind](scene)
    _air(scene)
    _grade(picture, grade_for(brief.style))
    dress(picture.layers, look_for(brief.style))
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


def paint_place(scene: Scene, stage: Callable[[Scene], None] | None = None) -> None:
    """Sky, land or room, with everything that belongs there and whom the shot puts there."""
    setting = setting_of(scene.reading)
    if setting in WONDERS:
        WONDERS[setting](scene)
    elif setting in rooms.ROOMS:
        rooms.paint_room(scene, setting)
    elif setting in outdoors.TERRAINS:
        outdoors.paint_outdoors(scene, setting)
    else:
        paint_abstract(scene)
    if stage is not None:
        stage(scene)
    place_items(scene)


def _wide(scene: Scene) -> None:
    motifs = _motifs(scene.reading)[: 1 if scene.has("far") else 2]
    setting = setting_of(scene.reading)
    if setting in rooms.ROOMS:
        paint_place(scene)
        indoors.stage(scene, rooms.ROOMS[setting], motifs)
    elif setting in _FLOATING:
        paint_place(scene)
        for index, motif in enumerate(motifs):
            _afloat(scene, motif, index)
    else:
        _open(scene, motifs)
    if setting in ("jungle", "forest") and scene.reading.kind == "wide":
        wonders.canopy(scene)


def _open(scene: Scene, motifs: list[Motif]) -> None:
    """An open place: things on the ground, in the sky, near the lens."""
    small = [motif for motif in motifs if is_small(motif)]
    high = [motif for motif in motifs if motif not in small and motif.kind in ("flying", "heaven")]

    def stage(scene: Scene) -> None:
        for index, motif in enumerate(motifs):
            if motif not in small and motif not in high:
                put_actor(scene, motif, index)
        aerial = scene.reading.kind == "aerial" and not scene.has("busy")
        told = scene.has("figure", "leaving")
        if (told or aerial) and not scene.has("empty"):
            put_figure(scene)

    paint_place(scene, stage)
    for index, motif in enumerate(high):
        _afloat(scene, motif, index)
    if small:
        near_lens(scene, small)


def _afloat(scene: Scene, motif: Motif, index: int) -> None:
    """In the air, in the water, in space: no ground to stand on."""
    setting, narrow = setting_of(scene.reading), scene.frame.narrow
    size = {"building": 0.4, "person": 0.3, "heaven": 0.22, "flying": 0.2}.get(motif.kind, 0.24)
    size *= (0.45 if scene.has("far") else 1.0) * (0.85 if index else 1.0) * narrow
    size *= 0.7 if setting not in _FLOATING and motif.kind == "flying" else 1.0
    size = min(size, 0.7 * scene.frame.aspect / max(motif.wide, 0.5))
    side = 1 if scene.layout("side").random() < 0.5 else -1
    x = (-side if index else side) * (0.24 + 0.05 * index) * min(scene.frame.aspect, 1.9)
    y, depth = max(scene.view.horizon * 0.72, 0.22) + size * 0.3, 0.35
    if setting in _FLOATING and motif.kind != "heaven":
        y, depth = 0.56 + size * 0.4, 0.5
    if setting == "underwater":
        swims = motif.kind in ("swimming", "flying", "heaven", "afloat")
        y, depth = (0.55 if swims else 0.88) + 0.08 * index, 0.6
    spot = Spot(x, y, size, 0.05 if motif.kind == "heaven" else depth)
    sheet = scene.layer(f"subject {index}", spot.depth)
    if setting == "underwater":
        shadow(scene, sheet, motif, spot)
    paint_motif(scene, sheet, motif, spot, flip=x > 0 and motif.kind in LOOKING)


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
    found = [known[key] for key in reading.motifs if key in known]
    held = known.get(reading.held)
    if held is None:
        return found
    doer = next((motif for motif in found if motif.kind == "person"), None)
    if doer is None:
        return found
    return [holding(doer, held) if m is doer else m for m in found if m is not held]


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
