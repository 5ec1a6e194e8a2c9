"""Run all benchmarks and write benchmarks/RESULTS.md: python -m benchmarks."""

import platform
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

from benchmarks import audit, durability, film, log, startup, travel
from benchmarks.measure import Row
from benchmarks.report import machine, table

RESULTS = Path(__file__).with_name("RESULTS.md")
PARTS = (log.rows, startup.rows, travel.rows, audit.rows, durability.small, film.rows)


def _alone(part: Callable[[], list[Row]]) -> list[Row]:
    """In a process of its own: one that has grown large before measures itself."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(part).result()


def main() -> None:
    """Measure, print, write."""
    rows = [row for part in PARTS for row in _alone(part)]
    text = f"""# Results

`make bench`, on {date.today().isoformat()}, with reelog {version("reelog")}, Python \
{platform.python_version()}, apsw {version("apsw")}.
Machine: {machine()}. Medians; a peer is measured in the same run, in turn with ours.

{table(rows)}

- The film's peer is the ffmpeg that reelog ships with, encoding the film's own decoded frames from
  raw RGB (libx264 veryfast, crf 20, threads auto). reelog also writes, speaks, draws and cuts.
- The append's peer is bare apsw writing the very rows that our append has just written, computed
  beforehand, into a copy of the log: same tables, indexes, triggers and synchronous=FULL. Both
  with warm page caches, some appends in a row in turn. What is ours beyond the peer's is Python:
  so the ratio is that of this disk, and the slower a disk syncs, the nearer it comes to 1.
- What durability costs on a log of a million events is in DURABILITY.md (`make bench-durability`).
- Rewind and fork are measured at eight places of the session, the session loaded already, and what
  is there then found and shown, as the commands do before they ask or append.
- The chain is verified as an audit does it: by up to four processes, one a core, their start
  included. Its peer is one process.
- The time of a resumed film is from starting the command to the first `CommandStarted` in the log,
  after the whole process group was killed with SIGKILL in the middle.
"""
    print(text)
    RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
