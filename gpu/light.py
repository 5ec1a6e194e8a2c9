"""Light: what an hour of the day and the weather do to every colour. Knows no shape."""

import re
from dataclasses import dataclass, replace

import numpy as np

from gpu.noise import rng
from gpu.paint import Colour, Floats, mix


@dataclass(frozen=True)
class Light:
    """One lighting: the sky from zenith to horizon, and the tints of lit and shaded sides."""

    name: str
    sky: tuple[Colour, Colour, Colour]
    key: Colour
    shade: Colour
    fog: Colour
    sun: Colour
    haze: float = 0.8
    sun_height: float = 0.3
    sun_size: float = 0.035
    stars: float = 0.0
    cloud: float = 0.45
    side: float = -0.7
    """Where the light comes from: −1 left … 1 right."""
    dark_room: bool = False

    def tone(self, albedo: Colour, shade: float = 0.0, haze: float = 0.0) -> Colour:
        """A surface in this light: `shade` from −1 (turned away) to 1 (facing it), far = hazy."""
        tint = mix(self.shade, self.key, 0.5 + 0.5 * shade)
        lit = (
            albedo[0] * tint[0] / 255,
            albedo[1] * tint[1] / 255,
            albedo[2] * tint[2] / 255,
        )
        return mix(lit, self.fog, haze)


def _light(name: str, *colours: Colour, **more: float) -> Light:
    top, middle, low, key, shade, fog, sun = colours
    return Light(name, (top, middle, low), key, shade, fog, sun, **more)  # type: ignore[arg-type]


LIGHTS = {
    light.name: light
    for light in (
        _light(
            *("dawn", (74, 98, 142), (188, 160, 176), (255, 206, 164), (255, 224, 196)),
            *((120, 116, 160), (232, 190, 176), (255, 226, 176)),
            haze=0.85, sun_height=0.06, sun_size=0.05, cloud=0.5,
        ),
        _light(
            *("morning", (84, 148, 190), (158, 202, 214), (250, 232, 202), (255, 242, 218)),
            *((126, 146, 178), (212, 220, 214), (255, 246, 214)),
            haze=0.7, sun_height=0.32,
        ),
        _light(
            *("noon", (46, 122, 186), (116, 182, 216), (212, 230, 228), (255, 252, 240)),
            *((122, 142, 172), (204, 220, 222), (255, 252, 232)),
            haze=0.6, sun_height=0.75, cloud=0.4,
        ),
        _light(
            *("golden", (92, 122, 152), (224, 172, 120), (255, 208, 126), (255, 216, 146)),
            *((128, 98, 116), (240, 192, 130), (255, 236, 178)),
            haze=0.8, sun_height=0.12, sun_size=0.055,
        ),
        _light(
            *("dusk", (44, 44, 92), (158, 82, 114), (252, 150, 96), (255, 178, 122)),
            *((84, 66, 118), (186, 108, 114), (255, 208, 140)),
            haze=0.75, sun_height=0.04, sun_size=0.06, stars=0.15, cloud=0.55,
        ),
        _light(
            *("blue hour", (18, 32, 72), (50, 84, 132), (196, 156, 150), (170, 178, 214)),
            *((50, 66, 112), (92, 108, 146), (240, 224, 200)),
            haze=0.75, sun_height=0.4, sun_size=0.03, stars=0.4,
        ),
        _light(
            *("night", (7, 12, 34), (16, 32, 68), (46, 74, 112), (146, 172, 222)),
            *((28, 38, 74), (36, 58, 96), (236, 240, 232)),
            haze=0.7, sun_height=0.48, sun_size=0.035, stars=1.0, cloud=0.3,
        ),
        _light(
            *("overcast", (132, 146, 158), (176, 184, 188), (214, 212, 204), (230, 230, 226)),
            *((140, 148, 160), (196, 200, 198), (236, 234, 226)),
            haze=0.85, sun_size=0.0, cloud=0.85, side=-0.3,
        ),
        _light(
            *("storm", (32, 40, 54), (70, 82, 96), (160, 162, 150), (196, 202, 200)),
            *((60, 70, 92), (106, 116, 122), (220, 226, 210)),
            haze=0.8, sun_size=0.0, cloud=0.95, side=-0.5,
        ),
        _light(
            *("mist", (178, 190, 194), (204, 210, 206), (232, 228, 216), (238, 234, 224)),
            *((140, 152, 164), (222, 222, 214), (255, 252, 240)),
            haze=0.97, sun_height=0.34, sun_size=0.04, cloud=0.5, side=-0.4,
        ),
        _light(
            *("museum", (16, 16, 22), (30, 28, 34), (54, 46, 44), (255, 234, 202)),
            *((58, 56, 74), (40, 36, 40), (255, 228, 186)),
            haze=0.35, sun_size=0.0, dark_room=True,
        ),
        _light(
            *("lamplight", (18, 12, 14), (42, 26, 22), (92, 54, 34), (255, 204, 138)),
            *((84, 54, 58), (64, 38, 30), (255, 208, 128)),
            haze=0.45, sun_size=0.0, dark_room=True,
        ),
        _light(
            *("neon", (12, 9, 32), (58, 22, 84), (226, 72, 140), (196, 190, 255)),
            *((52, 36, 98), (92, 44, 116), (255, 170, 214)),
            haze=0.7, sun_height=0.4, sun_size=0.0, stars=0.2,
        ),
    )
}  # fmt: skip

