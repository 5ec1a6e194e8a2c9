"""What a film about an idea shows: its settings, its motifs, its hours. Knows no shot."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from gpu.english import base
from gpu.lexicon import IMPLIED, motifs_in, settings_in

_MAIN_TIMES = ("dawn", "morning", "golden hour", "overcast")
_TURN_TIMES = ("storm", "dusk", "night", "overcast")
_NAMED_TIMES = {
    "night": ("night", "midnight", "nacht", "nuit", "noche", "notte", "noite", "ночь"),
    "dawn": ("dawn", "sunrise", "daybreak"),
    "dusk": ("dusk", "evening", "sunset", "twilight"),
    "storm": ("storm", "stormy", "thunder", "hurricane"),
    "noon": ("noon", "midday"),
    "morning": ("morning",),
}


@cache
def views() -> dict[str, Any]:
    """The tables of views.toml."""
    return tomllib.loads(Path(__file__).with_name("views.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, kw_only=True)
class World:
    """`settings[0]` is where the film begins and ends; `times` are the hours of the five parts.

    `states`: what has happened to the place, by role.
    """

    settings: tuple[str, ...]
    motifs: tuple[str, ...]
    named_motifs: tuple[str, ...]
    times: tuple[str, ...]
    states: Mapping[str, str]


def draw_lots(seed: int, purpose: str, idea: str = "") -> Random:
    """Randomness for one purpose: the same seed, purpose and idea give the same lots."""
    return Random(f"{seed}\n{purpose}\n{idea}".encode("utf-8", "replace").decode())


def world(idea: str, seed: int) -> World:
    """Choose settings, motifs and hours for `idea`: what it names, what goes with that, a guess."""
    named = motifs_in(idea)
    themes = _themes(idea)
    themed_settings = [setting for theme in themes for setting in theme["settings"]]
    themed_motifs = [motif for theme in themes for motif in theme["motifs"]]
    settings = [*settings_in(idea), *themed_settings, *(IMPLIED[m] for m in named if m in IMPLIED)]
    motifs = [*named, *themed_motifs]
    digest = sha256(idea.casefold().encode("utf-8", "replace")).digest()
    fallback = views()["fallback"]
    if not settings:
        settings.append(fallback["settings"][digest[0] % len(fallback["settings"])])
    settings += views()["settings"][settings[0]]["near"].split(", ")
    for i in range(3):
        motifs.append(fallback["motifs"][(digest[1] + 5 * i) % len(fallback["motifs"])])
    times = _times(idea, seed)
    turned = "" if is_indoors(settings[0]) else str(views()["turn_states"].get(times[3], ""))
    return World(
        settings=tuple(dict.fromkeys(settings))[:3],
        motifs=tuple(dict.fromkeys(motifs))[:3],
        named_motifs=tuple(dict.fromkeys([*named, *themed_motifs]))[:3],
        times=times,
        states={"turn": turned, **(themes[0].get("states", {}) if themes else {})},
    )


def _themes(idea: str) -> list[dict[str, Any]]:
    lower = idea.casefold()
    spoken = {base(word.strip(".,;:!?'\"()")) for word in lower.split()}
    return [
        theme
        for triggers, theme in views()["themes"].items()
        if any(t in spoken or (" " in t and t in lower) for t in triggers.split(","))
    ]


def _times(idea: str, seed: int) -> tuple[str, ...]:
    lots = draw_lots(seed, "times", idea)
    spoken = set(idea.casefold().split())
    told = [time for time, names in _NAMED_TIMES.items() if spoken & set(names)]
    main = told[0] if told else lots.choice(_MAIN_TIMES)
    turn = lots.choice([time for time in _TURN_TIMES if time != main])
    end = lots.choice([t for t in ("golden hour", "dusk", "morning") if t not in (main, turn)])
    return main, lots.choice(("morning", "noon")), "overcast", turn, end


def seen(setting: str) -> str:
    """A setting with its article, for a sentence or a prompt; free text stays as it is."""
    known = views()["settings"].get(setting)
    return str(known["seen"]) if known else setting


def is_indoors(setting: str) -> bool:
    """Whether a setting has walls."""
    return setting in views()["indoors"]["settings"].split(", ")


def motif_seen(motif: str) -> str:
    """A motif with its article."""
    article = "an" if motif[:1].lower() in "aeio" else "a"
    return str(views()["motifs"].get(motif, f"{article} {motif}"))


def group(motif: str) -> str:
    """What kind of thing a motif is: beings, animals, vehicles, standing or things."""
    for name, members in views()["groups"].items():
        if motif in members.split():
            return str(name)
    return "things"
