"""A quiet composition for a subject that nobody taught us: colour fields and stones."""

from gpu.noise import rng
from gpu.paint import circle, mix
from gpu.scenery.relief import hills
from gpu.scenery.scene import Scene
from gpu.scenery.sky import paint_sky


def paint_abstract(scene: Scene) -> None:
    """Always something to look at, always the same for the same words."""
    paint_sky(scene)
    hills(scene, size=0.7)
    draw = rng("abstract", scene.reading.place)
    light = scene.light
    _, _, _, y1 = scene.frame.reach
    hz = scene.view.horizon
    base = tuple(float(c) for c in draw.uniform(90, 220, 3))
    for row in range(5):
        t = row / 4
        sheet = scene.layer(f"field {row}", 0.2 + 0.22 * row)
        level = hz + (1 - hz) * t * 0.82
        lift = [level + 0.06 * float(draw.uniform(-1, 1)) for _ in range(4)]
        xs = [-2.4, -0.6, 0.6, 2.4]
        tint = mix((base[0], base[1], base[2]), (214, 150, 96), 0.25 * row % 1)
        colour = light.tone(tint, 0.5 - 0.35 * row, light.haze * (0.6 - 0.15 * row))
        sheet.fill([*zip(xs, lift, strict=True), (2.4, y1), (-2.4, y1)], colour)
    stones = scene.layer("stones", 0.6)
    for _ in range(5):
        x = float(draw.uniform(-0.6, 0.6)) * scene.frame.aspect / 1.78
        y = hz + float(draw.uniform(0.2, 0.8)) * (1 - hz)
        r = 0.02 + 0.05 * (y - hz)
        stones.fill(circle(x, y, r * 1.4, r), light.tone((150, 140, 134), -0.4))
        stones.fill(
            circle(x + light.side * r * 0.2, y - r * 0.15, r, r * 0.7),
            light.tone((190, 180, 170), 0.6),
        )
