"""Many processes that write at once: each gets its turn, none is told that the log is locked."""

import os
from collections import Counter

from eventstore.leases import Leases, WorkerLock
from projections import events as e
from projections.events import TYPES
from tests import shelf
from tests.build import RUN, chain_is_whole
from tests.command import FAKE
from tests.faults import cases
from tests.processes import ended, run, spawn

WRITERS = 8
EACH = 120
TURNS_MIN = 5
"""Turns of the slowest writer when the first one is done. Measured: 100 to 113; 11 to 111 while
five other programs want the processors; 0 to 3 without the line to stand in."""


def write(home, gate, stream) -> None:
    """Appends, claims, heartbeats and reading, as workers and commands do."""
    with home.open(TYPES) as log:
        lock = WorkerLock(home.locks)
        leases = Leases(log, lock)
        os.read(gate, 1)  # all begin at once
        for number in range(EACH):
            fence = leases.claim(stream)
            leases.beat(fence)
            event = e.SessionPrioritised(priority=number)
            log.append(stream, [event], expected=number, cause=RUN, fence=fence)
            log.read(stream)
        lock.close()


def test_writers_at_once_take_turns(home):
    home.open(TYPES).close()
    gate, opener = os.pipe()
    streams = [f"writer-{number}" for number in range(WRITERS)]

    def begin(stream: str) -> None:
        os.close(opener)
        write(home, gate, stream)

    with cases.counted("writers at once", 0, WRITERS * EACH):
        pids = [spawn(lambda s=stream: begin(s)) for stream in streams]
        os.close(gate)
        os.close(opener)
        assert [ended(pid) for pid in pids] == [0] * WRITERS

        with home.open(TYPES) as log:
            rows = log.query("SELECT stream FROM events ORDER BY global_position")
            assert chain_is_whole(log)
    order = [row["stream"] for row in rows]
    first = min(at for at in range(len(order)) if order[: at + 1].count(order[at]) == EACH)
    done = Counter(order[:first])
    assert len(order) == WRITERS * EACH
    assert min(done[stream] for stream in streams) >= TURNS_MIN, done


def test_commands_beside_a_run_are_never_told_that_the_log_is_locked(reelog):
    assert run(lambda: shelf.stopped(reelog.home)) == 0
    reelog.plant("image:view 2=wait")
    running = reelog.begin("start", "a harbour", *FAKE[:-1], "2", "--new")
    reelog.standing()
    reelog.mend()
    told = reelog.folder / "told"
    told.mkdir()
    name = shelf.SESSION

    def prioritise(number: int) -> None:
        reelog.folder = told / str(number)
        reelog.folder.mkdir()
        for priority in range(3):
            done = reelog.quickly("prioritise", name, str(1 + 10 * number + priority))
            assert done.status == 0, done

    pids = [spawn(lambda n=number: prioritise(n)) for number in range(6)]

    assert [ended(pid) for pid in pids] == [0] * 6
    assert running.ended().status == 0
    assert sum(isinstance(one.event, e.SessionPrioritised) for one in reelog.history(name)) == 18
