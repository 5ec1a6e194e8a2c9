"""The reelog command as people run it: real processes, with or without a terminal.

Faults can be planted in the fake stages of such a run; see tests/faults/planted.py.
"""

import fcntl
import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from eventstore.home import Home
from eventstore.recorded import Recorded
from handlers.stream import SessionStream
from projections.events import TYPES
from projections.session import Session
from tests import processes
from tests.build import chain_is_whole
from tests.processes import DEADLINE_S, until

ROOT = Path(__file__).resolve().parent.parent
REELOG = str(Path(sys.executable).with_name("reelog"))
FAKE = ("--profile", "fake", "--shots", "3", "--workers", "1")
TAKE_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.argv[1], sys.argv[1:])"
)


class Done(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The data of its one envelope."""
        envelope = json.loads(self.out)
        assert envelope["ok"] is True
        return envelope["data"]

    @property
    def error(self) -> Any:
        """The error of its one envelope."""
        envelope = json.loads(self.out)
        assert envelope["ok"] is False
        return envelope["error"]

    @property
    def lines(self) -> list[Any]:
        """Its JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


class Reelog:
    """reelog commands on one home."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = Home(folder / "home")
        self.faults = ""
        self.settings: dict[str, str] = {}
        self._begun: list[Running | Terminal] = []

    @property
    def environment(self) -> dict[str, str]:
        """Of every command: nothing of the tester's own, and a mark that its children inherit."""
        kept = {
            key: os.environ[key]
            for key in ("PATH", "PYTHONPATH", "LANG", "TMPDIR")
            if key in os.environ
        }
        faults = [str(ROOT / "tests" / "faults"), kept.get("PYTHONPATH", "")]
        planted = {
            "PYTHONPATH": os.pathsep.join(filter(None, faults)),
            "REELOG_FAULTS": self.faults,
            "REELOG_FAULTS_AT": str(self.folder),
        }
        return {
            **kept,
            "HOME": str(self.folder),
            "REELOG_HOME": str(self.home.root),
            "PYTHONWARNINGS": "error",
            **(planted if self.faults else {}),
            **self.settings,
        }

    def __call__(self, *arguments: str, stdin: str | bytes = b"") -> Done:
        """Run to the end, without a terminal."""
        given = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [REELOG, *arguments],
            input=given,
            capture_output=True,
            env=self.environment,
            cwd=self.folder,
            timeout=DEADLINE_S,
            check=False,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in out + err
        return Done(done.returncode, out, err)

    def quickly(self, *arguments: str, stdin: bytes = b"") -> Done:
        """Run to the end in a fork of this process: as real, and without the wait for imports."""
        given, out, err = (self.folder / name for name in ("stdin", "stdout", "stderr"))
        given.write_bytes(stdin)
        environment = self.environment

        def run() -> None:
            for number, path in ((0, given), (1, out), (2, err)):
                flags = os.O_RDWR | os.O_CREAT | (os.O_TRUNC if number else 0)
                os.dup2(os.open(path, flags, 0o644), number)
            sys.stdin, sys.stdout, sys.stderr = (
                os.fdopen(number, mode, encoding="utf-8", closefd=False)
                for number, mode in enumerate("rww")
            )
            os.environ.clear()
            os.environ.update(environment)
            os.chdir(self.folder)
            sys.argv = ["reelog", *arguments]
            from cli.main import main

            try:
                main()
            except SystemExit as end:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(int(end.code or 0))

        status = processes.run(run)
        done = Done(status, out.read_text(), err.read_text())
        assert "Traceback" not in done.out + done.err
        return done

    def begin(self, *arguments: str) -> "Running":
        """Start without a terminal, and come back at once."""
        running = Running([REELOG, *arguments], self.environment, self.folder)
        self._begun.append(running)
        return running

    def at_terminal(self, *arguments: str) -> "Terminal":
        """Start in a terminal of its own."""
        terminal = Terminal([REELOG, *arguments], self.environment, self.folder)
        self._begun.append(terminal)
        return terminal

    def end(self) -> None:
        """Kill whatever still runs."""
        for pid in self.processes():
            with suppress(ProcessLookupError):
                kill(pid)
        for running in self._begun:
            running.close()

    def mend(self) -> None:
        """Planted faults strike no more, and who stands still goes on."""
        (self.folder / "mended").touch()

    def plant(self, faults: str) -> None:
        """From now on these faults strike."""
        (self.folder / "mended").unlink(missing_ok=True)
        (self.folder / "standing").unlink(missing_ok=True)
        self.faults = faults

    def standing(self, count: int = 1) -> list[int]:
        """Wait until so many stages stand still; the ids of their processes."""
        until(lambda: len(self._noted("standing")) >= count)
        return [int(line.split()[1]) for line in self._noted("standing")]

    def calls(self) -> list[str]:
        """The kinds of all stage calls so far, while faults were planted."""
        return [line.split()[0] for line in self._noted("calls")]

    def _noted(self, file: str) -> list[str]:
        path = self.folder / file
        return path.read_text().splitlines() if path.exists() else []

    def sessions(self) -> list[str]:
        """The ids of all sessions, oldest first."""
        with self.home.open_existing(TYPES, read_only=True) as log:
            return log.streams()

    def history(self, session: str = "") -> list[Recorded]:
        """The events of a session, or of the only one."""
        return self._stream(session).history

    def session(self, session: str = "") -> Session:
        """A session as it is, or the only one."""
        return self._stream(session).session

    def _stream(self, session: str) -> SessionStream:
        with self.home.open_existing(TYPES, read_only=True) as log:
            if not session:
                (session,) = log.streams()
            return SessionStream(log, session)

    def log_is_whole(self) -> bool:
        """Whether every hash of the log is right."""
        with self.home.open_existing(TYPES, read_only=True) as log:
            return chain_is_whole(log)

    def processes(self) -> set[int]:
        """Living processes that a command on this home started, and the commands themselves."""
        mark = f"REELOG_HOME={self.home.root}\0".encode()
        found = set()
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                alive = (entry / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
                if alive and mark in (entry / "environ").read_bytes() + b"\0":
                    found.add(int(entry.name))
            except OSError:
                continue
        return found

    def workers(self) -> list[int]:
        """Living worker processes on this home."""
        return [pid for pid in sorted(self.processes()) if b"work_process" in command_line(pid)]


def command_line(pid: int) -> bytes:
    """What a process was started with; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


class Running:
    """A command that works."""

    def __init__(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> None:
        self.process = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            cwd=folder,
            start_new_session=True,
        )

    def close(self) -> None:
        """Wait for its end, whatever it was."""
        self.process.communicate(timeout=DEADLINE_S)

    def ended(self) -> Done:
        """Wait for its end."""
        out, err = self.process.communicate(timeout=DEADLINE_S)
        assert b"Traceback" not in out + err
        return Done(self.process.returncode, out.decode(), err.decode())

    def signal(self, number: int) -> None:
        """Send it a signal, to it alone."""
        self.process.send_signal(number)


class Terminal:
    """A command in a terminal of its own; what it writes is read as it comes."""

    def __init__(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, b"\x32\0\x64\0\0\0\0\0")  # 50 lines of 100
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", TAKE_TERMINAL, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**environment, "TERM": "xterm"},
            cwd=folder,
            start_new_session=True,
        )
        os.close(slave)
        self.text = ""

    def reads(self, wanted: str) -> str:
        """Wait until this is on the screen; everything that was."""
        late = time.monotonic() + DEADLINE_S
        while wanted not in self.text:
            assert time.monotonic() < late, f"{wanted!r} is not in {self.text!r}"
            if not self._read():
                assert wanted in self.text, self.text
        return self.text

    def types(self, text: str) -> None:
        """Type on its keyboard."""
        os.write(self._master, text.encode())

    def types_to_leave(self, key: str) -> Done:
        """Type a key, and again when it is not heard: it may come between asking and listening."""
        for _ in range(5):
            self.types(key)
            again = time.monotonic() + DEADLINE_S / 10
            while time.monotonic() < again:
                if not self._read():
                    return self.ended()
        raise AssertionError(self.text)

    def ended(self) -> Done:
        """Read to the end; what was on the screen."""
        late = time.monotonic() + DEADLINE_S
        while self._read():
            assert time.monotonic() < late, self.text
        status = self.process.wait(DEADLINE_S)
        assert "Traceback" not in self.text
        return Done(status, self.text, "")

    def close(self) -> None:
        """Switch the terminal off."""
        self.process.wait(DEADLINE_S)
        os.close(self._master)

    def _read(self) -> bool:
        """Read what there is; False at the end."""
        if not select.select([self._master], [], [], 0.05)[0]:
            return self.process.poll() is None
        try:
            data = os.read(self._master, 65536)
        except OSError:  # how Linux says that nobody holds the other side any more
            return False
        self.text += data.decode("utf-8", "replace")
        return bool(data)


def kill(pid: int, number: int = signal.SIGKILL) -> None:
    """A signal to a process of ours."""
    os.kill(pid, number)