_HOURS = (
    ("museum", r"museum light|spotlight|display case|studio light|single light|raking light"),
    ("neon", r"neon"),
    ("storm", r"storm|thunder|lightning|tempest"),
    ("night", r"\bnight|midnight|moonl|starl|starry"),
    ("blue hour", r"blue hour|twilight|before sunrise|after sunset"),
    ("dawn", r"\bdawn|sunrise|first light|daybreak|early light"),
    ("dusk", r"\bdusk|sunset|evening|last light"),
    ("golden", r"golden|late afternoon|low sun|warm sun|late sun|amber"),
    ("lamplight", r"lampl|lamp light|candle|firel|fire light|lantern|torch|hearth|warm interior"),
    ("overcast", r"overcast|gr[ae]y sky|cloudy|flat light|rain|drizzle|diffuse"),
    ("mist", r"\bmist|\bfog|haz[ey]"),
    ("morning", r"morning|soft daylight|window light|clear light|spring light"),
    ("noon", r"noon|midday|harsh|bright|daylight|afternoon|high sun|hard light"),
)
_DEFAULTS = ("morning", "golden", "noon", "morning")


def light_for(lighting: str, prompt: str, place: str) -> Light:
    """The light that the words name; else one that belongs to the place."""
    found = _named(lighting) or _named(prompt)
    draw = rng("light", place)
    if not found:
        found = _DEFAULTS[int(draw.integers(len(_DEFAULTS)))]
    light = LIGHTS[found]
    side = abs(light.side) * (1 if draw.random() < 0.5 else -1)
    return replace(light, side=side)


def _named(text: str) -> str:
    plain = text.lower()
    return next((name for name, words in _HOURS if re.search(words, plain)), "")


_GREY = np.array([[0.30, 0.59, 0.11]] * 3, np.float32)
_GRADES = (
    (r"black.and.white|monochrome|b&w|newsreel|silent film", 0.0, (1.0, 1.0, 1.0)),
    (r"sepia|daguerreotype|old photograph", 0.2, (1.08, 0.97, 0.82)),
    (r"woodcut|etching|graphite|charcoal drawing", 0.3, (1.04, 1.0, 0.94)),
    (r"charcoal|noir", 0.78, (1.03, 0.99, 0.93)),
    (r"pencil|faded|pale", 0.74, (1.05, 1.03, 0.98)),
    (r"water.?colou?r|pastel|muted", 0.9, (1.03, 1.02, 0.98)),
    (r"vivid|saturated|technicolou?r|pop art|vibrant|cut.paper", 1.15, (1.02, 1.0, 0.98)),
    (r"cold|nordic|teal|bleak", 0.88, (0.95, 1.0, 1.06)),
    (r"warm|earth|ochre|nostalg", 1.0, (1.04, 1.0, 0.93)),
)


def grade_for(style: str) -> Floats:
    """The film's look as one 3 × 3 colour matrix, the same for every picture of a style."""
    plain = style.lower()
    for words, saturation, tint in _GRADES:
        if re.search(words, plain):
            kept = np.eye(3, dtype=np.float32) * saturation + _GREY * (1 - saturation)
            return np.asarray(np.diag(tint).astype(np.float32) @ kept, np.float32)
    return np.eye(3, dtype=np.float32)
