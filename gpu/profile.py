"""Profiles: who does each stage, with which settings. One TOML file each, one table a stage."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gpu.briefs import Scalar
from gpu.errors import BriefRefused
from gpu.stages import STAGES
from gpu.vocabulary import nearest

FOLDER = Path(__file__).parent / "profiles"
KINDS = ("story", "scene_graph", "shots", "image", "video", "audio", "film")
HEAD = ("backend", "model", "revision")
RANGES = {"crf": (0, 51), "rate_wpm": (80, 450), "loudness_lufs": (-40, -5)}
CHOICES = {
    "preset": ("superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
}


@dataclass(frozen=True)
class StageProfile:
    """One stage of a profile."""

    backend: str
    model: str
    revision: str
    settings: Mapping[str, Scalar]
    running: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True)
class Profile:
    """A named choice for every stage."""

    name: str
    description: str
    stages: Mapping[str, StageProfile]


def names() -> list[str]:
    """The names of the shipped profiles."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load(name: str, overrides: Mapping[str, str] | None = None) -> Profile:
    """A shipped profile, with `stage.key` → value overrides.

    Raises BriefRefused for an unknown profile, stage or key, naming the nearest.
    """
    if name not in names():
        raise BriefRefused(_unknown("profile", name, names()))
    table = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    stages = {kind: _stage(name, kind, table[kind]) for kind in KINDS}
    for key, value in (overrides or {}).items():
        stages = _override(stages, key, value)
    return Profile(name, str(table["profile"]["description"]), stages)


def _stage(profile: str, kind: str, table: Mapping[str, Any]) -> StageProfile:
    settings = {key: value for key, value in table.items() if key not in HEAD}
    backend = str(table["backend"])
    if (kind, backend) not in STAGES:
        raise BriefRefused(f"profile {profile}: no backend {backend!r} for {kind}")
    return StageProfile(backend, str(table["model"]), str(table["revision"]), settings)


def _override(stages: dict[str, StageProfile], key: str, value: str) -> dict[str, StageProfile]:
    kind, _, name = key.partition(".")
    if kind not in stages or not name:
        raise BriefRefused(_unknown("stage", kind, list(stages)) + "; write stage.key=value")
    stage = stages[kind]
    if name not in stage.settings:
        known = sorted(stage.settings)
        if not known:
            raise BriefRefused(f"{kind} of this profile has no settings, found {key!r}")
        raise BriefRefused(_unknown(f"setting of {kind}", name, known))
    typed = _typed(key, value, stage.settings[name])
    check_setting(key, name, typed)
    settings = {**stage.settings, name: typed}
    changed = StageProfile(stage.backend, stage.model, stage.revision, settings)
    return {**stages, kind: changed}


def check_setting(key: str, name: str, value: Scalar) -> None:
    """Refuse what no encoder and no voice takes, before any work begins. Raises BriefRefused."""
    if name in RANGES:
        low, high = RANGES[name]
        if not (isinstance(value, int | float) and low <= value <= high):
            raise BriefRefused(f"{key} takes {low:g} to {high:g}, found {value}")
    if name in CHOICES and value not in CHOICES[name]:
        raise BriefRefused(_unknown(key, str(value), list(CHOICES[name])))
    if name == "audio_bitrate" and not re.fullmatch(r"(3[2-9]|[4-9]\d|[1-4]\d\d)k", str(value)):
        raise BriefRefused(f"{key} takes 32k to 499k, found {value!r}")


def _typed(key: str, value: str, default: Scalar) -> Scalar:
    if isinstance(default, bool):
        if value.lower() in ("true", "false"):
            return value.lower() == "true"
        raise BriefRefused(f"{key} is true or false, found {value!r}")
    if isinstance(default, int | float):
        try:
            return type(default)(value)
        except ValueError:
            raise BriefRefused(f"{key} is a number like {default}, found {value!r}") from None
    return value


def _unknown(what: str, found: str, known: list[str]) -> str:
    near = nearest(found, known)
    hint = f"did you mean {near!r}?" if near else f"known: {', '.join(known)}"
    return f"unknown {what} {found!r}; {hint}"
