"""The crew: worker processes of one run. Started, watched, replaced when one dies, stopped."""

import json
import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any

from eventstore.children import command, cores
from eventstore.errors import DiskFull, LogFailed
from gpu.ready import OF_MODELS
from gpu.stages import Share
from handlers.death import Death, memory_kills

STOP_S = 0.8
DEATHS_MAX = 6
"""Deaths in a row, with nothing added to the log between them, after which a run gives up."""
MEMORY_PER_WORKER_BYTES = 700 << 20
WORKERS_MAX = 8
OK, DISK_FAILED = 0, 3


def default_workers(backends: Iterable[str] = ()) -> int:
    """One worker a core, as far as memory goes, eight at most; one where a model is loaded."""
    if set(backends) & set(OF_MODELS):
        return 1  # a card has room for one, and a second one would load everything again
    return max(1, min(cores(), _memory_bytes() // MEMORY_PER_WORKER_BYTES, WORKERS_MAX))


def _memory_bytes() -> int:
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return 4 << 30


class Member:
    """One worker process."""

    def __init__(self, home: Path, run_id: str, sessions: Sequence[str]) -> None:
        self.errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives with the process
        self.process = subprocess.Popen(
            command("handlers.work_process", str(home), run_id, str(os.getpid()), *sessions),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.errors,
        )
        self.buffer = b""
        self.worker = ""
        self.said = ""
        self.said_of: tuple[str, int | None] = ("", None)
        self.hung = False

    def heard(self, line: dict[str, Any]) -> None:
        """Remember who it is and what it said last."""
        if "worker" in line:
            self.worker = line["worker"]
        elif "share" in line:
            words = f": {line['words']}" if line.get("words") else ""
            self.said_of = line["kind"], line["shot"]
            self.said = f"{line['share']:.0%}{words}"

    def wait(self) -> tuple[int, int]:
        """Its exit status, or minus a signal; and the most memory that it held, in bytes."""
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        return self.process.returncode, usage.ru_maxrss * 1024

    def last_words(self) -> str:
        """The last line that the process wrote to stderr."""
        self.errors.seek(0)
        lines = self.errors.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""


class Crew:
    """The worker processes of one run."""

    def __init__(self, home: Path, run_id: str, sessions: Sequence[str], size: int) -> None:
        self._home, self.run_id, self._sessions = home, run_id, sessions
        self._selector = selectors.DefaultSelector()
        self._members: list[Member] = []
        self._deaths = 0
        self._untold: list[Death] = []
        self._memory_kills = memory_kills()
        self.shares: dict[tuple[str, int | None], float] = {}
        self.disk_error: LogFailed | None = None
        self.failure = ""
        for _ in range(size):
            self._hire()

    def _hire(self) -> None:
        member = Member(self._home, self.run_id, self._sessions)
        assert member.process.stdout is not None
        os.set_blocking(member.process.stdout.fileno(), False)
        self._selector.register(member.process.stdout, selectors.EVENT_READ, member)
        self._members.append(member)

    @property
    def working(self) -> bool:
        """Whether any worker is left."""
        return bool(self._members)

    def log_has_grown(self) -> None:
        """Something was achieved since the last death."""
        self._deaths = 0

    def watch(self, timeout_s: float) -> None:
        """Read progress and notice deaths, for at most that long."""
        for key, _ in self._selector.select(timeout_s):
            self._read(key.data)

    def _read(self, member: Member) -> None:
        assert member.process.stdout is not None
        data = member.process.stdout.read(65536)
        if data:
            *lines, member.buffer = (member.buffer + data).split(b"\n")
            for line in map(json.loads, lines):
                member.heard(line)
                self._heard(line)
        elif data == b"":
            self._ended(member)

    def _heard(self, line: dict[str, Any]) -> None:
        if "error" in line:
            kind = DiskFull if line["error"] == "DiskFull" else LogFailed
            self.disk_error = kind(line["message"])
        elif "share" in line:
            share = Share(line["share"], line.get("words", ""), line.get("file", ""))
            self.shares[line["kind"], line["shot"]] = share

    def _ended(self, member: Member) -> None:
        status, peak_bytes = member.wait()
        last_words = member.last_words()
        self._dismiss(member)
        if status == OK:
            return
        if status == DISK_FAILED:
            self.disk_error = self.disk_error or LogFailed("the disk or the log failed")
            return
        if member.worker:
            self._untold.append(self._death(member, status, peak_bytes, last_words))
        self._deaths += 1  # also of one that somebody else stopped: stop() dismisses ours
        if self._deaths <= DEATHS_MAX:
            self._hire()
        else:
            how = f"signal {-status}" if status < 0 else f"status {status}"
            self.failure = f"workers keep dying ({how}): {last_words}".rstrip(": ")

    def _death(self, member: Member, status: int, peak_bytes: int, last_words: str) -> Death:
        before, self._memory_kills = self._memory_kills, memory_kills()
        return Death(
            worker=member.worker,
            status=status,
            peak_memory_bytes=peak_bytes,
            memory_kills=self._memory_kills - before,
            said=member.said,
            said_of=member.said_of,
            last_line=last_words,
            hung=member.hung,
        )

    def end_hung(self, workers: set[str]) -> None:
        """End the workers of these names, where they are ours: a death, and they are replaced."""
        for member in self._members:
            if member.worker in workers and not member.hung:
                member.hung = True
                member.process.kill()

    def deaths(self) -> list[Death]:
        """Those that nobody has been told of yet."""
        untold, self._untold = self._untold, []
        return untold

    def _dismiss(self, member: Member) -> None:
        assert member.process.stdout is not None
        self._selector.unregister(member.process.stdout)
        self._members.remove(member)
        member.process.stdout.close()
        member.errors.close()

    def stop(self) -> None:
        """End all workers: asked first, killed after STOP_S. Their children die with them."""
        for member in self._members:
            member.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_S
        for member in list(self._members):
            try:
                member.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                member.process.kill()
                member.process.wait()
            self._dismiss(member)
