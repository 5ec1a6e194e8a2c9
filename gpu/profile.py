"""Profiles: who does each stage, with which settings. One TOML file each, one table a stage.

A stage that a profile leaves out is done as `animatic` does it, so stages mix freely.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gpu import licences, profile_keys
from gpu.briefs import Scalar
from gpu.errors import BriefRefused
from gpu.profile_keys import KEYS, RUNNING, unknown
from gpu.stages import STAGES

FOLDER = Path(__file__).parent / "profiles"
KINDS = ("story", "scene_graph", "shots", "image", "video", "audio", "film")
OPTIONAL = ("music",)
HEAD = ("backend", "model", "revision", "licence", "commercial", "size_gib", "where", "loras")
ALIASES = {"voice": "audio"}
DEFAULT = "animatic"


@dataclass(frozen=True)
class StageProfile:
    """One stage of a profile. `running` changes no bit of what is made; `size_gib` is on disk."""

    backend: str
    model: str
    revision: str
    settings: Mapping[str, Scalar]
    running: Mapping[str, Scalar] = field(default_factory=dict)
    licence: str = ""
    commercial: bool = True
    size_gib: float = 0.0


@dataclass(frozen=True)
class Profile:
    """A named choice for every stage."""

    name: str
    description: str
    stages: Mapping[str, StageProfile]


def names() -> list[str]:
    """The names of the shipped profiles and of the user's own."""
    own = licences.config_folder() / "profiles"
    return sorted({path.stem for folder in (FOLDER, own) for path in folder.glob("*.toml")})


def load(name: str, overrides: Mapping[str, str] | None = None) -> Profile:
    """A profile by its name, or from a TOML file, with `stage.key` → value overrides.

    Raises BriefRefused for anything unknown in it, naming the nearest that is known.
    """
    path = _path(name)
    table = _read(path)
    stages = _stages(path, table)
    for key, value in (overrides or {}).items():
        stages = _override(stages, key, value)
    return Profile(path.stem, str(table["profile"]["description"]), stages)


def without_metadata(profile: Profile) -> Profile:
    """The profile, with files that do not say how a model made them."""
    stages = {
        kind: replace(stage, settings={**stage.settings, "metadata": False})
        if "metadata" in KEYS.get((kind, stage.backend), {})
        else stage
        for kind, stage in profile.stages.items()
    }
    return replace(profile, stages=stages)


def _path(name: str) -> Path:
    for folder in (FOLDER, licences.config_folder() / "profiles"):
        if name in {path.stem for path in folder.glob("*.toml")}:
            return folder / f"{name}.toml"
    given = Path(name).expanduser()
    if given.suffix == ".toml" and given.is_file():
        return given
    if given.suffix == ".toml":
        raise BriefRefused(f"there is no profile file {name}")
    raise BriefRefused(unknown("profile", name, names()))


