"""Whether this machine has what a profile needs. Light: nothing heavy is imported to find out."""

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from gpu import encoders, hub, licences, model_files, profile_files, tiny
from gpu.briefs import Scalar
from gpu.diffusion import families, shape, weights
from gpu.enhance.aim import aimed
from gpu.errors import BriefRefused, StageError
from gpu.llm import ready as asked
from gpu.profile_files import COMFYUI, Profile, StageProfile
from gpu.profile_keys import ASKING, keys_of, unknown

OF_MODELS = profile_files.OF_MODELS
DIFFUSERS = "diffusers"
REFERENCES = "references"
HERE, PART, MISSING, MADE = "here", "here in part", "missing", "made on first use"


def checked(profile: Profile) -> Profile:
    """The profile with the exact revision of each model, if nothing stands against its work.

    Raises BriefRefused with the way out: a licence not accepted, libraries or weights not here, a
    size, pipeline or scheduler that there is not.
    """
    models = dict(models_of(profile))
    licences.refuse_unaccepted(
        (kind, one.model, one.licence, one.commercial) for kind, one in models.items()
    )
    for kind, one in models.items():
        _refuse_without_libraries(profile, kind, one)
    for kind, one in wanted_of(profile):
        _refuse_without_weights(profile, kind, one)
    for kind, one in models.items():
        _refuse_unknown_classes(kind, one)
        _refuse_without_more_libraries(kind, one)
        _refuse_shape(kind, one)
    encoders.refuse_missing(profile.stages["film"].settings)
    ours = _with_servers(profile) | asked.with_servers(profile)
    exact = {kind: replace(one, revision=_exact(one)) for kind, one in models.items()}
    stages = {**profile.stages, **exact, **ours}
    stages["image"] = _with_references(stages["image"])
    if "enhance" in stages:
        classes = {kind: _pipeline(one) for kind, one in models.items() if one.backend == DIFFUSERS}
        stages["enhance"] = aimed(stages["enhance"], stages, classes)
    return replace(profile, stages=stages)


def _with_servers(profile: Profile) -> dict[str, StageProfile]:
    """All stages of ComfyUI. Raises BriefRefused with what any of them lacks."""
    found, lacks = {}, []
    for kind, one in profile.stages.items():
        if one.backend != COMFYUI:
            continue
        try:
            found[kind] = with_server(profile, kind, one)
        except BriefRefused as refused:
            lacks.append(str(refused))
    if lacks:
        raise BriefRefused("; ".join(lacks))
    return found


def with_server(profile: Profile, kind: str, stage: StageProfile) -> StageProfile:
    """A stage of ComfyUI, with where it is made, once its server has all that it needs.

    Raises BriefRefused, naming every node, model and input that is missing.
    """
    for name in ("requests", "websockets"):
        if find_spec(name) is None:
            raise BriefRefused(
                f"{kind} of profile {profile.name} needs {name}; "
                "install it with: pip install 'reelog[comfyui]'"
            )
    from gpu.comfyui import check

    keys = keys_of(kind, COMFYUI)
    given = {name: keys[name].default for name in ("url", "timeout_s")}
    stage = replace(stage, running={**given, **stage.running})
    try:
        check.on_server(stage.workflow, stage.settings, str(stage.running["url"]))
    except StageError as refused:
        raise BriefRefused(f"{kind} of profile {profile.name}: {refused}") from refused
    return stage


def models_of(profile: Profile) -> Iterator[tuple[str, StageProfile]]:
    """The stages for which weights are loaded."""
    return ((kind, one) for kind, one in profile.stages.items() if one.of_model)


def wanted_of(profile: Profile) -> Iterator[tuple[str, StageProfile]]:
    """Whatever weights are fetched for: the models, and the vocoders that voices name by a hub."""
    for kind, stage in models_of(profile):
        yield kind, stage
        name, _, revision = str(stage.settings.get("vocoder", "")).partition("@")
        beside = Path(str(stage.running.get("where", "")), name)
        if "/" in name and not beside.is_dir() and not Path(name).expanduser().is_dir():
            yield (
                kind,
                replace(
                    stage, model=name, revision=revision, settings={}, running={}, size_gib=0.0
                ),
            )


def weights_of(stage: StageProfile) -> str:
    """Whether the weights of a stage's model are here."""
    if stage.model.startswith(weights.TINY):
        return MADE
    folder = folder_of(stage)
    if folder is None:
        return MISSING
    return PART if model_files.missing(folder, str(stage.settings.get("variant", ""))) else HERE


class Placed(Protocol):
    """A stage's model, and where it lies, as profiles and events say it."""

    @property
    def model(self) -> str:
        """Its name."""

    @property
    def revision(self) -> str:
        """Of the model."""

    @property
    def running(self) -> Mapping[str, Scalar]:
        """With `where`, if it lies in a folder of its own."""


def folder_of(stage: Placed) -> Path | None:
    """The folder with a stage's weights, as far as they are here."""
    if where := str(stage.running.get("where", "")):
        return Path(where) if Path(where).is_dir() else None
    return hub.snapshot(stage.model, stage.revision)


