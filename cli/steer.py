"""Commands that steer: retry, pause, unpause, cancel, prioritise."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import Json, SessionName, home_of

if TYPE_CHECKING:
    from handlers.stream import Decide


def _ask(home_path: Path, name: str, as_json: bool, request: "Decide", done: str) -> None:
    from cli.output import print_json, say
    from eventstore.home import Home
    from handlers import look, steer
    from projections.events import TYPES

    home = Home(home_path)
    with home.reader() as reader:
        session_id = look.find(reader, name)
    with home.open_existing(TYPES) as log:
        recorded = steer.ask(log, session_id, request)
    if as_json:
        events = [{"position": r.position, "type": type(r.event).__name__} for r in recorded]
        print_json({"session": session_id, "events": events})
    else:
        said = done.format(session=session_id) if recorded else "is so already"
        say(f"{session_id} {said}")


def retry(context: typer.Context, session: SessionName, as_json: Json = False) -> None:
    """Open everything that is parked again; `resume` then goes on."""
    from handlers import steer

    _ask(home_of(context), session, as_json, steer.retry, "goes on with: reelog resume {session}")


def pause(
    context: typer.Context,
    session: SessionName,
    now: Annotated[bool, typer.Option("--now", help="end work in flight at once")] = False,
    as_json: Json = False,
) -> None:
    """Start no new work of a session; it survives any crash."""
    from functools import partial

    from handlers import steer

    _ask(
        home_of(context),
        session,
        as_json,
        partial(steer.pause, now=now),
        "is paused; go on with: reelog unpause {session}",
    )


def unpause(context: typer.Context, session: SessionName, as_json: Json = False) -> None:
    """Let work on a paused session start again."""
    from handlers import steer

    _ask(home_of(context), session, as_json, steer.unpause, "may go on: reelog resume {session}")


def cancel(
    context: typer.Context,
    session: SessionName,
    because: Annotated[str, typer.Option(help="the reason, kept in the log")] = "",
    now: Annotated[bool, typer.Option("--now", help="end work in flight at once")] = False,
    as_json: Json = False,
) -> None:
    """Start no new work of a session ever again; what was made stays."""
    from functools import partial

    from handlers import steer

    request = partial(steer.cancel, reason=because, now=now)
    _ask(home_of(context), session, as_json, request, "is cancelled")


def prioritise(
    context: typer.Context,
    session: SessionName,
    priority: Annotated[int, typer.Argument(metavar="N", help="from -1000 to 1000")],
    as_json: Json = False,
) -> None:
    """Sessions of higher priority are worked on first by `work`; the default is 0."""
    from functools import partial

    from handlers import steer

    request = partial(steer.prioritise, priority=priority)
    _ask(home_of(context), session, as_json, request, f"has priority {priority}")


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    for command in (retry, pause, unpause, cancel):
        app.command()(command)
    app.command(context_settings={"ignore_unknown_options": True})(prioritise)  # -1 is a number
