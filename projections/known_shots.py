"""The work of shots as it was found before: an event is about one shot of a thousand. Pure."""

from typing import Any

from projections.events import SessionStarted
from projections.prompt_work import KIND as ENHANCE
from projections.prompt_work import asked
from projections.reference_work import Pictures, taken
from projections.session import STAGES_OF_A_SHOT, Session
from projections.shot import Shot
from projections.shot_work import (
    Common,
    KnownCommands,
    ShotWork,
    fixed_frames,
    is_parked,
    shot_work,
)


class KnownShots:
    """The work of every shot as it was found last, for as long as nothing of it has changed."""

    def __init__(self) -> None:
        self._context: tuple[Any, ...] = ()
        self._pictures: Pictures = {}
        self._commands: dict[int, KnownCommands] = {}
        self._works: dict[int, tuple[ShotWork, list[Any]]] = {}
        self._last: tuple[Session, list[ShotWork]] | None = None

    def branch(self) -> "KnownShots":
        """For a fork: neither work nor commands name a session, so the parent's are known."""
        twin = KnownShots()
        twin._context, twin._pictures = self._context, self._pictures
        twin._commands, twin._works = dict(self._commands), dict(self._works)
        twin._last = self._last
        return twin

    def works(self, s: Session, started: SessionStarted, pictures: Pictures) -> list[ShotWork]:
        """The work of all shots in the order of the cut. `pictures`: what shots are drawn after."""
        told = tuple(s.references.values()) if asked(s) else ()
        names = tuple(s.references) if taken(s) else ()
        language = s.story.language if s.story else started.language
        context = (started, s.style, dict(s.stages), language, s.media_begun, pictures, names, told)
        if context != self._context:  # nothing that was known holds for other models
            self._context, self._commands, self._works = context, {}, {}
            self._pictures, self._last = pictures, None
        if self._last and _is_as_made(s, self._last[0]):
            return [*self._last[1]]
        common = Common(
            s, started, language, fixed_frames(s, started),
            enhanced=ENHANCE in s.stages, drawn_after=names,
        )  # fmt: skip
        found = [
            self._work(common, s.shots[number], index)
            for index, number in enumerate(s.order, start=1)
        ]
        self._last = s, [*found]
        return found

    def _work(self, common: Common, shot: Shot, index: int) -> ShotWork:
        known = self._works.get(shot.shot)
        if known:
            found, basis = known
            same = found.index == index and found.shot == shot
            if same and basis == _basis(common.session, found):
                return found
        commands = self._commands.get(shot.shot)
        if commands is None or not commands.fit(shot):
            commands = self._commands[shot.shot] = KnownCommands(shot, self._pictures)
        found = shot_work(common, shot, index, commands)
        self._works[shot.shot] = found, _basis(common.session, found)
        return found


def _is_as_made(s: Session, before: Session) -> bool:
    """Whether as much is made of the same shots: in one context their work is the same then."""
    return (
        s.results == before.results
        and s.latest == before.latest
        and s.shots == before.shots
        and s.order == before.order
        and (
            ENHANCE not in s.stages or s.attempts == before.attempts
        )  # parked ones are not waited for
    )


def _basis(s: Session, found: ShotWork) -> list[Any]:
    """Everything of the session, beside its context, that a shot's work was found from."""
    shot, results, latest = found.shot, s.results, s.latest
    basis: list[Any] = [results.get(command.id) for command in found.commands]
    for stage in STAGES_OF_A_SHOT:
        if shot.more_takes or stage not in found.chosen:  # else its command's result says it all
            basis.append(latest.get((shot.shot, stage, 1)))
    for stage, take, _ in shot.more_takes:
        basis.append(latest.get((shot.shot, stage, take)))
    for prompt in found.prompts:
        basis.append(is_parked(s, prompt.command.id))
    return basis