def _refuse_without_libraries(profile: Profile, kind: str, stage: StageProfile) -> None:
    if find_spec("torch") is None or find_spec(stage.backend) is None:
        raise BriefRefused(
            f"{kind} of profile {profile.name} needs {stage.backend}; "
            "install it with: pip install 'reelog[gpu]'"
        )


def _refuse_without_more_libraries(kind: str, stage: StageProfile) -> None:
    """What one family needs beside the rest: known once its weights are here."""
    if kind in ASKING and find_spec("llguidance") is None:
        raise BriefRefused(
            f"{kind}: {stage.model} is held to JSON by llguidance; "
            "install it with: pip install 'reelog[gpu]'"
        )
    if stage.backend != DIFFUSERS:
        return
    family = families.family_of(_pipeline(stage))
    missing = [name for name in family.needs if find_spec(name) is None]
    if missing:
        raise BriefRefused(
            f"{kind}: {stage.model} is a {family.pipeline}, which needs {missing[0]}; "
            f"install the one that fits your torch: pip install {missing[0]}"
        )


def _refuse_without_weights(profile: Profile, kind: str, stage: StageProfile) -> None:
    state = weights_of(stage)
    if state in (HERE, MADE):
        return
    folder = folder_of(stage)
    lack = model_files.missing(folder, str(stage.settings.get("variant", ""))) if folder else ""
    if where := str(stage.running.get("where", "")):
        what = f"has no {lack}" if folder else "is not there"
        raise BriefRefused(f"{kind}: the folder of {stage.model}, {where}, {what}")
    what = f"here in part only, without {lack}" if lack else "not here"
    raise BriefRefused(
        f"{kind}: the weights of {stage.model} are {what}; "
        f"get them with: reelog profiles fetch {shlex.quote(profile.given)}"
    )


def _refuse_unknown_classes(kind: str, stage: StageProfile) -> None:
    for key in ("pipeline", "scheduler"):
        name = str(stage.settings.get(key, ""))
        if not name or stage.backend != DIFFUSERS:
            continue
        known = [one for one in _diffusers_names() if one.endswith(key.capitalize())]
        if known and name not in known:
            raise BriefRefused(f"{kind}: {unknown(f'diffusers {key}', name, known)}")


def _diffusers_names() -> list[str]:
    """The classes that diffusers has, read from its text: importing it takes seconds."""
    spec = find_spec("diffusers")
    if spec is None or spec.origin is None:
        return []
    text = Path(spec.origin).read_text(encoding="utf-8")
    return sorted(set(re.findall(r'"(\w+)"', text)))


def _refuse_shape(kind: str, stage: StageProfile) -> None:
    folder = folder_of(stage)
    pipeline = str(stage.settings.get("pipeline", ""))
    if stage.backend != DIFFUSERS or not (pipeline or folder):
        return
    try:
        family = families.family_of(pipeline or weights.pipeline_class(folder or Path()))
        shape.refuse(stage.settings, family)
    except BriefRefused as refused:
        raise BriefRefused(f"{kind} of {stage.model}: {refused}") from refused


def _with_references(stage: StageProfile) -> StageProfile:
    """Whether its pictures are made after others: what can be, is, unless the profile says no."""
    asked, takes = stage.running.get(REFERENCES), takes_references(stage)
    if asked and not takes:
        able = ", ".join(
            one.pipeline + (" with an ip_adapter" if one.pictures == "adapter" else "")
            for one in families.FAMILIES.values()
            if one.pictures
        )
        raise BriefRefused(
            f"image: {stage.model} makes no picture after others; remove references = true, or "
            f"take a model of {able}"
        )
    running = {key: value for key, value in stage.running.items() if key != REFERENCES}
    if takes and asked is not False:
        running[REFERENCES] = True
    return replace(stage, running=running)


def takes_references(stage: StageProfile) -> bool:
    """Whether who draws can be shown what characters and places look like."""
    if stage.backend != DIFFUSERS:
        return stage.backend == "fake"
    how = families.family_of(_pipeline(stage)).pictures
    return bool(stage.settings.get("ip_adapter")) if how == "adapter" else bool(how)


def _pipeline(stage: StageProfile) -> str:
    """The diffusers class of a model that is here."""
    if named := str(stage.settings.get("pipeline", "")):
        return named
    if stage.model.startswith(weights.TINY):
        return tiny.PIPELINES.get(stage.model.removeprefix(weights.TINY), "")
    return weights.pipeline_class(folder_of(stage) or Path())


def _exact(stage: StageProfile) -> str:
    """What names these weights and no others: a commit, or the fingerprint of a folder."""
    if stage.model.startswith(weights.TINY):
        return str(tiny.VERSION)
    if stage.running.get("where"):
        return model_files.fingerprint(Path(str(stage.running["where"])))
    return hub.commit_of(stage.model, stage.revision)
