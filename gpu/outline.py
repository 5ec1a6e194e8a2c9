"""The story stages of the built-in outliner: idea → story → scenes → shots. No model, no network.

The same brief gives the same bytes.
"""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from gpu.arc import Beat, beats, frames, part_of, scene_count, transitions
from gpu.briefs import (
    SceneDraft,
    SceneGraphBrief,
    ShotDraft,
    ShotPlanBrief,
    StoryBrief,
    StoryDraft,
    values_of,
)
from gpu.errors import BriefRefused
from gpu.idea import Idea, read_idea
from gpu.lexicon import SETTINGS
from gpu.narrate import Stand, bank, capital, fill, narrate
from gpu.shotprompt import NEGATIVE, Look, camera_for, image_prompt, motion_prompt
from gpu.stages import Made, Report
from gpu.telling import full_stop
from gpu.world import World, draw_lots, group, is_indoors, motif_seen, seen, views, world

_TITLE_LETTERS_MAX = 80
_TITLE_LETTERS_MIN = 16
_PART_ROLES = ("establish", "show", "connect", "turn", "resolve")
_SMALL = {"a", "an", "the", "and", "or", "of", "in", "on", "at", "to", "for", "from", "by", "with"}


class StoryStage:
    """Writes a StoryDraft from an idea."""

    def run(self, brief: StoryBrief, out: Path, report: Report) -> Made:
        """Write the story's head to `out` as JSON."""
        return write_json(values_of(tell(brief)), out, report)


class SceneGraphStage:
    """Writes the list of SceneDraft of a story."""

    def run(self, brief: SceneGraphBrief, out: Path, report: Report) -> Made:
        """Write the scenes to `out` as JSON."""
        return write_json([asdict(scene) for scene in divide(brief)], out, report)


class ShotPlanStage:
    """Writes the list of ShotDraft of a story."""

    def run(self, brief: ShotPlanBrief, out: Path, report: Report) -> Made:
        """Write the shots to `out` as JSON, in the order of the cut. Raises BriefRefused."""
        return write_json([values_of(shot) for shot in plan(brief)], out, report)


