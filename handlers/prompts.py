"""Enhancing prompts: command → brief, product → event."""

from collections.abc import Sequence

from eventstore.registry import Event
from gpu.briefs import ReferenceDraft
from gpu.enhance.brief import PromptBrief
from gpu.enhance.families import PLAIN, of_stage
from gpu.errors import StageError
from handlers.making import Library, Product, settings_of
from handlers.text_stages import answer_of
from projections.commands import Command
from projections.events import PromptEnhanced


def prompt_brief(command: Command, library: Library) -> PromptBrief:
    """What a stage that enhances gets."""
    inputs, settings = command.inputs, settings_of(command)
    stage, family = inputs["stage"], family_of(command)
    known = of_stage(stage)
    tokens = settings.get(f"{stage}_tokens") or known.get(family, known[PLAIN]).tokens
    return PromptBrief(
        stage=stage,
        prompt=inputs["prompt"],
        family=family,
        tokens_max=int(tokens),
        style=inputs.get("style", ""),
        shot_size=inputs.get("shot_size", ""),
        angle=inputs.get("angle", ""),
        lighting=inputs.get("lighting", ""),
        camera=inputs.get("camera", "static"),
        image_prompt=inputs.get("image_prompt", ""),
        references=tuple(ReferenceDraft(**one) for one in inputs.get("references", ())),
        seed=inputs["seed"],
        settings=settings,
        running=library.running("enhance"),
    )


def family_of(command: Command) -> str:
    """For whom the prompt is written."""
    return str(settings_of(command).get(f"{command.inputs['stage']}_family", PLAIN))


def prompt_events(product: Product) -> Sequence[Event]:
    """PromptEnhanced, with the raw answer and the words as they were."""
    command, answer = product.command, answer_of(product, "enhance")
    if not isinstance(answer, dict) or not isinstance(prompt := answer.get("prompt"), str):
        raise StageError("the enhance stage gave no prompt")
    if not prompt.strip():
        raise StageError("the enhance stage gave an empty prompt")
    stage = command.inputs["stage"]
    return [
        PromptEnhanced(
            command_id=command.id,
            shot=command.shot or 0,
            image_prompt=prompt if stage == "image" else "",
            motion_prompt=prompt if stage == "video" else "",
            stage=stage,
            original=command.inputs["prompt"],
            family=family_of(command),
            raw=product.made.raw or product.text,
            provenance=product.provenance,
        )
    ]
