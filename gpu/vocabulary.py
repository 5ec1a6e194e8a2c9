"""The closed lists of film words, and how free spelling becomes one of them. Light: no imports."""

from difflib import get_close_matches

CAMERAS = (
    "static",
    "pan left",
    "pan right",
    "tilt up",
    "tilt down",
    "zoom in",
    "zoom out",
    "dolly in",
    "dolly out",
    "tracking left",
    "tracking right",
    "arc",
    "drone",
    "handheld",
)
CAMERA_SYNONYMS = {
    "pan": "pan right",
    "slow pan": "pan right",
    "tilt": "tilt up",
    "zoom": "zoom in",
    "slow zoom": "zoom in",
    "dolly": "dolly in",
    "push in": "dolly in",
    "pull out": "dolly out",
    "tracking": "tracking right",
    "truck": "tracking right",
    "orbit": "arc",
    "bullettime": "arc",
    "aerial": "drone",
    "crane": "drone",
    "fpv": "drone",
    "dronedive": "drone",
    "walk": "handheld",
    "locked": "static",
    "none": "static",
}
SHOT_SIZES = (
    "extreme wide",
    "wide",
    "full",
    "medium",
    "close-up",
    "extreme close-up",
    "insert",
    "map",
)
ANGLES = ("eye level", "low", "high", "aerial", "top")
TRANSITIONS = ("cut", "dissolve", "fade")
ROLES = ("establish", "orient", "show", "evidence", "connect", "turn", "resolve")


def camera_move(word: str) -> str | None:
    """The canonical camera move for a free spelling ("Slow_Pan" → "pan right"), or None."""
    plain = " ".join(word.replace("_", " ").replace("-", " ").lower().split())
    if plain in CAMERAS:
        return plain
    return CAMERA_SYNONYMS.get(plain)


def nearest(word: str, known: tuple[str, ...] | list[str]) -> str | None:
    """The known word nearest to a misspelt one, or None when nothing is near."""
    return next(iter(get_close_matches(word, known, n=1, cutoff=0.5)), None)
