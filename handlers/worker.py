"""The worker: choose, lease, look whether it was made before, run the stage, keep, record.

A crash anywhere loses at most the work in flight: what is left is computed from the log again.
"""

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eventstore.artifacts import full_disk_is_ours
from eventstore.errors import DiskFull, FenceLost, LogFailed
from eventstore.home import Home
from eventstore.leases import Leases, WorkerLock, sweep_locks
from eventstore.log import EventLog, new_id
from eventstore.recorded import Cause, Fence
from gpu.stages import Made, Stage, open_stage
from handlers.attempt import Attempt, open_commands
from handlers.environment import keep_environment
from handlers.making import InputMissing, Library, Product
from handlers.reuse import earlier_result
from handlers.stream import SessionStream
from handlers.table import HANDLERS
from projections.commands import Command

IDLE_S = 0.05
BEAT_S = 2.0


class Stopped(BaseException):
    """Work in flight ends at once, and so does the worker."""


class SessionStopped(Stopped):
    """Work in flight ends at once: the session was paused with --now, or cancelled."""


@dataclass(frozen=True)
class Progress:
    """How far a command is, 0 … 1."""

    session: str
    command: Command
    share: float


class Worker:
    """One worker with its own lock and leases, over one or several sessions."""

    def __init__(
        self,
        home: Home,
        log: EventLog,
        *,
        run_id: str | None = None,
        on_progress: Callable[[Progress], None] = lambda _: None,
        stages: Callable[[str, str], Stage] = open_stage,
    ) -> None:
        self.home, self.log = home, log
        self.lock = WorkerLock(home.locks)
        self.leases = Leases(log, self.lock)
        self.run_id = run_id or new_id()
        self._on_progress = on_progress
        self._open_stage = stages
        self._in_stage = self._stopping = False
        self._seen = 0
        self._stages: dict[tuple[str, str], Stage] = {}
        self._warm: tuple[str, str] | None = None
        self._environment = ""
        home.artifacts.sweep(home.locks)
        sweep_locks(home.locks)

    def close(self) -> None:
        """Give the lock back."""
        self.lock.close()

    def stop(self) -> None:
        """End soon: work in flight at once. For signal handlers."""
        self._stopping = True
        if self._in_stage:
            raise Stopped("stopped by the user")

    def work_on(self, sessions: Sequence[str], *, wait: bool = True) -> None:
        """Work until nothing of these sessions is left that this worker could do.

        Waits for commands in other workers' hands, as their end may open new ones.
        """
        streams = [SessionStream(self.log, session) for session in sessions]
        while True:
            if self._stopping:
                raise Stopped("stopped by the user")
            self._seen = self.log.changed()
            outcomes = self._one_round(streams)
            if "worked" in outcomes:
                continue
            if not wait or all(outcome == "nothing left" for outcome in outcomes):
                return
            time.sleep(IDLE_S)

    def _one_round(self, streams: Sequence[SessionStream]) -> list[str]:
        """One command of every session, but of none behind one of higher priority that worked."""
        outcomes: list[str] = []
        worked_at: int | None = None
        for stream in sorted(streams, key=lambda stream: -stream.session.priority):
            if worked_at is not None and stream.session.priority < worked_at:
                break
            outcomes.append(self._one_command(stream))
            if outcomes[-1] == "worked" and worked_at is None:
                worked_at = stream.session.priority
        return outcomes

    def _one_command(self, stream: SessionStream) -> str:
        stream.reload()
        todo = open_commands(stream.session)
        if not todo:
            return "nothing left"
        held = self.leases.held(command.id for command in todo)
        for command in self._in_model_order(todo):
            if command.id in held:
                continue
            fence = self.leases.claim(command.id)
            if fence is not None:
                self._do(stream, command, fence)
                return "worked"
        return "all in other hands"

    def _in_model_order(self, todo: Sequence[Command]) -> list[Command]:
        """Commands for the model that is loaded come first; otherwise the order of making."""
        return sorted(todo, key=lambda command: _model(command) != self._warm)

    def _do(self, stream: SessionStream, command: Command, fence: Fence) -> None:
        """One leased command, to its event or to its failure."""
        stream.reload()
        if command.id not in {open_.id for open_ in open_commands(stream.session)}:
            self.leases.release(fence)
            return
        attempt = Attempt(stream, command, fence, self.lock.name, Cause(self.run_id, self.run_id))
        reused = earlier_result(self.log, self.home.artifacts, command)
        if reused:
            attempt.record(reused)
            return
        if not attempt.start():
            self.leases.release(fence)
            return
        try:
            product = self._make(attempt, Library(stream.session, self.home.artifacts))
            events = HANDLERS[command.kind].events(product)
        except InputMissing as missing:
            attempt.lost(missing)
        except FenceLost:
            return  # another worker took over; its result counts
        except (Stopped, DiskFull, LogFailed) as stop:
            attempt.interrupted(stop)
            if not isinstance(stop, SessionStopped):
                raise
        except Exception as error:  # noqa: BLE001 - whatever a stage raises is its failure
            attempt.failed(error)
        else:
            attempt.record(events, product.sha256)

    def _make(self, attempt: Attempt, library: Library) -> Product:
        """Run the stage into a temporary file and keep it."""
        command = attempt.command
        handler = HANDLERS[command.kind]
        brief = handler.brief(command, library)
        stage = self._stage(command)
        out = self.home.artifacts.temporary(self.lock.name, handler.media_type)
        report = self._reporter(attempt)
        began = time.monotonic()
        try:
            self._in_stage = True
            if self._stopping:  # while the model was loading
                raise Stopped("stopped by the user")
            with full_disk_is_ours(out):
                made = stage.run(brief, out, report)
                text = out.read_text(encoding="utf-8") if _is_text(made) else ""
            return self._keep(command, made, out, time.monotonic() - began, text)
        finally:
            self._in_stage = False
            out.unlink(missing_ok=True)

    def _keep(self, command: Command, made: Made, out: Path, seconds: float, text: str) -> Product:
        sha256, size = self.home.artifacts.keep(out, made.media_type)
        if not self._environment:
            temporary = self.home.artifacts.temporary(self.lock.name, "application/json")
            self._environment = keep_environment(self.home.artifacts, temporary)
        return Product(
            command=command,
            made=made,
            sha256=sha256,
            bytes=size,
            seconds=seconds,
            peak_memory_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            environment=self._environment,
            text=text,
        )

    def _stage(self, command: Command) -> Stage:
        key = command.kind, command.inputs["backend"]
        if key not in self._stages:
            self._stages[key] = self._open_stage(*key)
        self._warm = _model(command)
        return self._stages[key]

    def _reporter(self, attempt: Attempt) -> Callable[[float], None]:
        stream, command, fence = attempt.stream, attempt.command, attempt.fence
        beat_at = time.monotonic() + BEAT_S

        def report(share: float) -> None:
            nonlocal beat_at
            self._on_progress(Progress(stream.id, command, share))
            if self.log.changed() != self._seen:
                self._seen = self.log.changed()
                stream.reload()
                if stream.session.paused_now or stream.session.cancelled:
                    raise SessionStopped("the session was paused or cancelled")
            if time.monotonic() >= beat_at:
                self.leases.beat(fence)
                beat_at = time.monotonic() + BEAT_S

        return report


def _model(command: Command) -> tuple[str, str]:
    return command.inputs["backend"], command.inputs.get("model", "")


def _is_text(made: Made) -> bool:
    return made.media_type == "application/json"
