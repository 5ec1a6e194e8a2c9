"""The cut: which clip stands where in the film. Frames, and seconds of the film."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from projections.parts import CutRules, Scene, ShotPlan

MUSIC_STEP_S = 5


@dataclass(frozen=True, slots=True)
class Clip:
    """A shot in its place. `transition` is the one really made: short clips are cut."""

    shot: int
    start_frame: int
    frames: int
    transition: str
    text: str
    speech_start_s: float
    speech_end_s: float


@dataclass(frozen=True, slots=True)
class Chapter:
    """A scene as a span of the film."""

    title: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole cut."""

    clips: tuple[Clip, ...]
    chapters: tuple[Chapter, ...]
    total_frames: int


def clip_frames(planned_frames: int, speech_s: float | None, rules: CutRules, fps: int) -> int:
    """How long a clip is: as planned, or longer when its narration needs it."""
    if speech_s is None:
        return planned_frames
    return max(planned_frames, ceil((rules.lead_s + speech_s + rules.tail_s) * fps))


def music_s(plans: Iterable[ShotPlan], rules: CutRules, fps: int) -> int:
    """Seconds of music for a film, in steps: a shot that is a little longer needs no new music.

    As planned, whatever is spoken: the mix repeats or fades what does not fit.
    """
    frames = rules.title_frames + rules.end_frames + sum(plan.planned_frames for plan in plans)
    return ceil(frames / fps / MUSIC_STEP_S) * MUSIC_STEP_S


def lay_out(
    plans: Sequence[tuple[int, ShotPlan]],
    speech_s: Mapping[int, float],
    scenes: Sequence[Scene],
    rules: CutRules,
    fps: int,
) -> Timeline:
    """Lay shots one behind the other. `speech_s`: seconds of narration by shot, where there is any.

    A dissolve overlaps its two clips by rules.transition_frames.
    """
    lengths = {
        shot: clip_frames(plan.planned_frames, speech_s.get(shot), rules, fps)
        for shot, plan in plans
    }
    clips: list[Clip] = []
    start = rules.title_frames
    for at, (shot, plan) in enumerate(plans):
        following = plans[at + 1][0] if at + 1 < len(plans) else None
        transition = _transition(plan, lengths, shot, following, rules)
        spoken_from = start / fps + rules.lead_s
        clips.append(
            Clip(
                shot=shot,
                start_frame=start,
                frames=lengths[shot],
                transition=transition,
                text=plan.narration,
                speech_start_s=round(spoken_from, 6),
                speech_end_s=round(spoken_from + speech_s.get(shot, 0.0), 6),
            )
        )
        overlap = rules.transition_frames if transition == "dissolve" else 0
        start += lengths[shot] - overlap
    total = start + rules.end_frames
    return Timeline(tuple(clips), _chapters(plans, clips, scenes, total / fps, fps), total)


def _transition(
    plan: ShotPlan, lengths: Mapping[int, int], shot: int, following: int | None, rules: CutRules
) -> str:
    room = 2 * rules.transition_frames
    if following is None or min(lengths[shot], lengths[following]) < room:
        return "cut"
    return plan.transition


def _chapters(
    plans: Sequence[tuple[int, ShotPlan]],
    clips: Sequence[Clip],
    scenes: Sequence[Scene],
    film_s: float,
    fps: int,
) -> tuple[Chapter, ...]:
    names = {scene.scene: scene.name for scene in scenes}
    starts: list[tuple[float, str]] = []
    previous = None
    for (_, plan), clip in zip(plans, clips, strict=True):
        if plan.scene != previous:
            at = clip.start_frame / fps if starts else 0.0
            starts.append((round(at, 6), names.get(plan.scene, f"Scene {plan.scene}")))
            previous = plan.scene
    ends = [start for start, _ in starts[1:]] + [round(film_s, 6)]
    return tuple(
        Chapter(title, start, end) for (start, title), end in zip(starts, ends, strict=True)
    )
