"""Runs seeded cases in processes beside each other, each case in an empty folder of its own."""

import json
import os
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from tests.faults.cases import TALLIES, Tally, again

JOBS = 2
Case = Callable[[int, Path], int]
"""Of a seed and a folder; says how many faults it made."""


def run(what: str, seeds: range, case: Case, *, jobs: int = JOBS) -> None:
    """Run a case for each seed; counted under one name, and the first failure is raised.

    Raises AssertionError with the failing case's own words and the command that repeats it.
    """
    readers = [_begin(list(seeds[at::jobs]), case) for at in range(min(jobs, len(seeds)))]
    tally = TALLIES.setdefault(what, Tally())
    failed = []
    for pid, reader in readers:
        with os.fdopen(reader) as lines:
            found = [json.loads(line) for line in lines]
        os.waitpid(pid, 0)
        tally.cases += sum(one["cases"] for one in found)
        tally.seconds += sum(one["seconds"] for one in found)
        failed += [one for one in found if one["error"]]
        if not found:
            raise AssertionError(f"{what}: a process of ours died")
    tally.failures += len(failed)
    if failed:
        seed = failed[0]["seed"]
        raise AssertionError(f"{failed[0]['error']}\nseed {seed}; again: {again(seed)}")


def _begin(seeds: list[int], case: Case) -> tuple[int, int]:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writer)
        return pid, reader
    os.close(reader)
    try:
        with os.fdopen(writer, "w") as lines:
            lines.write(json.dumps(_each(seeds, case)) + "\n")
    finally:
        os._exit(0)


def _each(seeds: list[int], case: Case) -> dict[str, object]:
    began = time.monotonic()
    done = 0
    for seed in seeds:
        folder = Path(tempfile.mkdtemp(prefix=f"faults-{seed}-"))
        try:
            done += case(seed, folder)
        except BaseException:  # noqa: BLE001 - told to whoever waits
            error = f"{traceback.format_exc()}\nleft for you to look at: {folder}"
            seconds = time.monotonic() - began
            return {"cases": done + 1, "seconds": seconds, "error": error, "seed": seed}
        shutil.rmtree(folder, ignore_errors=True)
    return {"cases": done, "seconds": time.monotonic() - began, "error": "", "seed": 0}
