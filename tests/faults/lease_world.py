"""A small world of workers, clocks and deaths over the real leases, run by a seed's own scheduler.

Locks are real flocks on files; the log is a real one in memory. What is ours here: who runs next,
what time it is, who stops, hangs, dies, comes back, or has a twin of the same name.
"""

import itertools
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import apsw

from eventstore import hashes
from eventstore import log as log_module
from eventstore.connection import SCHEMA
from eventstore.errors import FenceLost
from eventstore.leases import STANDSTILL_S, Leases, WorkerLock
from eventstore.log import EventLog
from eventstore.recorded import Cause, Fence
from projections.events import TYPES, SessionUnpaused

YEAR_S = 365 * 86400.0
BEAT_S = 2.0
CAUSE = Cause("request", "run")
PATIENCE_S = 6 * STANDSTILL_S
"""How long, after the last disturbance, a command may wait for its result."""


def _connection(*_: object, **__: object) -> apsw.Connection:
    connection = apsw.Connection(":memory:")
    connection.execute(SCHEMA.read_text(encoding="utf-8"))
    genesis = hashes.genesis("simulated")
    connection.execute("INSERT INTO log VALUES ('simulated', ?, '')", (genesis,))
    return connection


@contextmanager
def in_memory() -> Iterator[None]:
    """Logs are kept in memory: their appends, fences and triggers, but no disk, and no line."""
    with patch.multiple(log_module, connect=_connection, write_lock=nullcontext):
        yield


class MemoryLog(EventLog):
    """A log in memory; made and used inside in_memory()."""

    def __init__(self) -> None:
        super().__init__(Path("memory"), TYPES)


class Clocks:
    """What workers can read: seconds that only pass, and a wall clock that jumps."""

    def __init__(self) -> None:
        self.monotonic_s = 1000.0
        self.wall_s = 1.7e9

    def pass_by(self, seconds: float) -> None:
        """Time passes, on both."""
        self.monotonic_s += seconds
        self.wall_s += seconds

    def monotonic(self) -> float:
        return self.monotonic_s

    def wall(self) -> float:
        return self.wall_s


class Broken(AssertionError):
    """Something happened that leases promise never to let happen."""


@dataclass
class SimWorker:
    """One worker process: what it holds, and whether it runs."""

    leases: Leases
    lock: WorkerLock
    fence: Fence | None = None
    todo: list[str] = field(default_factory=list)
    left: int = 0
    stopped: bool = False
    hung: bool = False
    dead: bool = False
    excused: bool = False
    """It stood still: it may lose its lease while it lives."""


