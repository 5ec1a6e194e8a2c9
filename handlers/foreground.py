"""The foreground of a run: watches the log and the crew, and alone writes the session folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from eventstore.home import Home
from eventstore.log import EventLog
from eventstore.recorded import Recorded
from eventstore.tables import READ_TABLES, Rows
from handlers.crew import Crew
from handlers.errors import WorkersDie
from handlers.folder import SessionFolder
from handlers.logs import LOGGER
from handlers.stream import SessionStream
from projections.session import Session
from projections.work import Work, work

WATCH_S = 0.1


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
        return self.folder / "film.mp4" if self.found.complete else None


def watch(
    home: Home, log: EventLog, session_id: str, crew: Crew, screen: Screen, *, begun: bool = False
) -> Outcome:
    """Stay until the crew has nothing left to do. Raises LogFailed, WorkersDie.

    `begun`: this run began the session, so its first events are news too.
    """
    stream = SessionStream(log, session_id)
    folder = SessionFolder(home, session_id)
    folder.sync(stream.session)
    if begun:
        _show(log, session_id, stream.history, screen)
    try:
        while True:
            working = crew.working
            seen = log.changed()
            if new := stream.reload():
                crew.log_has_grown()
                folder.sync(stream.session)
                _show(log, session_id, new, screen)
            screen.update(as_tables(log, stream.rows()), dict(crew.shares))
            if not working and seen == log.changed():
                break
            crew.watch(WATCH_S)
            if crew.disk_error:
                raise crew.disk_error
    finally:
        crew.stop()
        stream.reload()
        folder.sync(stream.session)
    if crew.failure:
        raise WorkersDie(crew.failure)
    return Outcome(stream.session, work(stream.session), folder.path)


def _show(log: EventLog, session_id: str, new: Sequence[Recorded], screen: Screen) -> None:
    for row in event_rows(log, session_id, new):
        _log(row)
        screen.event(row)


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


def event_rows(log: EventLog, session_id: str, new: Sequence[Recorded]) -> list[dict[str, Any]]:
    """The history view's rows of newly read events."""
    first, last = new[0].position, new[-1].position
    return log.query(
        "SELECT * FROM history WHERE session = ? AND position BETWEEN ? AND ? ORDER BY position",
        (session_id, first, last),
    )


def as_tables(log: EventLog, rows: Rows) -> dict[str, list[dict[str, Any]]]:
    """Rows by column name, as screens take them."""
    return {
        table: [
            dict(zip(log.columns[table], row, strict=True)) for row in rows.get(table, {}).values()
        ]
        for table in READ_TABLES
    }
