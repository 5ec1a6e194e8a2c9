"""Commands: one piece of pending work each, named by its inputs for ever.

Inputs are *copied* from recorded events and never composed here: prompts, models, steps and sizes
stand in events, so a better template of tomorrow re-opens no finished film.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from eventstore.hashes import canonical_json, sha256_of
from projections.events import SessionStarted, StoryGenerated
from projections.parts import Reference, StageChoice
from projections.session import Session
from projections.shot import Shot

KINDS = (
    "story", "scene_graph", "shots", "enhance", "reference", "audio", "image", "video", "music",
    "film",
)  # fmt: skip
IN_STEPS = ("diffusers", "fake")
"""Backends that can stop at a step and go on from there."""


@dataclass(frozen=True, eq=False)
class Command:
    """One piece of work. Its inputs name it; shot and session are not inputs.

    An input that is empty, None or False is left out, so a new input with such a default changes
    no old id. `enhanced_by`: the event that has its prompt; the prompt itself is an input.
    """

    kind: str
    inputs: Mapping[str, Any]
    shot: int | None = None
    take: int | None = None
    enhanced_by: str = ""

    @cached_property
    def id(self) -> str:
        """SHA-256 of the canonical JSON of kind and inputs; found when it is first asked for."""
        return sha256_of(canonical_json({"kind": self.kind, **self.inputs}))


def command(
    kind: str, inputs: Mapping[str, Any], shot: int | None = None, take: int | None = None
) -> Command:
    """A command with its empty inputs left out."""
    lean = {key: value for key, value in inputs.items() if value or _is_zero(value)}
    return Command(kind, lean, shot, take)


def _told_by(event_id: str, made: Command) -> Command:
    return replace(made, enhanced_by=event_id) if event_id else made


def preview_of(full: Command, steps: int) -> Command:
    """The same work up to a step only: a command of its own, by one more input."""
    inputs = {**full.inputs, "preview_steps": steps}
    return command(full.kind, inputs, full.shot, full.take)


def steps_of(choice: StageChoice) -> int:
    """In how many steps a stage makes something; 0 where it could not stop at one."""
    steps = choice.settings.get("steps", 0) if choice.backend in IN_STEPS else 0
    return steps if isinstance(steps, int) else 0


def _is_zero(value: Any) -> bool:
    return value is not False and value == 0


def _stage(s: Session, kind: str) -> dict[str, Any]:
    choice = s.stages[kind]
    return {
        "backend": choice.backend,
        "model": choice.model,
        "revision": choice.revision,
        "settings": choice.settings,
    }


def _asked(started: SessionStarted) -> dict[str, Any]:
    script = started.script
    named = script and {
        "sha256": script.sha256,
        "media_type": script.media_type,
        "name": script.name,
    }
    return {
        "idea": started.idea,
        "language": started.language,
        "seed": started.seed,
        "shots": started.shots,
        "script": named,
    }


def _head(story: StoryGenerated) -> dict[str, Any]:
    head = story.model_dump(include={"title", "logline", "style", "language", "end_card"})
    named = [one.model_dump(include={"name", "kind", "look"}) for one in story.references]
    return {**head, "references": named} if named else head


def story_command(s: Session, started: SessionStarted) -> Command:
    """Write the story's head."""
    inputs = {**_asked(started), "duration_s": started.duration_s, **_stage(s, "story")}
    return command("story", inputs)


def scene_graph_command(s: Session, started: SessionStarted, story: StoryGenerated) -> Command:
    """Divide the story into scenes."""
    inputs = {**_asked(started), "story": _head(story), **_stage(s, "scene_graph")}
    return command("scene_graph", inputs)


def shots_command(s: Session, started: SessionStarted, story: StoryGenerated) -> Command:
    """Plan all shots."""
    inputs = {
        **_asked(started),
        "duration_s": started.duration_s,
        "fps": started.fps,
        "title_frames": started.cut.title_frames,
        "end_frames": started.cut.end_frames,
        "transition_frames": started.cut.transition_frames,
        "story": _head(story),
        "scenes": [scene.model_dump(mode="json") for scene in s.scenes],
        **_stage(s, "shots"),
    }
    return command("shots", inputs)


