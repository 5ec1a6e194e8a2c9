"""A film whose worker is killed, for real, at every instant there is; and what comes of it."""

import functools
import random
import signal
import tempfile
from pathlib import Path

import pytest

from eventstore.home import Home
from handlers import decide
from handlers.stream import SessionStream
from projections import events as e
from projections.events import TYPES
from projections.work import work as work_of
from tests.build import (
    RUN,
    SESSION,
    chain_is_whole,
    fake_session,
    leftovers,
    raw_hashes,
    rebuilt,
    starts_after_a_result,
)
from tests.crash.killer import WAYS, Counter, work
from tests.processes import ended, run, spawn

KILLED = -signal.SIGKILL
reopen_deaths = functools.partial(decide.reopen, only_deaths=True)


def begin(home: Home) -> None:
    """A film of four shots, just started."""
    with home.open(TYPES) as log:
        fake_session(log)


@functools.cache
def undisturbed() -> tuple[frozenset[tuple[str, str]], dict[str, int]]:
    """The artifacts of a film that nobody killed, and how many instants of each kind it has."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        begin(home)
        counter = Counter()
        work(home, SESSION, counter)
        with home.open(TYPES) as log:
            return frozenset(raw_hashes(SessionStream(log, SESSION).history)), counter.seen


INSTANTS = {"before": 32, "after": 32, "stage": 16, "kept": 14}


def test_the_instants_are_all_there_are():
    assert undisturbed()[1] == INSTANTS


def check_finished(home: Home) -> SessionStream:
    """What must hold after any crash and a run to the end."""
    with home.open(TYPES) as log:
        stream = SessionStream(log, SESSION)
        assert work_of(stream.session).complete
        assert raw_hashes(stream.history) == undisturbed()[0]
        assert chain_is_whole(log)
        assert log.stored_rows(SESSION) == rebuilt(log)
        assert log.query("SELECT * FROM leases") == []
    assert leftovers(home) == []
    assert list(home.locks.iterdir()) == []
    return stream


@pytest.mark.long
@pytest.mark.parametrize("way", WAYS)
def test_a_film_whose_worker_is_killed_at_any_instant_ends_as_if_undisturbed(tmp_path, way):
    for number in range(1, INSTANTS[way] + 1):
        home = Home(tmp_path / str(number))
        begin(home)

        assert run(lambda h=home, n=number: work(h, SESSION, Counter(way, n))) == KILLED
        assert run(lambda h=home: work(h, SESSION, Counter())) == 0

        stream = check_finished(home)
        assert starts_after_a_result(stream) == [], number


@pytest.mark.parametrize("way", WAYS)
def test_right_after_a_kill_the_log_is_whole_and_its_tables_right(tmp_path, way):
    for number in range(1, INSTANTS[way] + 1, 3):
        home = Home(tmp_path / str(number))
        begin(home)

        assert run(lambda h=home, n=number: work(h, SESSION, Counter(way, n))) == KILLED

        with home.open(TYPES) as log:
            assert chain_is_whole(log)
            assert log.stored_rows(SESSION) == rebuilt(log)


def test_a_worker_that_lost_its_predecessor_waits_for_nobody(tmp_path):
    home = Home(tmp_path / "home")
    begin(home)
    assert run(lambda: work(home, SESSION, Counter("stage", 5))) == KILLED
    ran = Counter()

    work(home, SESSION, ran)

    assert ran.seen["stage"] == INSTANTS["stage"] - 4


def killed_thrice(home: Home) -> None:
    """The same stage kills three workers."""
    begin(home)
    assert run(lambda: work(home, SESSION, Counter("stage", 5))) == KILLED
    assert run(lambda: work(home, SESSION, Counter("stage", 1))) == KILLED
    assert run(lambda: work(home, SESSION, Counter("stage", 1))) == KILLED


def test_a_command_that_killed_three_workers_is_parked_and_the_others_go_on(tmp_path):
    home = Home(tmp_path / "home")
    killed_thrice(home)

    assert run(lambda: work(home, SESSION, Counter())) == 0

    with home.open(TYPES) as log:
        session = SessionStream(log, SESSION).session
        found = work_of(session)
        assert [(c.kind, c.shot) for c in found.parked] == [("image", 1)]
        assert found.pending == []
        assert sum("video" in one.made for one in found.shots) == 3


def test_after_a_retry_what_killed_three_workers_ends_well(tmp_path):
    home = Home(tmp_path / "home")
    killed_thrice(home)
    with home.open(TYPES) as log:
        reopened = SessionStream(log, SESSION).record(reopen_deaths, RUN)
        assert len(reopened) == 1

    assert run(lambda: work(home, SESSION, Counter())) == 0

    check_finished(home)


def test_a_worker_killed_again_and_again_at_different_places_gets_there(tmp_path):
    home = Home(tmp_path / "home")
    begin(home)
    deaths = 0
    while run(lambda: work(home, SESSION, Counter("after", 3))) == KILLED:
        deaths += 1

    assert deaths > 5
    check_finished(home)


def test_two_workers_of_which_one_is_killed_finish_together(tmp_path):
    home = Home(tmp_path / "home")
    begin(home)
    pids = [
        spawn(lambda: work(home, SESSION, Counter("after", 6))),
        spawn(lambda: work(home, SESSION, Counter())),
    ]

    assert [ended(pid) for pid in pids] in ([KILLED, 0], [0, 0])

    work(home, SESSION, Counter())
    check_finished(home)


def results_by_command(stream: SessionStream) -> dict[str, int]:
    """How many appends recorded a result of each command."""
    found: dict[str, set[int]] = {}
    for one in stream.history:
        if isinstance(one.event, e.RESULTS):
            found.setdefault(one.event.command_id, set()).add(one.append_end)
    return {command: len(appends) for command, appends in found.items()}


@pytest.mark.parametrize("seed", range(5))
def test_three_workers_killed_at_random_again_and_again_record_each_result_once(tmp_path, seed):
    home = Home(tmp_path / "home")
    begin(home)
    chance = random.Random(seed)
    for _ in range(3):
        instants = [(chance.choice(WAYS), chance.randint(1, 9)) for _ in range(3)]
        pids = [spawn(lambda at=at: work(home, SESSION, Counter(*at))) for at in instants]
        assert {ended(pid) for pid in pids} <= {KILLED, 0}
        reopen_parked(home)

    work(home, SESSION, Counter())

    stream = check_finished(home)
    assert set(results_by_command(stream).values()) == {1}
    assert starts_after_a_result(stream) == []


def reopen_parked(home: Home) -> None:
    """What `resume` does: deaths were ours, not the command's."""
    with home.open(TYPES) as log:
        SessionStream(log, SESSION).record(reopen_deaths, RUN)
