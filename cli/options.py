"""Options and arguments that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

SessionName = Annotated[
    str, typer.Argument(metavar="ID", help="session id, a unique part of it, or 'last'")
]
Json = Annotated[bool, typer.Option("--json", help="answer as one JSON envelope")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="STAGE.KEY=VALUE", help="change a setting of the profile"),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="do not ask")]


def home_of(context: typer.Context) -> Path:
    """The folder of --home."""
    return Path(context.find_root().params["home"])
