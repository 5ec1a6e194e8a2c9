"""The forms of answers about a film: what each field takes, for servers, grammars and readers.

Patterns stand in the schema alone: they keep a model in bounds that writes letter by letter.
"""

import unicodedata
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model, model_validator

from gpu.references import LOOK_LETTERS_MAX, NAME_LETTERS_MAX, key, wrong_with
from gpu.vocabulary import ANGLES, SHOT_SIZES, TRANSITIONS, camera_move
from gpu.vocabulary import CAMERAS as CAMERAS
from gpu.world import views

NAMES_MAX = 6
SECONDS_MAX = 60
_LINE = r"^[^\p{Z}\p{C}\p{M}][^\p{C}]*$"
_NAME = r"^\p{L}[\p{L}\p{N}]*( [\p{L}\p{N}]+)*$"
_WORD = r"[^\p{Z}\p{C}\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]{1,14}"


def one_line(text: Any) -> Any:
    """A text without control characters, its white space single blanks."""
    if not isinstance(text, str):
        return text
    shown = "".join(" " if unicodedata.category(one) in ("Cc", "Cs") else one for one in text)
    return " ".join(shown.split())


def _line(most: int, least: int = 1) -> Any:
    """One line of text in the schema and in the form."""
    return Annotated[
        str,
        Field(min_length=least, max_length=most, json_schema_extra={"pattern": _LINE}),
        BeforeValidator(one_line),
    ]


def _word(known: Sequence[str], normal: Callable[[str], str | None]) -> Any:
    """One of these words, however it is spelt in case, blanks and lines."""
    return Annotated[
        Literal[tuple(known)],
        BeforeValidator(lambda one: (normal(one) or one) if isinstance(one, str) else one),
    ]


def plain(word: str) -> str:
    """A word as the closed lists have it; hyphens stay, as in close-up."""
    return " ".join(word.replace("_", " ").lower().split())


class Form(BaseModel):
    """An answer or a part of one: closed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Named(Form):
    """A character or a place."""

    name: Annotated[
        str,
        Field(min_length=1, max_length=NAME_LETTERS_MAX, json_schema_extra={"pattern": _NAME}),
        BeforeValidator(one_line),
    ]
    look: _line(min(400, LOOK_LETTERS_MAX))  # type: ignore[valid-type]


class Story(Form):
    """The head of a story."""

    title: _line(80)  # type: ignore[valid-type]
    logline: _line(300)  # type: ignore[valid-type]
    style: _line(240)  # type: ignore[valid-type]
    end_card: _line(60)  # type: ignore[valid-type]
    characters: Annotated[tuple[Named, ...], Field(max_length=NAMES_MAX)]
    places: Annotated[tuple[Named, ...], Field(min_length=1, max_length=NAMES_MAX)]

    @model_validator(mode="after")
    def _named_once(self) -> "Story":
        met: set[str] = set()
        for one in (*self.characters, *self.places):
            if wrong := wrong_with(one.name):
                raise ValueError(f"the name {one.name!r} {wrong}")
            if key(one.name) in met:
                raise ValueError(f"the name {one.name!r} is given twice")
            met.add(key(one.name))
        return self


def scenes_form(count: int, places: Sequence[str], characters: Sequence[str]) -> type[Form]:
    """`scenes`: exactly so many, at these places, with these characters."""
    fields: dict[str, Any] = {
        "name": _line(60),
        "place": _one_of(places) if places else _line(NAME_LETTERS_MAX),
        "location": _line(120),
        "time_of_day": _word(tuple(views()["times"]), plain),
        "mood": _line(60),
        "action": _line(400),
    }
    if characters:
        fields["characters"] = _some_of(characters)
    return _several("Scenes", "scenes", fields, count)


def shots_form(count: int, names: Sequence[str], words: int) -> type[Form]:
    """`shots`: exactly so many, showing whom the story names. `words`: of a shot's narration."""
    several = max(1, words) - 1
    narration = Field(
        max_length=600,
        json_schema_extra={"pattern": f"^({_WORD}( {_WORD}){{0,{several}}})?$"},
    )
    fields: dict[str, Any] = {
        "image_prompt": _line(600),
        "motion_prompt": _line(300),
        "camera": _word(CAMERAS, camera_move),
        "shot_size": _word(SHOT_SIZES, plain),
        "angle": _word(ANGLES, plain),
        "lighting": _line(80),
        "narration": Annotated[str, narration, BeforeValidator(one_line)],
        "seconds": Annotated[int, Field(ge=1, le=SECONDS_MAX)],
        "transition": _word(TRANSITIONS, plain),
    }
    if names:
        fields["references"] = _some_of(names)
    return _several("Shots", "shots", fields, count)


def _several(name: str, field: str, fields: dict[str, Any], count: int) -> type[Form]:
    one = _form(name[:-1], fields)
    listed = Annotated[tuple[one, ...], Field(min_length=count, max_length=count)]  # type: ignore[valid-type]
    return _form(name, {field: listed})


def _form(name: str, fields: dict[str, Any]) -> type[Form]:
    needed: dict[str, Any] = {key: (kind, ...) for key, kind in fields.items()}
    return create_model(name, __base__=Form, **needed)


def _one_of(names: Sequence[str]) -> Any:
    spelt = {key(name): name for name in names}
    return _word(tuple(names), lambda one: spelt.get(key(one)))


def _some_of(names: Sequence[str]) -> Any:
    one = _one_of(names)
    return Annotated[tuple[one, ...], Field(max_length=len(names))]  # type: ignore[valid-type]
