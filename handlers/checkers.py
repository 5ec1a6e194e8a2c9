"""A large log's sessions are checked by processes beside the one that follows the chain.

What one of them does not come to, because it died or met damage, is left to whoever asked.
"""

import json
import os
import pickle
import subprocess
from contextlib import suppress
from types import TracebackType
from typing import Self

from eventstore import audit as store
from eventstore.children import PROCESSES_MAX, command, cores
from eventstore.home import Home
from eventstore.reader import LogReader
from handlers.audit_sessions import Report
from handlers.keeping import Store

LARGE_EVENTS = 100_000
"""From so many events on it pays to start processes."""


def shares(reader: LogReader, session: str | None) -> list[list[str]]:
    """Which sessions each process checks, in the log's order and about as many events each.

    None for a small log, for an audit of one session, and where the sessions cannot be told.
    """
    if session is not None or cores() < 2:
        return []
    sizes = store.sizes(reader.connection, LARGE_EVENTS)
    total, count = sum(sizes.values()), min(cores(), PROCESSES_MAX)
    found: list[list[str]] = [[] for _ in range(count)]
    done = 0
    for name, size in sizes.items():
        found[done * count // total].append(name)
        done += size
    return [share for share in found if share]


class Checkers:
    """Processes that check a share of the sessions each. To be left with `with`."""

    def __init__(self, home: Home, shares: list[list[str]], *, files: bool) -> None:
        self._shares = shares
        arguments = [str(home.root), str(os.getpid()), *(["files"] if files else [])]
        self._processes = [
            subprocess.Popen(
                command("handlers.audit_process", *arguments),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            for _ in shares
        ]
        for process, share in zip(self._processes, shares, strict=True):
            assert process.stdin is not None
            with suppress(BrokenPipeError), process.stdin as pipe:
                pipe.write(json.dumps(share).encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for process in self._processes:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()

    def collect(self, report: Report, kept: Store | None) -> set[str]:
        """Wait for all, take over what they found; returns the sessions that were checked."""
        checked: set[str] = set()
        for process, share in zip(self._processes, self._shares, strict=True):
            assert process.stdout is not None
            said = process.stdout.read()
            if process.wait() != 0:
                continue
            part, kept_there = pickle.loads(said)  # our own process, and whole: it ended well
            report.take(part)
            if kept is not None:
                kept.take(kept_there)
            checked.update(share)
        return checked
