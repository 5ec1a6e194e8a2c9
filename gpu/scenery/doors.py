"""The door of a room, for who leaves it."""

from gpu.paint import Sheet
from gpu.scenery.scene import Scene


def door_place(scene: Scene) -> float:
    """Where a room's door is: on the wall's dark side."""
    return -scene.light.side / 0.7 * 0.3 * min(scene.frame.aspect, 1.8)


def doorway(scene: Scene, sheet: Sheet, at: tuple[float, float]) -> None:
    """An open door in the back wall, light behind it and on the floor before it."""
    x, foot = at
    light, tall, half = scene.light, 0.47, 0.115
    wood, leaf = light.tone((120, 84, 62), -0.2), light.tone((134, 96, 70), 0.2)
    glow = light.tone((250, 236, 206), 0.9) if light.stars < 0.4 else (58, 70, 104)
    sheet.fill(_upright(x, half + 0.02, foot, tall + 0.02), wood)
    sheet.fill(_upright(x, half, foot, tall), glow)
    land = [
        (x - half, foot - 0.12),
        (x, foot - 0.16),
        (x + half, foot - 0.13),
        (x + half, foot),
        (x - half, foot),
    ]
    sheet.fill(land, light.tone((150, 160, 118), 0.3, 0.45))
    s = 1 if x > 0 else -1
    sheet.fill(
        [
            (x + s * half, foot - tall),
            (x + s * (half + 0.1), foot - tall + 0.05),
            (x + s * (half + 0.1), foot + 0.04),
            (x + s * half, foot),
        ],
        leaf,
    )
    sheet.fill(
        [
            (x - half, foot),
            (x + half, foot),
            (x + half * 1.5, foot + 0.09),
            (x - half * 1.5, foot + 0.09),
        ],
        glow,
        0.3,
    )


def _upright(x: float, half: float, foot: float, tall: float) -> list[tuple[float, float]]:
    return [(x - half, foot), (x + half, foot), (x + half, foot - tall), (x - half, foot - tall)]
