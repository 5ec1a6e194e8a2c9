"""The worker: choose, lease, look whether it was made before, run the stage, keep, record.

A crash anywhere loses at most the work in flight: what is left is computed from the log again.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from eventstore.artifacts import full_disk_is_ours
from eventstore.errors import DiskFull, FenceLost, LogFailed
from eventstore.home import Home
from eventstore.leases import Leases, WorkerLock
from eventstore.log import EventLog, new_id
from eventstore.recorded import Cause, Fence
from eventstore.registry import Event
from gpu.stages import AskingStage, OverlappingStage, Report, Share, Stage, open_stage
from handlers import leftovers
from handlers.again import Patience, Pause
from handlers.answers import Answers
from handlers.attempt import Attempt, open_commands
from handlers.environment import Environments
from handlers.making import InputMissing, Library, libraries
from handlers.reuse import earlier_result
from handlers.stage_run import begun, tries_of
from handlers.stopped import SessionStopped
from handlers.stopped import Stopped as Stopped
from handlers.stream import SessionStream
from handlers.table import HANDLERS
from handlers.writing import Writing
from projections.commands import Command

IDLE_S = 0.05
BEAT_S = 2.0
Result = TypeVar("Result")


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
        patience: Patience = Patience(),  # noqa: B008 - frozen
    ) -> None:
        self.home, self.log = home, log
        self.lock = WorkerLock(home.locks)
        self.leases = Leases(log, self.lock)
        self.run_id = run_id or new_id()
        self._on_progress = on_progress
        self._open_stage, self._patience = stages, patience
        self._in_stage = self._stopping = False
        self._seen = 0
        self._stages: dict[tuple[str, str], Stage] = {}
        self._warm: tuple[str, str] | None = None
        self._writing: Writing | None = None
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._prepared: set[str] = set()
        self._library = libraries(home.artifacts, log, self.lock.name)
        self._environments = Environments(
            home.artifacts, lambda: home.artifacts.temporary(self.lock.name, "application/json")
        )
        leftovers.remove(home, log)

    def close(self) -> None:
        """Give the lock back."""
        self._writer.shutdown(wait=False, cancel_futures=True)
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
        try:
            self._work_on([SessionStream(self.log, session) for session in sessions], wait=wait)
        except BaseException as stop:
            self._abandon(stop)
            raise

    def _abandon(self, stop: BaseException) -> None:
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.abandon()
            writing.attempt.interrupted(stop)

    def _work_on(self, streams: Sequence[SessionStream], *, wait: bool) -> None:
        while True:
            self._refuse_to_go_on()
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
        if self._writing and self._writing.done:
            self._settle()
        stream.reload()
        ours = self._writing.attempt.command.id if self._writing else ""
        todo = [command for command in open_commands(stream.session) if command.id != ours]
        if not todo and not ours:
            return "nothing left"
        held = self.leases.held(command.id for command in todo)
        for command in self._in_model_order([one for one in todo if one.id not in held]):
            if self._writing and _model(command) != self._warm:
                self._settle()  # what it opens is read for with the next model's other work
                return "worked"
            fence = self.leases.claim(command.id)
            if fence is not None:
                self._do(stream, command, fence)
                return "worked"
        if ours:
            self._settle()
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
        writing = self._tried(attempt, lambda: self._begin(attempt))
        if writing is None:
            return
        if not isinstance(self._stage(command), OverlappingStage):
            self._record(writing)
            return
        self._settle()  # one at a time: a slow writer holds back whoever feeds it
        writing.start(self._writer)
        self._writing = writing

    def _tried(self, attempt: Attempt, step: Callable[[], Result]) -> Result | None:
        """Take a step of an attempt; None when that was its end, which is recorded then."""
        try:
            return step()
        except InputMissing as missing:
            attempt.lost(missing)
        except FenceLost:
            pass  # another worker took over; its result counts
        except (Stopped, DiskFull, LogFailed) as stop:
            attempt.interrupted(stop)
            if not isinstance(stop, SessionStopped):
                raise
        except Exception as error:  # noqa: BLE001 - whatever a stage raises is its failure
            attempt.failed(error)
        return None

    def _begin(self, attempt: Attempt) -> Writing:
        """Run the stage: all of it, or up to what may go on beside the next command."""
        handler = HANDLERS[attempt.command.kind]
        library = self._library(attempt.stream.session)
        brief = handler.brief(attempt.command, library)
        stage = self._stage(attempt.command)
        if isinstance(stage, AskingStage):
            stage.records = Answers(attempt, self.home.locks)
        report = self._reporter(attempt)
        self._prepare(stage, attempt, library, report)
        out = self.home.artifacts.temporary(self.lock.name, handler.media_type)
        began = time.monotonic()
        tries = tries_of(attempt, self._patience)
        tries.meanwhile = partial(self._wait_with, report)
        try:
            self._in_stage = True
            self._refuse_to_go_on()  # when it was stopped while the model was loading
            with full_disk_is_ours(out):
                finish = begun(stage, brief, out, report, tries)
        finally:
            self._in_stage = False
        return Writing(attempt, out, finish, time.monotonic() - began, tries=tries)

    def _wait_with(self, report: Report, pause: Pause) -> None:
        """In a pause before another try: stops, pauses and cancels end it."""
        self._refuse_to_go_on()
        report(Share(0.0, pause.words))

    def _refuse_to_go_on(self) -> None:
        if self._stopping:
            raise Stopped("stopped by the user")

    def _prepare(self, stage: Stage, attempt: Attempt, library: Library, report: Report) -> None:
        """Tell the stage what else of its kind is to come, so that it reads all prompts at once."""
        command, session = attempt.command, attempt.stream.session
        if not isinstance(stage, OverlappingStage) or command.id in self._prepared:
            return
        briefs = []
        for one in open_commands(session):
            if one.kind != command.kind or one.id in self._prepared:
                continue
            self._prepared.add(one.id)
            with suppress(InputMissing):
                briefs.append(HANDLERS[one.kind].brief(one, library))
        stage.prepare(briefs, report)

    def _settle(self) -> None:
        """Record what is being written, as soon as it is there."""
        writing, self._writing = self._writing, None
        if writing is not None:
            self._record(writing)

    def _record(self, writing: Writing) -> None:
        attempt = writing.attempt
        product = self._tried(attempt, lambda: self._product(writing))
        if product is not None:
            attempt.record(*product)

    def _product(self, writing: Writing) -> tuple[Sequence[Event], str]:
        try:
            self._in_stage = True
            made = writing.wait(self._reporter(writing.attempt))
        finally:
            self._in_stage = False
        product = writing.kept(made, self.home.artifacts, self._environments)
        return HANDLERS[product.command.kind].events(product), product.sha256

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
                if stream.session.paused_now or stream.session.cancelled_now:
                    how = "cancelled" if stream.session.cancelled_now else "paused"
                    raise SessionStopped(f"the session was {how}")
            if time.monotonic() >= beat_at:
                self.leases.beat(fence)
                if self._writing and self._writing.attempt.fence != fence:
                    with suppress(FenceLost):  # its own end finds that out
                        self.leases.beat(self._writing.attempt.fence)
                beat_at = time.monotonic() + BEAT_S

        return report


def _model(command: Command) -> tuple[str, str]:
    return command.inputs["backend"], command.inputs.get("model", "")
