"""Commands that keep a home safe: backup, restore."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import Json, home_of

if TYPE_CHECKING:
    from handlers.backup import BackedUp

ArtifactsFolder = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="folder of the artifacts  [default: FILE.artifacts]"),
]
LogAlone = Annotated[
    bool, typer.Option("--without-artifacts", help="the log alone, without any media")
]


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a new file for the log")],
    with_artifacts: ArtifactsFolder = None,
    without_artifacts: LogAlone = False,
    as_json: Json = False,
) -> int:
    """Copy the log, checked, and its artifacts, while work goes on.

    A folder of artifacts that is there already only gets what it lacks. Ends with 1 when an
    artifact is missing or damaged.
    """
    from cli.signals import signals_stop
    from eventstore.home import Home
    from handlers.backup import back_up

    folder = _folder(file, with_artifacts, alone=without_artifacts)
    with signals_stop():
        done = back_up(Home(home_of(context)), file, folder)
    return _told(done, f"{file} holds", as_json=as_json)


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a backup")],
    home: Annotated[
        Path | None, typer.Option(help="the new home; it must be empty, or not be there")
    ] = None,
    with_artifacts: ArtifactsFolder = None,
    without_artifacts: LogAlone = False,
    as_json: Json = False,
) -> int:
    """Make a new home out of a backup: everything is checked, and nothing is there until it is."""
    from cli.signals import signals_stop
    from eventstore.home import Home
    from handlers.backup import restore

    folder = _folder(file, with_artifacts, alone=without_artifacts)
    with signals_stop():
        done = restore(file, folder, Home(home or home_of(context)))
    return _told(done, f"{done.path} is whole:", as_json=as_json)


def _folder(file: Path, asked: Path | None, *, alone: bool) -> Path | None:
    from handlers.backup import artifacts_of

    return None if alone else asked or artifacts_of(file)


def _told(done: "BackedUp", beginning: str, *, as_json: bool) -> int:
    from cli.output import print_json, say
    from cli.show_text import bytes_text

    if as_json:
        print_json(done.__dict__)
        return 1 if done.missing else 0
    films = "1 film" if len(done.sessions) == 1 else f"{len(done.sessions)} films"
    say(f"{beginning} {films}, {done.global_position} events, head {done.head_hash[:16]}…")
    if done.artifacts_path:
        size = bytes_text(done.bytes)
        say(f"{done.artifacts} artifacts, {size}, are in {done.artifacts_path}")
    for sha256 in done.missing:
        say(f"missing or damaged: artifact {sha256}")
    if done.missing:
        say("`reelog audit --repair` records what is lost; `reelog resume` makes it again")
    return 1 if done.missing else 0


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command()(backup)
    app.command()(restore)
