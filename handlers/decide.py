"""Requests become events, or are refused with a reason. Pure: no log, no clock, no files."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from gpu.profile import Profile, without_metadata
from handlers.errors import Refused
from handlers.music import UNSAID, Music
from projections.attempts import ATTEMPTS_MAX, NO_ATTEMPTS
from projections.events import RetryRequested, SessionStarted
from projections.parts import CutRules, ScriptFile, StageChoice
from projections.session import Session
from projections.shot_work import is_parked
from projections.work import work

IDEA_CHARACTERS_MAX = 20_000
MUSIC_CHARACTERS_MAX = 2_000
SHOTS_MAX = 500
DURATION_S_MAX = 3600.0
FPS_MAX = 60
SIDE_MIN, SIDE_MAX = 64, 4096
SEED_MAX = 2**63 - 1
MODELS_SPEAK = "en"
"""What the voices of models speak that we know; a profile says so of others."""
CARD_S = 2.0
TRANSITION_S = 0.5
LEAD_S, TAIL_S = 0.4, 0.3
BY_HAND = "asked by hand"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What `start` was asked for, with everything drawn or read already."""

    idea: str
    language: str
    seed: int
    shots: int
    duration_s: float
    width: int
    height: int
    fps: int
    slate: bool
    profile: Profile
    script: ScriptFile | None
    music: Music = UNSAID
    local_time: str
    program: str


def start(session: Session, asked: Asked) -> Sequence[SessionStarted]:
    """SessionStarted, or Refused with the value and the way out."""
    if session.started is not None:
        raise Refused("session_exists", f"{session.id} has begun already", "see `reelog list`")
    _check_idea(asked)
    check_text(asked.music.prompt or "", "--music", MUSIC_CHARACTERS_MAX)
    _check_voice(asked)
    _check_size(asked.width, asked.height)
    _check_number("--fps", asked.fps, 1, FPS_MAX, "frames a second")
    _check_number("--shots", asked.shots, 1, SHOTS_MAX, "shots")
    _check_number("--seed", asked.seed, 0, SEED_MAX, "")
    shortest = float(asked.shots) if asked.script is None else 1.0
    _check_number(
        "--duration", asked.duration_s, shortest, DURATION_S_MAX, f"seconds for {asked.shots} shots"
    )
    return [
        SessionStarted(
            idea=asked.idea,
            language=asked.language,
            seed=asked.seed,
            shots=asked.shots,
            duration_s=asked.duration_s,
            width=asked.width,
            height=asked.height,
            fps=asked.fps,
            slate=asked.slate,
            profile=asked.profile.name,
            stages=asked.music.stages(stages_of(asked.profile, scripted=asked.script is not None)),
            cut=cut_rules(asked.duration_s, asked.fps),
            script=asked.script,
            music=asked.music.prompt or "",
            local_time=asked.local_time,
            program=asked.program,
        )
    ]


def cut_rules(duration_s: float, fps: int) -> CutRules:
    """Cards of two seconds, shorter in short films; half a second for a dissolve."""
    card = round(min(CARD_S, duration_s * 0.1) * fps)
    return CutRules(
        title_frames=card,
        end_frames=card,
        transition_frames=max(1, round(TRANSITION_S * fps)),
        lead_s=LEAD_S,
        tail_s=TAIL_S,
    )


def reopen(session: Session, *, only_deaths: bool) -> Sequence[RetryRequested]:
    """RetryRequested for what is parked; with only_deaths, what killed its workers."""
    parked = [
        command.id
        for command in work(session).open
        if _is_given_up(session, command.id, only_deaths=only_deaths)
    ]
    return [RetryRequested(command_ids=tuple(parked), reason=BY_HAND)] if parked else []


def _is_given_up(session: Session, command_id: str, *, only_deaths: bool) -> bool:
    """Parked; or, of deaths, about to be: whoever was the last to start may have died unseen."""
    attempts = session.attempts.get(command_id, NO_ATTEMPTS)
    by_deaths = not attempts.final and attempts.lost >= max(attempts.failures, ATTEMPTS_MAX)
    return by_deaths or (is_parked(session, command_id) and not only_deaths)


