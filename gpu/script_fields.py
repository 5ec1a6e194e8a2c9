"""Checks the keys and values of story.json and shots.json and makes a Script of them.

Every key that an exported session writes is known; derived ones are read over.
"""

import re
from pathlib import Path

from gpu.arc import beats, scene_count
from gpu.errors import ScriptError
from gpu.language import language_of
from gpu.script_cast import Cast, cast_of
from gpu.script_json import Node
from gpu.script_keys import SCENE_KEYS, SHOT_KEYS, STORY_KEYS
from gpu.script_object import Fields
from gpu.script_parts import SHOTS_MAX, Script, ScriptScene, ScriptShot
from gpu.vocabulary import (
    ANGLES,
    ROLES,
    SHOT_SIZES,
    TRANSITIONS,
)


def script_of(document: Node, name: str) -> Script:
    """The Script of a document: a story, a list of shots, or a story with shots in it."""
    if isinstance(document.value, list):
        whole = Node({"shots": document}, document.line)
    elif isinstance(document.value, dict):
        whole = document
    else:
        expected = "an object (story.json) or a list (shots.json)"
        raise ScriptError(
            f"{name} line {document.line}: expected {expected}; found {document.kind}"
        )
    story = Fields(name, "", whole, STORY_KEYS)
    scenes = story.objects("scenes", SCENE_KEYS)
    cast = cast_of(story)
    for fields in scenes:
        cast.shown_in(fields, None)
    shots, numbers = _shots(story, scenes, cast)
    if not 1 <= len(shots) <= SHOTS_MAX:
        at = whole.line if not story.has("shots") else story.members["shots"].line
        raise ScriptError(
            f"{name} line {at}: shots: expected 1 to {SHOTS_MAX} shots; found {len(shots)}"
        )
    made = tuple(_scene(scene) for scene in scenes)
    made += tuple(ScriptScene() for _ in range(max(numbers) - len(made)))
    head = {key: story.text(key) for key in ("title", "style", "language", "end_card")}
    told = " ".join(shot.narration for shot in shots)
    return Script(
        name=name,
        title=head["title"] or Path(name).stem.replace("_", " ").replace("-", " "),
        style=head["style"],
        logline=story.text("logline", "description"),
        language=_language(story) or language_of(told or head["title"]),
        end_card=head["end_card"],
        scenes=made,
        shots=tuple(shots),
        references=cast.references,
        pictures=cast.pictures,
    )


def _language(story: Fields) -> str:
    code = story.text("language").lower()
    if code and not re.fullmatch(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", code):
        raise story.error("language", "a language code like 'en' or 'pt-BR'", repr(code))
    return code.partition("-")[0]


def _scene(scene: Fields) -> ScriptScene:
    return ScriptScene(
        name=scene.text("name"),
        location=scene.text("location"),
        place=scene.text("place"),
        time_of_day=scene.text("time_of_day"),
        mood=scene.text("mood", "emotion"),
        action=scene.text("action"),
        characters=scene.names("characters"),
    )


def _shots(story: Fields, scenes: list[Fields], cast: Cast) -> tuple[list[ScriptShot], list[int]]:
    """All shots in the order of the cut, and the scene of each."""
    listed = _in_order(story.objects("shots", SHOT_KEYS))
    found = [(fields, 0) for fields in listed]
    if not found:
        for number, scene in enumerate(scenes, 1):
            inner = _in_order(scene.objects("shots", SHOT_KEYS))
            found += [(fields, number) for fields in inner or [scene]]
    numbers = _scene_numbers(found, scenes)
    shots = []
    for (fields, _), number in zip(found, numbers, strict=True):
        around = scenes[number - 1] if number <= len(scenes) else None
        shots.append(_shot(fields, number, cast.shown_in(fields, around)))
    return shots, numbers


def _in_order(shots: list[Fields]) -> list[Fields]:
    """By index where every shot has one, else as they stand."""
    places: dict[int, Fields] = {}
    for shot in shots:
        if not shot.has("index"):
            continue
        value = shot.members["index"].value
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise shot.error("index", "a whole number from 0", shot.members["index"].kind)
        if value in places:
            raise shot.error("index", "each index once", f"{value} a second time")
        places[value] = shot
    return [places[i] for i in sorted(places)] if len(places) == len(shots) else shots


def _scene_numbers(found: list[tuple[Fields, int]], scenes: list[Fields]) -> list[int]:
    """The scene of each shot: where it stands, what it names, or an even division."""
    labels: dict[str, int] = {}
    for number, scene in enumerate(scenes, 1):
        labels[scene.label("scene", "scene_id") or str(number)] = number
    named = [fields.label("scene", "scene_id") if not number else "" for fields, number in found]
    if not any(named) and not any(number for _, number in found):
        count = len(scenes) or scene_count(len(found))
        return [beat.scene for beat in beats(len(found), max(1, count))] if found else []
    numbers: list[int] = []
    for (fields, number), label in zip(found, named, strict=True):
        if label and label not in labels:
            if scenes:
                key = "scene" if fields.has("scene") else "scene_id"
                raise fields.error(key, f"one of {', '.join(labels)}", repr(label))
            labels[label] = len(labels) + 1
        numbers.append(number or (labels[label] if label else numbers[-1] if numbers else 1))
    return numbers


def _shot(fields: Fields, number: int, references: tuple[str, ...]) -> ScriptShot:
    if fields.known is SCENE_KEYS:  # a scene without shots is one shot
        told = fields.text("narration") or fields.text("action") or fields.text("name")
        place = fields.text("place")
        return ScriptShot(scene=number, narration=told, place=place, references=references)
    transition = "transition" if fields.has("transition") else "transition_to_next"
    return ScriptShot(
        scene=number,
        narration=fields.text("narration"),
        image_prompt=fields.text("image_prompt"),
        motion_prompt=fields.text("motion_prompt"),
        negative_prompt=fields.text("negative_prompt"),
        camera=fields.camera(),
        shot_size=fields.word("shot_size", SHOT_SIZES),
        angle=fields.word("angle", ANGLES),
        lighting=fields.text("lighting"),
        transition=fields.word(transition, TRANSITIONS),
        place=fields.text("place"),
        role=fields.word("role", ROLES),
        duration_s=fields.seconds("duration_s"),
        references=references,
        verbatim=fields.flag("verbatim"),
    )
