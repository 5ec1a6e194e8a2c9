"""Random schedules of several crashes in one film, simulated in this process."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from eventstore.home import Home
from handlers.stream import SessionStream
from projections.events import TYPES
from projections.work import pending
from projections.work import work as work_of
from tests.build import SESSION, chain_is_whole, raw_hashes, rebuilt
from tests.crash.killer import WAYS, Counter, work
from tests.crash.test_killed import begin, reopen_parked, undisturbed


class Crash(BaseException):
    """The process is gone: nobody catches this."""


def crash() -> None:
    raise Crash


def survives(home: Home, way: str, number: int) -> bool:
    """Whether a worker got to the end before its crash."""
    try:
        work(home, SESSION, Counter(way, number, crash))
    except Crash:
        return False
    return True


def carried_through(home: Home, crashes: list[tuple[str, int]]) -> None:
    """Work to the end, through every crash."""
    for way, number in crashes:
        survives(home, way, number)
        reopen_parked(home)
    work(home, SESSION, Counter())


CRASHES = st.lists(st.tuples(st.sampled_from(WAYS), st.integers(1, 12)), max_size=8)


@settings(max_examples=25)
@given(CRASHES)
def test_any_schedule_of_crashes_ends_in_the_film_of_an_undisturbed_run(crashes):
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        begin(home)

        carried_through(home, crashes)

        with home.open(TYPES) as log:
            stream = SessionStream(log, SESSION)
            assert work_of(stream.session).complete
            assert pending(stream.session) == []
            assert raw_hashes(stream.history) == undisturbed()[0]
            assert chain_is_whole(log)
            assert log.stored_rows(SESSION) == rebuilt(log)
