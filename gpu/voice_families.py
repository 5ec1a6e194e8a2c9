"""What differs between families of voices: one row each, by the model_type of their config.json."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from gpu import voice_dia, voice_pocket, voice_speecht5
from gpu.errors import BriefRefused
from gpu.loudness import Sound
from gpu.voice_model import Voice, VoiceSpec


@dataclass(frozen=True, kw_only=True)
class Family:
    """How one kind of model is loaded and spoken with.

    `piece_tokens`: what is spoken at once. `languages`: what its released weights speak.
    `spell_numbers`: whether numbers become words although its tokenizer may know digits.
    """

    load: Callable[[VoiceSpec, Path, torch.device], Voice]
    speak: Callable[[Voice, str], Sound]
    piece_tokens: int
    languages: tuple[str, ...]
    spell_numbers: bool


FAMILIES = {
    "speecht5": Family(
        load=voice_speecht5.load,
        speak=voice_speecht5.speak,
        piece_tokens=voice_speecht5.PIECE_TOKENS,
        languages=("en",),
        spell_numbers=True,
    ),
    "dia": Family(
        load=voice_dia.load,
        speak=voice_dia.speak,
        piece_tokens=voice_dia.PIECE_TOKENS,
        languages=("en",),
        spell_numbers=True,
    ),
    "pocket_tts": Family(
        load=voice_pocket.load,
        speak=voice_pocket.speak,
        piece_tokens=voice_pocket.PIECE_TOKENS,
        languages=("en",),
        spell_numbers=True,
    ),
}


def family_of(folder: Path) -> Family:
    """The family of the model in a folder, or in its folder `model`. Raises BriefRefused."""
    for config in (folder / "model" / "config.json", folder / "config.json"):
        if config.is_file():
            break
    else:
        raise BriefRefused(f"{folder} is no voice: it has no config.json")
    try:
        kind = str(json.loads(config.read_text(encoding="utf-8"))["model_type"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BriefRefused(f"{config} cannot be read: it names no model_type") from error
    if kind not in FAMILIES:
        raise BriefRefused(
            f"{folder} is a {kind!r}, which is no voice known here; known: {', '.join(FAMILIES)}"
        )
    return FAMILIES[kind]
