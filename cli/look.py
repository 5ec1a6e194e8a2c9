"""Commands that look: list, view, history. Nothing heavy is imported unless --at needs the fold."""

import sys
from typing import Annotated

import typer

from cli.options import Json, SessionName, home_of
from cli.output import complain, console, print_json, say

At = Annotated[
    str | None,
    typer.Option(metavar="N", help="as it was after an event, event (ShotPlanned:3), or time"),
]
All = Annotated[bool, typer.Option("--all", help="with every start of work")]


def list_sessions(context: typer.Context, as_json: Json = False) -> None:
    """List all films, newest first."""
    from cli import show_list
    from cli.show_text import Clock, on_terminal
    from eventstore.home import Home
    from handlers import look, look_answers

    home = Home(home_of(context))
    rows = []
    if home.has_log():
        with home.reader() as reader:
            rows = look.sessions(reader)
            if as_json:
                rows = look_answers.with_spent(reader, rows)
    if as_json:
        print_json(rows)
    elif not rows:
        say(f'There are no films in {home.root} yet; `reelog start "an idea"` makes the first.')
    elif on_terminal():
        screen = console()
        screen.print(*show_list.fancy(rows, Clock.here(), screen.width), sep="\n", soft_wrap=True)
    else:
        print(*show_list.plain(rows, Clock.here()), sep="\n", flush=True)


def view(
    context: typer.Context, session: SessionName, at: At = None, as_json: Json = False
) -> None:
    """Show one film: steps, shots, takes, what failed, what it cost, where its files are."""
    from cli import show_film, show_found
    from cli.show_text import Clock, on_terminal
    from eventstore.home import Home

    home = Home(home_of(context))
    with home.reader() as reader:
        found = show_found.read(home, reader, session, at)
    if as_json:
        print_json(show_found.complete(found))
    elif on_terminal():
        screen = console()
        for part in show_film.fancy(found, Clock.here(), screen.width):
            screen.print(part)
    else:
        print(*show_film.plain(found, Clock.here()), sep="\n", flush=True)


def history(
    context: typer.Context,
    session: SessionName,
    with_all: All = False,
    as_json: Json = False,
) -> None:
    """Show everything that happened to a film, in order; what a rewind took back is marked."""
    from cli import show_history
    from cli.show_text import Clock, on_terminal
    from eventstore.home import Home
    from handlers import look

    with Home(home_of(context)).reader() as reader:
        found = look.find(reader, session)
        rows, places = look.history(reader, found), look.places(reader, found)
        if as_json:
            print_json([show_history.complete(row) for row in rows])
        elif on_terminal():
            screen = console()
            for line in show_history.fancy(
                rows, Clock.here(), screen.width, with_all=with_all, places=places
            ):
                screen.print(line, soft_wrap=True)
        else:
            for text in show_history.plain(
                rows, Clock.here(), with_all=with_all, aside=complain, places=places
            ):
                print(text)
            sys.stdout.flush()  # a reader that went away is noticed here, not at exit


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command("list")(list_sessions)
    app.command()(view)
    app.command()(history)
