"""Several real processes at one home, and real deaths."""

import os
import signal

from eventstore.errors import FenceLost, WrongExpectedVersion
from eventstore.leases import Leases, WorkerLock, is_dead
from projections import events as e
from projections.events import TYPES
from tests.build import RUN, chain_is_whole
from tests.processes import ended, run, spawn, until

EACH = 40


def hang():
    while True:
        signal.pause()


def test_eight_processes_that_open_a_new_home_at_once_make_one_log(home):
    gate, opener = os.pipe()
    home.root.parent.mkdir(exist_ok=True)
    told = home.root.parent / "told"
    told.mkdir()

    def open_it():
        os.close(opener)
        os.read(gate, 1)
        with home.open(TYPES) as log:
            (told / str(os.getpid())).write_text(log.log_id)

    pids = [spawn(open_it) for _ in range(8)]
    os.close(gate)
    os.close(opener)

    assert [ended(pid) for pid in pids] == [0] * 8
    assert len({path.read_text() for path in told.iterdir()}) == 1


def append_many(home, stream):
    with home.open(TYPES) as log:
        for number in range(EACH):
            log.append(stream, [e.SessionPrioritised(priority=number)], expected=number, cause=RUN)


def test_four_processes_that_append_at_once_lose_nothing(home):
    home.open(TYPES).close()
    pids = [spawn(lambda s=stream: append_many(home, s)) for stream in "abcd"]

    assert [ended(pid) for pid in pids] == [0] * 4

    with home.open(TYPES) as log:
        for stream in "abcd":
            assert [one.event.priority for one in log.read(stream)] == list(range(EACH))
        assert log.head().global_position == 4 * EACH
        assert chain_is_whole(log)


def append_to_the_same(home, number):
    with home.open(TYPES) as log:
        done = 0
        while done < EACH:
            try:
                log.append(
                    "a",
                    [e.SessionPrioritised(priority=number)],
                    expected=log.version("a"),
                    cause=RUN,
                )
            except WrongExpectedVersion:
                continue
            done += 1


def test_four_processes_that_append_to_one_stream_lose_nothing(home):
    home.open(TYPES).close()
    pids = [spawn(lambda n=number: append_to_the_same(home, n)) for number in range(4)]

    assert [ended(pid) for pid in pids] == [0] * 4

    with home.open(TYPES) as log:
        events = log.read("a")
        assert [one.position for one in events] == list(range(1, 4 * EACH + 1))
        assert sorted(one.event.priority for one in events) == sorted([0, 1, 2, 3] * EACH)
        assert chain_is_whole(log)


def claim_and_hang(home, told):
    with home.open(TYPES) as log:
        lock = WorkerLock(home.locks)
        fence = Leases(log, lock).claim("c")
        told.write_text(f"{lock.name} {fence.epoch}")
        hang()


def test_a_living_process_keeps_its_command_and_a_killed_one_loses_it_at_once(home, tmp_path):
    told = tmp_path / "told"
    home.open(TYPES).close()
    pid = spawn(lambda: claim_and_hang(home, told))
    until(lambda: told.exists() and told.read_text())
    name = told.read_text().split()[0]

    with home.open(TYPES) as log:
        lock = WorkerLock(home.locks)
        leases = Leases(log, lock)
        assert leases.claim("c") is None
        os.kill(pid, signal.SIGKILL)
        assert ended(pid) == -signal.SIGKILL
        assert leases.claim("c").epoch == 2
        assert is_dead(home.locks, name)
        lock.close()


def test_a_stopped_process_that_wakes_too_late_is_shut_out(home, tmp_path):
    told = tmp_path / "told"
    go = tmp_path / "go"
    home.open(TYPES).close()

    def claim_and_finish_late():
        with home.open(TYPES) as log:
            fence = Leases(log, WorkerLock(home.locks)).claim("c")
            told.write_text("claimed")
            until(go.exists)
            try:
                log.append("a", [e.SessionUnpaused()], expected=0, cause=RUN, fence=fence)
            except FenceLost:
                told.write_text("shut out")

    pid = spawn(claim_and_finish_late)
    until(lambda: told.exists() and told.read_text() == "claimed")
    os.kill(pid, signal.SIGSTOP)
    with home.open(TYPES) as log:
        clock = [0.0]
        lock = WorkerLock(home.locks)
        leases = Leases(log, lock, monotonic=lambda: clock[0])
        assert leases.claim("c") is None
        clock[0] = 1e6
        assert leases.claim("c") is not None
        go.touch()
        os.kill(pid, signal.SIGCONT)
        assert ended(pid) == 0
        assert log.version("a") == 0
        lock.close()

    assert told.read_text() == "shut out"


def test_a_process_killed_inside_a_transaction_leaves_the_log_as_it_was(home):
    def die_inside():
        with home.open(TYPES) as log, log.writing():
            entry = ("id", ("SessionUnpaused", 1, "{}"), e.SessionUnpaused())
            log._insert(log._ends.of("a"), [entry], RUN)
            os.kill(os.getpid(), signal.SIGKILL)

    home.open(TYPES).close()

    assert run(die_inside) == -signal.SIGKILL

    with home.open(TYPES) as log:
        assert log.head().global_position == 0
        log.append("a", [e.SessionUnpaused()], expected=0, cause=RUN)
        assert chain_is_whole(log)


def test_a_process_killed_while_it_makes_the_home_leaves_a_home_that_opens(home, monkeypatch):
    from eventstore import connection

    def die(_):
        os.kill(os.getpid(), signal.SIGKILL)

    def die_before_the_rename():
        monkeypatch.setattr(type(home.root), "rename", lambda *_: die(None))
        home.open(TYPES)

    def die_after_the_rename():
        whole = connection.sync_folder
        monkeypatch.setattr(
            connection,
            "sync_folder",
            lambda folder: die(None) if home.log_path.exists() else whole(folder),
        )
        home.open(TYPES)

    for death in (die_before_the_rename, die_after_the_rename):
        assert run(death) == -signal.SIGKILL
        assert sorted(path.suffix for path in home.root.iterdir() if path.is_file())

    with home.open(TYPES) as log:
        log.append("a", [e.SessionUnpaused()], expected=0, cause=RUN)
        assert chain_is_whole(log)
