"""Ties a child to its parent's life, then becomes the real program (Linux). Standard library only.

A program of its own, because code between fork and exec is not safe in a process with threads.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """leash.py PARENT_PID PROGRAM ARGUMENT …"""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(sys.argv[1]):
        os._exit(1)  # the parent died before the leash was on
    os.execvp(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
