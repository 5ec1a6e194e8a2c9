"""Power cuts of a release: seed after seed, on all cores, until there are enough states.

.venv/bin/python -m tests.faults.power [--states N] [--from SEED] [--progress FILE]

A run that was stopped goes on behind the last seed in its progress file. Equal states of one
recording count once in each process.
"""

import argparse
import json
import os
import time
import traceback
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from functools import cache
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from tests.faults.power import scenes
from tests.faults.power.check import Checker
from tests.faults.power.states import Run

STATES = 2_000_000
AGAIN = (
    "FAULTS_SEED={seed} .venv/bin/pytest "
    "'tests/faults/power/test_power_cuts.py::"
    "test_after_a_power_cut_all_that_was_acknowledged_is_there_and_whole'"
)


@cache
def _run(folder: str) -> Run:
    """One for each process, in a folder of its own."""
    own = Path(folder) / str(os.getpid())
    own.mkdir()
    return Run(Checker(own))


def one(seed: int, folder: str) -> tuple[int, dict[str, int], str]:
    """(seed, states by kind, what failed), in a process that has done others before."""
    run, failed = _run(folder), ""
    run.counts = {}
    try:
        run.seed(seed)
    except Exception:  # noqa: BLE001 - whatever it is, it is told with its seed
        failed = f"{traceback.format_exc()}\nseed {seed}; again: {AGAIN.format(seed=seed)}"
    return seed, run.counts, failed


class Progress:
    """Seeds that are done, states by kind, failures; kept in a file after each seed."""

    def __init__(self, file: Path) -> None:
        self._file = file
        kept: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
        self.seeds: set[int] = set(kept.get("seeds", []))
        self.counts: Counter[str] = Counter(kept.get("counts", {}))
        self.failures: list[str] = kept.get("failures", [])
        self.seconds: float = kept.get("seconds", 0.0)

    def add(self, done: tuple[int, dict[str, int], str], seconds: float) -> None:
        """One more seed."""
        seed, counts, failed = done
        self.seeds.add(seed)
        self.counts.update(counts)
        self.seconds += seconds
        if failed:
            self.failures.append(failed)
            print(failed, flush=True)
        temporary = self._file.with_suffix(".new")
        temporary.write_text(
            json.dumps(
                {
                    "seeds": sorted(self.seeds), "counts": self.counts,
                    "failures": self.failures, "seconds": self.seconds,
                }
            )
        )  # fmt: skip
        temporary.replace(self._file)

    def __str__(self) -> str:
        kinds = ", ".join(f"{number:,} {kind}" for kind, number in sorted(self.counts.items()))
        return (
            f"{self.counts.total():,} states of {len(self.seeds)} seeds ({kinds}), "
            f"{len(self.failures)} failures, {self.seconds:,.0f} s"
        )


def main() -> int:
    """Run, print counts, say with the exit code whether anything failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.power")
    parser.add_argument("--states", type=int, default=STATES)
    parser.add_argument("--from", type=int, default=int(os.environ.get("FAULTS_FROM", "1")))
    parser.add_argument(
        "--progress", type=Path, default=Path(gettempdir()) / "reelog-power-cuts.json"
    )
    asked = vars(parser.parse_args())
    progress, wanted = Progress(asked["progress"]), asked["states"]
    seeds = (seed for seed in count(asked["from"]) if seed not in progress.seeds)
    cores = os.cpu_count() or 1
    pool = ProcessPoolExecutor(cores, mp_context=get_context("spawn"))
    with scenes.folder() as folder, pool:
        running = {pool.submit(one, next(seeds), str(folder)) for _ in range(cores)}
        began = time.monotonic()
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                progress.add(future.result(), time.monotonic() - began)
                began = time.monotonic()
                if len(progress.seeds) % 10 == 0:
                    print(progress, flush=True)
                if progress.counts.total() < wanted:
                    running.add(pool.submit(one, next(seeds), str(folder)))
    print(progress)
    return 1 if progress.failures else 0
