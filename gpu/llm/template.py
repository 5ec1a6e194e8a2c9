"""Templates of questions: files that users may replace. Filled in one pass, never run. Light.

The system message, a line of three dashes, the user's message; `{{idea}}` is a place for a value.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gpu.errors import BriefRefused
from gpu.given_file import NotTaken, read_given
from gpu.llm.asking import Message
from gpu.profile_key import unknown

FOLDER = Path(__file__).parent / "templates"
MEDIA_TYPE = "text/markdown"
PLACES: dict[str, dict[str, bool]] = {
    "story": {"idea": True, "language": False, "duration": False, "shots": False},
    "scene_graph": {
        "story": True, "scenes": True, "idea": False, "language": False, "shots": False,
    },
    "shots": {
        "story": True, "scenes": True, "plan": True, "first": True, "last": True, "before": False,
        "idea": False, "language": False, "duration": False, "shots": False, "seconds": False,
        "words": False,
    },
}  # fmt: skip
"""Stage → what its template may have a place for; True: has to."""
OF_PROMPTS: dict[str, dict[str, bool]] = {
    "enhance_image": {
        "prompt": True, "shown": False, "words": False, "style": False, "shot_size": False,
        "angle": False, "lighting": False,
    },
    "enhance_video": {
        "prompt": True, "shown": False, "words": False, "camera": False, "picture": False,
    },
}  # fmt: skip
"""The same of who enhances prompts, which has a template for each family."""
_PLACE = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)
_DASHES = re.compile(r"^---[ \t]*$", re.MULTILINE)
BYTES_MAX = 100_000


@dataclass(frozen=True)
class Template:
    """A checked template. Its text is recorded, by its SHA-256."""

    text: str

    @property
    def sha256(self) -> str:
        """What names this template and no other."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def messages(self, values: Mapping[str, object]) -> list[Message]:
        """The question with these values in their places."""
        system, user = _DASHES.split(self.text, maxsplit=1)
        return [
            {"role": "system", "content": _filled(system, values)},
            {"role": "user", "content": _filled(user, values)},
        ]


def _filled(text: str, values: Mapping[str, object]) -> str:
    """In one pass: what a value says is no place for another one."""
    filled = _PLACE.sub(lambda found: str(values[found[1]]), text).strip()
    return re.sub(r"\n{3,}", "\n\n", filled)


def shipped(kind: str) -> Path:
    """The template that is taken where a profile names none."""
    return FOLDER / f"{kind}.md"


def named(beside: Path, where: str, kind: str, name: object) -> Template:
    """The template that a profile names: a file, or a folder with a file for each stage.

    Raises BriefRefused.
    """
    if not isinstance(name, str) or not name:
        raise BriefRefused(f'{where}: template = "file.md", or a folder, found {name!r}')
    path = (beside / Path(name).expanduser()).resolve()
    if path.is_dir():
        own = path / f"{kind}.md"
        if not any((path / f"{one}.md").is_file() for one in PLACES):
            names = ", ".join(f"{one}.md" for one in PLACES)
            raise BriefRefused(f"{where}: the folder {path} has none of {names}")
        path = own if own.is_file() else shipped(kind)
    return read(path, kind)


def for_followers(beside: Path, table: Mapping[str, Any]) -> dict[str, Any]:
    """A table as it goes for other stages too: a folder has templates for them, a file has not."""
    name = table.get("template", "")
    if isinstance(name, str) and (beside / Path(name).expanduser()).is_dir() and name:
        return dict(table)
    return {key: value for key, value in table.items() if key != "template"}


def read(path: Path, kind: str) -> Template:
    """The template in a file, checked. Raises BriefRefused naming file and place."""
    try:
        text = read_given(path, BYTES_MAX).decode("utf-8-sig")
    except NotTaken as why:
        raise BriefRefused(f"the template {path} {why}") from why
    except UnicodeDecodeError as error:
        raise BriefRefused(f"the template {path} is no UTF-8 text") from error
    return checked(text.replace("\r\n", "\n"), kind, str(path))


def kept(path: Path, kind: str) -> Template:
    """The template that a film began with. Raises BriefRefused where it is gone."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BriefRefused(
            f"the template of {kind} that the film began with is gone; name it again with "
            "edit --profile, then retry"
        ) from error
    return checked(text, kind, path.name)


def checked(text: str, kind: str, named_as: str) -> Template:
    """A template with every place that it has to have, and none that is not known."""
    places = (PLACES | OF_PROMPTS)[kind]
    for name in dict.fromkeys(_PLACE.findall(text)):
        if name not in places:
            raise BriefRefused(f"{named_as}: {unknown('placeholder', name, list(places))}")
    for name, needed in places.items():
        if needed and name not in _PLACE.findall(text):
            raise BriefRefused(
                f"{named_as}: the placeholder {{{{{name}}}}} is missing; without it the model "
                "would never be told"
            )
    if len(_DASHES.findall(text)) < 1:
        raise BriefRefused(
            f"{named_as}: a line of three dashes is missing between the system's words and the "
            "question"
        )
    return Template(text)
