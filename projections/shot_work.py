"""The work of one shot: what is wanted of it, and what of that is there. Pure."""

from collections.abc import Callable, Container
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from projections import commands as c
from projections.commands import Command
from projections.events import MEDIA_RESULTS, MediaResult, SessionStarted
from projections.prompt_work import KIND as ENHANCE
from projections.prompt_work import PromptWork, prompt_work, worded
from projections.reference_work import Pictures
from projections.session import Session
from projections.shot import Shot
from projections.timeline import clip_frames

Take = tuple[int, int]
"""Number and seed of a take."""
Inputs = tuple[Any, ...]
"""The stage, and what tells its commands for one shot apart beside their takes."""
_AUDIO: Inputs = ("audio",)


@dataclass(slots=True)
class ShotWork:
    """One shot: its commands, and the results that the cut wants, as far as they are there.

    `shot` has its prompts as they were written, `worded` as its stages are given them.
    """

    shot: Shot
    index: int
    silent: bool  # whether the shot has no narration
    worded: Shot
    prompts: list[PromptWork] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    takes: dict[tuple[str, int], Command] = field(default_factory=dict)
    chosen: dict[str, Command] = field(default_factory=dict)
    made: dict[str, MediaResult] = field(default_factory=dict)
    frames: int | None = None

    @property
    def speech_s(self) -> float | None:
        """Seconds of its spoken narration, once it is there."""
        spoken = self.made.get("audio")
        return spoken.artifact.duration_s if spoken else None

    @property
    def ready(self) -> bool:
        """Whether the cut can have it."""
        return "video" in self.made and (self.silent or "audio" in self.made)


class Common(NamedTuple):
    """What is the same for all shots of a session. `drawn_after`: names that pictures may need."""

    session: Session
    started: SessionStarted
    language: str
    fixed_frames: int | None
    enhanced: bool
    drawn_after: Container[str]


def is_parked(s: Session, command_id: str) -> bool:
    """Whether a command failed for good, failed too often, or killed its worker too often."""
    attempts = s.attempts.get(command_id)
    return attempts is not None and attempts.parked


def result_of(s: Session, command: Command | None) -> MediaResult | None:
    """The result event of a command, when there is one."""
    recorded = s.results.get(command.id) if command and s.media_begun else None
    if recorded is None or type(recorded.event) not in MEDIA_RESULTS:  # isinstance takes longer
        return None
    return cast(MediaResult, recorded.event)


class KnownCommands:
    """The commands of one shot that were made before, by what tells them apart.

    `pictures`: what may be drawn after.
    """

    def __init__(self, shot: Shot, pictures: Pictures) -> None:
        self.pictures = pictures
        self._plan = (shot.plan, shot.enhanced)
        self._made: dict[tuple[Any, ...], Command] = {}

    def fit(self, shot: Shot) -> bool:
        """Whether the shot is planned as it was when they were made."""
        return self._plan == (shot.plan, shot.enhanced)

    def get(self, inputs: Inputs, take: Take, make: Callable[[Take], Command]) -> Command:
        """The command of a take with these inputs, made when it is not known."""
        found = self._made.get((inputs, take))
        if found is None:
            found = self._made[inputs, take] = make(take)
        return found


def _is_silent(shot: Shot) -> bool:
    return not shot.plan.narration.strip()


def untouched(started: SessionStarted, shot: Shot, index: int) -> ShotWork:
    """The work of a shot of which nothing was begun, without its commands."""
    found = ShotWork(shot, index, _is_silent(shot), shot)
    if found.silent:
        found.frames = clip_frames(shot.plan.planned_frames, None, started.cut, started.fps)
    return found


def fixed_frames(s: Session, started: SessionStarted) -> int | None:
    """The film's frames in a clip of a model that makes one length only, whatever is spoken.

    The cut holds the last frame of a clip that is too short, and leaves the rest of one too long.
    """
    settings = s.stages["video"].settings
    frames, fps = settings.get("frames"), settings.get("fps") or started.fps
    if not isinstance(frames, int) or frames < 1 or not isinstance(fps, int | float):
        return None
    return max(1, round(frames * started.fps / fps))