def stages_of(profile: Profile, *, scripted: bool) -> dict[str, StageChoice]:
    """A profile as events record it; with a script, the script tells the story."""
    stages = {
        kind: StageChoice(
            backend=stage.backend,
            model=stage.model,
            revision=stage.revision,
            settings=dict(stage.settings),
            running=dict(stage.running),
        )
        for kind, stage in profile.stages.items()
    }
    if scripted:
        told = StageChoice(backend="script", model="the user's script", revision="1")
        planned = told.model_copy(update={"settings": stages["shots"].settings})
        stages |= {"story": told, "scene_graph": told, "shots": planned}
    return stages


def stages_for(s: Session, profile: Profile) -> dict[str, StageChoice]:
    """Another profile for a session; one whose files say nothing of themselves stays that way."""
    if not all(stage.settings.get("metadata", True) for stage in s.stages.values()):
        profile = without_metadata(profile)
    stages = stages_of(profile, scripted=s.started is not None and s.started.script is not None)
    music = s.stages.get("music")
    if music and (music.backend == "file" or "music" not in stages):
        stages["music"] = music  # it was asked for beside the profile
    return stages


def _check_idea(asked: Asked) -> None:
    check_text(asked.idea, "the idea", IDEA_CHARACTERS_MAX)
    if not any(one.isprintable() and not one.isspace() for one in asked.idea) and (
        asked.script is None
    ):
        raise Refused("empty_idea", "the idea is empty", 'write one: reelog start "a lighthouse"')


def _check_voice(asked: Asked) -> None:
    """A model speaks only what it was trained for."""
    stage = asked.profile.stages["audio"]
    if stage.backend != "transformers":
        return
    named = str(stage.settings.get("languages") or MODELS_SPEAK)
    spoken = [one.strip() for one in named.split(",")]
    if asked.language.partition("-")[0] not in spoken:
        raise Refused(
            "voice_language",
            f"the voice {stage.model} speaks {', '.join(spoken)}, the film is in {asked.language}",
            "take another voice, or --set audio.languages=… where it was trained for it",
        )


def check_text(text: str, what: str, longest: int) -> None:
    """Refuse text that is too long, holds control characters, or is no valid Unicode."""
    if len(text) > longest:
        raise Refused(
            "text_too_long",
            f"{what} has {len(text):,} characters, at most {longest:,} are taken",
            "shorten it, or give a script with --script",
        )
    for at, character in enumerate(text):
        if character in "\n\t\r":
            continue
        if unicodedata.category(character) in ("Cc", "Cs"):
            raise Refused(
                "bad_text",
                f"{what} holds the control character U+{ord(character):04X} at place {at + 1}",
                "remove it",
            )


def _check_size(width: int, height: int) -> None:
    size = f"{width}x{height}"
    for side in (width, height):
        if not SIDE_MIN <= side <= SIDE_MAX:
            raise Refused(
                "bad_size",
                f"--size {size}: each side is {SIDE_MIN} to {SIDE_MAX} pixels",
                "for example 1280x720",
            )
        if side % 2:
            raise Refused(
                "bad_size",
                f"--size {size}: H.264 takes even sides only",
                f"for example {width + width % 2}x{height + height % 2}",
            )


def _check_number(option: str, value: float, low: float, high: float, unit: str) -> None:
    if not low <= value <= high:
        raise Refused(
            "out_of_range",
            f"{option} {_said(value)} is out of range",
            f"it takes {_said(low)} to {_said(high)} {unit}".rstrip(),
        )


def _said(value: float) -> str:
    """A number in a sentence; one that no float holds by its first digits."""
    if isinstance(value, int) and abs(value) < 1e20:
        return str(value)
    if abs(value) < 1e300 or isinstance(value, float):
        return f"{value:g}"
    return f"{str(value)[:12]}…"
