"""Given a film and where it came from, when its server is asked, then a key of ours is sent only if
its profile was chosen here.
"""

import pytest

from handlers.elsewhere import chosen_elsewhere
from handlers.stream import SessionStream
from projections import events as e
from tests.build import FAKE, RUN, SESSION, fake_session

IMPORTED = e.SessionImported(log_id="l", session=SESSION, head_hash="h")
CHANGED = e.ProfileChanged(profile="mine", stages=FAKE)


def film(log, *events: e.AnyEvent) -> SessionStream:
    stream = fake_session(log)
    for event in events:
        stream.append([event], RUN)
    return stream


def forked(log, at: int, **more) -> None:
    fork = e.SessionForked(parent=SESSION, at=at, at_hash="h", **more)
    SessionStream(log, "session_of_a_fork").append([fork], RUN)


@pytest.mark.parametrize(
    ("events", "elsewhere"),
    [
        ([], False),
        ([IMPORTED], True),
        ([CHANGED, IMPORTED], True),
        ([IMPORTED, CHANGED], False),
        ([IMPORTED, CHANGED, e.SessionRewound(to=2)], True),
        ([IMPORTED, e.SessionRewound(to=1)], True),
    ],
)
def test_who_chose_the_profile_counts_and_no_rewind_hides_an_import(log, events, elsewhere):
    film(log, *events)

    assert chosen_elsewhere(log, SESSION) is elsewhere


@pytest.mark.parametrize(
    ("at", "more", "elsewhere"), [(1, {}, True), (2, {}, True), (1, {"stages": FAKE}, False)]
)
def test_a_fork_of_an_imported_film_came_from_elsewhere_too(log, at, more, elsewhere):
    film(log, IMPORTED)
    forked(log, at, **more)

    assert chosen_elsewhere(log, "session_of_a_fork") is elsewhere
