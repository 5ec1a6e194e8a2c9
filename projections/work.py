"""The work of a session: what is wanted, what of it is there, what is pending. Pure.

pending = wanted − results − parked. Nobody stores it, so nothing has to be recovered.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from projections import commands as c
from projections.commands import Command
from projections.events import AudioTrackSaved, FilmAssembled, MusicSaved, SessionStarted
from projections.known_shots import KnownShots
from projections.parts import ShotPlan
from projections.prompt_work import KIND as ENHANCE
from projections.prompt_work import asked
from projections.reference_work import ReferenceWork, pictures, reference_work
from projections.session import Session
from projections.shot_work import ShotWork, is_parked, result_of, untouched
from projections.timeline import Timeline, lay_out, music_s


@dataclass(slots=True)
class Work:
    """Everything wanted of a session, in the order of making."""

    session: Session
    before_shots: list[Command] = field(default_factory=list)
    references: list[ReferenceWork] = field(default_factory=list)
    shots: list[ShotWork] = field(default_factory=list)
    music: Command | None = None
    film: Command | None = None

    @property
    def timeline(self) -> Timeline | None:
        """The cut as it stands; planned lengths where narration is not spoken yet."""
        started = self.session.started
        return _timeline(self.session, started, self.shots) if started and self.shots else None

    @property
    def commands(self) -> list[Command]:
        """Every wanted command whose inputs are known."""
        sheets = [one.command for one in self.references if one.command]
        of_shots = [command for shot in self.shots for command in shot.commands]
        if asked(self.session):  # who writes is loaded once, and goes before who draws comes
            sheets = [*(c for c in of_shots if c.kind == ENHANCE), *sheets]
            of_shots = [command for command in of_shots if command.kind != ENHANCE]
        of_film = [command for command in (self.music, self.film) if command]
        return [*self.before_shots, *sheets, *of_shots, *of_film]

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
    def music_made(self) -> MusicSaved | None:
        """The wanted music, when it is there."""
        made = result_of(self.session, self.music)
        return made if isinstance(made, MusicSaved) else None

    @property
    def waits_for_no_music(self) -> bool:
        """Whether the cut need not wait for music: a film without it is better than no film."""
        music = self.music
        return not music or bool(self.music_made) or is_parked(self.session, music.id)

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


def work(s: Session, known: KnownShots | None = None, *, named: bool = True) -> Work:
    """The whole work of a session. Without `named`, commands are left out where none was begun.

    `known` is what was found before; with it the same is found, sooner.
    """
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
        found.references = reference_work(s, s.started)
        found.shots = _shots(found, s.started, known or KnownShots(), named)
        if "music" in s.stages and found.shots:
            found.music = c.music_command(
                s, s.started, music_s(_plans(found), s.started.cut, s.started.fps)
            )
        ready = found.shots and all(one.ready for one in found.shots)
        if (named or s.film_begun) and ready and found.waits_for_no_music:
            found.film = _film(found, s.started)
    return found


def _shots(found: Work, started: SessionStarted, known: KnownShots, named: bool) -> list[ShotWork]:
    s = found.session
    if not named and not s.media_begun and not asked(s):
        in_order = enumerate((s.shots[number] for number in s.order), start=1)
        return [untouched(started, shot, index) for index, shot in in_order]
    return known.works(s, started, pictures(found.references))


def _timeline(s: Session, started: SessionStarted, shots: Sequence[ShotWork]) -> Timeline:
    speech = {one.shot.shot: one.speech_s for one in shots if one.speech_s is not None}
    plans = [(one.shot.shot, one.shot.plan) for one in shots]
    return lay_out(plans, speech, s.scenes, started.cut, started.fps)


def _plans(found: Work) -> list[ShotPlan]:
    return [one.shot.plan for one in found.shots]


def _film(found: Work, started: SessionStarted) -> Command:
    s = found.session
    layout = _timeline(s, started, found.shots)
    clips = []
    for one, clip in zip(found.shots, layout.clips, strict=True):
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
    music = found.music_made
    whole = {
        "chapters": [[one.title, one.start_s, one.end_s] for one in layout.chapters],
        "total_frames": layout.total_frames,
        "music_raw_sha256": music.artifact.raw_sha256 if music else "",
    }
    return c.film_command(s, started, clips, whole)
