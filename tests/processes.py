"""Real processes for tests: forked from this warm one, so that each costs milliseconds.

Fork only while no log is open here; and not where a card is in use, whose driver knows no fork.
"""

import os
import pickle
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DEADLINE_S = 30.0


def spawn(work: Callable[[], object]) -> int:
    """Run `work` in a child process; its pid. The child ends with 0, or 99 after an exception."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        pytest.skip("a process that uses a card cannot be forked")
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    status = 99
    try:
        work()
        status = 0
    except BaseException:  # noqa: BLE001 - a child tells and ends
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def ended(pid: int) -> int:
    """Wait for a child's end: its exit status, or minus the signal that killed it."""
    until = time.monotonic() + DEADLINE_S
    while time.monotonic() < until:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    raise AssertionError(f"process {pid} did not end within {DEADLINE_S} s")


def run(work: Callable[[], object]) -> int:
    """Run `work` in a child process to its end; its exit status."""
    return ended(spawn(work))


def apart(work: Callable[..., Any], *arguments: Any) -> Any:
    """What `work` returns in a process that was small before: for what is said of memory.

    A fork of this one would count what the tests before have loaded here.
    """
    code = "import pickle, sys; work, arguments = pickle.load(sys.stdin.buffer)"
    code += "; sys.stdout.buffer.write(pickle.dumps(work(*arguments)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=pickle.dumps((work, arguments)), stdout=subprocess.PIPE, check=True,
        cwd=Path(__file__).resolve().parent.parent,
    )  # fmt: skip
    return pickle.loads(done.stdout)


def until(condition: Callable[[], object]) -> None:
    """Wait for a condition that another process brings about."""
    late = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < late, f"still waiting after {DEADLINE_S} s"
        time.sleep(0.002)
