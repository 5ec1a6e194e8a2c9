"""`--set stage.key=value`: a profile with some of its settings changed."""

import json
from collections.abc import Mapping
from dataclasses import replace

from gpu.comfyui.table import refuse_unknown_nodes
from gpu.errors import BriefRefused
from gpu.profile_files import ALIASES, Profile, divided, with_shared
from gpu.profile_keys import GROUPS, keys_of, unknown


def changed(profile: Profile, overrides: Mapping[str, str]) -> Profile:
    """The profile with these settings. Raises BriefRefused for what it does not know."""
    for key, value in overrides.items():
        head, _, name = key.partition(".")
        kind = ALIASES.get(head, head)
        if kind in GROUPS:
            profile = _group(profile, kind, name, value)
        elif kind in profile.stages and name:
            profile = _stage(profile, kind, name, value)
            for other in [one for one, its in profile.stages.items() if its.follows == kind]:
                if f"{other}.{name}" not in overrides:
                    profile = _stage(profile, other, name, value)
        else:
            known = [*profile.stages, *GROUPS]
            raise BriefRefused(unknown("stage", kind, known) + "; write stage.key=value")
    return profile


def _stage(profile: Profile, kind: str, name: str, value: str) -> Profile:
    stage = profile.stages[kind]
    known = keys_of(kind, stage.backend)
    key = f"{kind}.{name}"
    if not known:
        raise BriefRefused(f"{kind} of this profile has no settings, found {key!r}")
    if name not in known:
        raise BriefRefused(unknown(f"setting of {kind}", name, sorted(known)))
    settings, running = divided(kind, {name: known[name].typed(key, value)})
    if stage.workflow:
        refuse_unknown_nodes(json.loads(stage.workflow), settings)
    stage = replace(
        stage, settings={**stage.settings, **settings}, running={**stage.running, **running}
    )
    return replace(profile, stages={**profile.stages, kind: stage})


def _group(profile: Profile, group: str, name: str, value: str) -> Profile:
    known = GROUPS[group]
    if name not in known:
        raise BriefRefused(unknown(f"setting of {group}", name, sorted(known)))
    shared = {group: {name: known[name].typed(f"{group}.{name}", value)}}
    stages = {
        kind: with_shared(kind, stage, shared, set()) for kind, stage in profile.stages.items()
    }
    return replace(profile, stages=stages)
