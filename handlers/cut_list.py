"""The cut as editors know it: what lies where, frame by frame, rendered yet or not.

The borders are those of the film itself: `gpu.cut` lays them out, here as there.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eventstore.home import Home
from gpu.briefs import Cue, CutClip, FilmBrief
from gpu.captions import cues_for
from gpu.cut import END, TITLE, Place, places_of
from handlers.errors import Refused
from projections.difference import facts
from projections.events import MediaResult, SessionStarted
from projections.session import Session
from projections.shot_work import ShotWork
from projections.timeline import Timeline
from projections.work import Work, work


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A card or shot in the cut, in frames of the film.

    It is on from `start` for `frames`; after that the next item dissolves in over it for as long
    as that one's `dissolve_in` says. `own_frames`: what its media holds; the last one is held.
    """

    name: str
    place: Place
    frames: int
    shot: ShotWork | None = None
    media: Path | None = None
    own_frames: int

    @property
    def start(self) -> int:
        """Its first frame in the film."""
        return self.place.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A line of narration, in seconds of the film."""

    name: str
    start_s: float
    duration_s: float
    rate_hz: int
    media: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class CutList:
    """The whole cut: `items` cover every frame of the film, in order and once."""

    session: Session
    work: Work
    started: SessionStarted
    timeline: Timeline
    items: tuple[Item, ...]
    spoken: tuple[Spoken, ...]

    @property
    def title(self) -> str:
        """What the film is called."""
        return self.session.title or self.started.idea

    @property
    def lineage(self) -> dict[str, Any]:
        """Where the session comes from."""
        s = self.session
        known = {"session": s.id, "version": s.version, "idea": self.started.idea, **facts(s)}
        return {**known, "parent": s.parent, "forked_at": s.forked_at}


def cut_list(home: Home, session: Session) -> CutList:
    """The cut of a session. Raises Refused while it has no shots."""
    found = work(session)
    layout, started = found.timeline, session.started
    if layout is None or started is None:
        raise Refused(
            "no_shots",
            f"{session.id} has no shots yet",
            f"`reelog resume {session.id}` plans them",
        )
    media = {one.shot.shot: _media(home, one, "video") for one in found.shots}
    brief = _brief(started, layout, found)
    places = places_of(brief)
    ends = [*(place.start for place in places[1:]), layout.total_frames]
    items = [_item(place, end, found, media) for place, end in zip(places, ends, strict=True)]
    return CutList(
        session=session,
        work=found,
        started=started,
        timeline=layout,
        items=tuple(items),
        spoken=tuple(_spoken(home, layout, found)),
    )


def cues_of(session: Session) -> tuple[Cue, ...]:
    """The captions of what is spoken so far."""
    layout, started = work(session).timeline, session.started
    if layout is None or started is None:
        return ()
    language = session.story.language if session.story else started.language
    return tuple(
        cue
        for clip in layout.clips
        for cue in cues_for(clip.text, clip.speech_start_s, clip.speech_end_s, language)
    )


def _brief(started: SessionStarted, layout: Timeline, found: Work) -> FilmBrief:
    """As much of the film's brief as its cut is computed from."""
    rules, nothing = started.cut, Path()
    clips = []
    for one, clip in zip(found.shots, layout.clips, strict=True):
        frames = min(clip.frames, _frames_made(one) or clip.frames)
        clips.append(
            CutClip(
                video=nothing,
                video_raw_sha256="",
                frames=frames,
                start_frame=clip.start_frame,
                transition=clip.transition,
                held_frames=clip.frames - frames,
            )
        )
    return FilmBrief(
        title="",
        subtitle="",
        end_card="",
        language="",
        clips=tuple(clips),
        cues=(),
        chapters=(),
        width=started.width,
        height=started.height,
        fps=started.fps,
        seed=started.seed,
        total_frames=layout.total_frames,
        title_frames=rules.title_frames,
        end_frames=rules.end_frames,
        transition_frames=rules.transition_frames,
    )


def _frames_made(one: ShotWork) -> int | None:
    video = one.made.get("video")
    return video.artifact.frames if video else None


def _item(place: Place, end: int, found: Work, media: dict[int, Path | None]) -> Item:
    frames = end - place.start
    if place.source in (TITLE, END):
        name = "title card" if place.source == TITLE else "end card"
        return Item(name=name, place=place, frames=frames, own_frames=place.length)
    one = found.shots[place.source]
    return Item(
        name=f"shot_{one.index:03d}",
        place=place,
        frames=frames,
        shot=one,
        media=media[one.shot.shot],
        own_frames=_frames_made(one) or place.length,
    )


def _media(home: Home, one: ShotWork, stage: str) -> Path | None:
    made: MediaResult | None = one.made.get(stage)
    if made is None:
        return None
    path = home.artifacts.path(made.artifact.sha256, made.artifact.media_type).resolve()
    return path if path.is_file() else None


def _spoken(home: Home, layout: Timeline, found: Work) -> list[Spoken]:
    lines = []
    for one, clip in zip(found.shots, layout.clips, strict=True):
        path, made = _media(home, one, "audio"), one.made.get("audio")
        if path and made and one.speech_s:
            lines.append(
                Spoken(
                    name=f"narration_{one.index:03d}",
                    start_s=clip.speech_start_s,
                    duration_s=one.speech_s,
                    rate_hz=getattr(made, "rate_hz", 0) or 48_000,
                    media=path,
                )
            )
    return lines
