"""The states after a power cut at any operation of a recording, seeded."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from math import inf
from random import Random

from tests.faults.power import scenes
from tests.faults.power.check import Checker, Promises
from tests.faults.power.disk import Image
from tests.faults.power.operations import Mark
from tests.faults.power.recordings import Recording

STRICT, LENIENT = ("none", "none"), ("all", "all")
ONE_FINISHES_OF = 1000
ONE_RECOVERS_OF = 200
BEGINNINGS = 3
FILM, COPIES, KILLED, RECOVERING = "a film", "copies", "after a kill", "while recovering"


@dataclass
class Case:
    """One state: after which operation, and which of the possible ones."""

    recording: Recording
    at: int
    variant: int
    image: Image
    promises: Promises

    def __str__(self) -> str:
        return (
            f"{self.recording.name}: power cut after operation {self.at} of "
            f"{len(self.recording.operations)}, variant {self.variant} ({self.image.how})"
        )


def cases(
    recording: Recording, seed: int, variants: int, seen: set[int] | None = None
) -> Iterator[Case]:
    """Every operation's states: nothing kept, all kept, and some drawn. Equal ones come once.

    `seen`: the states of this recording that other seeds had.
    """
    seen = set() if seen is None else seen
    disk, promises = recording.disk(), Promises(recording.rows)
    for mark in recording.held:
        promises.add(mark)
    for at, operation in enumerate(recording.operations):
        disk.do(operation)
        if isinstance(operation, Mark):
            promises.add(operation)
        if at < recording.begin:
            continue
        for variant in range(1 if disk.settled else variants):
            chance = Random(f"{seed} {at} {variant}")
            how = (STRICT, LENIENT)[variant] if variant < 2 else None
            image = disk.after_power_cut(chance, how)
            state = (len(promises.marks), *image.folders, *image.files.items())
            if (digest := hash(state)) not in seen:
                seen.add(digest)
                yield Case(recording, at, variant, image, promises)


def check(case: Case, checker: Checker, seed: int) -> None:
    """Check one state; what fails says which one it was."""
    chance = Random(f"check {seed} {case.at} {case.variant}")
    to_the_end = chance.randrange(ONE_FINISHES_OF) == 0
    try:
        checker.check(case.image, case.promises, chance, to_the_end=to_the_end)
    except Exception as error:
        error.add_note(str(case))
        raise


@dataclass
class Run:
    """States of one seed after the other, checked and counted by kind; up to `enough` of them."""

    checker: Checker
    variants: int = 4
    enough: float = inf
    counts: dict[str, int] = field(default_factory=dict)
    _seen: dict[str, set[int]] = field(default_factory=dict)

    @property
    def states(self) -> int:
        """How many were checked."""
        return sum(self.counts.values())

    def seed(self, seed: int) -> None:
        """All kinds of one seed. Raises what is wrong, with a note of where."""
        chance = Random(f"seed {seed}")
        self._states(FILM, _film(), seed)
        self._states(COPIES, _copies(), seed)
        self._states(KILLED, scenes.killed_film(chance), seed)
        for _ in range(BEGINNINGS):
            self._states(KILLED, scenes.killed_beginning(chance), seed)

    def _states(self, kind: str, recording: Recording, seed: int) -> None:
        shared = kind in (FILM, COPIES)
        seen = self._seen.setdefault(kind, set()) if shared else set()
        for case in cases(recording, seed, self.variants, seen):
            if self.states >= self.enough:
                return
            check(case, self.checker, seed)
            self.counts[kind] = self.counts.get(kind, 0) + 1
            chance = Random(f"recovery {seed} {case}")  # whatever other seeds had before
            if kind != COPIES and chance.randrange(ONE_RECOVERS_OF) == 0:
                self._recovery(case, seed, chance)

    def _recovery(self, case: Case, seed: int, chance: Random) -> None:
        """The state's recovery, and the power cut while it lasts."""
        marks = list(case.promises.marks)
        recording = scenes.recovery(str(case), case.image, marks, chance)
        for inner in cases(recording, seed, 3):
            check(inner, self.checker, seed)
            self.counts[RECOVERING] = self.counts.get(RECOVERING, 0) + 1


@cache
def _film() -> Recording:
    return scenes.film()


@cache
def _copies() -> Recording:
    return scenes.copies()
