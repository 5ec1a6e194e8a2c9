"""Whether this machine can make films by each profile, and whether its weights are here. Light."""

import os
from collections.abc import Iterator
from pathlib import Path

from gpu import hub, licences, profile, ready
from gpu.doctor import free_bytes, memory_bytes
from gpu.doctor_models import INSTALL, Seen
from gpu.errors import StageError
from gpu.finding import GIB, NOTE, OK, PROBLEM, Finding, gib
from gpu.llm import ready as asked
from gpu.profile_files import COMFYUI

ENOUGH = 0.9
"""Of the memory that a profile names: a card sold with 24 GB has a little less."""
_TRUE = {"1", "ON", "YES", "TRUE"}


def weights() -> Finding:
    """Where the hub's library keeps weights, what lies there, and how it is allowed to fetch."""
    cache = hub.cache()
    size = _size_bytes(cache)
    parts = [f"{cache}: {gib(size) if size else 'nothing yet'}, {gib(free_bytes(cache))} free"]
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in _TRUE:
        parts.append("HF_HUB_OFFLINE is set: nothing is fetched")
    parts.append("a token is there" if _has_token() else "no token: gated models are not fetched")
    return Finding("weights", "folder", OK, "; ".join(parts))


def _size_bytes(cache: Path) -> int:
    """Files count once, where they lie; links to them count nothing."""
    size = 0
    for folder, _, names in os.walk(cache):
        for name in names:
            try:
                size += os.lstat(os.path.join(folder, name)).st_size  # noqa: PTH118 - many files
            except OSError:
                continue  # a download that ended meanwhile
    return size


def _has_token() -> bool:
    if os.environ.get("HF_TOKEN") or os.environ.get("HUGGING_FACE_HUB_TOKEN"):
        return True
    named = os.environ.get("HF_TOKEN_PATH")
    return (Path(named).expanduser() if named else hub.cache().parent / "token").is_file()


def profiles(seen: Seen | str | None) -> Iterator[Finding]:
    """One finding a profile with models, and one for each that cannot be read."""
    for name in profile.names():
        try:
            found = profile.load(name)
            if any(ready.models_of(found)):
                yield _profile(found, seen)
            yield from _servers(found)
            yield from _language_servers(found)
        except (StageError, OSError) as error:
            yield Finding("weights", name, PROBLEM, str(error), "mend the file, or remove it")


def _servers(found: profile.Profile) -> Iterator[Finding]:
    """Whether ComfyUI answers for the stages that are made there, and has what they need."""
    for kind, stage in found.stages.items():
        if stage.backend != COMFYUI:
            continue
        name = f"{found.name}, {kind}"
        try:
            stage = ready.with_server(found, kind, stage)
        except StageError as error:
            says, _, do = str(error).partition("; ")
            do = do or "docs/COMFYUI.md says how it is started"
            yield Finding("weights", name, NOTE, says.partition(": ")[2] or says, do)
        else:
            says = f"{stage.running['url']} answers, and has all that {stage.model} needs"
            yield Finding("weights", name, OK, says)


def _language_servers(found: profile.Profile) -> Iterator[Finding]:
    """Whether language model servers answer, and have the models that are asked there."""
    for kind, told, well in asked.sentences(found):
        says, _, do = told.partition("; ")
        do = "" if well else do or "docs/LANGUAGE.md says how one is started"
        yield Finding("weights", f"{found.name}, {kind}", OK if well else NOTE, says, do)


def _profile(found: profile.Profile, seen: Seen | str | None) -> Finding:
    name = found.name
    if not isinstance(seen, dict):
        return Finding("weights", name, NOTE, "needs the extra `gpu`", INSTALL)
    lacks = [*_lacks_memory(found, seen), *_lacks_weights(found)]
    if lacks:
        says = "; ".join(says for says, _ in lacks)
        return Finding("weights", name, NOTE, says, lacks[0][1])
    return Finding("weights", name, OK, "fits this machine, and all its weights are here")


def _lacks_memory(found: profile.Profile, seen: Seen) -> Iterator[tuple[str, str]]:
    smaller = "take a smaller profile: `reelog profiles`"
    there = seen["memory_bytes"] if seen["card"] else 0
    if found.card_gib and not there:
        do = "use it on a machine with a card"
        yield f"made for a card of {found.card_gib:g} GiB, and there is none", do
    elif there < found.card_gib * GIB * ENOUGH:
        yield f"made for a card of {found.card_gib:g} GiB, this one has {gib(there)}", smaller
    if memory_bytes() < found.host_gib * GIB * ENOUGH:
        has = gib(memory_bytes())
        yield f"wants {found.host_gib:g} GiB of main memory, {has} are here", smaller


def _lacks_weights(found: profile.Profile) -> Iterator[tuple[str, str]]:
    missing = {
        one.model: one.size_gib
        for _, one in ready.wanted_of(found)
        if ready.weights_of(one) not in (ready.HERE, ready.MADE)
    }
    if missing:
        wanted, free = sum(missing.values()), free_bytes(hub.cache())
        says = f"{wanted:.0f} GiB of weights to fetch" if wanted else "weights are missing"
        if wanted * GIB > free:
            do = "free some space, or set HF_HOME to a folder on another disk"
            yield f"{says}, with {gib(free)} free", do
        else:
            yield says, f"reelog profiles fetch {found.name}"
    for _, one in ready.models_of(found):
        if not licences.needs_nothing(one.licence):
            says = f"{one.model} is under {one.licence}, which you did not accept"
            yield says, f"read it, then `reelog profiles accept {one.licence}`"
