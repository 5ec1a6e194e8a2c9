"""notify: who is told when a film is done, work is parked, the disk is full; and a test of it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.failures import DONE, WORK_FAILED
from cli.options import Json

if TYPE_CHECKING:
    from handlers.channels import Channel, Channels

HOW = """\
Write it into {file} (for your eyes only: chmod 600):

  [[channel]]
  name = "phone"
  url = "ntfys://a-topic-of-yours"
  on = ["done", "parked", "disk"]    # left out: all of them
  profiles = ["gpu-24gb"]            # left out: films of every profile

or for one run: REELOG_NOTIFY="ntfys://topic mailtos://user:password@example.com"
Desktop (gnome://, dbus://, macosx://, windows://), mail, chat, webhooks (json://host/path):
every URL that apprise knows (the extra `notify` brings it). Then try them: reelog notify --test"""


def notify(
    test: Annotated[
        bool, typer.Option("--test", help="send a message to each, and say how it went")
    ] = False,
    as_json: Json = False,
) -> int:
    """Show who is told when a film is done, work is parked or the disk is full; or try them out."""
    from handlers.channels import channels

    found = channels()
    if test:
        return _test(found, as_json)
    return _show(found, as_json)


def _show(found: "Channels", as_json: bool) -> int:
    from cli.output import complain, print_json, say
    from handlers.channels import file

    if as_json:
        print_json({"source": found.source, "channels": [_data(one) for one in found.channels]})
        return DONE
    for one in found.channels:
        profiles = f"; films of {', '.join(one.profiles)} alone" if one.profiles else ""
        say(f"{one.masked}: {', '.join(one.on)}{profiles}")
    if found.channels:
        say(f"From {found.source}. Try them: reelog notify --test")
    else:
        say("Nobody is told when a film is done, work is parked or the disk is full.")
        say(HOW.format(file=file()))
    if found.open_to_others:
        complain(f"{found.source} holds secrets and others may read it; chmod 600 it")
    return DONE


def _data(one: "Channel") -> dict[str, Any]:
    facts = {"channel": one.name, "kind": one.scheme, "on": one.on}
    return facts | {"profiles": one.profiles}


def _test(found: "Channels", as_json: bool) -> int:
    from cli.output import complain, print_json, say
    from handlers.errors import Refused
    from handlers.notice import TEST
    from handlers.notify import send

    if not found.channels:
        raise Refused(
            "no_channels", "nobody is to be told", "`reelog notify` says how to name some"
        )
    told = send(TEST, found.channels)
    if as_json:
        print_json({"source": found.source, "channels": [one.data for one in told]})
    for one in () if as_json else told:
        (say if one.went else complain)(one.line)
    return DONE if all(one.went for one in told) else WORK_FAILED


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(notify)
