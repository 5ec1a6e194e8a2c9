"""The captions of a film as SRT or WebVTT, never beyond the media that they are for."""

from eventstore.home import Home
from gpu.captions import srt, vtt, within
from handlers.cut_list import cues_of
from projections.session import Session
from projections.work import work


def captions(home: Home, session: Session, format_: str) -> str:
    """What is spoken so far. Where the film is made, it is probed, and no caption outlasts it."""
    cues = cues_of(session)
    end_s = _film_end_s(home, session)
    if end_s is not None:
        cues = within(cues, end_s)
    return srt(cues) if format_ == "srt" else vtt(cues)


def _film_end_s(home: Home, session: Session) -> float | None:
    made = work(session).film_made
    if made is None:
        return None
    film = home.artifacts.path(made.artifact.sha256, made.artifact.media_type)
    if not film.is_file():
        return made.artifact.duration_s
    from gpu.errors import ToolFailed
    from gpu.probe import probe

    try:
        streams = probe(film)
    except ToolFailed:  # no media at all, as the profile `fake` makes it
        return made.artifact.duration_s
    return max((one.end_s for one in streams if one.kind == "video"), default=None)
