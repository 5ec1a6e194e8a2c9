"""Films that stand half-made in a home: stopped, parked by failures, or parked by deaths."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from eventstore.home import Home
from gpu.errors import BriefRefused, StageError
from handlers.stream import SessionStream
from handlers.worker import Stopped
from projections import events as e
from projections.events import TYPES
from projections.work import pending
from tests.build import RUN, SESSION, fake_session
from tests.handlers.crew_of_one import Hook, hooked, work

SESSIONS = [SESSION, "session_20250208_002239", "session_20250208_002240"]
Shelve = Callable[..., str]


def stopped(home: Home, idea: str = "a lighthouse", session: str = SESSION) -> str:
    """A film of three shots that was stopped before the image of the second."""
    return _begun(home, idea, session, _at_view_2(Stopped("stopped")))


def failed(home: Home, idea: str = "a lighthouse", session: str = SESSION) -> str:
    """A film whose second image failed three times; the rest is made."""
    return _begun(home, idea, session, _at_view_2(StageError("the lamp went out")))


def refused(home: Home, idea: str = "a lighthouse", session: str = SESSION) -> str:
    """A film whose second image can never be made; the rest is made."""
    return _begun(home, idea, session, _at_view_2(BriefRefused("there is no such lamp")))


def killed(home: Home, idea: str = "a lighthouse", session: str = SESSION) -> str:
    """A film whose second image killed its worker three times; the rest is made."""
    stopped(home, idea, session)
    with home.open(TYPES) as log:
        stream = SessionStream(log, session)
        (image,) = [c for c in pending(stream.session) if (c.kind, c.shot) == ("image", 2)]
        begun = e.CommandStarted(command_id=image.id, kind="image", shot=2, take=1, worker="w")
        for _ in range(4):  # one of them was ended in order
            stream.append([begun], RUN)
        work(home, log, [session])
    return session


def finished(home: Home, idea: str = "a lighthouse", session: str = SESSION) -> str:
    """A whole film of three shots."""
    return _begun(home, idea, session, lambda *_: None)


def _at_view_2(error: BaseException) -> Hook:
    def strike(kind: str, brief: Any, *_: Any) -> None:
        if kind == "image" and "view 2" in brief.prompt:
            raise error

    return strike


def _begun(home: Home, idea: str, session: str, hook: Hook) -> str:
    with home.open(TYPES) as log:
        fake_session(log, session, idea=idea, shots=3)
        with suppress(Stopped):
            work(home, log, [session], stages=hooked(hook))
    return session
