"""What an edit would make stale, and how long that takes by this log's own history."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from eventstore.log import EventLog
from eventstore.registry import Event
from handlers.imagined import imagined
from projections.events import ProfileChanged, ShotEdited, TakeChosen, TakeRequested
from projections.session import Session
from projections.shot_work import wanted_takes
from projections.work import Work, work

TYPE_OF = {
    "enhance": "PromptEnhanced",
    "reference": "ReferenceRendered",
    "image": "ImageRendered",
    "video": "VideoRendered",
    "audio": "AudioTrackSaved",
    "music": "MusicSaved",
    "film": "FilmAssembled",
}


NAMED_BY = {"reference": "name", "enhance": "stage"}


class _Missing(NamedTuple):
    kind: str
    shot: int | None
    take: int | None
    preview: bool = False
    name: str = ""


@dataclass(frozen=True)
class Stale:
    """One thing that would be made (again); expected_s is None without evidence in this log.

    `shot` is its place in the cut after the edit. `perhaps`: only if the new narration is so long
    that the clip grows. `name` is of a character or place, or the stage whose prompt is enhanced.
    """

    kind: str
    shot: int | None
    take: int | None
    expected_s: float | None
    perhaps: bool = False
    preview: bool = False
    name: str = ""


def what_if(log: EventLog, session: Session, events: Sequence[Event]) -> list[Stale]:
    """What would have to be made after these events that does not have to be made now."""
    before = _to_make(session, work(session))
    after = imagined(session, events)
    found = work(after)
    place = {one.shot.shot: one.index for one in found.shots}
    new = [wanted for wanted in _to_make(after, found) if wanted not in before]
    respoken = {
        one.shot.shot
        for one in found.shots
        if "image" in one.made and "audio" not in one.made and not one.silent
    }
    only_spoken = all(_is_only_spoken(event, session) for event in events)
    expected_s = cache(lambda kind, preview: _expected_s(log, after, kind, preview=preview))
    return [
        Stale(
            kind,
            place.get(shot or 0),
            take,
            expected_s(kind, preview),
            preview=preview,
            perhaps=kind == "video" and shot in respoken and only_spoken,
            name=name,
        )
        for kind, shot, take, preview, name in new
    ]


def _is_only_spoken(event: Event, session: Session) -> bool:
    """Whether an edit changes what is spoken over clips, and not the clips themselves."""
    match event:
        case ShotEdited():
            return not event.model_dump(exclude={"shot", "narration"}, exclude_none=True)
        case TakeRequested(stage=stage) | TakeChosen(stage=stage):
            return stage == "audio"
        case ProfileChanged(stages=stages):
            return all(stages[kind] == session.stages[kind] for kind in ("image", "video"))
    return False


def _to_make(s: Session, found: Work) -> list[_Missing]:
    """All that is missing, whether its inputs are known or not."""
    missing = [
        _Missing(
            c.kind,
            c.shot,
            c.take,
            "preview_steps" in c.inputs,
            str(c.inputs[NAMED_BY[c.kind]]) if c.kind in NAMED_BY else "",
        )
        for c in found.open
        if c.kind != "film"
    ]
    for one in found.shots:
        for kind in ("image", "video"):
            if not any(c.kind == kind for c in one.commands):
                missing += [
                    _Missing(kind, one.shot.shot, take, bool(one.shot.preview_steps(kind, take)))
                    for take, _ in wanted_takes(s, one.shot, kind)
                ]
    if found.shots and not found.complete:
        missing.append(_Missing("film", None, None))
    return missing


def _expected_s(log: EventLog, session: Session, kind: str, *, preview: bool) -> float | None:
    """Mean seconds of this kind by the backend and model that would do it.

    Of this film, whose size and length it has, or else of all films.
    """
    stage = session.stages["image" if kind == "reference" else kind]
    made = "PreviewRendered" if preview else TYPE_OF[kind]
    (row,) = log.query(
        "SELECT coalesce(avg(seconds) FILTER (WHERE session = ?), avg(seconds)) AS mean "
        "FROM costs WHERE type = ? AND backend = ? AND model = ? AND NOT reused",
        (session.id, made, stage.backend, stage.model),
    )
    return None if row["mean"] is None else round(float(row["mean"]), 3)
