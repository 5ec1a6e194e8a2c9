"""The characters and places that a script names, and which of them each shot shows."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gpu.briefs import ReferenceDraft
from gpu.errors import ScriptError
from gpu.references import (
    CHARACTER,
    KINDS,
    LOOK_LETTERS_MAX,
    PLACE,
    key,
    known_as,
    told_in,
    wrong_with,
)
from gpu.script_keys import REFERENCE_KEYS, SCENE_KEYS
from gpu.script_object import Fields
from gpu.script_parts import ScriptScene
from gpu.vocabulary import nearest

NAMES_MAX = 200
LISTS = {CHARACTER: "characters", PLACE: "places"}
_IMAGE = re.compile(r"!\[[^\]]*\]\(\s*<?([^)>]+?)>?\s*\)")


@dataclass(frozen=True)
class Cast:
    """Everybody and every place that is named; `pictures`: name → file of the user's own."""

    references: tuple[ReferenceDraft, ...] = ()
    pictures: Mapping[str, str] = field(default_factory=dict)

    def names(self, kind: str) -> list[str]:
        """The characters, or the places."""
        return [one.name for one in self.references if one.kind == kind]

    def told_in(self, text: str) -> tuple[str, ...]:
        """Those that a text names in whole words."""
        return told_in(text, [one.name for one in self.references])

    def in_scene(self, scene: ScriptScene, text: str) -> tuple[str, ...]:
        """Those whom a paragraph names, and the place that its scene's heading names."""
        here = self.told_in(f"{scene.name} {scene.location}")
        places = [name for name in self.names(PLACE) if name in here]
        return tuple(dict.fromkeys([*self.told_in(text), *places]))

    def shown_in(self, shot: Fields, scene: Fields | None) -> tuple[str, ...]:
        """The characters and the place of a shot; what it leaves open is its scene's."""
        found: list[str] = []
        for kind, name in ((CHARACTER, "characters"), (PLACE, "place")):
            teller = shot if shot.has(name) or scene is None else scene
            free = not self.names(kind) and (kind == PLACE or teller.known is SCENE_KEYS)
            if teller.has(name) and not free:
                typed = teller.names(name) if kind == CHARACTER else [teller.text(name)]
                found += [self._known(teller, name, kind, one) for one in typed if one]
        return tuple(one for one in dict.fromkeys(found) if one)

    def _known(self, fields: Fields, where: str, kind: str, name: str) -> str:
        """As it is called; empty for a scene's place in other words, which every scene has."""
        known = self.names(kind)
        if found := known_as(name, known):
            return found
        if kind == PLACE and fields.known is SCENE_KEYS:
            return ""
        hint = nearest(name, known)
        meant = f" (did you mean {hint!r}?)" if hint else ""
        expected = f"one of {', '.join(known)}" if known else f"names that {LISTS[kind]} tells of"
        raise fields.error(where, expected, f"{name!r}{meant}")


def cast_of(story: Fields) -> Cast:
    """The `characters` and `places` of a story. Raises ScriptError."""
    drafts: dict[str, ReferenceDraft] = {}
    pictures: dict[str, str] = {}
    for kind in KINDS:
        for fields in story.objects(LISTS[kind], REFERENCE_KEYS):
            name, look = fields.text("name"), fields.text("look")
            if not fields.has("name"):
                raise fields.error("", 'an object with a "name"', "none")
            if wrong := wrong_with(name) or ("stands there twice" if key(name) in drafts else ""):
                raise fields.error("name", "a name of its own", f"{name!r}, which {wrong}")
            if len(look) > LOOK_LETTERS_MAX:
                found = f"{len(look)} letters"
                raise fields.error("look", f"at most {LOOK_LETTERS_MAX} letters", found)
            if len(drafts) == NAMES_MAX:
                raise fields.error("", f"at most {NAMES_MAX} characters and places", "more")
            drafts[key(name)] = ReferenceDraft(name=name, kind=kind, look=look)
            if image := fields.text("image"):
                pictures[name] = image
    return Cast(tuple(drafts.values()), pictures)


def cast_in_lines(lines: Iterable[tuple[int, str, str]], script: str) -> Cast:
    """The cast of a text: (line, kind, `Mira = a woman of forty ![](mira.png)`) each."""
    drafts: dict[str, ReferenceDraft] = {}
    pictures: dict[str, str] = {}
    for line, kind, text in lines:
        image = _IMAGE.search(text)
        name, _, look = _IMAGE.sub("", text).partition("=")
        name, look = " ".join(name.split()), " ".join(look.split())
        wrong = wrong_with(name) or ("stands there twice" if key(name) in drafts else "")
        if wrong or len(look) > LOOK_LETTERS_MAX:
            wrong = wrong or f"has a look of {len(look)} letters, at most {LOOK_LETTERS_MAX}"
            raise ScriptError(
                f"{script} line {line}: {kind}: expected NAME = LOOK; found {name!r}, which {wrong}"
            )
        if len(drafts) == NAMES_MAX:
            raise ScriptError(
                f"{script} line {line}: expected at most {NAMES_MAX} characters and places; "
                "found more"
            )
        drafts[key(name)] = ReferenceDraft(name=name, kind=kind, look=look)
        if image:
            pictures[name] = image[1]
    return Cast(tuple(drafts.values()), pictures)
