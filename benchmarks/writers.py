"""Several processes that write to one log at once, beside one: throughput, waits, fairness."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import count
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import NamedTuple

from benchmarks import sample
from benchmarks.measure import Row
from eventstore.home import Home
from eventstore.log import EventLog
from handlers.stream import SessionStream
from projections import events as e
from projections.events import TYPES

WRITERS, WRITE_S = 4, 8.0
THROUGHPUT_MIN, WAIT_MS_MAX = 0.8, 500

Append = Callable[[], object]
Appends = Callable[[EventLog, str], Iterator[Append]]


class Wrote(NamedTuple):
    """What one writer did in its time."""

    appends: int
    longest_wait_s: float


def films(log: EventLog, name: str) -> Iterator[Append]:
    """One film after the other, all that workers append for it, with its rows."""
    for number in count():
        stream = SessionStream(log, f"{name}_{number}")
        for events in sample.film(stream):
            yield partial(stream.append, events, sample.CAUSE)


def smallest(log: EventLog, name: str) -> Iterator[Append]:
    """The least there is to append: one event of one number, and no rows."""
    for number in count():
        event = e.SessionPrioritised(priority=number)
        yield partial(log.append, name, [event], expected=number, cause=sample.CAUSE)


def write(home: Home, name: str, appends: Appends, barrier: Barrier) -> Wrote:
    """Append one after the other; begin when all do."""
    done, longest_s = 0, 0.0
    with home.open(TYPES) as log:
        barrier.wait()
        end = time.monotonic() + WRITE_S
        for append in appends(log, name):
            began = time.monotonic()
            if began >= end:
                break
            append()
            longest_s = max(longest_s, time.monotonic() - began)
            done += 1
    return Wrote(done, longest_s)


_BARRIERS: list[Barrier] = []


def _begin_writing(barrier: Barrier) -> None:
    _BARRIERS.append(barrier)


def _write_beside_others(home: Home, name: str, appends: Appends) -> Wrote:
    return write(home, name, appends, _BARRIERS[0])


def at_once(home: Home, appends: Appends, writers: int) -> list[Wrote]:
    """Writers in processes of their own, all at the same time."""
    context = get_context("spawn")
    barrier = context.Barrier(writers)
    with ProcessPoolExecutor(
        writers, mp_context=context, initializer=_begin_writing, initargs=(barrier,)
    ) as processes:
        started = [
            processes.submit(_write_beside_others, home, f"{number}_{time.monotonic_ns()}", appends)
            for number in range(writers)
        ]
        return [one.result() for one in started]


def _beside_one(appends: Appends) -> tuple[float, list[Wrote]]:
    """Appends a second of one process, measured before and after; and what all wrote."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        home.open(TYPES).close()
        (before,) = at_once(home, appends, 1)
        together = at_once(home, appends, WRITERS)
        (after,) = at_once(home, appends, 1)
    return statistics.mean([before.appends, after.appends]) / WRITE_S, together


def rows() -> list[Row]:
    """As workers append, and the worst there can be."""
    found = []
    for appends, what, bound in (
        (films, "make films at once, events and rows", THROUGHPUT_MIN),
        (smallest, "append at once, one event and no rows", None),
    ):
        alone, wrote = _beside_one(appends)
        together = sum(one.appends for one in wrote) / WRITE_S
        ratio = together / alone
        found.append(
            Row(
                f"{WRITERS} processes {what}, {WRITE_S:.0f} s",
                f"{together:,.0f} appends a second", f"one process: {alone:,.0f} a second",
                f"{ratio:.2f}", f"≥ {bound}" if bound else "told", not bound or ratio >= bound,
            )
        )  # fmt: skip
        found += _between(wrote)
    return found


def _between(wrote: list[Wrote]) -> list[Row]:
    wait_ms = max(one.longest_wait_s for one in wrote) * 1e3
    slowest, fastest = (choose(one.appends for one in wrote) for choose in (min, max))
    return [
        Row(
            "the longest that one of them waited", f"{wait_ms:.0f} ms", "limit",
            f"{wait_ms / WAIT_MS_MAX:.2f}", f"≤ {WAIT_MS_MAX} ms", wait_ms <= WAIT_MS_MAX,
        ),
        Row(
            "appends of the slowest of them", f"{slowest:,}", f"the fastest: {fastest:,}",
            f"{slowest / fastest:.2f}", "told", True,
        ),
    ]  # fmt: skip
