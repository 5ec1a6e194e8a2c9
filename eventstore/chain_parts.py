"""The chain of a large log in parts, each followed by a process of its own.

A part begins with what the log says of the events before it, and the part before says whether that
is so. What is wrong is not told here: it is found again by following the chain in one go.
"""

import os
import subprocess
from itertools import pairwise
from pathlib import Path

import apsw

from eventstore.chain import Chain, last_of
from eventstore.children import PROCESSES_MAX, command, cores

LARGE_EVENTS = 50_000
"""From so many events on it pays to start processes."""

_FIRST_END = """SELECT global_position FROM events
    WHERE global_position >= ? AND position = append_end ORDER BY global_position LIMIT 1"""


class ChainParts:
    """Processes that follow a part each, of the log as it is now. To be closed.

    None for a small log, or where there is one processor, or what the log says makes no sense.
    """

    def __init__(self, connection: apsw.Connection, path: Path) -> None:
        self._end: Chain | None = None
        self._processes: list[subprocess.Popen[bytes]] = []
        try:
            ends = [last_of(connection, at) for at in _ends(connection)]
            if len(ends) > 1:
                self._start(path, ends)
                self._end = ends[-1]
        except (apsw.Error, ValueError, TypeError, AttributeError, OSError):
            pass  # damage, or no room for a process: found where the chain is followed in one go

    def _start(self, path: Path, ends: list[Chain]) -> None:
        for before, last in pairwise([Chain(b""), *ends]):
            begin, end = str(before.global_position + 1), str(last.global_position)
            part = str(path), begin, end, last.hash.hex(), str(os.getpid())
            self._processes.append(
                subprocess.Popen(
                    command("eventstore.chain_process", *part),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            )

    def close(self) -> None:
        """End whoever is still at it."""
        for process in self._processes:
            process.kill()
            process.wait()

    def all_right(self) -> Chain | None:
        """Wait for all. The end of the chain, where every part is right."""
        if any(process.wait() for process in self._processes):
            self._end = None
        self.close()
        return self._end


def _ends(connection: apsw.Connection) -> list[int]:
    """The last event of each part: always the end of an append."""
    ((last,),) = connection.execute("SELECT coalesce(max(global_position), 0) FROM events")
    count = min(cores(), PROCESSES_MAX)
    if last < LARGE_EVENTS or count < 2:
        return []
    places = [last * number // count for number in range(1, count)]
    inner = [at for place in places for (at,) in connection.execute(_FIRST_END, (place,))]
    return sorted({*inner, last})
