"""Processes of our own beside the one that a user started."""

import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PROCESSES_MAX = 4
"""How many share one piece of work at most, however many processors there are."""


def command(module: str, *arguments: str) -> list[str]:
    """How a module of ours is run as a process. -P: a user's folder named gpu or cli is not it."""
    return [sys.executable, "-P", "-m", module, *arguments]


def die_with_parent(parent: int) -> None:
    """Linux: get SIGTERM when the parent dies, however it dies."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
