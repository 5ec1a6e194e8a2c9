"""The work of a session: what is wanted, what of it is there, what is pending. Pure.

pending = wanted − results − parked. Nobody stores it, so nothing has to be recovered.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from projections import commands as c
from projections.commands import Command
from projections.events import AudioTrackSaved, FilmAssembled, MediaResult, SessionStarted
from projections.session import Session, Shot
from projections.timeline import Timeline, clip_frames, lay_out

ATTEMPTS_MAX = 3


@dataclass(slots=True)
class ShotWork:
    """One shot: its commands, and the results that the cut wants, as far as they are there."""

    shot: Shot
    index: int
    commands: list[Command] = field(default_factory=list)
    chosen: dict[str, Command] = field(default_factory=dict)
    made: dict[str, MediaResult] = field(default_factory=dict)
    frames: int | None = None

    @property
    def silent(self) -> bool:
        """Whether the shot has no narration."""
        return not self.shot.plan.narration.strip()

    @property
    def speech_s(self) -> float | None:
        """Seconds of its spoken narration, once it is there."""
        spoken = self.made.get("audio")
        return spoken.artifact.duration_s if spoken else None

    @property
    def ready(self) -> bool:
        """Whether the cut can have it."""
        return "video" in self.made and (self.silent or "audio" in self.made)


@dataclass(slots=True)
class Work:
    """Everything wanted of a session, in the order of making."""

    session: Session
    before_shots: list[Command] = field(default_factory=list)
    shots: list[ShotWork] = field(default_factory=list)
    film: Command | None = None

    @property
    def timeline(self) -> Timeline | None:
        """The cut as it stands; planned lengths where narration is not spoken yet."""
        started = self.session.started
        return _timeline(self.session, started, self.shots) if started and self.shots else None

    @property
    def commands(self) -> list[Command]:
        """Every wanted command whose inputs are known."""
        of_shots = [command for shot in self.shots for command in shot.commands]
        return [*self.before_shots, *of_shots, *([self.film] if self.film else [])]

    @property
    def open(self) -> list[Command]:
        """Wanted and without a result."""
        if not self.session.media_begun:
            return self.commands  # nothing can be there yet: no id needs to be found
        return [command for command in self.commands if command.id not in self.session.results]

    @property
    def pending(self) -> list[Command]:
        """Open and not parked."""
        return [command for command in self.open if not is_parked(self.session, command.id)]

    @property
    def parked(self) -> list[Command]:
        """Open, and given up until somebody asks for a retry."""
        return [command for command in self.open if is_parked(self.session, command.id)]

    @property
    def film_made(self) -> FilmAssembled | None:
        """The wanted film, when it is there."""
        made = result_of(self.session, self.film)
        return made if isinstance(made, FilmAssembled) else None

    @property
    def complete(self) -> bool:
        """Whether the wanted film exists."""
        return self.film_made is not None


def pending(s: Session) -> list[Command]:
    """What is left to do."""
    return work(s).pending


def is_parked(s: Session, command_id: str) -> bool:
    """Whether a command failed for good, failed too often, or killed its worker too often."""
    attempts = s.attempts.get(command_id)
    if attempts is None:
        return False
    return attempts.final or max(attempts.failures, attempts.deaths) >= ATTEMPTS_MAX


def work(s: Session, *, named: bool = True) -> Work:
    """The whole work of a session. Without `named`, commands are left out where none was begun."""
    found = Work(s)
    if s.started is None:
        return found
    if s.story is None:
        found.before_shots = [c.story_command(s, s.started)]
    elif not s.scenes:
        found.before_shots = [c.scene_graph_command(s, s.started, s.story)]
    elif not s.planned:
        found.before_shots = [c.shots_command(s, s.started, s.story)]
    else:
        found.shots = [
            _shot_work(s, s.started, s.shots[number], index)
            if named or s.media_begun
            else _untouched(s.started, s.shots[number], index)
            for index, number in enumerate(s.order, start=1)
        ]
        if found.shots and all(one.ready for one in found.shots):
            found.film = _film(s, s.started, found.shots)
    return found


def result_of(s: Session, command: Command | None) -> MediaResult | None:
    """The result event of a command, when there is one."""
    recorded = s.results.get(command.id) if command and s.media_begun else None
    event = recorded.event if recorded else None
    return event if isinstance(event, MediaResult) else None


def _untouched(started: SessionStarted, shot: Shot, index: int) -> ShotWork:
    found = ShotWork(shot, index)
    if found.silent:
        found.frames = clip_frames(shot.plan.planned_frames, None, started.cut, started.fps)
    return found


def _shot_work(s: Session, started: SessionStarted, shot: Shot, index: int) -> ShotWork:
    found = ShotWork(shot, index)
    language = s.story.language if s.story else started.language
    if not found.silent:
        takes = shot.takes("audio")
        _want(s, found, "audio", [c.audio_command(s, language, shot, take) for take in takes])
    takes = shot.takes("image")
    _want(s, found, "image", [c.image_command(s, started, shot, index, t) for t in takes])
    if found.silent or "audio" in found.made:
        planned = shot.plan.planned_frames
        found.frames = clip_frames(planned, found.speech_s, started.cut, started.fps)
    if found.frames is not None and "image" in found.made:
        inputs = (found.made["image"].artifact.raw_sha256, found.frames)
        takes = shot.takes("video")
        _want(s, found, "video", [c.video_command(s, started, shot, inputs, t) for t in takes])
    return found


def _want(s: Session, found: ShotWork, stage: str, commands: Sequence[Command]) -> None:
    """The chosen take is wanted as it is now; another take once, whatever was edited since."""
    chosen, _ = found.shot.chosen_take(stage)
    for command in commands:
        take = command.take or 1
        if take != chosen and (found.shot.shot, stage, take) in s.latest:
            continue
        found.commands.append(command)
        if take == chosen:
            found.chosen[stage] = command
            if made := result_of(s, command):
                found.made[stage] = made


def _timeline(s: Session, started: SessionStarted, shots: Sequence[ShotWork]) -> Timeline:
    speech = {one.shot.shot: one.speech_s for one in shots if one.speech_s is not None}
    plans = [(one.shot.shot, one.shot.plan) for one in shots]
    return lay_out(plans, speech, s.scenes, started.cut, started.fps)


def _film(s: Session, started: SessionStarted, shots: Sequence[ShotWork]) -> Command:
    layout = _timeline(s, started, shots)
    clips = []
    for one, clip in zip(shots, layout.clips, strict=True):
        video, spoken = one.made["video"], one.made.get("audio")
        assert spoken is None or isinstance(spoken, AudioTrackSaved)
        clips.append(
            {
                "video_raw_sha256": video.artifact.raw_sha256,
                "video_frames": video.artifact.frames,
                "frames": clip.frames,
                "start_frame": clip.start_frame,
                "transition": clip.transition,
                "narration_raw_sha256": spoken.artifact.raw_sha256 if spoken else "",
                "speech_start_s": clip.speech_start_s,
                "speech_end_s": clip.speech_end_s,
                "text": clip.text,
            }
        )
    chapters = [[chapter.title, chapter.start_s, chapter.end_s] for chapter in layout.chapters]
    return c.film_command(
        s, started, clips, {"chapters": chapters, "total_frames": layout.total_frames}
    )
