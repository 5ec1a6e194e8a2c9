"""One leased command on its way to its event: started, and then recorded, failed, or stopped."""

from collections.abc import Sequence
from dataclasses import dataclass

from eventstore.errors import FenceLost, LogFailed
from eventstore.recorded import Cause, Fence
from eventstore.registry import Event
from gpu.errors import BriefRefused
from handlers.giving_up import rest_of_prompts
from handlers.logs import LOGGER
from handlers.making import InputMissing
from handlers.stream import SessionStream
from projections.attempts import ATTEMPTS_MAX, NO_ATTEMPTS
from projections.commands import Command
from projections.events import (
    ArtifactLost,
    CommandFailed,
    CommandInterrupted,
    CommandStarted,
    LateResultRejected,
    SessionCompleted,
    WorkerDied,
)
from projections.session import Session
from projections.work import pending, work

ERROR_CHARACTERS = 2000


@dataclass(slots=True)
class Attempt:
    """A worker's claim on a command; what it appends is caused by its start, once it started."""

    stream: SessionStream
    command: Command
    fence: Fence
    worker: str
    cause: Cause

    def start(self) -> bool:
        """CommandStarted, before any work; unless the command is not to be worked on any more."""
        command = self.command
        started = CommandStarted(
            command_id=command.id,
            kind=command.kind,
            shot=command.shot,
            take=command.take,
            worker=self.worker,
        )

        def decide(session: Session) -> list[Event]:
            still_open = {one.id for one in open_commands(session)}
            if command.id not in still_open:
                return []
            return [unseen_death(session, command) or started]

        for recorded in self.stream.record(decide, self.cause):
            self.cause = self.cause._replace(causation_id=recorded.event_id)
            return isinstance(recorded.event, CommandStarted)
        return False

    def record(self, events: Sequence[Event], sha256: str = "") -> None:
        """The result is a fact under a valid fence, wanted or not; without one it is late."""
        command = self.command
        try:
            self.stream.record(
                lambda session: completed(session, command, events), self.cause, fence=self.fence
            )
        except FenceLost:
            late = LateResultRejected(
                command_id=command.id,
                kind=command.kind,
                shot=command.shot,
                sha256=sha256,
                worker=self.worker,
            )
            self.stream.record(lambda _: [late], self.cause)

    def failed(self, error: Exception) -> None:
        """CommandFailed: an attempt that counts."""
        command = self.command
        LOGGER.warning(
            "command failed",
            exc_info=error,
            extra={"session": self.stream.id, "command_id": command.id, "kind": command.kind},
        )
        failed = CommandFailed(
            command_id=command.id,
            kind=command.kind,
            shot=command.shot,
            error=recordable(f"{type(error).__name__}: {error}"),
            final=isinstance(error, BriefRefused),
        )
        self._give_up([failed])
        if command.kind == "enhance":
            history = self.stream.history
            self.stream.record(lambda now: rest_of_prompts(now, history), self.cause)

    def interrupted(self, stop: BaseException) -> None:
        """CommandInterrupted: an attempt that does not count."""
        try:
            self._give_up([self._interruption(stop)])
        except LogFailed:
            return  # the disk that stopped the work may refuse this too; a death counts as well

    def lost(self, missing: InputMissing) -> None:
        """An input's file is gone: what made it is pending again, this attempt does not count."""
        lost = ArtifactLost(
            command_id=missing.command_id, sha256=missing.artifact.sha256, reason=str(missing)
        )
        self._give_up([lost, self._interruption(missing)])

    def _interruption(self, stop: BaseException) -> CommandInterrupted:
        command = self.command
        return CommandInterrupted(
            command_id=command.id,
            kind=command.kind,
            shot=command.shot,
            reason=recordable(str(stop)),
        )

    def _give_up(self, events: Sequence[Event]) -> None:
        try:
            self.stream.record(lambda _: events, self.cause, fence=self.fence)
        except FenceLost:
            return  # whoever took over speaks for the command now


def open_commands(session: Session) -> list[Command]:
    """What may be worked on now: pending, and nobody paused or cancelled the session."""
    return [] if session.paused or session.cancelled else pending(session)


def unseen_death(session: Session, command: Command) -> WorkerDied | None:
    """The death that parks a command and that nobody has recorded: the lease is ours now."""
    attempts = session.attempts.get(command.id, NO_ATTEMPTS)
    if not attempts.worker or attempts.lost < ATTEMPTS_MAX:
        return None
    return WorkerDied(
        command_id=command.id,
        kind=command.kind,
        shot=command.shot,
        worker=attempts.worker,
        reason="its worker died or stood still, and whoever watched it is gone too",
    )


def completed(session: Session, command: Command, events: Sequence[Event]) -> list[Event]:
    """The events, with SessionCompleted when they complete the film that is wanted now."""
    film = work(session).film if command.kind == "film" else None
    if film is None or film.id != command.id:
        return list(events)
    sha256 = next(event.artifact.sha256 for event in events if hasattr(event, "artifact"))
    return [*events, SessionCompleted(film_sha256=sha256)]


def recordable(error: str) -> str:
    """An error may quote a file name of any bytes; the log takes characters only."""
    return error.encode("utf-8", "backslashreplace").decode()[:ERROR_CHARACTERS]
