"""A plan of shots in a model's words as shots of a film: its length is kept, whatever was answered.

Which shot is in which scene, and what it is for, is told to the model and not asked of it.
"""

from collections.abc import Sequence
from typing import Any

from gpu.arc import Beat, share
from gpu.briefs import ShotDraft, ShotPlanBrief
from gpu.language import language_of
from gpu.llm.reading import Misread
from gpu.pace import SILENCE_S, speech_s, words_in
from gpu.references import told_in
from gpu.shotprompt import NEGATIVE

SPOKEN_MAX = 1.1
"""How much of a film's length its narration may take: what is over makes its shots longer."""
JUDGED_WORDS = 12
"""Fewer words do not show in which language they are."""


def refuse_unspeakable(shots: Sequence[Any], language: str, seconds: float) -> None:
    """Raises Misread for narration that is longer than its shots, or in another language."""
    spoken = [shot.narration for shot in shots if shot.narration]
    takes_s = sum(speech_s(line) for line in spoken)
    if takes_s > SPOKEN_MAX * seconds + SILENCE_S:
        words = sum(words_in(line) for line in spoken)
        raise Misread(
            f"the narration has {words:.0f} words, which take {takes_s:.0f} s to say, and these "
            f"shots last {seconds:.0f} s; at most {words * seconds / takes_s:.0f} words fit"
        )
    asked, found = language.partition("-")[0].lower(), language_of(" ".join(spoken))
    known = language_of_is_sure(asked)
    if known and asked != found and sum(map(words_in, spoken)) >= JUDGED_WORDS:
        raise Misread(f"the narration is in {found}; it has to be in {asked}")


def language_of_is_sure(language: str) -> bool:
    """Whether a text in that language would be told from English."""
    return language in (
        "en",
        "de",
        "fr",
        "es",
        "it",
        "pt",
        "ru",
        "zh",
        "ja",
        "ko",
        "hi",
        "ar",
        "el",
    )


def drafts(brief: ShotPlanBrief, beats: Sequence[Beat], shots: Sequence[Any]) -> list[ShotDraft]:
    """The shots, with frames that sum to the film's length and what its dissolves overlap."""
    film_frames = round(brief.duration_s * brief.fps)
    soft = film_frames / len(shots) >= max(2 * brief.transition_frames, 2)
    leads = [_lead(shot.transition, soft and brief.transition_frames > 0) for shot in shots[:-1]]
    leads.append("cut")
    total = film_frames + brief.transition_frames * leads.count("dissolve")
    lengths = _lengths(shots, total, brief.fps)
    return [
        _draft(brief, beat, shot, length, lead)
        for beat, shot, length, lead in zip(beats, shots, lengths, leads, strict=True)
    ]


def _lead(transition: str, soft: bool) -> str:
    """Shots too short to hold two dissolves get cuts."""
    return "cut" if transition == "dissolve" and not soft else transition


def _lengths(shots: Sequence[Any], total: int, fps: int) -> list[int]:
    """In proportion to what was asked for; a line has the time that it takes, if there is any."""
    needed = [
        max(1, round(speech_s(shot.narration) * fps)) if shot.narration else 1 for shot in shots
    ]
    floors = [max(min(fps, total // len(shots)), one) for one in needed]
    if sum(floors) > total:
        floors = [min(fps, total // len(shots))] * len(shots)
    rest = total - sum(floors)
    wanted = [max(0, shot.seconds * fps - floor) for shot, floor in zip(shots, floors, strict=True)]
    weights = wanted if any(wanted) else [1] * len(shots)
    return [floor + more for floor, more in zip(floors, share(rest, weights), strict=True)]


def _draft(brief: ShotPlanBrief, beat: Beat, shot: Any, length: int, lead: str) -> ShotDraft:
    scene = brief.scenes[beat.scene - 1]
    known = [one.name for one in brief.story.references]
    seen = {*getattr(shot, "references", ()), *told_in(shot.image_prompt, known)}
    return ShotDraft(
        scene=beat.scene,
        role=beat.role,
        image_prompt=shot.image_prompt,
        motion_prompt=shot.motion_prompt,
        negative_prompt=NEGATIVE,
        camera=shot.camera,
        shot_size=shot.shot_size,
        angle=shot.angle,
        lighting=shot.lighting,
        narration=shot.narration,
        duration_frames=length,
        transition=lead,
        place=scene.place,
        references=tuple(name for name in known if name in seen),
    )