@dataclass
class World:
    """Everything of one schedule."""

    seed: int
    folder: Path
    log: MemoryLog
    leases_of: type[Leases] = Leases
    wall: bool = False
    """Whether workers judge by the wall clock: a planted bug."""
    looks_again: bool = True
    """Whether a claim is followed by another look at what is done; without it, a planted bug."""
    clocks: Clocks = field(default_factory=Clocks)
    workers: list[SimWorker] = field(default_factory=list)
    results: dict[str, int] = field(default_factory=dict)
    latest: dict[str, int] = field(default_factory=dict)
    highest: int = 0
    rejected: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.log.connection.execute("DELETE FROM leases")
        ((self.highest,),) = self.log.connection.execute("SELECT epoch FROM fence")
        self._names = itertools.count(1)
        self.commands = [f"{self.seed}-{n}" for n in range(self.chance.randint(1, 3))]
        for _ in range(self.chance.randint(2, 4)):
            self.hire()

    # what befalls workers

    def hire(self, twin: SimWorker | None = None) -> None:
        """A new process, at times by a dead one's name; a twin has the lock of one that lives."""
        lock = twin.lock if twin else WorkerLock(self.folder, self.free_name())
        monotonic = self.clocks.wall if self.wall else self.clocks.monotonic
        worker = SimWorker(self.leases_of(self.log, lock, monotonic=monotonic), lock)
        self.workers.append(worker)

    def free_name(self) -> str:
        """A name that no living worker has."""
        used = {one.lock.name for one in self.workers if not one.dead}
        free = sorted({one.lock.name for one in self.workers} - used)
        if free and self.chance.random() < 0.5:
            return self.chance.choice(free)
        return f"{next(self._names):012x}"

    def die(self, worker: SimWorker) -> None:
        """SIGKILL: the kernel frees the lock unless a twin holds it too; the file stays."""
        worker.dead = True
        if not any(one.lock is worker.lock and not one.dead for one in self.workers):
            os.close(worker.lock._descriptor)

    def disturb(self) -> None:
        """One thing of what may happen in a night."""
        living = [one for one in self.workers if not one.dead]
        worker = self.chance.choice(living) if living else None
        match self.chance.randrange(10):
            case 0 if worker:
                worker.stopped = worker.excused = True
            case 1:
                for one in self.workers:  # whoever stood still comes back
                    one.stopped = one.hung = False
            case 2 if worker:
                self.die(worker)
            case 3 if worker:
                worker.hung = worker.excused = True
            case 4 if worker:
                self.hire(twin=worker)
            case 5:
                self.hire()
            case 6:
                self.clocks.wall_s += self.chance.choice((-YEAR_S, YEAR_S, -3600.0, 3600.0))
            case 7:
                self.sleep_through(self.chance.uniform(STANDSTILL_S, 3 * STANDSTILL_S))
            case 8 if worker:
                self.twice(worker)
            case 9 if worker:
                self.replace_for_a_while(worker)

    def sleep_through(self, seconds: float) -> None:
        """Much time passes, in steps in which whoever lives beats."""
        while seconds > 0:
            self.clocks.pass_by(min(seconds, 40.0))
            seconds -= 40.0
            for worker in self.workers:
                self.beat(worker)
                self.look(worker)

    def replace_for_a_while(self, worker: SimWorker) -> None:
        """A worker is stopped, a twin of it takes over, and then it comes back."""
        worker.stopped = worker.excused = True
        self.hire(twin=worker)
        self.sleep_through(STANDSTILL_S + 60.0)
        for _ in range(self.chance.randint(1, 4)):
            self.step(self.workers[-1])
        worker.stopped = False

    def twice(self, worker: SimWorker) -> None:
        """Somebody asks for the name of a worker that lives: refused."""
        try:
            WorkerLock(self.folder, worker.lock.name).close()
        except BlockingIOError:
            return
        raise Broken("two living workers took one name")

    # what workers do

    def runs(self, worker: SimWorker) -> bool:
        """Whether it gets anywhere."""
        return not (worker.dead or worker.stopped or worker.hung)

    def look(self, worker: SimWorker) -> None:
        """Watch what others hold, as an idle worker does."""
        if self.runs(worker) and not worker.fence:
            worker.leases.held(self.commands)

    def beat(self, worker: SimWorker) -> None:
        """Say that the work advances, when it does."""
        if not self.runs(worker) or worker.fence is None:
            return
        try:
            worker.leases.beat(worker.fence)
        except FenceLost:
            self.lost(worker)

    def lost(self, worker: SimWorker) -> None:
        """It was taken over. Only whoever stood still may be."""
        if not worker.excused:
            raise Broken("a worker that beat all the time was taken over")
        worker.fence = None

    def step(self, worker: SimWorker) -> None:
        """One step of a worker that runs."""
        if worker.fence is None:
            self.choose(worker)
        elif worker.left > 0:
            worker.left -= 1
            self.beat(worker)
        else:
            self.finish(worker)

    def choose(self, worker: SimWorker) -> None:
        """Claim the first command that is open and free."""
        if not worker.todo:
            worker.todo = [one for one in self.commands if one not in self.results]
            return
        todo, worker.todo = worker.todo, []  # others may have gone on since it looked
        held = worker.leases.held(todo)
        for command in todo:
            fence = None if command in held else worker.leases.claim(command)
            if fence is None:
                continue
            if fence.epoch <= self.highest:
                raise Broken(f"fence {fence.epoch} after fence {self.highest}")
            self.highest = self.latest[command] = fence.epoch
            if command in self.results and self.looks_again:
                worker.leases.release(fence)
                continue
            worker.fence, worker.left = fence, self.chance.randint(0, 6)
            return

    def finish(self, worker: SimWorker) -> None:
        """Record the result, if the fence still holds."""
        assert worker.fence
        fence, worker.fence = worker.fence, None
        stream = fence.command_id
        try:
            self.log.append(
                stream,
                [SessionUnpaused()],
                expected=self.log.version(stream),
                cause=CAUSE,
                fence=fence,
            )
        except FenceLost:
            self.rejected += 1
            if not worker.excused:
                raise Broken("a worker that beat all the time was shut out") from None
            return
        if fence.epoch != self.latest[stream]:
            raise Broken(f"a late result was accepted: {fence.epoch} < {self.latest[stream]}")
        self.results[stream] = self.results.get(stream, 0) + 1
        if self.results[stream] > 1:
            raise Broken(f"{stream} has two results")

    # a whole schedule

    def play(self) -> None:
        """A night of disturbances, then peace: every command must get its one result."""
        for _ in range(self.chance.randint(10, 40)):
            if self.chance.random() < 0.3:
                self.disturb()
            running = [one for one in self.workers if self.runs(one)]
            if running:
                self.step(self.chance.choice(running))
            self.clocks.pass_by(self.chance.uniform(0.0, BEAT_S))
            if self.chance.random() < 0.25:
                for worker in running:
                    self.beat(worker)
        self.peace()

    def peace(self) -> None:
        """Nothing happens any more; whoever is stopped stays so, and late ones come at the end."""
        if not any(self.runs(one) for one in self.workers):
            self.hire()
        until = self.clocks.monotonic_s + PATIENCE_S
        while any(one not in self.results for one in self.commands):
            if self.clocks.monotonic_s > until:
                raise Broken("somebody waits for ever")
            for worker in self.workers:
                if self.runs(worker):
                    self.step(worker)
            self.clocks.pass_by(10.0)
        for worker in self.workers:
            if not worker.dead and worker.fence:
                worker.stopped = worker.hung = False
                self.finish(worker)

    def close(self) -> None:
        """Free what the schedule took."""
        for worker in self.workers:
            if not worker.dead:
                self.die(worker)
