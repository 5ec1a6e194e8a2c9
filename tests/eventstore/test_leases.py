"""Who works on what: in one process, with a clock of our own."""

import errno
import fcntl

import pytest

from eventstore.errors import FenceLost, LogDamaged
from eventstore.leases import STANDSTILL_S, Leases, WorkerLock, is_dead, sweep_leases, sweep_locks
from eventstore.recorded import Fence
from projections import events as e
from projections.events import TYPES
from tests.build import RUN


class Clock:
    """Monotonic seconds that pass when told."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def worker(home, clock):
    """Makes workers with a lock, a log connection and leases of their own."""
    opened = []

    def make(name=None):
        connection = home.open(TYPES)
        lock = WorkerLock(home.locks, name)
        opened.append((connection, lock))
        return Leases(connection, lock, monotonic=clock)

    yield make
    for connection, lock in opened:
        lock.close()
        connection.close()


def dies(leases):
    """What the kernel does at a worker's death."""
    fcntl.flock(leases._lock._descriptor, fcntl.LOCK_UN)


def append_under(log, fence):
    return log.append("a", [e.SessionUnpaused()], expected=log.version("a"), cause=RUN, fence=fence)


def test_a_free_command_is_claimed(worker):
    assert worker().claim("c") == Fence("c", 1)


def test_a_command_in_living_hands_is_not_claimed(worker):
    worker().claim("c")

    assert worker().claim("c") is None


def test_another_command_is(worker):
    worker().claim("c")

    assert worker().claim("d") is not None


def test_a_dead_workers_command_is_claimed_at_once(worker):
    one, other = worker(), worker()
    one.claim("c")

    dies(one)

    assert other.claim("c") is not None


def test_a_dead_worker_is_known_by_its_free_lock_even_if_the_file_stays(home, worker, log):
    worker().claim("c")
    (home.locks / "ghost").touch()
    log.connection.execute("UPDATE leases SET worker = 'ghost'")

    assert worker().claim("c") is not None
    assert not (home.locks / "ghost").exists()


def test_the_fence_grows_with_every_claim_of_any_command(worker):
    leases = worker()

    epochs = [leases.claim(command).epoch for command in ("c", "d", "c", "e")]

    assert epochs == [1, 2, 3, 4]


def test_the_fence_never_shrinks_when_leases_are_handed_back(worker):
    leases = worker()
    leases.release(leases.claim("c"))

    assert leases.claim("c").epoch == 2


def test_a_released_command_is_free(worker):
    one, other = worker(), worker()
    one.release(one.claim("c"))

    assert other.claim("c") is not None


def test_releasing_what_was_taken_over_changes_nothing(worker):
    one, other = worker(), worker()
    late = one.claim("c")
    dies(one)
    fence = other.claim("c")

    one.release(late)

    other.beat(fence)


def test_an_append_under_a_valid_fence_hands_the_lease_back(worker, log):
    one, other = worker(), worker()
    fence = one.claim("c")

    append_under(log, fence)

    assert other.claim("c") is not None


def test_a_late_finishers_append_is_refused(worker, log):
    one, other = worker(), worker()
    late = one.claim("c")
    dies(one)
    other.claim("c")

    with pytest.raises(FenceLost, match="the lease 1 on command c is no longer held"):
        append_under(log, late)

    assert log.version("a") == 0


def test_a_fence_counts_once(worker, log):
    fence = worker().claim("c")
    append_under(log, fence)

    with pytest.raises(FenceLost):
        append_under(log, fence)


def test_a_refused_append_keeps_the_lease(worker, log):
    from eventstore.errors import WrongExpectedVersion

    one, other = worker(), worker()
    fence = one.claim("c")

    with pytest.raises(WrongExpectedVersion):
        log.append("a", [e.SessionUnpaused()], expected=7, cause=RUN, fence=fence)

    assert other.claim("c") is None
    append_under(log, fence)


def test_a_worker_that_stands_still_is_taken_over_after_the_limit(worker, clock):
    one, other = worker(), worker()
    one.claim("c")
    assert other.claim("c") is None

    clock.now += STANDSTILL_S + 1

    assert other.claim("c") is not None


def test_a_worker_is_watched_first_and_never_judged_at_first_sight(worker, clock):
    one = worker()
    one.claim("c")
    clock.now += 10 * STANDSTILL_S

    assert worker().claim("c") is None


