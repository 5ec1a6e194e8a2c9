"""The languages that the built-in voice speaks. Light: reads a folder, loads no voice."""

from functools import cache
from pathlib import Path

_ESPEAK_NAMES = {
    "zh": "cmn",
    "no": "nb",
    "nn": "nb",
    "iw": "he",
    "in": "id",
    "fil": "en",
    "tl": "en",
}


@cache
def spoken_languages() -> dict[str, str]:
    """Lower-case code → eSpeak NG's own name, usual codes such as zh among them."""
    import espeakng_loader

    folder = Path(espeakng_loader.get_data_path()) / "lang"
    own = {file.name.lower(): file.name for file in folder.glob("*/*")}
    return own | {code: own[name] for code, name in _ESPEAK_NAMES.items() if name in own}


def voice_language(tag: str) -> str | None:
    """eSpeak NG's name of the nearest language it speaks, for a BCP 47 tag; or None."""
    known = spoken_languages()
    parts = tag.strip().replace("_", "-").lower().split("-")
    tries = ("-".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((known[name] for name in tries if name in known), None)


def espeak_language(tag: str) -> str:
    """The same, with English when there is none."""
    return voice_language(tag) or "en"
