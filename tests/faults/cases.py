"""Seeded cases: how many are run, which one failed, and how to run that one again.

FAULTS=release     the counts of a release instead of the share of `make test`
FAULTS_SEED=7      this one case of every harness, and no other
FAULTS_FROM=5000   begin at this seed: other cases than last time
FAULTS_COUNT=200   up to so many seeds of every harness
FAULTS_EVERY=5     only every fifth of them
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

RELEASE = os.environ.get("FAULTS") == "release"


@dataclass
class Tally:
    """What was run of one kind."""

    cases: int = 0
    failures: int = 0
    seconds: float = 0.0


TALLIES: dict[str, Tally] = {}
"""What was run in this process, by kind; conftest.py prints it at the end."""


def share(of_test: int, of_release: int) -> int:
    """How many cases this run asks for."""
    return of_release if RELEASE else of_test


def seeds(of_test: int, of_release: int) -> range:
    """The seeds of this run: the same ones each time, unless the environment asks for others."""
    if one := os.environ.get("FAULTS_SEED"):
        return range(int(one), int(one) + 1)
    first = int(os.environ.get("FAULTS_FROM", "1"))
    count = int(os.environ.get("FAULTS_COUNT", share(of_test, of_release)))
    return range(first, first + count, int(os.environ.get("FAULTS_EVERY", "1")))


def again(seed: int) -> str:
    """The command that repeats a case of the test that runs now."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "tests/faults").rpartition(" (")[0]
    return f"FAULTS_SEED={seed} .venv/bin/pytest '{test or 'tests/faults'}'"


@contextmanager
def counted(what: str, seed: int, count: int = 1) -> Iterator[None]:
    """Count cases; when they fail, the error says how to repeat them."""
    tally = TALLIES.setdefault(what, Tally())
    began = time.monotonic()
    try:
        yield
    except BaseException as error:
        tally.failures += 1
        error.add_note(f"seed {seed}; again: {again(seed)}")
        raise
    finally:
        tally.cases += count
        tally.seconds += time.monotonic() - began


def run(what: str, chosen: range, case: Callable[[int], object]) -> None:
    """Run a case for each seed, counted under one name."""
    for seed in chosen:
        with counted(what, seed):
            case(seed)