def enhance_command(s: Session, shot: Shot, stage: str) -> Command:
    """Rewrite the prompt of one stage, image or video, from what its result depends on anyway.

    Settings of the other stage's models are no inputs of it.
    """
    plan, who = shot.plan, _stage(s, "enhance")
    other = "image_" if stage == "video" else "video_"
    shown = (s.references[name] for name in plan.references if name in s.references)
    of_image = {
        "prompt": plan.image_prompt,
        "style": s.style,
        "shot_size": plan.shot_size,
        "angle": plan.angle,
        "lighting": plan.lighting,
    }
    of_video = {
        "prompt": plan.motion_prompt,
        "image_prompt": plan.image_prompt,
        "camera": plan.camera,
    }
    inputs = {
        "stage": stage,
        **(of_image if stage == "image" else of_video),
        "references": [one.model_dump(include={"name", "kind", "look"}) for one in shown],
        "seed": plan.seed,
        **who,
        "settings": {k: v for k, v in who["settings"].items() if not k.startswith(other)},
    }
    return command("enhance", inputs, shot.shot)


def audio_command(s: Session, language: str, shot: Shot, take: tuple[int, int]) -> Command:
    """Speak a shot's narration."""
    inputs = {
        "text": shot.plan.narration,
        "language": language,
        "role": "narration",
        "take": take[0],
        "seed": take[1],
        **_stage(s, "audio"),
    }
    return command("audio", inputs, shot.shot, take[0])


def reference_command(s: Session, started: SessionStarted, reference: Reference) -> Command:
    """Draw the sheet of a character or place, by whoever draws the shots."""
    inputs = {
        "name": reference.name,
        "prompt": reference.prompt,
        "style": s.style,
        "take": reference.take,
        "seed": reference.seed,
        "width": started.width,
        "height": started.height,
        **_stage(s, "image"),
    }
    return command("reference", inputs, take=reference.take)


def image_command(
    s: Session,
    started: SessionStarted,
    shot: Shot,
    index: int,
    take: tuple[int, int],
    *,
    references: Sequence[Mapping[str, str]] = (),
) -> Command:
    """Draw a shot. Its camera and its place in the cut matter only to a slate.

    `references`: name, kind and raw_sha256 of the pictures that it is to look like.
    """
    plan = shot.plan
    inputs = {
        "prompt": shot.image_prompt,
        "negative_prompt": plan.negative_prompt,
        "style": s.style,
        "shot_size": plan.shot_size,
        "angle": plan.angle,
        "lighting": plan.lighting,
        "place": plan.place,
        "take": take[0],
        "seed": take[1],
        "width": started.width,
        "height": started.height,
        "slate": _slate(started, shot, index) if started.slate else None,
        "references": [dict(one) for one in references],
        **_stage(s, "image"),
    }
    return _told_by(shot.told_by[0], command("image", inputs, shot.shot, take[0]))


def _slate(started: SessionStarted, shot: Shot, index: int) -> dict[str, Any]:
    return {
        "scene": shot.plan.scene,
        "shot": index,
        "camera": shot.plan.camera,
        "planned_frames": shot.plan.planned_frames,
        "fps": started.fps,
    }


def video_command(
    s: Session,
    started: SessionStarted,
    shot: Shot,
    picture_and_frames: tuple[str, int],
    take: tuple[int, int],
) -> Command:
    """Move a shot's picture (raw SHA-256) for a number of frames."""
    picture, frames = picture_and_frames
    inputs = {
        "image_raw_sha256": picture,
        "motion_prompt": shot.motion_prompt,
        "negative_prompt": shot.plan.negative_prompt,
        "camera": shot.plan.camera,
        "take": take[0],
        "seed": take[1],
        "width": started.width,
        "height": started.height,
        "frames": frames,
        "fps": started.fps,
        "transition_frames": started.cut.transition_frames,
        **_stage(s, "video"),
    }
    return _told_by(shot.told_by[1], command("video", inputs, shot.shot, take[0]))


def music_command(s: Session, started: SessionStarted, duration_s: int) -> Command:
    """Make the film's music. Where no words were given for it, the scenes' moods are told."""
    moods = [] if s.music else list(dict.fromkeys(scene.mood for scene in s.scenes))
    inputs = {
        "prompt": s.music,
        "moods": moods,
        "duration_s": duration_s,
        "seed": started.seed,
        **_stage(s, "music"),
    }
    return command("music", inputs)


def film_command(
    s: Session, started: SessionStarted, clips: Sequence[Any], layout: Mapping[str, Any]
) -> Command:
    """Cut the film from clips; `layout` holds chapters and total_frames."""
    inputs = {
        "title": s.title,
        "subtitle": s.story.logline if s.story else "",
        "end_card": s.story.end_card if s.story else "",
        "language": s.story.language if s.story else started.language,
        "seed": started.seed,
        "clips": clips,
        **layout,
        "width": started.width,
        "height": started.height,
        "fps": started.fps,
        "title_frames": started.cut.title_frames,
        "end_frames": started.cut.end_frames,
        "transition_frames": started.cut.transition_frames,
        **_stage(s, "film"),
    }
    return command("film", inputs)
