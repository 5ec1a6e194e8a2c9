"""Whatever a process of ours starts ends with it: encoders, speech, consoles, workers."""

import signal
import sys

import pytest

from tests.build import leftovers
from tests.command import Reelog, command_line, kill
from tests.processes import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="leashes are Linux's")

DRAWN = (
    *("start", "a lighthouse in a storm", "--shots", "2", "--duration", "8", "--size", "320x180"),
    *("--workers", "1", "--seed", "1"),
)
ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n "
    "WHERE i < 0"
)


def child_of(reelog: Reelog, program: bytes) -> int:
    """A running child of that name, held where it is."""
    found: list[int] = []

    def holds_one() -> bool:
        for pid in reelog.processes():
            if program in command_line(pid) and b"leash.py" not in command_line(pid):
                kill(pid, signal.SIGSTOP)
                found.append(pid)
                return True
        return False

    until(holds_one)
    return found[0]


def is_gone(reelog: Reelog, pid: int) -> bool:
    return pid not in reelog.processes()


@pytest.mark.parametrize("program", [b"libx264", b"speech_child"])
def test_a_stages_child_ends_with_its_killed_worker_even_when_it_stands_still(reelog, program):
    running = reelog.begin(*DRAWN)
    child = child_of(reelog, program)
    (worker,) = reelog.workers()

    kill(worker)

    until(lambda: is_gone(reelog, child))
    if program == b"libx264":
        assert running.ended().status == 0
        assert leftovers(reelog.home) == []


def test_everything_ends_with_a_foreground_that_is_killed_while_a_film_is_drawn(reelog):
    running = reelog.begin(*DRAWN)
    child = child_of(reelog, b"libx264")

    running.signal(signal.SIGKILL)
    running.process.wait()

    until(lambda: not reelog.processes())
    assert is_gone(reelog, child)


def test_a_console_ends_with_its_killed_command(reelog):
    reelog.quickly("start", "a lighthouse", "--profile", "fake", "--shots", "2", "--duration", "4")
    running = reelog.begin("sql", ENDLESS)
    until(lambda: len(reelog.processes()) == 2)

    running.signal(signal.SIGKILL)
    running.process.wait()

    until(lambda: not reelog.processes())
