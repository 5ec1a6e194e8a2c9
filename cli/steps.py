"""Steps that several commands take: open a session by name, bring its folder up to date."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from eventstore.home import Home
    from handlers.stream import SessionStream


class Opened(NamedTuple):
    """A home and one open session in it."""

    home: "Home"
    stream: "SessionStream"


@contextmanager
def open_session(home_path: Path, name: str) -> Iterator[Opened]:
    """The session that a name means, open for reading and appending."""
    from eventstore.home import Home
    from handlers import look
    from handlers.stream import SessionStream
    from projections.events import TYPES

    home = Home(home_path)
    with home.reader() as reader:
        session_id = look.find(reader, name)
    with home.open_existing(TYPES) as log:
        yield Opened(home, SessionStream(log, session_id))


def refresh_folder(opened: Opened) -> Path:
    """Bring the session folder to the session as it is now."""
    from handlers.folder import SessionFolder

    return SessionFolder(opened.home, opened.stream.id).sync(opened.stream.session)
