"""For whom a profile's prompts are enhanced: read off the stages that get them."""

from collections.abc import Mapping
from dataclasses import replace

from gpu.enhance.families import AUTO, STAGES, Reader, found, of_stage
from gpu.profile_files import StageProfile


def aimed(
    stage: StageProfile, stages: Mapping[str, StageProfile], pipelines: Mapping[str, str]
) -> StageProfile:
    """The stage that enhances, with family and length for pictures and clips in its settings.

    `pipelines`: stage → its diffusers class, as far as it is known. What the profile says itself
    stands above what is found.
    """
    settings = dict(stage.settings)
    for kind in STAGES:
        reader = _reader(stage, stages[kind], kind, pipelines.get(kind, ""))
        settings[f"{kind}_family"] = reader.name
        reads = int(stages[kind].settings.get("max_tokens") or reader.tokens)
        own = int(settings.get(f"{kind}_tokens", 0))
        settings[f"{kind}_tokens"] = own or min(reads, reader.tokens_max)
    return replace(stage, settings=settings)


def _reader(stage: StageProfile, who: StageProfile, kind: str, pipeline: str) -> Reader:
    said = str(stage.settings.get(f"{kind}_family", AUTO))
    return (
        found(kind, pipeline, who.workflow or who.model) if said == AUTO else of_stage(kind)[said]
    )