def write_json(value: Any, out: Path, report: Report) -> Made:
    """Write one JSON document and say what it is; the raw hash is of the bytes."""
    data = (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
    out.write_bytes(data)
    report(1.0)
    return Made(media_type="application/json", raw_sha256=sha256(data).hexdigest())


def _primary(language: str) -> str:
    """The primary part of a language code: "pt" of "pt-BR"."""
    return language.partition("-")[0].lower()


def tell(brief: StoryBrief) -> StoryDraft:
    """The story's head: title, logline, look and language."""
    idea = read_idea(brief.idea, _primary(brief.language))
    lots = draw_lots(brief.seed, "style", idea.text)
    style = lots.choice(views()["styles"]["any"])
    lines = bank(_primary(brief.language)) or {}
    title = title_of(idea, _primary(brief.language))
    return StoryDraft(
        title=title,
        logline=_logline(idea, title, _primary(brief.language)),
        style=f"in the style of {idea.style}" if idea.style else style,
        language=brief.language,
        end_card=str(lines.get("end_card", "")),
    )


def title_of(idea: Idea, language: str) -> str:
    """A title of at most 80 letters, in heading case where the language has it."""
    text = (idea.heading or idea.text).strip(' .。।"“”') or idea.text
    if idea.kind == "question" and not idea.subtitle:
        text = idea.slots["question"]
    if len(text) > _TITLE_LETTERS_MAX:
        text = _shortened(text)
    if language == "en" and idea.kind not in ("question", "prose", "clause", "deed", "quote"):
        words = text.split()
        inner = [i and w in _SMALL and not words[i - 1].endswith(":") for i, w in enumerate(words)]
        text = " ".join(w if i else capital(w) for w, i in zip(words, inner, strict=True))
    return capital(text)


def _shortened(text: str) -> str:
    """A long title up to its last clause that fits, else up to a word."""
    start = text[: _TITLE_LETTERS_MAX - 1]
    clauses = re.split(r"[,;:，；：、،](?=\s|$|[^\x00-\x7f])", start)[:-1]
    whole = start[: len(",".join(clauses))]
    if len(whole) >= _TITLE_LETTERS_MIN:
        return whole
    return start.rsplit(" ", 1)[0].rstrip(",;:—– ") + "…"


def _logline(idea: Idea, title: str, language: str) -> str:
    """What the title does not say yet, in a sentence; "" when that is nothing."""
    text = idea.subtitle
    if not text and len(idea.sentences) > 1:
        text = idea.sentences[1]
    if not text or _bare(text).startswith(_bare(title)):
        return ""
    stop = full_stop(language)
    text = text.removesuffix(".") if stop != "." else text
    return capital(text if text[-1:] in ".!?…。！？।॥؟" else f"{text}{stop}")


def _bare(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def divide(brief: SceneGraphBrief) -> tuple[SceneDraft, ...]:
    """The scenes of a story: three to five of them, fewer when there are fewer shots."""
    idea = read_idea(brief.idea, _primary(brief.language))
    shown = world(idea.heading or idea.text, brief.seed)
    count = scene_count(brief.shot_count)
    names = _scene_names(idea, _primary(brief.language), count)
    return tuple(_scene(i, count, idea, shown, names, seed=brief.seed) for i in range(1, count + 1))


def _scene_names(idea: Idea, language: str, count: int) -> list[str]:
    """One name for each scene; where a story has two sides, both have their chapter."""
    tables = (bank(language) or {}).get("scenes", {})
    patterns = tables.get(idea.kind) or tables.get("any") or []
    sides = [i for i, pattern in enumerate(patterns) if "{a}" in pattern or "{b}" in pattern]
    usual = [part_of(number, count) for number in range(1, count + 1)]
    sides = sides if len(sides) <= count else []
    others = [part for part in usual if part not in sides][: count - len(sides)]
    filled = (
        fill(patterns[part], idea.slots, plural=False) if part < len(patterns) else ""
        for part in sorted([*sides, *others])
    )
    return [capital(name) or str(number) for number, name in enumerate(filled, 1)]


def _scene(
    number: int, count: int, idea: Idea, shown: World, names: Sequence[str], *, seed: int
) -> SceneDraft:
    part = part_of(number, count)
    place = scene_place(part, shown)
    lots = draw_lots(seed, f"scene {number}", idea.text)
    location = seen(place)
    return SceneDraft(
        scene=number,
        name=names[number - 1],
        location=location,
        place=place,
        time_of_day=shown.times[part],
        mood=lots.choice(views()["moods"][_PART_ROLES[part]]),
        action=f"{idea.subject}, {location} {views()['weather'][shown.times[part]]}",
        characters=(idea.phrase.first,) if idea.phrase and idea.phrase.person else (),
    )


def scene_place(part: int, shown: World) -> str:
    """Where a part of the arc takes place; the film ends and turns where it began.

    What begins within walls is also looked at there.
    """
    if part == 1 and not is_indoors(shown.settings[0]):
        return shown.settings[1]
    if part == 2:
        return shown.settings[-1]
    return shown.settings[0]


def plan(brief: ShotPlanBrief) -> tuple[ShotDraft, ...]:
    """All shots; planned frames sum to the duration and the overlap of every dissolve."""
    if brief.shot_count < 1:
        raise BriefRefused(f"a film needs at least one shot, not {brief.shot_count}")
    idea = read_idea(brief.idea, _primary(brief.language))
    shown = world(idea.heading or idea.text, brief.seed)
    arc = beats(brief.shot_count, max(1, len(brief.scenes)))
    film_frames = round(brief.duration_s * brief.fps)
    leads = transitions(
        tuple(beat.scene for beat in arc),
        film_frames / brief.shot_count,
        brief.transition_frames,
    )
    total = film_frames + brief.transition_frames * leads.count("dissolve")
    lengths = frames(tuple(beat.role for beat in arc), total, brief.fps)
    looks = _looks(brief, idea, shown, arc)
    durations = [length / brief.fps for length in lengths]
    stands = [
        Stand(role=look.role, duration_s=seconds, seen=_seen_words(look, shown))
        for look, seconds in zip(looks, durations, strict=True)
    ]
    lines = narrate(idea, stands, _primary(brief.language), brief.seed)
    return _drafts(brief, arc, looks, list(zip(lines, lengths, leads, strict=True)))


def _looks(brief: ShotPlanBrief, idea: Idea, shown: World, arc: Sequence[Beat]) -> list[Look]:
    met: Counter[str] = Counter()
    looks = []
    for beat in arc:
        scene = brief.scenes[beat.scene - 1] if brief.scenes else None
        part = _PART_ROLES.index(beat.role) if beat.role in ("turn", "resolve") else 0
        time = scene.time_of_day if scene else shown.times[part]
        if beat.role == "turn" and scene and part_of(beat.scene, len(brief.scenes)) != 3:
            time = shown.times[3]
        setting = scene.place if scene else shown.settings[0]
        others = [s for s in shown.settings if s != setting] or [setting]
        look = Look(
            role=beat.role,
            turn_of=met[beat.role],
            subject=idea.subject,
            setting=setting,
            other_setting=others[0],
            motifs=shown.motifs,
            time=time,
            style=brief.story.style,
            state=shown.states.get(beat.role, ""),
        )
        met[beat.role] += 1
        looks.append(look)
    return looks


def _seen_words(look: Look, shown: World) -> dict[str, str]:
    """What English lines may say of the picture; a guessed motif is not spoken of."""
    named = [look.motifs[look.turn_of % len(look.motifs)]]
    spoken = named[0] if named[0] in shown.named_motifs and group(named[0]) != "beings" else ""
    place = look.setting if look.setting in SETTINGS else ""
    return {
        "place": seen(place) if place else "",
        "time": str(views()["times"].get(look.time, "")),
        "motif": motif_seen(spoken) if spoken else "",
    }


def _drafts(
    brief: ShotPlanBrief,
    arc: Sequence[Beat],
    looks: Sequence[Look],
    lines: Sequence[tuple[str, int, str]],
) -> tuple[ShotDraft, ...]:
    drafts: list[ShotDraft] = []
    before = ""
    for index, (beat, look, (line, length, lead)) in enumerate(zip(arc, looks, lines, strict=True)):
        camera = camera_for(look, brief.seed, index, before)
        before = camera.camera
        drafts.append(
            ShotDraft(
                scene=beat.scene,
                role=beat.role,
                image_prompt=image_prompt(look, camera),
                motion_prompt=motion_prompt(look, camera, brief.seed, index),
                negative_prompt=NEGATIVE,
                camera=camera.camera,
                shot_size=camera.shot_size,
                angle=camera.angle,
                lighting=camera.lighting,
                narration=line,
                duration_frames=length,
                transition=lead,
                place="map" if look.role in ("orient", "connect") else look.setting,
            )
        )
    return tuple(drafts)
