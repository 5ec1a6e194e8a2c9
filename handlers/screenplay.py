"""A session as a Fountain screenplay: scenes, what each shot shows, and what is said over it. Pure.

`--script` reads it again into the same scenes and the same lines.
"""

import re
from collections.abc import Iterator

from gpu.plain import one_line
from projections.parts import Scene
from projections.session import Session
from projections.shot_work import ShotWork
from projections.work import work

NARRATOR = "NARRATOR (V.O.)"
_INSIDE = re.compile(r"^(INT|EXT|EST|I/E)[. /]", re.IGNORECASE)
_TRANSITIONS = {"dissolve": "DISSOLVE TO:", "fade": "FADE TO BLACK."}
_SIGNS = re.compile(r"([*_\\])")


def fountain(s: Session) -> str:
    """The screenplay as text."""
    blocks = [_title_page(s)]
    scenes = {scene.scene: scene for scene in s.scenes}
    scene = None
    shots = work(s).shots
    for one in shots:
        if one.shot.plan.scene != scene:
            scene = one.shot.plan.scene
            blocks += _heading(scene, scenes.get(scene))
        blocks += _shot(one, last=one is shots[-1])
    if s.story and s.story.end_card:
        blocks.append(f"> {_plain(s.story.end_card)} <")
    return "\n\n".join(block for block in blocks if block) + "\n"


def _title_page(s: Session) -> str:
    started, story = s.started, s.story
    head = {
        "Title": s.title or (started.idea if started else ""),
        "Logline": story.logline if story else "",
        "Style": s.style,
        "Language": story.language if story else "",
    }
    return "\n".join(f"{key}: {one_line(value)}" for key, value in head.items() if value)


def _heading(number: int, scene: Scene | None) -> Iterator[str]:
    if scene is None:
        yield f".SCENE {number}"
        return
    place = one_line(scene.location or scene.name) or f"scene {number}"
    time = f" - {one_line(scene.time_of_day)}" if scene.time_of_day else ""
    dot = "" if _INSIDE.match(place) else "."
    yield f"# {one_line(scene.name)}" if scene.name else ""
    yield f"{dot}{f'{place}{time}'.upper()}"
    yield f"= {one_line(scene.action)}" if scene.action else ""


def _shot(one: ShotWork, *, last: bool) -> Iterator[str]:
    plan = one.shot.plan
    yield f"[[shot {one.index}: {plan.shot_size}, {plan.angle}, {plan.camera}]]"
    yield f"!{_plain(one.shot.image_prompt)}"
    if plan.narration.strip():
        yield f"{NARRATOR}\n{_plain(plan.narration)}"
    if not last and plan.transition in _TRANSITIONS:
        yield f"> {_TRANSITIONS[plan.transition]}"


def _plain(text: str) -> str:
    """One line in which no sign means anything to Fountain."""
    line = _SIGNS.sub(r"\\\1", one_line(text))
    for opening, other in (("[[", "[ ["), ("/*", "/ *")):
        line = line.replace(opening, other)
    return line