def shot_work(common: Common, shot: Shot, index: int, known: KnownCommands) -> ShotWork:
    """Find the work of one shot: a stage is wanted once what it is made from is there."""
    s, started = common.session, common.started
    found = ShotWork(shot, index, _is_silent(shot), shot)
    if common.enhanced:
        _want_prompts(s, found, known)
    if not found.silent:
        make = lambda take: c.audio_command(s, common.language, shot, take)  # noqa: E731
        _want(s, found, known, _AUDIO, make)
    names = [one for one in shot.plan.references if one in common.drawn_after]
    if known.pictures.keys() >= set(names) and not _waits(found, "image"):
        _want_image(common, found, known, names)
    if found.silent or "audio" in found.made:
        planned = shot.plan.planned_frames
        found.frames = clip_frames(planned, found.speech_s, started.cut, started.fps)
    frames = common.fixed_frames or found.frames
    if frames is not None and "image" in found.made and not _waits(found, "video"):
        _want_video(common, found, known, frames)
    return found


def _want_image(common: Common, found: ShotWork, known: KnownCommands, names: list[str]) -> None:
    s, started, index = common.session, common.started, found.index
    after = [known.pictures[name] for name in names]
    inputs = ("image", started.slate and index, found.worded.told_by[0])

    def make(take: Take) -> Command:
        return c.image_command(s, started, found.worded, index, take, references=after)

    _want(s, found, known, inputs, make)


def _want_video(common: Common, found: ShotWork, known: KnownCommands, frames: int) -> None:
    s, started = common.session, common.started
    picture = (found.made["image"].artifact.raw_sha256, frames)
    inputs = ("video", *picture, found.worded.told_by[1])

    def make(take: Take) -> Command:
        return c.video_command(s, started, found.worded, picture, take)

    _want(s, found, known, inputs, make)


def _want_prompts(s: Session, found: ShotWork, known: KnownCommands) -> None:
    shot = found.shot

    def command_of(stage: str) -> Command:
        make = lambda _: c.enhance_command(s, shot, stage)  # noqa: E731
        return known.get((ENHANCE, stage), (0, shot.plan.seed), make)

    found.prompts = prompt_work(s, shot, command_of)
    found.commands += [one.command for one in found.prompts]
    found.worded = worded(shot, found.prompts)


def _waits(found: ShotWork, stage: str) -> bool:
    return bool(found.prompts) and any(
        one.stage == stage and one.waited_for for one in found.prompts
    )


def wanted_takes(s: Session, shot: Shot, stage: str) -> list[Take]:
    """The chosen take as it is now; another one that is not there, whatever was edited since."""
    chosen, _ = shot.chosen_take(stage)
    return [
        seeded
        for seeded in shot.takes(stage)
        if seeded[0] == chosen or (shot.shot, stage, seeded[0]) not in s.latest
    ]


def _previews_first(shot: Shot, stage: str, takes: list[Take]) -> list[Take]:
    return sorted(takes, key=lambda take: not shot.preview_steps(stage, take[0]))


def _want(
    s: Session,
    found: ShotWork,
    known: KnownCommands,
    inputs: Inputs,
    make: Callable[[Take], Command],
) -> None:
    """The chosen take is wanted as it is now; another take once, whatever was edited since.

    Previews come first: they are there to choose from.
    """
    shot, stage = found.shot, inputs[0]
    if not shot.more_takes:  # nearly every shot of a large film
        _want_chosen(s, found, (stage, 1), known.get(inputs, (1, shot.plan.seed), make))
        return
    chosen, _ = shot.chosen_take(stage)
    takes = wanted_takes(s, shot, stage)
    for seeded in _previews_first(shot, stage, takes) if shot.previews else takes:
        take = seeded[0]
        command = known.get(inputs, seeded, make)
        if steps := shot.preview_steps(stage, take):
            if steps >= c.steps_of(s.stages[stage]):
                continue  # whoever makes it now has no such step to stop at
            command = c.preview_of(command, steps)
        if take == chosen:
            _want_chosen(s, found, (stage, take), command)
        else:
            found.commands.append(command)
            found.takes[stage, take] = command


def _want_chosen(s: Session, found: ShotWork, take: tuple[str, int], command: Command) -> None:
    found.commands.append(command)
    found.takes[take] = found.chosen[take[0]] = command
    if made := result_of(s, command):
        found.made[take[0]] = made
