"""The foreground of a run: watches the log and the crew, and alone writes the session folder."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from eventstore.home import Home
from eventstore.log import EventLog, new_id
from eventstore.recorded import Cause
from eventstore.tables import by_name
from handlers.crew import Crew
from handlers.errors import WorkersDie
from handlers.film_file import film_name
from handlers.folder import SessionFolder
from handlers.logs import LOGGER
from handlers.stream import SessionStream
from handlers.watchman import Watchman
from projections.events import ArtifactLost, MediaResult, ReferenceRendered
from projections.session import Session
from projections.work import Work, work

WATCH_S = 0.1
AtEnd = Callable[[SessionStream, Path], object]


class Screen(Protocol):
    """What shows a run to people or programs."""

    def event(self, row: dict[str, Any]) -> None:
        """One newly durable event."""

    def update(
        self,
        tables: dict[str, list[dict[str, Any]]],
        progress: dict[tuple[str, int | None], float],
    ) -> None:
        """The session as it is, and the share done of commands in flight."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    session: Session
    found: Work
    folder: Path

    @property
    def film(self) -> Path | None:
        """The film, when it is made."""
        made = self.found.film_made
        return self.folder / film_name(made.artifact.media_type) if made else None


def watch(
    home: Home,
    log: EventLog,
    session_id: str,
    crew: Crew,
    screen: Screen,
    *,
    after: int,
    at_end: AtEnd = lambda *_: None,
) -> Outcome:
    """Stay until the crew has nothing left to do. Raises LogFailed, WorkersDie.

    What happened after position `after` is news to this run, up to the end of its last worker.
    `at_end` is called with stream and folder once all is written that a good end has.
    """
    stream = SessionStream(log, session_id)
    folder = SessionFolder(home, session_id)
    news = News(log, session_id, screen, after)
    watchman = Watchman(log)
    folder.sync(stream.session)
    try:
        while True:
            working = crew.working
            if stream.reload():
                crew.log_has_grown()
                folder.sync(stream.session)
            news.show(len(stream.history))
            screen.update(by_name(log.columns, stream.rows()), dict(crew.shares))
            if not working and not stream.reload():  # `finally` shows what came meanwhile
                break
            _tend(crew, watchman, stream)
            if crew.disk_error:
                raise crew.disk_error
        if not crew.failure:
            at_end(stream, folder.path)
    finally:
        crew.stop()
        stream.reload()
        folder.sync(stream.session)
        news.show(len(stream.history))
    if crew.failure:
        raise WorkersDie(crew.failure)
    return Outcome(stream.session, work(stream.session), folder.path)


def _tend(crew: Crew, watchman: Watchman, stream: SessionStream) -> None:
    """Hear the workers for a moment; end those that hang, record why those died that did."""
    crew.watch(WATCH_S)
    crew.end_hung(watchman.hung())
    for death in crew.deaths():
        death.record(stream.log, stream.id, crew.run_id)
    if watchman.lingers(stream.session):
        crew.stop()


def report_losses(home: Home, log: EventLog, session_id: str) -> None:
    """Record wanted results whose files are gone, so that they are made again."""
    cause = new_id()
    SessionStream(log, session_id).record(partial(_losses, home), Cause(cause, cause))


def _losses(home: Home, session: Session) -> list[ArtifactLost]:
    found = work(session)
    results: list[MediaResult] = [result for one in found.shots for result in one.made.values()]
    sheets = (one.made for one in found.references)
    results += [made for made in sheets if isinstance(made, ReferenceRendered)]
    results += [found.film_made] if found.film_made else []
    return [
        ArtifactLost(
            command_id=result.command_id,
            sha256=result.artifact.sha256,
            reason=f"artifact {result.artifact.sha256[:12]} is gone",
        )
        for result in results
        if not home.artifacts.path(result.artifact.sha256, result.artifact.media_type).is_file()
    ]


class News:
    """Shows each event once, however often the showing is interrupted."""

    def __init__(self, log: EventLog, session_id: str, screen: Screen, after: int) -> None:
        self._log, self._session, self._screen, self._shown = log, session_id, screen, after

    def show(self, version: int) -> None:
        """Show what is new up to this version."""
        if version <= self._shown:
            return
        for row in event_rows(self._log, self._session, self._shown, version):
            self._shown = int(row["position"])
            _log(row)
            self._screen.event(row)


def _log(row: dict[str, Any]) -> None:
    LOGGER.info(
        "event",
        extra={
            "session": row["session"],
            "event": row["type"],
            "position": row["position"],
            "shot": row["shot"],
            "command_id": row["command_id"],
        },
    )


def event_rows(log: EventLog, session_id: str, after: int, to: int) -> list[dict[str, Any]]:
    """The history view's rows of the events after one position and up to another."""
    return log.query(
        "SELECT * FROM history WHERE session = ? AND position > ? AND position <= ? "
        "ORDER BY position",
        (session_id, after, to),
    )
