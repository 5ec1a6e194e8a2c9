"""Why a worker died: what its parent can see, put in words and recorded with what it was making."""

import signal
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from eventstore.log import EventLog
from eventstore.recorded import Cause, Recorded
from eventstore.registry import Event
from handlers.attempt import recordable
from handlers.stream import SessionStream
from handlers.watchman import HUNG_S
from projections.events import CommandStarted, WorkerDied
from projections.session import Session

VMSTAT = Path("/proc/vmstat")


def memory_kills() -> int:
    """How many processes the kernel has ended for want of memory since it started; Linux."""
    try:
        lines = VMSTAT.read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)


@dataclass(frozen=True, kw_only=True)
class Death:
    """One worker's end. `status`: its exit status, or minus the signal that ended it."""

    worker: str
    status: int
    peak_memory_bytes: int
    memory_kills: int
    said: str = ""
    said_of: tuple[str, int | None] = ("", None)
    last_line: str = ""
    hung: bool = False
    """Its run ended it, as it had stood still for too long."""

    @property
    def out_of_memory(self) -> bool:
        """Whether everything looks as if the kernel had ended it for want of memory."""
        killed = self.status == -signal.SIGKILL and not self.hung
        return killed and self.memory_kills > 0

    def words(self, kind: str, shot: int | None) -> str:
        """One sentence with all that is known about its end in the middle of that work."""
        said = self.said if self.said_of == (kind, shot) else ""
        stood = f"stood still for {HUNG_S / 60:.0f} minutes and was ended"
        parts = [
            f"its worker {stood if self.hung else _how(self.status)}",
            "the kernel ended a process for want of memory then" if self.out_of_memory else "",
            f"it held {self.peak_memory_bytes / 2**20:,.0f} MiB at most",
            f"it was at {said}" if said else "it had not said how far it was",
            f"its last line was: {self.last_line}" if self.last_line else "",
        ]
        return "; ".join(filter(None, parts))

    def record(self, log: EventLog, session_id: str, run_id: str) -> None:
        """Append WorkerDied for each attempt there that it had begun and not ended."""
        stream = SessionStream(log, session_id)
        for started in self._open(stream):
            stream.record(partial(self._told, stream, started), Cause(started.event_id, run_id))

    def _open(self, stream: SessionStream) -> list[Recorded]:
        """Its starts that caused nothing: whatever ends an attempt is caused by its start."""
        ended = {one.causation_id for one in stream.history}
        return [
            one
            for one in stream.history
            if isinstance(one.event, CommandStarted)
            and one.event.worker == self.worker
            and one.event_id not in ended
        ]

    def _told(self, stream: SessionStream, started: Recorded, _: Session) -> list[Event]:
        if started not in self._open(stream):
            return []
        event = started.event
        assert isinstance(event, CommandStarted)
        died = WorkerDied(
            command_id=event.command_id,
            kind=event.kind,
            shot=event.shot,
            worker=self.worker,
            reason=recordable(self.words(event.kind, event.shot)),
            signal=-self.status if self.status < 0 else None,
            exit_status=self.status if self.status >= 0 else None,
            peak_memory_bytes=self.peak_memory_bytes,
            out_of_memory=self.out_of_memory,
        )
        return [died]


def _how(status: int) -> str:
    if status >= 0:
        return f"ended with status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = "a signal"
    return f"was ended by {name} ({-status})"