def _read(path: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BriefRefused(f"{path} is no profile: {error}") from error
    tables = {ALIASES.get(key, key): value for key, value in table.items()}
    known = ["profile", "speed", "memory", "encode", *KINDS, *OPTIONAL]
    for key, value in tables.items():
        if key not in known:
            raise BriefRefused(f"{path.name}: {unknown('table', key, known)}")
        if not isinstance(value, dict):
            raise BriefRefused(f"{path.name}: {key} is a table, written [{key}]")
    if not isinstance(tables.get("profile", {}).get("description"), str):
        raise BriefRefused(f'{path.name}: [profile] needs description = "…"')
    return tables


def _stages(path: Path, table: Mapping[str, Any]) -> dict[str, StageProfile]:
    shared = {group: table.get(group, {}) for group in ("speed", "memory", "encode")}
    kinds = [*KINDS, *(kind for kind in OPTIONAL if kind in table)]
    found = {}
    for kind in kinds:
        if kind in table:
            found[kind] = _stage(path, kind, table[kind], shared)
        else:
            found[kind] = load(DEFAULT).stages[kind]
    return found


def _stage(
    path: Path, kind: str, table: Mapping[str, Any], shared: Mapping[str, Mapping[str, Any]]
) -> StageProfile:
    where = f"{path.name}, [{kind}]"
    for key in ("backend", "model"):
        if not isinstance(table.get(key), str):
            raise BriefRefused(f'{where}: needs {key} = "…"')
    backend = str(table["backend"])
    if (kind, backend) not in STAGES:
        backends = sorted(name for of, name in STAGES if of == kind)
        raise BriefRefused(f"{where}: {unknown('backend', backend, backends)}")
    settings = {key: value for key, value in table.items() if key not in HEAD}
    stage = StageProfile(
        backend,
        str(table["model"]),
        str(table.get("revision", "")),
        settings,
        licence=str(table.get("licence", "")),
        commercial=bool(table.get("commercial", True)),
        size_gib=float(table.get("size_gib", 0.0)),
    )
    if (kind, backend) not in KEYS:
        return stage
    return _of_model(
        path, kind, replace(stage, settings=_checked(where, kind, stage)), table, shared
    )


def _checked(where: str, kind: str, stage: StageProfile) -> dict[str, Scalar]:
    known = KEYS[kind, stage.backend]
    for key in stage.settings:
        if key not in known:
            raise BriefRefused(f"{where}: {unknown('setting', key, sorted(known))}")
    return {
        key: known[key].check(f"{where}: {key}", value) for key, value in stage.settings.items()
    }


def _of_model(
    path: Path,
    kind: str,
    stage: StageProfile,
    table: Mapping[str, Any],
    shared: Mapping[str, Mapping[str, Any]],
) -> StageProfile:
    """With what goes for all models of a profile: [speed], [memory], [encode], and its LoRAs."""
    known = KEYS[kind, stage.backend]
    settings, running = dict(stage.settings), dict(stage.running)
    for group, values in shared.items():
        for key, value in values.items():
            where = f"{path.name}, [{group}]: {key}"
            value = ",".join(value) if isinstance(value, list) else value
            if f"{group}.{key}" in RUNNING:
                running[f"{group}.{key}"] = RUNNING[f"{group}.{key}"].check(where, value)
            elif key in known:
                settings.setdefault(key, known[key].check(where, value))
            elif not any(key in one for one in KEYS.values()):
                names_ = [name.partition(".")[2] for name in RUNNING if name.startswith(group)]
                raise BriefRefused(
                    f"{path.name}, [{group}]: {unknown('setting', key, [*names_, *known])}"
                )
    if table.get("loras"):
        from gpu.lora_files import named

        settings["loras"], running["loras.where"] = named(
            table["loras"], path.parent, f"{path.name}, [{kind}]"
        )
    if table.get("where"):
        running["where"] = str((path.parent / Path(str(table["where"])).expanduser()).resolve())
    return replace(stage, settings=settings, running=running)


def _override(stages: dict[str, StageProfile], key: str, value: str) -> dict[str, StageProfile]:
    kind, _, name = key.partition(".")
    kind = ALIASES.get(kind, kind)
    if kind not in stages or not name:
        raise BriefRefused(unknown("stage", kind, list(stages)) + "; write stage.key=value")
    stage = stages[kind]
    examples = {one: known.example for one, known in KEYS.get((kind, stage.backend), {}).items()}
    examples |= stage.settings
    if name not in examples:
        known = sorted(examples)
        if not known:
            raise BriefRefused(f"{kind} of this profile has no settings, found {key!r}")
        raise BriefRefused(unknown(f"setting of {kind}", name, known))
    typed = _typed(key, value, examples[name])
    if (kind, stage.backend) in KEYS:
        typed = KEYS[kind, stage.backend][name].check(key, typed)
    else:
        typed = check_setting(key, name, typed)
    return {**stages, kind: replace(stage, settings={**stage.settings, name: typed})}


def check_setting(key: str, name: str, value: Scalar) -> Scalar:
    """Refuse what no encoder and no voice takes, before any work begins. Raises BriefRefused."""
    if name == "audio_bitrate":
        number = str(value).removesuffix("k")
        if not (str(value).endswith("k") and number.isdecimal() and 32 <= int(number) <= 499):
            raise BriefRefused(f"{key} takes 32k to 499k, found {value!r}")
    return profile_keys.check(key, name, value)


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
