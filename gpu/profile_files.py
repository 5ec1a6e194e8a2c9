"""A profile's TOML file as stages. Everything wrong in it is said with file, table and key."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gpu import film_format
from gpu.briefs import Scalar
from gpu.enhance import template as prompts
from gpu.errors import BriefRefused
from gpu.given_file import read_given
from gpu.llm import template as templates
from gpu.llm.template import PLACES
from gpu.profile_keys import CHANGING_RUNGS, GROUPS, RUNNING, Key, keys_of, unknown
from gpu.profile_models import of_model
from gpu.stages import STAGES

KINDS = ("story", "scene_graph", "shots", "image", "video", "audio", "film")
OPTIONAL = ("music", "enhance")
ALIASES = {"voice": "audio"}
TOLD = ("scene_graph", "shots")
OF_LANGUAGE = ("openai", "transformers")
"""Backends that are language models, of the stages that words are asked for."""
OF_MODELS = ("diffusers", "transformers")
"""Backends that load weights of others."""
COMFYUI = "comfyui"
BYTES_MAX = 1_000_000
DOTS_MAX = 200
"""A key of thousands of parts would be read for hours."""

_FACTS = {
    "backend": Key("diffusers", "who makes it", required=True),
    "model": Key("", "repository, or folder beside the profile", required=True),
    "revision": Key("", "commit, branch or tag; empty: main"),
    "licence": Key("", "what the model is published under"),
    "commercial": Key(True, "whether the licence allows commercial use"),
    "size_gib": Key(0.0, "of the files that are fetched", 0, 1e5),
    "where": Key("", "folder with the weights"),
}
_HEAD = {
    "description": Key("", "one line", required=True),
    "card_gib": Key(0.0, "memory of the card that it is made for", 0, 1e5),
    "host_gib": Key(0.0, "main memory that it needs beside", 0, 1e5),
    "budget": Key("", "what language models may cost a film: 0.50, 2 EUR, 200000 tokens"),
}


@dataclass(frozen=True)
class StageProfile:
    """One stage of a profile. `running` changes no bit of what is made; `size_gib` is on disk.

    `workflow` is ComfyUI's, as text; its SHA-256 is the revision. `template` is that of a language
    model's question; its SHA-256 is a setting. `templates`: by name, where there are several.
    `follows`: the stage whose table goes for this one.
    """

    backend: str
    model: str
    revision: str
    settings: Mapping[str, Scalar]
    running: Mapping[str, Scalar] = field(default_factory=dict)
    licence: str = ""
    commercial: bool = True
    size_gib: float = 0.0
    workflow: str = ""
    template: str = ""
    templates: Mapping[str, str] = field(default_factory=dict)
    follows: str = ""

    @property
    def of_model(self) -> bool:
        """Whether weights of others are loaded for it."""
        return self.backend in OF_MODELS


@dataclass(frozen=True)
class Profile:
    """A named choice for every stage. `card_gib`, `host_gib`: memory that it is made for, 0: any.

    `given`: how it was asked for, a name or a file.
    """

    name: str
    description: str
    stages: Mapping[str, StageProfile]
    card_gib: float = 0.0
    host_gib: float = 0.0
    given: str = ""
    budget: str = ""


def read(path: Path, given: str, base: Mapping[str, StageProfile]) -> Profile:
    """The profile in a file; stages that it leaves out are the base's. Raises BriefRefused."""
    tables = _tables(path)
    head = _checked(f"{path.name}, [profile]", tables.pop("profile", {}), _HEAD)
    shared = {
        group: _checked(f"{path.name}, [{group}]", tables.pop(group, {}), keys)
        for group, keys in GROUPS.items()
    }
    written = {ALIASES.get(name, name): name for name in tables}
    stages: dict[str, StageProfile] = {}
    for kind in (*KINDS, *OPTIONAL):
        if kind in written:
            where = f"{path.name}, [{written[kind]}]"
            stage, own = _stage(path, where, kind, tables[written[kind]], base)
        elif kind in base:
            stage, own = base[kind], set()
        else:
            continue
        stages[kind] = with_shared(kind, stage, shared, own)
    if written.get("story") and stages["story"].backend in OF_LANGUAGE:
        table = templates.for_followers(path.parent, tables["story"])
        for kind in (kind for kind in TOLD if kind not in written):
            stage, own = _stage(path, f"{path.name}, [story]", kind, table, base)
            stages[kind] = replace(with_shared(kind, stage, shared, own), follows="story")
    return Profile(
        path.stem,
        str(head["description"]),
        stages,
        float(head.get("card_gib", 0)),
        float(head.get("host_gib", 0)),
        given,
        str(head.get("budget", "")),
    )


