"""Checks the keys and values of story.json and shots.json and makes a Script of them.

Every key that an exported session writes is known; derived ones are read over.
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gpu.arc import beats, scene_count
from gpu.errors import ScriptError
from gpu.language import language_of
from gpu.script_json import Node
from gpu.script_keys import DERIVED_KEYS, SCENE_KEYS, SHOT_KEYS, STORY_KEYS
from gpu.script_parts import SHOTS_MAX, Script, ScriptScene, ScriptShot
from gpu.vocabulary import (
    ANGLES,
    CAMERA_SYNONYMS,
    CAMERAS,
    ROLES,
    SHOT_SIZES,
    TRANSITIONS,
    camera_move,
    nearest,
)

_LETTERS_MAX = 4000
_SHOT_S_MAX = 600.0


@dataclass(frozen=True)
class _Fields:
    """One object of the document, with the place it stands at."""

    name: str
    path: str
    node: Node
    known: tuple[str, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.node.value, dict):
            raise self.error("", "an object", self.node.kind)
        for key in self.members:
            if key not in self.known and key not in DERIVED_KEYS:
                hint = nearest(key, [*self.known])
                meant = f" (did you mean {hint!r}?)" if hint else ""
                raise self.error(key, "a known key", f"{key!r}{meant}")

    @property
    def members(self) -> dict[str, Node]:
        value: Any = self.node.value
        return dict(value)

    def error(self, key: str, expected: str, found: str) -> ScriptError:
        inner = f"{self.path}.{key}" if self.path and key else self.path or key
        line = self.members[key].line if key else self.node.line
        where = f"{inner}: " if inner else ""
        return ScriptError(f"{self.name} line {line}: {where}expected {expected}; found {found}")

    def has(self, key: str) -> bool:
        return key in self.members and self.members[key].value is not None

    def text(self, *keys: str) -> str:
        """The first of the keys that is there, in one line."""
        for key in keys:
            if not self.has(key):
                continue
            value = self.members[key].value
            if not isinstance(value, str):
                raise self.error(key, "a text", self.members[key].kind)
            if len(value) > _LETTERS_MAX:
                found = f"{len(value)} letters"
                raise self.error(key, f"at most {_LETTERS_MAX} letters", found)
            if any(c < " " and c not in "\t\n\r" for c in value) or not _encodes(value):
                raise self.error(key, "a text without control characters", repr(value[:30]))
            return " ".join(value.split())
        return ""

    def word(self, key: str, known: tuple[str, ...]) -> str:
        """One word of a closed list, however it is spelt in case, hyphens and underscores."""
        plain = _plain(self.text(key))
        for candidate in known:
            if plain == _plain(candidate):
                return candidate
        if not plain:
            return ""
        raise self._unknown(key, known)

    def camera(self) -> str:
        """The camera move, normalised."""
        if not self.text("camera"):
            return ""
        move = camera_move(self.text("camera"))
        if move is None:
            raise self._unknown("camera", CAMERAS, also=tuple(CAMERA_SYNONYMS))
        return move

    def _unknown(self, key: str, known: tuple[str, ...], also: tuple[str, ...] = ()) -> ScriptError:
        found = self.text(key)
        hint = nearest(_plain(found), [*known, *also])
        meant = f" (did you mean {hint!r}?)" if hint else ""
        return self.error(key, f"one of {', '.join(known)}", f"{found!r}{meant}")

    def seconds(self, key: str) -> float | None:
        """A duration in seconds, or None."""
        if not self.has(key):
            return None
        value = self.members[key].value
        expected = f"seconds, more than 0 and at most {_SHOT_S_MAX:g}"
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(key, expected, self.members[key].kind)
        if not math.isfinite(value) or not 0 < value <= _SHOT_S_MAX:
            raise self.error(key, expected, self.members[key].kind)
        return float(value)

    def label(self, *keys: str) -> str:
        """A number or a text that names something, as text; "" when there is none."""
        for key in keys:
            if self.has(key):
                value = self.members[key].value
                if isinstance(value, bool) or not isinstance(value, int | str):
                    raise self.error(key, "a number or a name", self.members[key].kind)
                return str(value).strip()
        return ""

    def objects(self, key: str, known: tuple[str, ...]) -> list["_Fields"]:
        """The objects of a list; none where the key is missing."""
        if not self.has(key):
            return []
        value = self.members[key].value
        if not isinstance(value, list):
            raise self.error(key, "a list", self.members[key].kind)
        base = f"{self.path}.{key}" if self.path else key
        return [_Fields(self.name, f"{base}[{i}]", n, known) for i, n in enumerate(value)]

    def names(self, key: str) -> tuple[str, ...]:
        """A list of names; objects with a `name` will do."""
        if not self.has(key):
            return ()
        value = self.members[key].value
        if not isinstance(value, list):
            raise self.error(key, "a list of names", self.members[key].kind)
        found = []
        for node in value:
            inner = node.value.get("name") if isinstance(node.value, dict) else node
            if inner is None or not isinstance(inner.value, str):
                raise self.error(key, "a list of names", node.kind)
            found.append(" ".join(inner.value.split()))
        return tuple(found)


def _encodes(text: str) -> bool:
    return not any("\ud800" <= c <= "\udfff" for c in text)


def _plain(word: str) -> str:
    return " ".join(re.sub(r"[-_]", " ", word.lower()).split())


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
    story = _Fields(name, "", whole, STORY_KEYS)
    scenes = story.objects("scenes", SCENE_KEYS)
    shots, numbers = _shots(story, scenes)
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
    )


def _language(story: _Fields) -> str:
    code = story.text("language").lower()
    if code and not re.fullmatch(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", code):
        raise story.error("language", "a language code like 'en' or 'pt-BR'", repr(code))
    return code.partition("-")[0]


def _scene(scene: _Fields) -> ScriptScene:
    return ScriptScene(
        name=scene.text("name"),
        location=scene.text("location"),
        place=scene.text("place"),
        time_of_day=scene.text("time_of_day"),
        mood=scene.text("mood", "emotion"),
        action=scene.text("action"),
        characters=scene.names("characters"),
    )


def _shots(story: _Fields, scenes: list[_Fields]) -> tuple[list[ScriptShot], list[int]]:
    """All shots in the order of the cut, and the scene of each."""
    listed = _in_order(story.objects("shots", SHOT_KEYS))
    found = [(fields, 0) for fields in listed]
    if not found:
        for number, scene in enumerate(scenes, 1):
            inner = _in_order(scene.objects("shots", SHOT_KEYS))
            found += [(fields, number) for fields in inner or [scene]]
    numbers = _scene_numbers(found, scenes)
    pairs = zip(found, numbers, strict=True)
    return [_shot(fields, number) for (fields, _), number in pairs], numbers


def _in_order(shots: list[_Fields]) -> list[_Fields]:
    """By index where every shot has one, else as they stand."""
    places: dict[int, _Fields] = {}
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


def _scene_numbers(found: list[tuple[_Fields, int]], scenes: list[_Fields]) -> list[int]:
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


def _shot(fields: _Fields, number: int) -> ScriptShot:
    if fields.known is SCENE_KEYS:  # a scene without shots is one shot
        told = fields.text("narration") or fields.text("action") or fields.text("name")
        return ScriptShot(scene=number, narration=told, place=fields.text("place"))
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
    )
