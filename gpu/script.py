"""A story of the user's own: reads and checks a script file, and fills in what it leaves open."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from itertools import accumulate, pairwise
from pathlib import Path

from gpu.arc import part_of, roles, transitions
from gpu.briefs import (
    SceneDraft,
    SceneGraphBrief,
    ShotDraft,
    ShotPlanBrief,
    StoryBrief,
    StoryDraft,
    values_of,
)
from gpu.errors import BriefRefused, ScriptError
from gpu.given_file import NotTaken, read_given
from gpu.lexicon import MOTIFS, SETTINGS, motifs_in, settings_in
from gpu.outline import scene_place, write_json
from gpu.script_csv import SUFFIXES, looks_like_csv, read_csv
from gpu.script_fields import script_of
from gpu.script_fountain import looks_like_fountain, read_screenplay
from gpu.script_json import read_json
from gpu.script_parts import Script, ScriptScene, ScriptShot
from gpu.script_text import read_text
from gpu.shotprompt import NEGATIVE, Look, camera_for, image_prompt, motion_prompt
from gpu.stages import Made, Report
from gpu.world import World, draw_lots, seen, views, world

__all__ = ["Script", "ScriptError", "ScriptScene", "ScriptShot", "plan", "read_script", "scenes"]

_BYTES_MAX = 2_000_000
_LINES_MAX = 50_000
_PARAGRAPH_LETTERS_MAX = 10_000
_SUBJECT_WORDS_MAX = 14
_NO_MAPS = {"orient": "show", "connect": "show"}  # a told story is seldom about routes


def read_script(path: Path, name: str) -> Script:
    """Read and check a script file; `name` is what messages call it. Raises ScriptError."""
    text = _text_of(path, name)
    if not text.strip():
        raise ScriptError(f"{name}: expected a story; found an empty file")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ScriptError(f"{name} line {line}: expected a text; found a NUL character")
    if name.lower().endswith(".json") or text.lstrip()[:1] in ("{", "["):
        return script_of(read_json(text, name), name)
    _refuse_endless(text, name)
    if looks_like_fountain(text, name):
        return read_screenplay(text, name)
    if looks_like_csv(text, name):
        return script_of(read_csv(text, name), name)
    return read_text(text, name)


def _refuse_endless(text: str, name: str) -> None:
    """A story has lines and paragraphs; what has none is refused before anybody reads it."""
    lines = text.split("\n")
    if len(lines) > _LINES_MAX:
        raise ScriptError(f"{name}: expected at most {_LINES_MAX:,} lines; found {len(lines):,}")
    letters, in_rows = 0, name.lower().endswith(SUFFIXES)
    for number, line in enumerate(lines, start=1):
        letters = letters + len(line) if line.strip() and not in_rows else 0
        if letters > _PARAGRAPH_LETTERS_MAX:
            raise ScriptError(
                f"{name} line {number}: expected paragraphs of at most "
                f"{_PARAGRAPH_LETTERS_MAX:,} letters; found a longer one"
            )


def _text_of(path: Path, name: str) -> str:
    try:
        data = read_given(path, _BYTES_MAX)
    except NotTaken as error:
        raise ScriptError(f"{name} {error}; expected a file of at most 2 MB") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        raise ScriptError(f"{name} line {line}: expected UTF-8; found byte 0x{byte:02x}") from None


class StoryStage:
    """Makes a StoryDraft of the user's script."""

    def run(self, brief: StoryBrief, out: Path, report: Report) -> Made:
        """Write the story's head to `out` as JSON. Raises ScriptError."""
        script = _script(brief)
        lots = draw_lots(brief.seed, "style", script.title)
        story = StoryDraft(
            title=script.title,
            logline=script.logline,
            style=script.style or lots.choice(views()["styles"]["any"]),
            language=brief.language or script.language,
            end_card=script.end_card,
            references=script.references,
        )
        return write_json(values_of(story), out, report)


class SceneGraphStage:
    """Makes the list of SceneDraft of the user's script."""

    def run(self, brief: SceneGraphBrief, out: Path, report: Report) -> Made:
        """Write the scenes to `out` as JSON. Raises ScriptError."""
        return write_json(
            [asdict(scene) for scene in scenes(_script(brief), brief.seed)], out, report
        )


class ShotPlanStage:
    """Makes the list of ShotDraft of the user's script."""

    def run(self, brief: ShotPlanBrief, out: Path, report: Report) -> Made:
        """Write the shots to `out` as JSON, in the order of the cut. Raises ScriptError."""
        drafts = plan(_script(brief), brief)
        return write_json([values_of(shot) for shot in drafts], out, report)


def _script(brief: StoryBrief | SceneGraphBrief | ShotPlanBrief) -> Script:
    if brief.script is None:
        raise BriefRefused("the backend `script` needs a script file; give one with --script")
    return read_script(brief.script, brief.script_name or brief.script.name)


def scenes(script: Script, seed: int) -> tuple[SceneDraft, ...]:
    """The script's scenes, with what it leaves open filled in from its words."""
    shown = world(script.text, seed)
    count = len(script.scenes)
    return tuple(
        _scene(number, scene, count, script, shown) for number, scene in enumerate(script.scenes, 1)
    )


