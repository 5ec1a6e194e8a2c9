"""Story, scene graph and shot plan: command → brief, product → events."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from eventstore.registry import Event
from gpu.briefs import (
    ReferenceDraft,
    SceneDraft,
    SceneGraphBrief,
    ShotPlanBrief,
    StoryBrief,
    StoryDraft,
)
from gpu.errors import StageError
from gpu.references import KINDS, key, sheet_prompt, wrong_with
from handlers.making import Library, Product, settings_of
from projections.commands import Command
from projections.events import SceneGraphBuilt, ShotPlanned, StoryGenerated
from projections.parts import Reference, Scene, ShotPlan


def _asked(command: Command, library: Library) -> dict[str, Any]:
    inputs = command.inputs
    script = inputs.get("script")
    return {
        "idea": inputs.get("idea", ""),
        "language": inputs.get("language", ""),
        "seed": inputs["seed"],
        "shot_count": inputs["shots"],
        "script": library.script(script) if script else None,
        "script_name": script["name"] if script else "",
        "settings": settings_of(command),
        "running": library.running(command.kind),
    }


def story_brief(command: Command, library: Library) -> StoryBrief:
    """What the story stage gets."""
    return StoryBrief(**_asked(command, library), duration_s=command.inputs["duration_s"])


def scene_graph_brief(command: Command, library: Library) -> SceneGraphBrief:
    """What the scene graph stage gets."""
    return SceneGraphBrief(**_asked(command, library), story=_head(command))


def shot_plan_brief(command: Command, library: Library) -> ShotPlanBrief:
    """What the shot plan stage gets: the asked-for length less title and end card."""
    inputs = command.inputs
    fps = inputs["fps"]
    cards_s = (inputs["title_frames"] + inputs["end_frames"]) / fps
    return ShotPlanBrief(
        **_asked(command, library),
        duration_s=max(1.0, inputs["duration_s"] - cards_s),
        fps=fps,
        transition_frames=inputs["transition_frames"],
        story=_head(command),
        scenes=tuple(SceneDraft(**_as_draft(scene)) for scene in inputs["scenes"]),
    )


def _head(command: Command) -> StoryDraft:
    head = dict(command.inputs["story"])
    named = (ReferenceDraft(**one) for one in head.pop("references", ()))
    return StoryDraft(**head, references=tuple(named))


def _as_draft(scene: dict[str, Any]) -> dict[str, Any]:
    return {**scene, "characters": tuple(scene["characters"])}


def answer_of(product: Product, what: str) -> Any:
    """What a text stage answered. Raises StageError where that is no JSON."""
    try:
        return json.loads(product.text)
    except ValueError as error:
        raise StageError(f"the {what} stage gave no JSON: {error}") from error


def story_events(product: Product) -> Sequence[Event]:
    """StoryGenerated, with the raw answer."""
    answer = answer_of(product, "story")
    try:
        references = _references(answer.pop("references", []), product.command.inputs["seed"])
        return [
            StoryGenerated(
                command_id=product.command.id,
                **answer,
                raw=product.made.raw or product.text,
                references=references,
                provenance=product.provenance,
            )
        ]
    except (ValidationError, TypeError, KeyError, AttributeError) as error:
        raise StageError(f"the story stage gave no story: {error}") from error


def _references(drafts: Sequence[Mapping[str, str]], film_seed: int) -> tuple[Reference, ...]:
    """Characters and places with the prompt and seed of their sheets. Raises StageError."""
    found: dict[str, Reference] = {}
    for draft in drafts:
        name, kind, look = " ".join(draft["name"].split()), draft["kind"], draft.get("look", "")
        if wrong := wrong_with(name) or ("is named twice" if key(name) in found else ""):
            raise StageError(f"the story stage named {name!r}: it {wrong}")
        if kind not in KINDS:
            raise StageError(f"the story stage called {name!r} a {kind}, not {' or '.join(KINDS)}")
        prompt, seed = sheet_prompt(kind, name, look), reference_seed(film_seed, name)
        found[key(name)] = Reference(name=name, kind=kind, look=look, prompt=prompt, seed=seed)
    return tuple(found.values())


def scene_graph_events(product: Product) -> Sequence[Event]:
    """SceneGraphBuilt."""
    try:
        scenes = tuple(Scene(**scene) for scene in answer_of(product, "scene graph"))
    except (ValidationError, TypeError) as error:
        raise StageError(f"the scene graph stage gave no scenes: {error}") from error
    if not scenes:
        raise StageError("the scene graph stage gave no scenes")
    return [
        SceneGraphBuilt(command_id=product.command.id, scenes=scenes, provenance=product.provenance)
    ]


def shot_plan_events(product: Product) -> Sequence[Event]:
    """ShotPlanned for every shot, one append."""
    film_seed, settings = product.command.inputs["seed"], settings_of(product.command)
    try:
        plans = [
            _plan(draft, plan_seed(film_seed, number, settings))
            for number, draft in enumerate(answer_of(product, "shots"), start=1)
        ]
    except (ValueError, TypeError, KeyError) as error:
        raise StageError(f"the shots stage gave no shots: {error}") from error
    if not plans:
        raise StageError("the shots stage gave no shots")
    named = {one.name for one in _head(product.command).references}
    for number, plan in enumerate(plans, start=1):
        if strange := set(plan.references) - named:
            raise StageError(
                f"the shots stage put {sorted(strange)[0]!r} into shot {number}; "
                f"the story names {', '.join(sorted(named)) or 'nobody'}"
            )
    return [
        ShotPlanned(
            command_id=product.command.id,
            shot=number,
            plan=plan,
            provenance=product.provenance if number == 1 else None,
        )
        for number, plan in enumerate(plans, start=1)
    ]


def _plan(draft: dict[str, Any], seed: int) -> ShotPlan:
    values = dict(draft)
    values["planned_frames"] = values.pop("duration_frames")
    return ShotPlan(**values, seed=seed)


def plan_seed(film_seed: int, shot: int, settings: Mapping[str, Any]) -> int:
    """The seed that a shot is planned with, as the settings of the shots stage say."""
    return film_seed if settings.get("seed_policy") == "film" else shot_seed(film_seed, shot)


def shot_seed(film_seed: int, shot: int, take: int = 1) -> int:
    """A seed of its own for every shot and take, drawn from the film's. 0 … 2³²−1."""
    return _seed(f"{film_seed}/{shot}/{take}")


def reference_seed(film_seed: int, name: str, take: int = 1) -> int:
    """The same for the sheet of a character or place."""
    return _seed(f"{film_seed}/{key(name)}/{take}")


def _seed(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
