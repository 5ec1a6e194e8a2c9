"""Writes one shot's look: camera, size, angle, light, and the prompts for the picture and its move.

Prompts are English keywords; the setting and the motifs stand in them by their gpu.lexicon names.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gpu.world import draw_lots, group, is_indoors, motif_seen, seen, views

NEGATIVE = "text, letters, watermark, logo, frame, blurry, deformed hands, extra limbs"
_OPTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "establish": (("extreme wide",), ("aerial",), ("drone", "pan right", "pan left")),
    "orient": (("map",), ("top",), ("static", "zoom in")),
    "show": (
        ("wide", "medium", "full"),
        ("eye level", "low"),
        ("dolly in", "tracking right", "handheld", "tracking left"),
    ),
    "evidence": (
        ("extreme close-up", "insert", "close-up"),
        ("eye level", "high", "top"),
        ("static", "arc", "zoom in"),
    ),
    "connect": (("map",), ("top",), ("pan right", "pan left", "zoom out")),
    "turn": (
        ("wide", "full"),
        ("low", "eye level"),
        ("tracking left", "tracking right", "tilt up"),
    ),
    "resolve": (
        ("wide", "extreme wide"),
        ("high", "aerial"),
        ("dolly out", "drone", "zoom out"),
    ),
}
_INDOORS = {
    "establish": (("wide",), ("high",), ("dolly in", "pan right", "pan left")),
    "resolve": (("wide", "full"), ("eye level", "high"), ("dolly out", "zoom out", "pan left")),
}
_MOVERS = ("beings", "animals", "vehicles")
_ANGLE_WORDS = {
    "eye level": "eye level",
    "low": "low angle",
    "high": "high angle",
    "aerial": "aerial view",
    "top": "top view",
}
_MOVES = {
    "static": "the view holds still",
    "pan left": "slow pan left",
    "pan right": "slow pan right",
    "tilt up": "slow tilt up",
    "tilt down": "slow tilt down",
    "zoom in": "slow zoom in",
    "zoom out": "slow zoom out",
    "dolly in": "gentle dolly in",
    "dolly out": "gentle dolly out",
    "tracking left": "steady tracking left",
    "tracking right": "steady tracking right",
    "arc": "slow arc around the subject",
    "drone": "forward drone glide",
    "handheld": "light handheld sway",
}


@dataclass(frozen=True, kw_only=True)
class Look:
    """What stands before the camera in one shot. `turn_of` counts a role's earlier shots.

    `state` is what has happened to the place, if anything.
    """

    role: str
    turn_of: int
    subject: str
    setting: str
    other_setting: str
    motifs: Sequence[str]
    time: str
    style: str
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class Camera:
    """How one shot is seen, in the words of gpu.vocabulary."""

    camera: str
    shot_size: str
    angle: str
    lighting: str


def camera_for(look: Look, seed: int, index: int, before: str) -> Camera:
    """Choose a camera that suits the role and is not the one before, when there is a choice."""
    lots = draw_lots(seed, f"camera {index}", look.subject)
    within = is_indoors(look.setting)
    sizes, angles, cameras = (_INDOORS if within else _OPTIONS).get(look.role, _OPTIONS[look.role])
    free = [camera for camera in cameras if camera != before] or list(cameras)
    first = look.turn_of == 0
    return Camera(
        camera=free[0] if first and look.role in ("show", "establish") else lots.choice(free),
        shot_size=sizes[look.turn_of % len(sizes)],
        angle=angles[(look.turn_of + (0 if first else lots.randrange(2))) % len(angles)],
        lighting=_lighting(look),
    )


def _lighting(look: Look) -> str:
    if look.role in ("orient", "connect"):
        return "lamplight"
    if look.role == "evidence":
        return ("museum light", "lamplight", look.time)[look.turn_of % 3]
    return look.time


def _motif(look: Look, offset: int = 0) -> str:
    return look.motifs[(look.turn_of + offset) % len(look.motifs)]


def _far(look: Look) -> str:
    """What can be seen from afar: a motif of some size, or nothing."""
    return next((m for m in look.motifs if group(m) in (*_MOVERS, "standing")), "")


def image_prompt(look: Look, camera: Camera) -> str:
    """The picture in words: subject and action, setting, size and angle, light, style."""
    one, two = motif_seen(_motif(look)), motif_seen(_motif(look, 1))
    place = seen(look.setting)
    far = motif_seen(_far(look)) if _far(look) else "a path"
    known = views()["settings"].get(look.setting, {})
    detail = known.get("detail", "quiet details")
    weather = views()["weather"].get(look.time, look.time)
    chart = "floor map" if is_indoors(look.setting) else "relief map"
    heads = {
        "establish": f"sweeping view of {place} {weather}, {far}, a small figure for scale",
        "orient": f"illustrated {chart} of {place}, one line across it, {one} in ink",
        "show": f"{place} with {one} and {two}, {detail}",
        "evidence": f"{one} alone, every mark and edge visible, plain dark backdrop",
        "connect": f"illustrated map, routes between {place} and {seen(look.other_setting)}, "
        f"{one} and {two} in ink",
        "turn": f"{place} {weather}, {far} small against it, {detail}",
        "resolve": f"{place} {weather}, {far} in the distance, a small figure leaving",
    }
    variant = _variant(look)
    size = "" if camera.shot_size == "map" else camera.shot_size
    parts = [
        heads[look.role],
        look.state,
        look.subject,
        variant,
        size,
        _ANGLE_WORDS[camera.angle],
        camera.lighting,
        look.style,
    ]
    return ", ".join(part for part in parts if part)


_VARIANTS = (
    "seen from the other side",
    "half in shadow",
    "against the light",
    "through a doorway",
    "reflected in still water",
    "with long shadows",
    "in the foreground",
    "in the far distance",
    "behind a veil of dust",
    "from a step above",
    "framed by dark shapes",
)


def _variant(look: Look) -> str:
    """What tells the later shots of one role apart."""
    return _VARIANTS[(look.turn_of - 1) % len(_VARIANTS)] if look.turn_of else ""


def motion_prompt(look: Look, camera: Camera, seed: int, index: int) -> str:
    """The move in words: what the subject does, what stirs around it, how the view moves."""
    lots = draw_lots(seed, f"motion {index}", look.subject)
    move = _MOVES[camera.camera]
    if look.role == "orient":
        return f"a line grows across the map, ink spreads slowly; {move}"
    if look.role == "connect":
        return f"routes draw themselves from point to point; {move}"
    motif = _motif(look)
    if look.role == "show":  # what moves by itself goes first
        motif = next((m for m in look.motifs if group(m) in _MOVERS), motif)
    elif look.role != "evidence":
        motif = _far(look) or "person"
    acts = views()["acts"][group(motif)]
    act = acts[(look.turn_of + lots.randrange(len(acts))) % len(acts)]
    if look.role == "evidence":
        return f"the {motif} {act}, light sweeps across, dust floats; {move}"
    known = views()["settings"].get(look.setting, {})
    stirs = known.get("moves", "air and light move softly")
    who = f"the {motif}" if motif in look.motifs else "a small figure"
    return f"{who} {act}; {stirs}; {move}"
