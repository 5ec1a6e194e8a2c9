"""Workers that stop, hang, return late or have wrong clocks: one result; nobody waits for ever."""

import signal
from collections import Counter
from contextlib import closing

import pytest

from eventstore.leases import WorkerLock
from handlers.foreground import Watchman
from handlers.watchman import HUNG_S, LINGER_S
from projections import events as e
from tests.build import SESSION, fake_session, names, session_after, started
from tests.command import FAKE, Reelog, kill
from tests.faults.small_film import results_twice
from tests.processes import until

YEAR_S = 365 * 86400


@pytest.fixture
def impatient(reelog) -> Reelog:
    """A command whose limits are a second instead of minutes."""
    reelog.settings |= {"REELOG_STANDSTILL": "1", "REELOG_HUNG": "3600", "REELOG_LINGER": "0.5"}
    return reelog


def counts(reelog: Reelog) -> Counter[str]:
    return Counter(names(reelog.history()))


def test_a_stopped_worker_is_taken_over_and_the_run_does_not_wait_for_it(impatient):
    impatient.plant("image:view 2=wait")
    running = impatient.begin("start", "a lighthouse", *FAKE[:-1], "2")
    (stopped,) = impatient.standing()

    kill(stopped, signal.SIGSTOP)
    impatient.mend()
    done = running.ended()

    assert done.status == 0
    assert impatient.session().completed_at
    assert results_twice(impatient._stream("")) == []
    until(lambda: not impatient.processes())


def test_a_stopped_worker_that_comes_back_is_too_late_and_that_is_on_record(impatient):
    impatient.settings["REELOG_LINGER"] = "30"
    impatient.plant("image:view 2=stop")
    running = impatient.begin("start", "a lighthouse", *FAKE[:-1], "2")
    (stopped,) = impatient.standing()
    impatient.mend()
    until(lambda: impatient.session().completed_at)

    kill(stopped, signal.SIGCONT)

    assert running.ended().status == 0
    assert counts(impatient)["LateResultRejected"] == 1
    assert counts(impatient)["ImageRendered"] == 3


def test_a_worker_that_hangs_is_ended_and_three_such_park_the_command(impatient):
    impatient.settings |= {"REELOG_HUNG": "0.3"}
    impatient.plant("image:view 2=hang")

    done = impatient("start", "a lighthouse", *FAKE)

    assert done.status == 1
    assert "killed its worker three times; its worker stood still for" in done.err
    assert counts(impatient)["WorkerDied"] == 3
    assert counts(impatient)["VideoRendered"] == 2


@pytest.mark.parametrize("jump_s", [YEAR_S, -YEAR_S])
def test_a_wall_clock_that_jumps_by_a_year_changes_nothing(reelog, jump_s):
    clock = reelog.folder / "clock"
    clock.write_text("0")
    reelog.settings["REELOG_CLOCK"] = str(clock)
    reelog.plant("image:view 2=wait")
    running = reelog.begin("start", "a lighthouse", *FAKE[:-1], "2")
    reelog.standing()

    clock.write_text(str(jump_s))
    reelog.mend()

    assert running.ended().status == 0
    years = {one.recorded_at[:4] for one in reelog.history()}
    assert len(years) == 2
    assert Counter(names(reelog.history()))["ImageRendered"] == 3
    assert reelog.quickly("audit").status == 0


def test_two_living_workers_cannot_have_one_name(home):
    with closing(WorkerLock(home.locks, "alice")), pytest.raises(BlockingIOError):
        WorkerLock(home.locks, "alice")


class Clock:
    """Monotonic seconds that pass when told."""

    def __init__(self):
        self.now = 50.0

    def __call__(self):
        return self.now


def leased(log, heartbeat=0):
    log.connection.execute(
        "INSERT OR REPLACE INTO leases VALUES ('c', 'alice', 7, ?)", (heartbeat,)
    )


def test_a_worker_whose_heartbeat_stands_still_for_too_long_hangs(log):
    clock = Clock()
    watchman = Watchman(log, clock)
    leased(log)
    assert watchman.hung() == set()

    clock.now += HUNG_S + 1

    assert watchman.hung() == {"alice"}


def test_a_worker_that_beats_does_not_hang(log):
    clock = Clock()
    watchman = Watchman(log, clock)
    for heartbeat in range(4):
        leased(log, heartbeat)
        assert watchman.hung() == set()
        clock.now += HUNG_S - 1


def test_a_worker_without_a_lease_does_not_hang(log):
    clock = Clock()
    watchman = Watchman(log, clock)
    watchman.hung()
    clock.now += 10 * HUNG_S

    assert watchman.hung() == set()


def test_workers_linger_only_once_nothing_is_left_to_do(log):
    clock = Clock()
    watchman = Watchman(log, clock)
    at_work = fake_session(log, SESSION).session
    assert not watchman.lingers(at_work)
    clock.now += 10 * LINGER_S
    assert not watchman.lingers(at_work)

    finished = session_after(started(), e.SessionPaused())
    finished.started = None  # nothing is wanted of what has not begun
    assert not watchman.lingers(finished)
    clock.now += LINGER_S + 1

    assert watchman.lingers(finished)