def test_a_worker_that_beats_is_not_taken_over(worker, clock):
    one, other = worker(), worker()
    fence = one.claim("c")
    for _ in range(5):
        assert other.held(["c"]) == {"c"}
        clock.now += STANDSTILL_S * 0.9
        one.beat(fence)

    assert other.claim("c") is None


def test_beating_tells_a_stopped_worker_that_it_was_taken_over(worker, clock):
    one, other = worker(), worker()
    fence = one.claim("c")
    other.held(["c"])
    clock.now += STANDSTILL_S + 1
    other.claim("c")

    with pytest.raises(FenceLost):
        one.beat(fence)


def test_a_new_claim_is_watched_from_its_own_beginning(worker, clock):
    one, other = worker(), worker()
    one.claim("c")
    other.held(["c"])
    clock.now += STANDSTILL_S - 1
    one.claim("c")
    other.held(["c"])

    clock.now += 2

    assert other.claim("c") is None


def test_no_wall_clock_is_asked(worker, monkeypatch):
    import time

    def never():
        raise AssertionError("leases looked at the wall clock")

    one, other = worker(), worker()
    monkeypatch.setattr(time, "time", never)

    fence = one.claim("c")
    one.beat(fence)
    assert other.claim("c") is None


def test_held_names_only_what_was_asked_about(worker):
    one, other = worker(), worker()
    one.claim("c")
    one.claim("d")

    assert other.held(["c", "x"]) == {"c"}


def test_ones_own_leases_do_not_stand_in_ones_way(worker):
    one = worker()
    one.claim("c")

    assert one.held(["c"]) == set()


def test_whoever_shares_a_workers_name_does_not_take_its_command(home, log, clock):
    lock = WorkerLock(home.locks)
    one, fork = (Leases(log, lock, monotonic=clock) for _ in range(2))
    one.claim("c")

    assert fork.held(["c"]) == {"c"}
    assert fork.claim("c") is None
    lock.close()


def test_living_claims_are_listed_with_their_worker(worker):
    one, other = worker("alice"), worker("bob")
    one.claim("c")
    other.claim("d")
    dies(other)

    assert one.living() == {"c": "alice"}


def test_a_lock_whose_file_cannot_be_removed_is_free_all_the_same(home, monkeypatch):
    lock = WorkerLock(home.locks, "alice")

    def refuse(*_, **__):
        raise OSError(errno.EROFS, "read-only")

    with monkeypatch.context() as broken:
        broken.setattr(type(lock.path), "unlink", refuse)
        lock.close()
        assert is_dead(home.locks, "alice")

    WorkerLock(home.locks, "alice").close()


def test_a_lock_is_held_once(home):
    lock = WorkerLock(home.locks, "alice")

    with pytest.raises(BlockingIOError):
        WorkerLock(home.locks, "alice")
    lock.close()


def test_lock_files_of_dead_workers_are_swept_and_others_kept(home):
    living = WorkerLock(home.locks)
    (home.locks / "0123456789ab").touch()
    (home.locks / "folder-session").touch()

    sweep_locks(home.locks)

    left = {path.name for path in home.locks.iterdir()}
    assert left == {living.name, "folder-session"}
    living.close()


def test_a_lock_that_was_swept_at_its_birth_is_taken_again(home, monkeypatch):
    lock, swept = fcntl.flock, []

    def sweep_first(descriptor, how):
        if not swept:
            swept.extend(home.locks.iterdir())
            swept[0].unlink()
        lock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", sweep_first)

    born = WorkerLock(home.locks)

    assert not is_dead(home.locks, born.name)
    born.close()


def test_a_closed_lock_leaves_no_file(home):
    lock = WorkerLock(home.locks)
    assert not is_dead(home.locks, lock.name)

    lock.close()

    assert list(home.locks.iterdir()) == []
    assert is_dead(home.locks, lock.name)


def test_claims_of_the_dead_are_swept_and_those_of_the_living_stay(home, log):
    dead, living = WorkerLock(home.locks), WorkerLock(home.locks)
    Leases(log, dead).claim("done by somebody else")
    Leases(log, living).claim("at work")
    dead.close()

    sweep_leases(log, home.locks)

    assert [row["command_id"] for row in log.query("SELECT * FROM leases")] == ["at work"]
    living.close()


def test_without_a_fence_nothing_is_claimed_and_the_way_out_is_said(home, worker):
    leases = worker()
    with home.open(TYPES) as log:
        log.connection.execute("DELETE FROM fence")

    with pytest.raises(LogDamaged, match="has no fence; `reelog audit --repair`"):
        leases.claim("c")
