"""Starts real `reelog` processes under a supervisor: cold by exec, or warm by fork.

A warm process is a fork of this one, which has imported everything: the same command line, the
same crew, the same worker in a process of its own, without half a second of imports for each. No
process is forked while a log is open in it: SQLite must not be carried across a fork.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.command import REELOG, Done
from tests.faults.supervisor import Plan, Supervisor, nothing
from tests.faults.syscalls import listen, supported
from tests.processes import run


def _allowed() -> bool:
    """Whether the kernel lets us stop calls."""
    return supported() and run(_listens) == 0


def _listens() -> None:
    try:
        listen()
    except OSError:
        os._exit(1)


needs_stopped_calls = pytest.mark.skipif(
    not _allowed(), reason="seccomp with user notification is needed, on x86-64"
)


def start(
    arguments: list[str],
    environment: Mapping[str, str],
    home: Path,
    plan: Plan = nothing,
    *,
    cold: bool = False,
) -> tuple[Done, Supervisor]:
    """Run a command to the end of its last process; how it ended, and what it called."""
    folder = home.parent

    def become() -> None:
        _in(folder)
        if cold:
            os.execve(REELOG, [REELOG, *arguments], dict(environment))
        os.environ.clear()
        os.environ.update(environment)
        _warm_workers()
        _run(lambda: _command(arguments))

    status, supervisor = supervised(become, home, plan)
    done = Done(status, _read(folder / "stdout"), _read(folder / "stderr"))
    assert "Traceback" not in done.out + done.err, done.err
    return done, supervisor


def supervised(
    become: Callable[[], object], home: Path, plan: Plan = nothing
) -> tuple[int, Supervisor]:
    """Run something in a process whose writing calls are stopped; its status and its calls."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if not pid:
        status = 99
        with suppress(BaseException):
            ours.close()
            os.setsid()
            listener = listen()
            socket.send_fds(theirs, [b"l"], [listener])
            os.close(listener)
            theirs.close()
            become()
            status = 0
        os._exit(status)
    theirs.close()
    with ours:
        _, (listener, *_), _, _ = socket.recv_fds(ours, 1, 1)
    supervisor = Supervisor(pid, listener, home, plan)
    supervisor.watch()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), supervisor


def _read(path: Path) -> str:
    return path.read_text(errors="backslashreplace") if path.exists() else ""


def _in(folder: Path) -> None:
    """In that folder, with its files for streams."""
    for number, path in ((0, Path(os.devnull)), (1, folder / "stdout"), (2, folder / "stderr")):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644), number)
    os.chdir(folder)


def _run(work: Callable[[], int]) -> None:
    """A whole program in this process, streams and exit status included."""
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, encoding="utf-8", closefd=False)
        for number, mode in enumerate("rww")
    )
    try:
        status = work()
    except SystemExit as end:
        status = int(end.code or 0)
    except BaseException:  # noqa: BLE001 - as the interpreter does
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _command(arguments: list[str]) -> int:
    from cli.main import main

    sys.argv = ["reelog", *arguments]
    main()
    return 0


def _warm_workers() -> None:
    """Crews hire warm workers, and keep one more ready for when a worker dies."""
    from handlers import crew

    whole = crew.Crew.__init__

    def hire_warm(self: Any, *given: Any) -> None:
        crew.subprocess.Popen = WarmWorker  # type: ignore[misc, attr-defined]
        WarmWorker.spare = _spare()
        whole(self, *given)
        WarmWorker.may_fork = False  # from now on a log may be open here

    crew.Crew.__init__ = hire_warm  # type: ignore[method-assign]


def _spare() -> tuple[int, socket.socket]:
    """A process that waits to be told what to become; it ends when nobody can tell it any more."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid:
        theirs.close()
        return pid, ours
    ours.close()
    words, descriptors, _, _ = socket.recv_fds(theirs, 1 << 16, 3)
    if not words:
        os._exit(0)
    _work(json.loads(words), *descriptors)
    return 0, ours


def _work(arguments: list[str], *streams: int) -> None:
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
    os.closerange(3, 256)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    from handlers.work_process import main

    _run(lambda: main(*arguments))


class WarmWorker(subprocess.Popen[bytes]):
    """A worker process by fork, with the pipes, the waiting and the signals of the real one."""

    spare: tuple[int, socket.socket] | None = None
    may_fork = True

    def _execute_child(self, args: Any, *rest: Any) -> None:
        stdin, _, _, stdout, _, stderr = pipes = rest[9:15]
        arguments = [str(one) for one in args[4:]]
        if self.may_fork:
            self.pid = os.fork()
            if not self.pid:
                _work(arguments, stdin, stdout, stderr)
        elif self.spare:
            self.pid, told = self.spare
            WarmWorker.spare = None
            with told:
                socket.send_fds(told, [json.dumps(arguments).encode()], [stdin, stdout, stderr])
        else:
            super()._execute_child(args, *rest)  # type: ignore[misc]
            return
        self._child_created = True
        self._close_pipe_fds(*pipes)  # type: ignore[attr-defined]
