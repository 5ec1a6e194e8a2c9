"""Small things in open places: near the lens, on a wall or by a flower, where they look right."""

from collections.abc import Sequence

from gpu.motifs import Motif
from gpu.paint import Colour, Sheet, circle
from gpu.scenery.scene import Scene
from gpu.subject import Spot, paint_motif, shadow

DEPTH = 1.2
LEDGE = 0.85
"""The height in the picture on which small things stand."""
_WALLS: dict[str, Colour] = {
    "planet": (186, 112, 82), "desert": (206, 166, 120), "old town": (206, 160, 112),
    "field": (150, 112, 80), "village": (172, 160, 144), "harbour": (134, 104, 82),
    "coast": (140, 132, 124), "snow": (214, 220, 230), "forest": (112, 92, 74),
    "jungle": (104, 88, 70), "cave": (92, 82, 86), "volcano": (98, 88, 90),
}  # fmt: skip


def is_small(motif: Motif) -> bool:
    """Too small to be seen in a landscape unless it is near."""
    light = motif.kind in ("flying", "plant") and motif.tall < 0.6
    return light or motif.kind in ("object", "idea")


def near_lens(scene: Scene, motifs: Sequence[Motif]) -> None:
    """All small things of a shot, at one side of the frame."""
    side = 1 if scene.layout("side").random() < 0.5 else -1
    half = scene.frame.aspect / 2
    insects = [motif for motif in motifs if motif.kind == "flying"]
    things = [motif for motif in motifs if motif.kind != "flying"]
    if things:
        _on_ledge(scene, things, (-side if insects else side) * min(half, 1.0))
    if insects:
        _by_flowers(scene, insects, side * min(half, 1.0))


def _on_ledge(scene: Scene, things: Sequence[Motif], edge: float) -> None:
    sheet = scene.layer("ledge", DEPTH)
    inner = edge * (0.42 if len(things) < 2 else 0.16)
    _ledge(scene, sheet, inner, 1 if edge > 0 else -1)
    size = 0.5 if scene.has("far") else 1.0
    for index, motif in enumerate(things):
        tall = min(0.2, 0.24 / max(motif.wide, 0.5)) * size * max(scene.frame.narrow, 0.5)
        share = 0.5 if len(things) < 2 else (0.3, 0.68)[index % 2]
        spot = Spot(inner + (edge - inner) * share, LEDGE + 0.022, tall, DEPTH)
        shadow(scene, sheet, motif, spot)
        paint_motif(scene, sheet, motif, spot)


def _ledge(scene: Scene, sheet: Sheet, inner: float, side: int) -> None:
    """The end of a low wall that comes into the frame from one side."""
    light, (x0, _, x1, y1) = scene.light, scene.frame.reach
    outer = x1 + 0.05 if side > 0 else x0 - 0.05
    tint = _WALLS.get(next(iter(scene.reading.settings), ""), (164, 154, 142))
    front = LEDGE + 0.05
    lean = inner - side * 0.03
    face = [(lean, front), (outer, front), (outer, y1 + 0.1), (lean - side * 0.01, y1 + 0.1)]
    sheet.fill(face, light.tone(tint, -0.55))
    draw = scene.layout("ledge")
    for row in range(7):
        y = front + 0.055 * row
        sheet.stroke([(lean, y + 0.05), (outer, y + 0.05)], 0.003, light.tone(tint, -0.95))
        for k in range(14):
            x = lean + side * (0.05 + 0.16 * k + 0.07 * (row % 2) + 0.02 * float(draw.random()))
            if abs(x) < abs(outer):
                sheet.stroke([(x, y), (x, y + 0.05)], 0.003, light.tone(tint, -0.95))
    top = [(inner, LEDGE), (outer, LEDGE), (outer, front + 0.004), (lean, front + 0.004)]
    sheet.fill(top, light.tone(tint, 0.7))
    sheet.stroke([(lean, front), (outer, front)], 0.004, light.tone(tint, 1.0))


def _by_flowers(scene: Scene, insects: Sequence[Motif], edge: float) -> None:
    sheet = scene.layer("flowers", DEPTH)
    heads = ((0.94, 0.60, 0.075), (0.72, 0.72, 0.06), (0.55, 0.86, 0.05))
    colours: tuple[Colour, ...] = ((232, 128, 136), (244, 214, 120), (214, 150, 196))
    for index, (across, y, radius) in enumerate(heads):
        _flower(scene, sheet, (edge * across, y, radius), colours[index])
    for index, motif in enumerate(insects):
        far = scene.has("far")
        tall = (0.045 if far else 0.105) * max(scene.frame.narrow, 0.5)
        x, y = ((0.60, 0.60), (0.36, 0.74))[index % 2]
        paint_motif(scene, sheet, motif, Spot(edge * x, y, tall, DEPTH), flip=edge < 0)


def _flower(scene: Scene, sheet: Sheet, head: tuple[float, float, float], colour: Colour) -> None:
    x, y, radius = head
    light, s = scene.light, (1 if scene.light.side > 0 else -1)
    green: Colour = (92, 132, 74)
    stalk = [(x + 0.02 * i * i / 9, y + 0.1 * i) for i in range(9)]
    sheet.stroke(stalk, 0.011, light.tone(green, -0.2))
    for i, way in ((2, 1), (4, -1)):
        ax, ay = stalk[i]
        leaf = [(ax, ay), (ax + way * 0.05, ay - 0.05), (ax + way * 0.13, ay - 0.05),
                (ax + way * 0.08, ay)]  # fmt: skip
        sheet.fill(leaf, light.tone(green, 0.5 * way * s))
    for k in range(9):
        turn = 40.0 * k
        c, d = _unit(turn)
        at = (x + c * radius * 0.62, y + d * radius * 0.5)
        shade = 0.3 + 0.5 * c * s - 0.3 * d
        sheet.fill(circle(*at, radius * 0.42, radius * 0.22, turn), light.tone(colour, shade))
    sheet.fill(circle(x, y, radius * 0.36, radius * 0.29), light.tone((214, 156, 62), 0.2))
    sheet.fill(circle(x + s * 0.1 * radius, y - 0.06 * radius, radius * 0.2, radius * 0.14),
        light.tone((246, 204, 110), 0.8))  # fmt: skip


def _unit(turn_deg: float) -> tuple[float, float]:
    one = circle(0, 0, 1, 1, turn_deg)[0]
    return float(one[0]), float(one[1])
