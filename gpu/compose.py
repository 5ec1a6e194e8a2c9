"""From a brief to layers: what the shot says decides the composition."""

from gpu.briefs import ImageBrief
from gpu.light import light_for
from gpu.reading import read
from gpu.scenery.ground import paint_ground, paint_water, river
from gpu.scenery.relief import hills
from gpu.scenery.scene import Scene, place_items
from gpu.scenery.sky import paint_sky
from gpu.view import Frame, Picture, View


def compose(brief: ImageBrief, frame: Frame) -> Picture:
    """All layers of a panel."""
    reading = read(brief)
    light = light_for(brief.lighting, brief.prompt, reading.place)
    view = View(0.56, 1.3)
    scene = Scene(reading, light, frame, view, Picture(frame, view.horizon))
    paint_sky(scene)
    hills(scene)
    sheet = paint_ground(scene, "grass")
    paint_water(scene, sheet, river(scene, width=0.9, swing=2.0))
    place_items(scene)
    return scene.picture
