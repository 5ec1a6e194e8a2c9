"""Whether a language model server answers, and has the models that a profile names. Light."""

from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

from gpu.errors import BriefRefused, StageError
from gpu.profile_keys import keys_of

if TYPE_CHECKING:
    from gpu.profile_files import Profile, StageProfile

OPENAI = "openai"
GIVEN = ("url", "timeout_s", "currency")
"""What is recorded of how a server is asked, also where the profile leaves it as it is."""


def with_servers(profile: "Profile") -> dict[str, "StageProfile"]:
    """All stages that ask a server, each with where it is asked. Raises BriefRefused."""
    listed: dict[tuple[str, str], list[str]] = {}
    return {
        kind: with_server(profile, kind, one, listed)
        for kind, one in profile.stages.items()
        if one.backend == OPENAI
    }


def with_server(
    profile: "Profile",
    kind: str,
    stage: "StageProfile",
    listed: dict[tuple[str, str], list[str]],
) -> "StageProfile":
    """A stage that asks a server, once that has its model. `listed`: what servers told before.

    Raises BriefRefused: nobody there, a key that is not taken, a model that is not there.
    """
    if find_spec("openai") is None:
        raise BriefRefused(
            f"{kind} of profile {profile.name} needs openai; "
            "install it with: pip install 'reelog[llm]'"
        )
    keys = keys_of(kind, OPENAI)
    given = {name: keys[name].default for name in GIVEN}
    stage = replace(stage, running={**given, **stage.running})
    try:
        refuse_unknown_model(stage, listed)
    except StageError as refused:
        raise BriefRefused(f"{kind} of profile {profile.name}: {refused}") from refused
    return stage


def refuse_unknown_model(stage: "StageProfile", listed: dict[tuple[str, str], list[str]]) -> None:
    """Raises StageError. A server that lists nothing is taken at its word."""
    from gpu.llm import refusals
    from gpu.llm.by_server import access_of
    from gpu.llm.server import Server

    access = access_of({**stage.running, "model": stage.model}, stage.settings)
    key = access.url, access.key.variable
    if key not in listed:
        listed[key] = Server(access).models()
    models = listed[key]
    if models and not {stage.model, f"{stage.model}:latest"} & set(models):
        raise refusals.model_unknown(access, models)


def sentences(profile: "Profile") -> Iterator[tuple[str, str, bool]]:
    """Of each stage that asks a server: (stage, how that server is in a sentence, all is well)."""
    listed: dict[tuple[str, str], list[str]] = {}
    for kind, stage in profile.stages.items():
        if stage.backend != OPENAI:
            continue
        try:
            stage = with_server(profile, kind, stage, listed)
        except StageError as error:
            yield kind, str(error).partition(": ")[2] or str(error), False
        else:
            has = f"has {stage.model}" if all(listed.values()) else "lists no models"
            yield kind, f"{stage.running['url']} answers, and {has}", True
