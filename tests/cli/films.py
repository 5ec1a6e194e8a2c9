"""Films in a log for the screens: made without stages, at times that stand still."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType

from cli.show_text import Clock
from eventstore.home import Home
from eventstore.log import EventLog
from handlers.stream import SessionStream
from projections import events as e
from projections.commands import Command
from projections.events import TYPES
from projections.work import pending
from tests.build import RUN, SESSION, result, started

SCREENS = Path(__file__).parent / "screens"
NOW = Clock(datetime(2025, 2, 8, 3, 30, tzinfo=UTC), UTC)


@contextmanager
def log_at(home: Home, when: str = "2025-02-08T00:22:38") -> Iterator[EventLog]:
    """The home's log, its clock a second further at each append."""
    now = [datetime.fromisoformat(when).replace(tzinfo=UTC)]

    def clock() -> str:
        now[0] += timedelta(seconds=1)
        return now[0].strftime("%Y-%m-%dT%H:%M:%S.000Z")

    with EventLog.open(home.log_path, TYPES, clock=clock) as log:
        yield log


def begin(log: EventLog, session: str = SESSION, **changes: Any) -> SessionStream:
    """A session that was just started."""
    stream = SessionStream(log, session)
    stream.append([started(**changes)], RUN)
    return stream


def carry_on(
    stream: SessionStream, wanted: Callable[[Command], bool] = lambda _: True
) -> SessionStream:
    """Append the results of all pending commands that are wanted, until none is left."""
    while todo := [command for command in pending(stream.session) if wanted(command)]:
        stream.append(result(todo[0]), RUN)
    return stream


def fail(stream: SessionStream, kind: str, shot: int, error: str, times: int = 3) -> SessionStream:
    """Append failures of a pending command; three park it."""
    command = next(c for c in pending(stream.session) if (c.kind, c.shot) == (kind, shot))
    for _ in range(times):
        begun = e.CommandStarted(command_id=command.id, kind=kind, shot=shot, take=1, worker="w")
        stream.append([begun], RUN)
        failed = e.CommandFailed(command_id=command.id, kind=kind, shot=shot, error=error)
        stream.append([failed], RUN)
    return stream


def shown(*parts: RenderableType, width: int, colour: bool = False) -> str:
    """What a terminal of that width shows, without blanks at the ends of lines."""
    screen = Console(
        file=StringIO(),
        width=width,
        height=50,
        force_terminal=True,
        color_system="standard" if colour else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )
    for part in parts:
        screen.print(part)
    assert isinstance(screen.file, StringIO)
    return "\n".join(line.rstrip() for line in screen.file.getvalue().splitlines())


def screen(name: str) -> str:
    """A whole expected screen, kept beside the tests."""
    return (SCREENS / f"{name}.txt").read_text(encoding="utf-8").rstrip("\n")


def table_rows(home: Home, session: str = SESSION) -> dict[str, list[dict[str, Any]]]:
    """The read tables of a session."""
    with home.reader() as reader:
        return reader.tables(session)
