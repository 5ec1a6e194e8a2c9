"""Thousands of nights of workers that stop, hang, die and come back; and bugs that these find."""

from collections.abc import Callable
from pathlib import Path

import pytest

from eventstore.errors import FenceLost
from eventstore.leases import Leases
from eventstore.recorded import Fence
from tests.faults import beside, cases
from tests.faults.lease_world import Broken, MemoryLog, World, in_memory

BATCH = 500
"""Schedules that one seed of this test plays."""


@in_memory()
def play(seed: int, folder: Path, **changes: object) -> int:
    """So many schedules, from a seed on; how many. One log in memory for all of them."""
    log = MemoryLog()
    for schedule in range(seed * BATCH, (seed + 1) * BATCH):
        world = World(schedule, folder, log, **changes)  # type: ignore[arg-type]
        try:
            world.play()
        except Broken as broken:
            broken.add_note(f"schedule {schedule}")
            raise
        finally:
            world.close()
    log.connection.close()
    return BATCH


@pytest.mark.long
def test_every_schedule_gives_each_command_one_result_and_keeps_nobody_waiting():
    beside.run("lease schedules", cases.seeds(10, 1_000), play)


class NoFence(MemoryLog):
    """A result is recorded whoever claimed since."""

    def _settle(self, fence: Fence) -> None:
        self.connection.execute("DELETE FROM leases WHERE command_id = ?", (fence.command_id,))


class NameAsFence(MemoryLog):
    """Whoever has the name of the holder may record a result."""

    def __init__(self) -> None:
        super().__init__()
        self.claimed_by: dict[int, str] = {}

    def _settle(self, fence: Fence) -> None:
        holder = self.connection.execute(
            "SELECT worker FROM leases WHERE command_id = ?", (fence.command_id,)
        ).fetchone()
        if holder != (self.claimed_by[fence.epoch],):
            raise FenceLost(*fence)
        self.connection.execute("DELETE FROM leases WHERE command_id = ?", (fence.command_id,))


class Named(Leases):
    """Tells such a log who claimed."""

    def claim(self, command_id: str) -> Fence | None:
        fence = super().claim(command_id)
        if fence and isinstance(self._log, NameAsFence):
            self._log.claimed_by[fence.epoch] = self._lock.name
        return fence


class FenceOfTheLease(Leases):
    """The epoch counts claims of what is leased now, and begins anew once that is handed back."""

    def claim(self, command_id: str) -> Fence | None:
        fence = super().claim(command_id)
        if fence:
            self._log.connection.execute(
                "UPDATE fence SET epoch = (SELECT max(epoch) - 1 FROM leases)"
            )
        return fence


class NeverExpires(Leases):
    """Whoever lives keeps its lease, whether it gets anywhere or not."""

    def __init__(self, *given: object, **options: object) -> None:
        super().__init__(*given, **options, standstill_s=float("inf"))  # type: ignore[arg-type]


class JudgesAtFirstSight(Leases):
    """A heartbeat that was never looked at counts as one that stands still."""

    def _is_free(self, command_id: str, worker: str, epoch: int, heartbeat: int) -> bool:
        self._watched.setdefault(command_id, (epoch, heartbeat, float("-inf")))
        return super()._is_free(command_id, worker, epoch, heartbeat)


class ForgetsHeartbeats(Leases):
    """Only a new claim is watched anew; heartbeats are not looked at."""

    def _is_free(self, command_id: str, worker: str, epoch: int, _: int) -> bool:
        return super()._is_free(command_id, worker, epoch, 0)


class LeavesTheDead(Leases):
    """A dead worker is nobody's business."""

    def _is_free(self, command_id: str, worker: str, epoch: int, heartbeat: int) -> bool:
        if worker == self._lock.name:
            return super()._is_free(command_id, worker, epoch, heartbeat)
        return False


PLANTED: dict[str, tuple[Callable[[], MemoryLog], dict[str, object]]] = {
    "no fence": (NoFence, {}),
    "the owner's name as fence": (NameAsFence, {"leases_of": Named}),
    "expiry by the wall clock": (MemoryLog, {"wall": True}),
    "an epoch that begins anew": (MemoryLog, {"leases_of": FenceOfTheLease}),
    "no expiry": (MemoryLog, {"leases_of": NeverExpires}),
    "judged at first sight": (MemoryLog, {"leases_of": JudgesAtFirstSight}),
    "heartbeats that nobody looks at": (MemoryLog, {"leases_of": ForgetsHeartbeats}),
    "the dead keep their leases": (MemoryLog, {"leases_of": LeavesTheDead}),
    "no second look after a claim": (MemoryLog, {"looks_again": False}),
}


@in_memory()
def nights(make: Callable[[], MemoryLog], changes: dict[str, object], folder: Path) -> None:
    """So many schedules as must be enough to find a bug."""
    log = make()
    for schedule in range(2_000):
        world = World(schedule, folder, log, **changes)  # type: ignore[arg-type]
        try:
            world.play()
        finally:
            world.close()


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found(tmp_path, bug):
    with cases.counted("planted bugs of leases", 0), pytest.raises(Broken):
        nights(*PLANTED[bug], tmp_path)


@in_memory()
def test_late_results_do_come_in_these_schedules(tmp_path):
    log, rejected = MemoryLog(), 0
    for schedule in range(200):
        world = World(schedule, tmp_path, log)
        world.play()
        world.close()
        rejected += world.rejected

    assert rejected > 10
