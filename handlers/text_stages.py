"""Story, scene graph and shot plan: command → brief, product → events."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from eventstore.registry import Event
from gpu.briefs import SceneDraft, SceneGraphBrief, ShotPlanBrief, StoryBrief, StoryDraft
from gpu.errors import StageError
from handlers.making import Library, Product, settings_of
from projections.commands import Command
from projections.events import SceneGraphBuilt, ShotPlanned, StoryGenerated
from projections.parts import Scene, ShotPlan


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
    }


def story_brief(command: Command, library: Library) -> StoryBrief:
    """What the story stage gets."""
    return StoryBrief(**_asked(command, library), duration_s=command.inputs["duration_s"])


def scene_graph_brief(command: Command, library: Library) -> SceneGraphBrief:
    """What the scene graph stage gets."""
    return SceneGraphBrief(**_asked(command, library), story=StoryDraft(**command.inputs["story"]))


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
        story=StoryDraft(**inputs["story"]),
        scenes=tuple(SceneDraft(**_as_draft(scene)) for scene in inputs["scenes"]),
    )


def _as_draft(scene: dict[str, Any]) -> dict[str, Any]:
    return {**scene, "characters": tuple(scene["characters"])}


def _answer(product: Product, what: str) -> Any:
    try:
        return json.loads(product.text)
    except ValueError as error:
        raise StageError(f"the {what} stage gave no JSON: {error}") from error


def story_events(product: Product) -> Sequence[Event]:
    """StoryGenerated, with the raw answer."""
    answer = _answer(product, "story")
    try:
        return [
            StoryGenerated(
                command_id=product.command.id,
                **answer,
                raw=product.text,
                provenance=product.provenance,
            )
        ]
    except (ValidationError, TypeError) as error:
        raise StageError(f"the story stage gave no story: {error}") from error


def scene_graph_events(product: Product) -> Sequence[Event]:
    """SceneGraphBuilt."""
    try:
        scenes = tuple(Scene(**scene) for scene in _answer(product, "scene graph"))
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
            for number, draft in enumerate(_answer(product, "shots"), start=1)
        ]
    except (ValueError, TypeError, KeyError) as error:
        raise StageError(f"the shots stage gave no shots: {error}") from error
    if not plans:
        raise StageError("the shots stage gave no shots")
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
    digest = hashlib.sha256(f"{film_seed}/{shot}/{take}".encode()).digest()
    return int.from_bytes(digest[:4], "big")
