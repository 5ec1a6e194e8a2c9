"""How soon a command answers: help, list, view, and the first stage of a resumed film."""

import os
import signal
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import sample
from benchmarks.command import REELOG, reelog
from benchmarks.measure import Row, at_most, median_of
from eventstore.home import Home
from handlers import look
from handlers.stream import SessionStream
from projections.events import TYPES

SESSIONS = 200
ROUNDS = 15


def rows() -> list[Row]:
    """All rows of this part."""
    with tempfile.TemporaryDirectory() as folder:
        _fill(Home(Path(folder)))
        help_s = median_of(ROUNDS, lambda: reelog(folder, "--help"))
        list_s = median_of(ROUNDS, lambda: reelog(folder, "list"))
        view_s = median_of(ROUNDS, lambda: reelog(folder, "view", "last"))
    return [
        at_most("reelog --help", help_s * 1e3, 150, "ms"),
        at_most(f"reelog list, {SESSIONS} sessions", list_s * 1e3, 250, "ms"),
        at_most(f"reelog view, {SESSIONS} sessions", view_s * 1e3, 250, "ms"),
        at_most("resume of a killed film: first stage runs after", _resume_s() * 1e3, 500, "ms"),
    ]


def _fill(home: Home) -> None:
    with home.open(TYPES) as log:
        for number in range(SESSIONS):
            stream = SessionStream(log, f"session_20260101_{number:06d}")
            for append in ([sample.started()], *sample.story(), sample.planned(1, 7)):
                stream.append(append, sample.CAUSE)


def _resume_s() -> float:
    """Median seconds from the command to the first CommandStarted after it."""
    times = sorted(_one_resume() for _ in range(5))
    return times[2]


def _one_resume() -> float:
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        first = _start(folder, "start", "a lighthouse", "--seed", "1", "--size", "640x360")
        _wait_for(home, "VideoRendered", 1)
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        before = _count(home, "CommandStarted")
        began = datetime.now(UTC)
        second = _start(folder, "resume")
        _wait_for(home, "CommandStarted", before + 1)
        os.killpg(second.pid, signal.SIGKILL)
        second.wait()
        return (_begun_again(home, before) - began).total_seconds()


def _begun_again(home: Home, before: int) -> datetime:
    """When the log recorded the first CommandStarted of the second run."""
    with home.reader() as reader:
        (row,) = reader.query(
            "SELECT recorded_at FROM events WHERE type = 'CommandStarted' "
            "ORDER BY global_position LIMIT 1 OFFSET ?",
            (before,),
        )
    return datetime.fromisoformat(row["recorded_at"])


def _start(folder: str, *arguments: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [str(REELOG), "--home", folder, *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


def _wait_for(home: Home, event: str, count: int) -> None:
    while not home.has_log() or _count(home, event) < count:
        time.sleep(0.05)


def _count(home: Home, event: str) -> int:
    with home.reader() as reader:
        sessions = look.sessions(reader)
        rows = reader.query("SELECT count(*) AS n FROM events WHERE type = ?", (event,))
    return int(rows[0]["n"]) if sessions else 0
