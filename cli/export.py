"""export: the session folder, rebuilt from the log."""

from pathlib import Path
from typing import Annotated

import typer

from cli.options import Json, SessionName, home_of

FORMATS = "folder, sheet"


def export(
    context: typer.Context,
    session: SessionName,
    format_: Annotated[
        str, typer.Option("--format", help="folder, or sheet: a contact sheet as PNG")
    ] = "folder",
    to: Annotated[
        Path | None, typer.Option(help="another folder (media are copied there), or the sheet")
    ] = None,
    as_json: Json = False,
) -> None:
    """Rebuild a session's folder from the log, or draw a contact sheet of it."""
    from cli.output import print_json, say
    from eventstore.home import Home
    from handlers import look
    from handlers.folder import SessionFolder
    from handlers.sheet import write_sheet
    from handlers.stream import SessionStream
    from projections.events import TYPES

    home = Home(home_of(context))
    with home.reader() as reader:
        session_id = look.find(reader, session)
    check_format(format_)
    with home.open_existing(TYPES) as log:
        if format_ == "sheet":
            stream = SessionStream(log, session_id)
            out = write_sheet(home, stream.session, to or Path(f"{session_id}.png"))
            if as_json:
                print_json({"session": session_id, "file": str(out)})
            else:
                say(f"{session_id} is in {out}")
            return
        folder = SessionFolder(home, session_id, to)
        path = folder.sync(SessionStream(log, session_id).session)
    if as_json:
        print_json({"session": session_id, "folder": str(path), "missing": folder.missing})
        return
    say(f"{session_id} is in {path}")
    for name in folder.missing:
        say(f"missing: {name}, its artifact is gone; `reelog resume {session_id}` makes it again")


def check_format(name: str) -> None:
    """Refuse an unknown export format, naming the known ones."""
    from handlers.errors import Refused

    if name not in FORMATS.split(", "):
        raise Refused("unknown_format", f"--format {name!r} is unknown", f"known: {FORMATS}")


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(export)
