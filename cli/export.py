"""export: the session folder, rebuilt from the log."""

from pathlib import Path
from typing import Annotated

import typer

from cli.options import Json, SessionName, home_of


def export(
    context: typer.Context,
    session: SessionName,
    to: Annotated[Path | None, typer.Option(help="another folder; media are copied there")] = None,
    as_json: Json = False,
) -> None:
    """Rebuild a session's folder from the log: documents, media, sidecars, manifest."""
    from cli.output import print_json, say
    from eventstore.home import Home
    from handlers import look
    from handlers.folder import SessionFolder
    from handlers.stream import SessionStream
    from projections.events import TYPES

    home = Home(home_of(context))
    with home.reader() as reader:
        session_id = look.find(reader, session)
    with home.open_existing(TYPES) as log:
        folder = SessionFolder(home, session_id, to)
        path = folder.sync(SessionStream(log, session_id).session)
    if as_json:
        print_json({"session": session_id, "folder": str(path), "missing": folder.missing})
        return
    say(f"{session_id} is in {path}")
    for name in folder.missing:
        say(f"missing: {name}, its artifact is gone; `reelog resume` makes it again")


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(export)
