"""For whom a profile's prompts are enhanced: read off the stages that get them."""

from collections.abc import Mapping
from dataclasses import replace

from gpu.enhance.families import AUTO, STAGES, Reader, found, of_stage
from gpu.enhance.template import chosen, kind_of
from gpu.profile_files import OF_LANGUAGE, StageProfile


def aimed(
    stage: StageProfile, stages: Mapping[str, StageProfile], pipelines: Mapping[str, str]
) -> StageProfile:
    """The stage that enhances, with family and length for pictures and clips in its settings.

    A language model gets that family's template. `pipelines`: stage → its diffusers class, as far
    as it is known. What the profile says itself stands above what is found.
    """
    settings, templates = dict(stage.settings), dict(stage.templates)
    for kind in STAGES:
        reader = _reader(stage, stages[kind], kind, pipelines.get(kind, ""))
        settings[f"{kind}_family"] = reader.name
        reads = int(stages[kind].settings.get("max_tokens") or reader.tokens)
        own = int(settings.get(f"{kind}_tokens", 0))
        settings[f"{kind}_tokens"] = own or min(reads, reader.tokens_max)
        if stage.backend in OF_LANGUAGE:
            asked_by = chosen(stage.templates, kind, reader.name)
            settings[f"{kind}_template"] = asked_by.sha256
            templates[f"{kind_of(kind)}_{reader.name}"] = asked_by.text
    return replace(stage, settings=settings, templates=templates)


def _reader(stage: StageProfile, who: StageProfile, kind: str, pipeline: str) -> Reader:
    said = str(stage.settings.get(f"{kind}_family", AUTO))
    return (
        found(kind, pipeline, who.workflow or who.model) if said == AUTO else of_stage(kind)[said]
    )
