"""Profiles: who does each stage, with which settings. One TOML file each, one table a stage.

A stage that a profile leaves out is done as `animatic` does it, so stages mix freely.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from gpu import film_format, licences, profile_files, profile_set
from gpu.errors import BriefRefused
from gpu.profile_files import Profile, StageProfile
from gpu.profile_keys import keys_of, unknown

__all__ = [
    "DEFAULT",
    "FOLDER",
    "KINDS",
    "Profile",
    "StageProfile",
    "load",
    "names",
    "told_by_a_script",
    "without_metadata",
]

FOLDER = Path(__file__).parent / "profiles"
KINDS = profile_files.KINDS
PLAN = ("seed_policy",)
"""Settings of the shots that a script's shots have too."""
DEFAULT = "animatic"


def names() -> list[str]:
    """The names of the shipped profiles and of the user's own."""
    return sorted(_known())


def load(name: str, overrides: Mapping[str, str] | None = None) -> Profile:
    """A profile by its name, or from a TOML file, with `stage.key` → value overrides.

    Raises BriefRefused for anything unknown in it, naming the nearest that is known.
    """
    path = _path(name)
    animatic = FOLDER / f"{DEFAULT}.toml"
    base = {} if path == animatic else profile_files.read(animatic, DEFAULT, {}).stages
    found = profile_set.changed(profile_files.read(path, name, base), overrides or {})
    _refuse_gaps(path, found)
    return _with_film_format(found, base, overrides or {})


def _with_film_format(
    profile: Profile, base: Mapping[str, StageProfile], overrides: Mapping[str, str]
) -> Profile:
    film = profile.stages["film"]
    if film.backend != DEFAULT:
        return profile
    said = frozenset(key.partition(".")[2] for key in overrides if key.startswith("film."))
    usual = base["film"].settings if base else film.settings
    film = replace(film, settings=film_format.settled(film.settings, usual, said))
    return replace(profile, stages={**profile.stages, "film": film})


def without_metadata(profile: Profile) -> Profile:
    """The profile, with files that do not say how they were made."""
    stages = {
        kind: replace(stage, settings={**stage.settings, "metadata": False})
        if "metadata" in keys_of(kind, stage.backend)
        else stage
        for kind, stage in profile.stages.items()
    }
    return replace(profile, stages=stages)


def told_by_a_script(profile: Profile) -> Profile:
    """The profile for a film whose script tells its story: no language model is asked for that."""
    drawn = load(DEFAULT).stages
    told = {
        kind: replace(drawn[kind], settings={k: v for k, v in own.settings.items() if k in PLAN})
        for kind in ("story", "scene_graph", "shots")
        if (own := profile.stages[kind]).backend in profile_files.OF_LANGUAGE
    }
    return replace(profile, stages={**profile.stages, **told})


def _path(name: str) -> Path:
    known = _known()
    if name in known:
        return known[name]
    given = Path(name).expanduser()
    if given.suffix != ".toml":
        raise BriefRefused(unknown("profile", name, sorted(known)))
    if not given.is_file():
        raise BriefRefused(f"there is no profile file {name}")
    return given


def _known() -> dict[str, Path]:
    """Shipped names mean the same for everybody: the user's own go by other names."""
    own = licences.config_folder() / "profiles"
    folders = [folder for folder in (own, FOLDER) if os.access(folder, os.R_OK | os.X_OK)]
    return {path.stem: path for folder in folders for path in folder.glob("*.toml")}


def _refuse_gaps(path: Path, profile: Profile) -> None:
    for kind, stage in profile.stages.items():
        for key, known in keys_of(kind, stage.backend).items():
            if known.required and key not in stage.settings:
                raise BriefRefused(
                    f"{path.name}, [{kind}]: needs {key} = {known.default} ({known.help})"
                )