def _scene(number: int, scene: ScriptScene, count: int, script: Script, shown: World) -> SceneDraft:
    part = part_of(number, count)
    told = " ".join(s.narration or s.image_prompt for s in script.shots if s.scene == number)
    about = f"{scene.location} {scene.name} {scene.action} {told}"
    found = settings_in(f"{scene.location} {scene.name}") or settings_in(about)
    place = scene.place or (found[0] if found else scene.location or scene_place(part, shown))
    return SceneDraft(
        scene=number,
        name=scene.name or str(number),
        location=scene.location or seen(place),
        place=place,
        time_of_day=scene.time_of_day or shown.times[part],
        mood=scene.mood,
        action=scene.action or _short(told) or scene.name,
        characters=scene.characters,
    )


def _short(text: str) -> str:
    return " ".join(text.split()[:_SUBJECT_WORDS_MAX])[:160].rstrip(",;:. ")


def plan(script: Script, brief: ShotPlanBrief) -> tuple[ShotDraft, ...]:
    """The script's shots in frames, gaps filled by the outliner's own rules.

    A script with any duration of its own keeps its times; one with none is scaled to
    brief.duration_s.
    """
    told = scenes(script, brief.seed)
    arc = [_NO_MAPS.get(role, role) for role in roles(script.shot_count)]
    of_shots = tuple(shot.scene for shot in script.shots)
    average = script.duration_s * brief.fps / script.shot_count
    automatic = transitions(of_shots, average, brief.transition_frames)
    leads = [s.transition or lead for s, lead in zip(script.shots, automatic, strict=True)]
    leads[-1] = leads[-1].replace("dissolve", "cut")
    lengths = _frames(script, brief, leads)
    shown = world(script.text, brief.seed)
    drafts: list[ShotDraft] = []
    met: Counter[str] = Counter()
    for index, shot in enumerate(script.shots):
        role = shot.role or arc[index]
        scene = (brief.scenes or told)[min(shot.scene, len(brief.scenes or told)) - 1]
        look = _look(shot, scene, role, met[role], (shown, brief.story.style or script.style))
        met[role] += 1
        before = drafts[-1].camera if drafts else ""
        frame_lead = (lengths[index], leads[index])
        drafts.append(_draft(shot, look, before, frame_lead, (brief.seed, index)))
    return tuple(drafts)


def _frames(script: Script, brief: ShotPlanBrief, leads: Sequence[str]) -> list[int]:
    """Each shot's frames: rounded so that the sum is exact, a dissolve's overlap added."""
    seconds = [shot.natural_s for shot in script.shots]
    if not script.is_timed and brief.duration_s > 0:
        factor = brief.duration_s / sum(seconds)
        seconds = [s * factor for s in seconds]
    ends = [0, *(round(end * brief.fps) for end in accumulate(seconds))]
    planned = [max(1, b - a) for a, b in pairwise(ends)]
    overlap = brief.transition_frames
    return [
        n + (overlap if lead == "dissolve" else 0) for n, lead in zip(planned, leads, strict=True)
    ]


def _look(
    shot: ScriptShot, scene: SceneDraft, role: str, turn_of: int, world_style: tuple[World, str]
) -> Look:
    shown, style = world_style
    words = shot.shown or shot.narration or shot.image_prompt or scene.action
    here = settings_in(words)
    setting = shot.place or (here[0] if here and scene.place not in SETTINGS else scene.place)
    motifs = tuple(dict.fromkeys([*motifs_in(words), *shown.motifs]))[:3]
    others = [s for s in (*here, *shown.settings) if s != setting]
    return Look(
        role=role,
        turn_of=turn_of,
        subject=_short(words),
        setting=setting,
        other_setting=others[0] if others else setting,
        motifs=motifs or tuple(MOTIFS)[:1],
        time=scene.time_of_day,
        style=style,
    )


def _draft(
    shot: ScriptShot, look: Look, before: str, frames_lead: tuple[int, str], lot: tuple[int, int]
) -> ShotDraft:
    chosen = camera_for(look, lot[0], lot[1], before)
    camera = type(chosen)(
        camera=shot.camera or chosen.camera,
        shot_size=shot.shot_size or chosen.shot_size,
        angle=shot.angle or chosen.angle,
        lighting=shot.lighting or chosen.lighting,
    )
    on_map = look.role in ("orient", "connect") and not shot.image_prompt and not shot.place
    return ShotDraft(
        scene=shot.scene,
        role=look.role,
        image_prompt=shot.image_prompt or image_prompt(look, camera),
        motion_prompt=shot.motion_prompt or motion_prompt(look, camera, *lot),
        negative_prompt=shot.negative_prompt or NEGATIVE,
        camera=camera.camera,
        shot_size=camera.shot_size,
        angle=camera.angle,
        lighting=camera.lighting,
        narration=shot.narration,
        duration_frames=frames_lead[0],
        transition=frames_lead[1],
        place="map" if on_map else look.setting,
        references=shot.references,
        verbatim=shot.verbatim,
    )
