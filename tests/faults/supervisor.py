"""Decides what becomes of each writing call of a run: it goes on, it fails, or somebody dies."""

import errno
import fcntl
import os
import select
import signal
import struct
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tests.faults.syscalls import FD, KINDS, Kind

RECEIVE, ANSWER = 0xC0502100, 0xC0182101
GO_ON = 1
NOTIFICATION = struct.Struct("=QIIiIQ6Q")
DEADLINE_S = 90.0
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
FOREGROUND, WORKER, CHILD = "foreground", "worker", "child"


class Call(NamedTuple):
    """One writing call on a file of the home. Numbers count from 1."""

    number: int
    role: str
    number_in_role: int
    name: str
    path: str
    needs_room: bool
    pid: int


class Verdict(NamedTuple):
    """What becomes of a call: who dies first, and which error it ends with (0: it goes on)."""

    kill: tuple[int, ...] = ()
    error: int = 0


GO = Verdict()
Plan = Callable[[Call, "Supervisor"], Verdict]


def nothing(_: Call, __: "Supervisor") -> Verdict:
    """No fault."""
    return GO


class Supervisor:
    """Watches one run from its first call to the end of its last process."""

    def __init__(self, root: int, listener: int, home: Path, plan: Plan) -> None:
        self.root, self._listener, self._home = root, listener, str(home)
        self._plan = plan
        self._roles: dict[int, tuple[int, str]] = {}
        self._counts: Counter[str] = Counter()
        self.calls: list[Call] = []

    def watch(self) -> None:
        """Answer every call until nobody is left. Raises AssertionError after a long time."""
        poll = select.poll()
        poll.register(self._listener, select.POLLIN)
        late = time.monotonic() + DEADLINE_S
        while True:
            for _, what in poll.poll(1000):
                if what & select.POLLIN:
                    self._one()
                elif what & select.POLLHUP:
                    os.close(self._listener)
                    return
            if time.monotonic() > late:
                for pid in self.living():
                    self.kill(pid)
                raise AssertionError(f"it did not end within {DEADLINE_S} s: {self.calls[-5:]}")

    def living(self, role: str = "") -> list[int]:
        """Processes seen so far that may live, of one role or all."""
        found = {pid for pid, of in self._roles.values() if not role or of == role}
        if not role:
            found.add(self.root)
        return sorted(found)

    def kill(self, pid: int) -> None:
        """SIGKILL."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def _one(self) -> None:
        buffer = bytearray(NOTIFICATION.size)
        try:
            fcntl.ioctl(self._listener, RECEIVE, buffer)
        except OSError:
            return  # whoever called has died meanwhile
        key, thread, _, number, _, _, *arguments = NOTIFICATION.unpack(buffer)
        call = self._call(thread, KINDS[number], arguments)
        verdict = self._plan(call, self) if call else GO
        for pid in verdict.kill:
            self.kill(pid)
        answer = struct.pack("=QqiI", key, 0, -verdict.error, 0 if verdict.error else GO_ON)
        with suppress(OSError):
            fcntl.ioctl(self._listener, ANSWER, answer)

    def _call(self, thread: int, kind: Kind, arguments: list[int]) -> Call | None:
        """The call, if it is one on the home."""
        try:
            path = self._path(thread, kind, arguments)
            if path is None:
                return None
            pid, role = self._role(thread)
        except OSError:
            return None
        self._counts[role] += 1
        number = len(self.calls) + 1
        call = Call(number, role, self._counts[role], kind.name, path, kind.needs_room, pid)
        self.calls.append(call)
        return call

    def _path(self, thread: int, kind: Kind, arguments: list[int]) -> str | None:
        if kind.how == FD:
            paths = [_target(thread, arguments[kind.places[0]])]
        else:
            places = kind.places[:1] if kind.how == "opens" else kind.places
            paths = [_text(thread, arguments[place]) for place in places]
        inside = [path for path in paths if path == self._home or self._within(path)]
        return inside[-1][len(self._home) :].lstrip("/") if inside else None

    def _within(self, path: str) -> bool:
        return path.startswith(f"{self._home}/")

    def _role(self, thread: int) -> tuple[int, str]:
        if thread not in self._roles:
            status = Path(f"/proc/{thread}/status").read_text().splitlines()
            facts = dict(line.split(":", 1) for line in status)
            pid, parent = int(facts["Tgid"]), int(facts["PPid"])
            role = FOREGROUND if pid == self.root else WORKER if parent == self.root else CHILD
            self._roles[thread] = pid, role
        return self._roles[thread]


def _target(thread: int, descriptor: int) -> str:
    return os.readlink(f"/proc/{thread}/fd/{descriptor & 0xFFFFFFFF}")  # noqa: PTH115


def _text(thread: int, address: int) -> str:
    with Path(f"/proc/{thread}/mem").open("rb", buffering=0) as memory:
        memory.seek(address)
        found = b""
        while b"\0" not in found and len(found) < 4096:
            part = memory.read(256 - (address + len(found)) % 256)
            if not part:
                break
            found += part
    return os.fsdecode(found.partition(b"\0")[0])


@dataclass
class Failing:
    """From the n-th call on the disk fails, once or for good; for want of room only where it may.

    Once broken it stays so for other runs that are given the same plan.
    """

    number: int
    error: int
    sticky: bool
    broken: bool = False

    def __call__(self, call: Call, _: Supervisor) -> Verdict:
        if self.error in NO_ROOM and not call.needs_room:
            return GO
        if self.broken:
            return Verdict(error=self.error) if self.sticky else GO
        self.broken = call.number >= self.number
        return Verdict(error=self.error) if self.broken else GO


@dataclass
class Killing:
    """At the n-th call somebody dies: who calls, everybody of its role, or all."""

    number: int
    whom: str
    struck: str = ""

    def __call__(self, call: Call, supervisor: Supervisor) -> Verdict:
        if self.struck or call.number < self.number:
            return GO
        if self.whom == WORKER and call.role != WORKER:
            return GO
        self.struck = f"{call.role} {call.name} {call.path}"
        match self.whom:
            case "caller" | "worker":
                return Verdict(kill=(call.pid,))
            case "workers":
                return Verdict(kill=tuple(supervisor.living(WORKER)))
        return Verdict(kill=tuple(supervisor.living()))
