"""Which artifacts a session's events claim, for which take, and whether they still count. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from eventstore.recorded import Recorded
from projections.events import MediaResult, PreviewRendered, ReferenceRendered, ShotResult
from projections.history import effective
from projections.named import named
from projections.rows import KIND_OF
from projections.session import Session
from projections.shot_work import result_of
from projections.work import Work


class Claim(NamedTuple):
    """One artifact named by one event. `kind` is empty for scripts and environments."""

    sha256: str
    media_type: str
    command_id: str
    kind: str
    shot: int | None
    take: int | None
    withdrawn: bool


def claims(history: Sequence[Recorded]) -> list[Claim]:
    """Everything that a history names, in its order; what a rewind took back is withdrawn."""
    counted = {recorded.position for recorded in effective(history)}
    found = []
    for recorded in history:
        withdrawn = recorded.position not in counted
        event = recorded.event
        result = event if isinstance(event, MediaResult) else None
        shot = result.shot if isinstance(result, ShotResult) else None
        take = result.take if isinstance(result, ShotResult | ReferenceRendered) else None
        for sha256, media_type in named(event):
            made = result is not None and sha256 in _files(result)
            found.append(
                Claim(
                    sha256,
                    media_type,
                    result.command_id if result and made else "",
                    KIND_OF[type(event)] if made else "",
                    shot if made else None,
                    take if made else None,
                    withdrawn,
                )
            )
    return found


def _files(result: MediaResult) -> set[str]:
    state = result.state if isinstance(result, PreviewRendered) else None
    return {result.artifact.sha256, *([state.sha256] if state else [])}


def in_the_cut(s: Session, found: Work) -> set[str]:
    """The artifacts that the film is cut from, and the film."""
    of_shots = [command for one in found.shots for command in one.chosen.values()]
    results = [
        *(result_of(s, command) for command in (*of_shots, found.music, found.film)),
        *(one.made for one in found.references),
    ]
    return {result.artifact.sha256 for result in results if result}