def with_shared(
    kind: str, stage: StageProfile, shared: Mapping[str, Mapping[str, Scalar]], own: set[str]
) -> StageProfile:
    """A stage with [speed], [memory] and [encode]; its `own` settings stand above them."""
    settings, running = dict(stage.settings), dict(stage.running)
    known = keys_of(kind, stage.backend)
    for group, values in shared.items():
        if not (kind in ("video", "film") if group == "encode" else stage.of_model):
            continue
        for key, value in _divided(values).items():
            if kind == "film" and key not in film_format.KEYS:
                continue  # crf and preset of [encode] are those of clips
            if f"{group}.{key}" in RUNNING:
                running[f"{group}.{key}"] = value
            elif key in known and key not in own:
                settings[key] = value
    for key, off in (("allow", ""), ("tf32", False)):
        if key not in own and settings.get(key) == off:
            del settings[key]  # as if nothing was said: commands of before keep their names
    return replace(stage, settings=settings, running=running)


def _divided(values: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """With the ladder's rungs that change bits in `allow`, the setting of a stage for them."""
    if "ladder" not in values:
        return dict(values)
    rungs = str(values["ladder"]).split(",")
    changing = [rung for rung in rungs if rung in CHANGING_RUNGS]
    keeping = [rung for rung in rungs if rung not in CHANGING_RUNGS]
    return {**values, "ladder": ",".join(keeping), "allow": ",".join(changing)}


def _tables(path: Path) -> dict[str, dict[str, Any]]:
    try:
        text = read_given(path, BYTES_MAX).decode()
        if max(line.count(".") for line in text.split("\n")) > DOTS_MAX:
            raise BriefRefused(f"{path} is no profile: a line of it has more than {DOTS_MAX} dots")
        tables = tomllib.loads(text)
    except RecursionError:
        raise BriefRefused(f"{path} is no profile: it is nested too deep") from None
    except ValueError as error:  # NotTaken, what is no UTF-8 and what is no TOML
        raise BriefRefused(f"{path} is no profile: {error}") from error
    known = ["profile", *GROUPS, *KINDS, *OPTIONAL, *ALIASES]
    for name, table in tables.items():
        if name not in known:
            raise BriefRefused(f"{path.name}: {unknown('table', name, known)}")
        if not isinstance(table, dict):
            raise BriefRefused(f"{path.name}: {name} is a table, written [{name}]")
    for alias, name in ALIASES.items():
        if alias in tables and name in tables:
            raise BriefRefused(f"{path.name}: [{alias}] and [{name}] are the same; remove one")
    return tables


def _checked(where: str, table: Mapping[str, Any], keys: Mapping[str, Key]) -> dict[str, Scalar]:
    for key in table:
        if key not in keys:
            raise BriefRefused(f"{where}: {unknown('setting', key, list(keys))}")
    for key, known in keys.items():
        if known.required and isinstance(known.default, str) and not table.get(key):
            raise BriefRefused(f'{where}: needs {key} = "…" ({known.help})')
    return {key: keys[key].check(f"{where}: {key}", value) for key, value in table.items()}


def _stage(
    path: Path,
    where: str,
    kind: str,
    table: Mapping[str, Any],
    base: Mapping[str, StageProfile],
) -> tuple[StageProfile, set[str]]:
    """A stage as its table says, and the settings that the table itself names."""
    if "use" in table:
        return _used(where, kind, table, base)
    if table.get("backend") == COMFYUI and (kind, COMFYUI) in STAGES:
        return _of_workflow(path, where, kind, table)
    if table.get("backend") in OF_LANGUAGE and kind in PLACES:
        return _of_language(path, where, kind, table)
    if table.get("backend") in OF_LANGUAGE and kind == "enhance":
        own = prompts.named(path.parent, where, table)
        rest = {key: value for key, value in table.items() if key not in prompts.KEYS}
        stage, names = _of_backend(path, where, kind, rest)
        return replace(stage, templates=own), names
    return _of_backend(path, where, kind, table)


def _of_backend(
    path: Path, where: str, kind: str, table: Mapping[str, Any]
) -> tuple[StageProfile, set[str]]:
    """A stage whose table has the plain keys."""
    facts = _checked(where, {key: table[key] for key in _FACTS if key in table}, _FACTS)
    backend = str(facts["backend"])
    if (kind, backend) not in STAGES:
        backends = sorted(name for of, name in STAGES if of == kind)
        if not backends:
            raise BriefRefused(f"{where}: nothing here makes {kind} yet; remove the table")
        raise BriefRefused(f"{where}: {unknown('backend', backend, backends)}")
    if backend == "file":
        raise BriefRefused(f"{where}: a profile names no file; give it with --music-file")
    own = {key: value for key, value in table.items() if key not in _heads(backend)}
    settings, running = divided(kind, _checked(where, own, keys_of(kind, backend)))
    stage = StageProfile(
        backend, str(facts["model"]), str(facts.get("revision", "")), settings, running
    )
    if stage.of_model:
        stage = of_model(path, where, stage, table, facts)
    return stage, set(settings)


def _of_workflow(
    path: Path, where: str, kind: str, table: Mapping[str, Any]
) -> tuple[StageProfile, set[str]]:
    """A stage of ComfyUI: the model is the workflow's name, and the revision its content."""
    from gpu.comfyui.table import named

    found = named(path.parent, where, kind, table)
    settings, running = divided(kind, _checked(where, found.settings, keys_of(kind, COMFYUI)))
    stage = StageProfile(
        COMFYUI, found.model, found.revision, settings, running, workflow=found.workflow
    )
    return stage, set(settings)


def _of_language(
    path: Path, where: str, kind: str, table: Mapping[str, Any]
) -> tuple[StageProfile, set[str]]:
    """A stage that asks a language model, with the template that it asks by."""
    rest = {key: value for key, value in table.items() if key != "template"}
    stage, own = _of_backend(path, where, kind, rest)
    template = (
        templates.named(path.parent, where, kind, table["template"])
        if "template" in table
        else templates.read(templates.shipped(kind), kind)
    )
    settings = {**stage.settings, "template": template.sha256}
    return replace(stage, settings=settings, template=template.text), own


def divided(kind: str, values: Mapping[str, Scalar]) -> tuple[dict[str, Scalar], dict[str, Scalar]]:
    """Of what a stage's table says, its settings, and what is none."""
    settings = {key: value for key, value in values.items() if f"{kind}.{key}" not in RUNNING}
    return settings, {key: value for key, value in values.items() if key not in settings}


def _heads(backend: str) -> tuple[str, ...]:
    """The keys of a stage that are no settings."""
    if backend not in OF_MODELS:
        return ("backend", "model", "revision")
    return (*_FACTS, "loras", "ip_adapter") if backend == "diffusers" else tuple(_FACTS)


def _used(
    where: str, kind: str, table: Mapping[str, Any], base: Mapping[str, StageProfile]
) -> tuple[StageProfile, set[str]]:
    """`use = "animatic"`: that profile's stage, with settings of its own."""
    if table["use"] != "animatic" or kind not in base:
        raise BriefRefused(f'{where}: use = "animatic" is all that can be used, or name a backend')
    stage = base[kind]
    own = {key: value for key, value in table.items() if key != "use"}
    settings, running = divided(kind, _checked(where, own, keys_of(kind, stage.backend)))
    settings, running = {**stage.settings, **settings}, {**stage.running, **running}
    return replace(stage, settings=settings, running=running), set(own)
