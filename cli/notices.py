"""Who is told how a command's films end. Light while nobody is to be told."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cli.output import complain, say
from handlers.channels import Channels, channels
from handlers.errors import Refused

if TYPE_CHECKING:
    from eventstore.home import Home
    from handlers.notify import Notices, Told


@contextmanager
def notices(*, for_people: bool) -> Iterator["Notices | None"]:
    """The notices of a command, waited for at its end; None where there is nobody to tell.

    What is wrong with them is said at once, and stops no film.
    """
    try:
        configured = _usable()
    except Refused as refused:
        complain(f"reelog: nobody will be told how it ends: {refused}")
        configured = Channels("")
    if not configured.channels:
        yield None
        return
    from handlers.notify import Notices

    def show(told: "Told") -> None:
        if not told.went:
            complain(told.line)
        elif for_people:
            say(told.line)

    with Notices(configured, show) as found:
        yield found


def _usable() -> Channels:
    configured = channels()
    if configured.channels:
        from handlers.extras import needed

        needed("apprise", "notify", "notify", load=False)
    return configured


def tell_newest(home: "Home", found: "Notices | None") -> None:
    """Of the film that was completed last, where its run died before it told of it."""
    if found is None:
        return
    from handlers.notify import newest_done
    from handlers.stream import SessionStream
    from projections.events import TYPES

    with home.reader() as reader:
        session_id = newest_done(reader)
    if session_id:
        with home.open_existing(TYPES) as log:
            found.ended(SessionStream(log, session_id), home.sessions / session_id)


def told_data(found: "Notices | None", session_id: str) -> list[dict[str, Any]]:
    """What became of a session's notices, for programs; waits for them."""
    return [one.data for one in found.finish() if one.session == session_id] if found else []
