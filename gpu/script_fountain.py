"""A screenplay as a Script: headings open scenes, action is seen, speech is heard.

Every paragraph of action is a shot. The speech after it is its narration; where none follows, the
action itself is told. Each further speech is a shot of its own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import capwords

from gpu.errors import ScriptError
from gpu.fountain import Element, Screenplay, is_heading, plain, read_fountain
from gpu.language import language_of
from gpu.script_cast import LISTS, Cast, cast_in_lines
from gpu.script_parts import SHOTS_MAX, Script, ScriptScene, ScriptShot
from gpu.script_text import scene_of, shot_lines

SUFFIXES = (".fountain", ".spmd")
NOBODY = frozenset({"NARRATOR", "VOICE", "VOICE OVER", "V.O.", "ERZÄHLER", "NARRATEUR"})
"""Cues of voices that nobody is seen with."""
_CUE = re.compile(r"(?m)^[^\S\n]*\n(?P<cue>[^\n]{0,60}[A-Z][^\na-z]{0,60})\n(?=\S)")


def looks_like_fountain(text: str, name: str) -> bool:
    """By its suffix; or by a scene heading and a character's cue, where there is no Markdown."""
    suffix = Path(name).suffix.lower()
    if suffix in SUFFIXES:
        return True
    lines = text.replace("\r\n", "\n").split("\n")
    if suffix in (".md", ".markdown") or any(re.match(r"#{1,6} ", line) for line in lines):
        return False
    return any(map(is_heading, lines)) and any(
        not is_heading(match["cue"]) for match in _CUE.finditer("\n".join(lines))
    )


def read_screenplay(text: str, name: str) -> Script:
    """The Script of a screenplay. Raises ScriptError with file, line and what was expected."""
    screenplay = read_fountain(text, name)
    draft = _Draft(cast_in_lines(_named(screenplay), name))
    elements, end_card = _without_end(screenplay)
    for element in elements:
        draft.take(element)
        if len(draft.shots) > SHOTS_MAX:
            break
    draft.flush()
    shots = draft.in_scenes()
    if not 1 <= len(shots) <= SHOTS_MAX:
        raise ScriptError(
            f"{name} line 1: expected 1 to {SHOTS_MAX} paragraphs of action or speech; "
            f"found {'more' if shots else 0}"
        )
    head = screenplay.head
    told = " ".join(shot.narration for shot in shots)
    stem = Path(name).stem.replace("_", " ").replace("-", " ")
    return Script(
        name=name,
        title=head.get("title") or stem,
        style=head.get("style", ""),
        logline=head.get("logline", ""),
        language=_language(screenplay, name) or language_of(told),
        end_card=end_card,
        scenes=tuple(draft.scenes),
        shots=tuple(shots),
        references=draft.cast.references,
        pictures=draft.cast.pictures,
    )


def _named(screenplay: Screenplay) -> Iterator[tuple[int, str, str]]:
    """Line, kind and words of each character and place on the title page."""
    for kind, key in LISTS.items():
        for below, words in enumerate(screenplay.listed.get(key, [])):
            if words.strip():
                yield screenplay.head_lines[key] + below, kind, words


def _language(screenplay: Screenplay, name: str) -> str:
    code = screenplay.head.get("language", "").lower()
    if code and not re.fullmatch(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", code):
        line = screenplay.head_lines["language"]
        raise ScriptError(
            f"{name} line {line}: language: expected a language code like 'en' or 'pt-BR'; "
            f"found {code!r}"
        )
    return code.partition("-")[0]


def _without_end(screenplay: Screenplay) -> tuple[Sequence[Element], str]:
    """The elements without a centred one that ends them: that is the end card."""
    elements = screenplay.elements
    if elements and elements[-1].kind == "centered":
        return elements[:-1], elements[-1].text
    return elements, ""


def _called(cue: str) -> str:
    """Who is seen speaking: a cue in capitals is written as a name."""
    if cue.upper() in NOBODY:
        return ""
    return capwords(cue) if cue.isupper() else cue


@dataclass
class _Draft:
    """What has been read so far. `seen`: action that no speech has followed yet."""

    cast: Cast
    scenes: list[ScriptScene] = field(default_factory=list)
    shots: list[ScriptShot] = field(default_factory=list)
    seen: str = ""
    last_seen: str = ""
    last_spoken: bool = False

    def take(self, element: Element) -> None:
        """The next element of the script."""
        match element.kind:
            case "heading":
                self.flush()
                self.scenes.append(scene_of(element.text))
                self.last_seen, self.last_spoken = "", False
            case "action" | "centered":
                self.flush()
                self.seen = self.last_seen = element.text
            case "speech" | "lyrics":
                self._hear(element)
            case "transition":
                self.flush()
                self._lead_on(element.text)
            case "synopsis" if self.scenes and not self._begun():
                self.scenes[-1] = replace(self.scenes[-1], action=element.text)

    def flush(self) -> None:
        """Action without speech is told itself."""
        if self.seen:
            self._add(self.seen, self.seen)
            self.last_spoken = False
        self.seen = ""

    def in_scenes(self) -> list[ScriptShot]:
        """The shots, numbered by scenes that have any; the others go."""
        used = sorted({shot.scene for shot in self.shots})
        self.scenes = [self.scenes[number - 1] for number in used]
        numbers = {scene: at for at, scene in enumerate(used, 1)}
        return [replace(shot, scene=numbers[shot.scene]) for shot in self.shots]

    def _begun(self) -> bool:
        return any(shot.scene == len(self.scenes) for shot in self.shots)

    def _hear(self, element: Element) -> None:
        who = _called(element.who)
        if element.dual and self.last_spoken and not self.seen:
            before = self.shots[-1]
            self.shots[-1] = replace(before, narration=f"{before.narration} {element.text}")
        else:
            shown = self.seen or ", ".join(part for part in (who, self.last_seen) if part)
            self.seen = ""
            self._add(shown, element.text, who)
        if who:
            scene = self.scenes[-1]
            if who not in scene.characters:
                self.scenes[-1] = replace(scene, characters=(*scene.characters, who))
        self.last_spoken = True

    def _add(self, shown: str, told: str, who: str = "") -> None:
        if not any(map(str.isalnum, told)):
            return
        if not self.scenes:
            self.scenes.append(ScriptScene())
        names = self.cast.in_scene(self.scenes[-1], f"{who}. {shown}. {told}")
        for line in shot_lines(told):
            shot = ScriptShot(scene=len(self.scenes), narration=line, shown=shown)
            self.shots.append(replace(shot, references=names))

    def _lead_on(self, text: str) -> None:
        """How the shot before it leads on; "FADE IN:" at the beginning leads from nowhere."""
        if not self.shots:
            return
        words = plain(text).upper()
        kind = "dissolve" if "DISSOLVE" in words else "fade" if "FADE" in words else "cut"
        self.shots[-1] = replace(self.shots[-1], transition=kind)
