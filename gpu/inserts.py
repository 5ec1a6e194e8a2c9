"""One object in light: a dark ground, a cone from above, a plinth, dust."""

import numpy as np

from gpu.light import LIGHTS
from gpu.motifs import all_motifs
from gpu.noise import field, full_size, rng
from gpu.paint import Colour, Floats, mix
from gpu.scenery.scene import Scene
from gpu.subject import Spot, paint_motif

_GROUNDS: tuple[tuple[Colour, Colour], ...] = (
    ((20, 38, 48), (72, 116, 124)),
    ((44, 22, 26), (150, 78, 66)),
    ((38, 30, 22), (146, 116, 74)),
    ((22, 28, 56), (84, 98, 156)),
    ((22, 40, 34), (86, 124, 98)),
    ((40, 26, 50), (126, 90, 142)),
)


def paint_insert(scene: Scene) -> None:
    """A single thing as in a museum at night."""
    if not scene.light.dark_room:
        scene.light = LIGHTS["museum"]
    motifs = [all_motifs()[key] for key in scene.reading.motifs if key in all_motifs()]
    motif = motifs[0] if motifs else all_motifs()["pot"]
    draw = rng("insert", motif.key)
    dark, glow = _GROUNDS[int(draw.integers(len(_GROUNDS)))]
    _ground(scene, dark, glow)
    size = {"close-up": 0.66, "extreme close-up": 0.77, "insert": 0.54}
    tall = size.get(scene.reading.brief.shot_size, 0.6)
    frame = scene.frame
    tall = min(tall * max(frame.narrow, 0.5), 0.78 * frame.aspect / max(motif.wide, 0.45))
    floating = motif.kind in ("flying", "heaven", "swimming", "idea")
    foot = 0.80 if not floating else 0.52 + tall / 2
    foot = min(foot + 0.06 * (tall > 0.6), 0.88)
    spot = Spot(0.0, foot, tall, 0.9)
    _plinth(scene, spot, motif.wide, mix(dark, glow, 0.35))
    subject = scene.layer("subject", 0.75)
    if not floating:
        at = (-scene.light.side * 0.05, foot + 0.008)
        subject.smudge(at, (0.66 * motif.wide * tall, 0.034), (8, 6, 10), 0.75)
    paint_motif(scene, subject, motif, spot)
    _beam(scene, foot)
    scene.picture.motes = "dust"
    scene.picture.lights.append((0.0, foot - tall * 0.5, 0.5))


def _ground(scene: Scene, dark: Colour, glow: Colour) -> None:
    sheet = scene.layer("dark", 0.0)
    x0, y0, x1, y1 = scene.frame.reach
    near, far = np.array(glow, np.float32), np.array(dark, np.float32) * 0.8
    side = scene.light.side

    def shader(x: Floats, y: Floats) -> Floats:
        away = ((x - 0.12 * side) / 0.62) ** 2 + ((y - 0.46) / 0.5) ** 2
        share = np.exp(-away)[:, :, None] * 1.0
        return np.asarray(far + (near - far) * share, np.float32)

    sheet.wash([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], shader)
    sheet.pixels[:, :, 3] = 255
    cloth = full_size(field(sheet, (0.5, 0.9), f"cloth {scene.reading.place}"), sheet)
    gain = (0.86 + 0.28 * cloth)[:, :, None]
    sheet.pixels[:, :, :3] = np.clip(sheet.pixels[:, :, :3] * gain, 0, 255).astype(np.uint8)


def _plinth(scene: Scene, spot: Spot, wide: float, colour: Colour) -> None:
    sheet = scene.layer("plinth", 0.7)
    light, half = scene.light, max(0.52 * wide * spot.size, 0.16) + 0.08
    y = spot.y
    x0, _, x1, y1 = scene.frame.reach
    half = min(half, (x1 - x0) / 2)
    stone = mix((168, 160, 152), colour, 0.35)
    top = [(-half * 0.94, y - 0.03), (half * 0.94, y - 0.03), (half, y + 0.035), (-half, y + 0.035)]
    sheet.fill(top, light.tone(stone, 0.7))
    front = [(-half, y + 0.035), (half, y + 0.035), (half, y1 + 0.1), (-half, y1 + 0.1)]
    sheet.fill(front, light.tone(stone, -0.35))
    s = 1 if light.side > 0 else -1
    sheet.fill(
        [
            (-s * half, y + 0.035),
            (-s * half * 0.2, y + 0.035),
            (-s * half * 0.3, y1 + 0.1),
            (-s * half, y1 + 0.1),
        ],
        light.tone(stone, -0.75),
    )
    sheet.stroke([(-half, y + 0.036), (half, y + 0.036)], 0.004, light.tone(stone, 1.0))


def _beam(scene: Scene, foot: float) -> None:
    """Light that falls in from above, on the light's side."""
    sheet = scene.layer("beam", 0.85)
    s = scene.light.side
    _, y0, _, _ = scene.frame.reach
    source = (s * 0.5, min(y0, -0.1) - 0.1)
    for wide, alpha in ((0.34, 0.16), (0.2, 0.12)):
        sheet.beam(source, (-s * 0.06, foot + 0.06), (0.03, wide), (255, 238, 206), alpha)
