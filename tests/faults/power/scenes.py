"""What is recorded, and what befalls it: kills before a power cut, power cuts in recoveries."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from random import Random

from tests.faults.power import programs
from tests.faults.power.disk import Image
from tests.faults.power.operations import Mark
from tests.faults.power.recordings import Machine, Program, Recording, read_image, write_image

IN_MEMORY = Path("/dev/shm")
EMPTY = Image({}, [], "empty")


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for a while, in memory where that can be."""
    within = IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="reelog-power-", dir=within) as path:
        yield Path(path)


@contextmanager
def machine(name: str, image: Image = EMPTY, lies_about: str = "") -> Iterator[Machine]:
    """A machine that has been off, with these files on its disk."""
    with folder() as here:
        write_image(image, here)
        yield Machine(name, here, lies_about)


def film(lies_about: str = "") -> Recording:
    """A home that is made, a film from its first line to its end, the same film again."""
    with machine("film", lies_about=lies_about) as one:
        assert one.run(programs.film)
        return one.recording()


def copies() -> Recording:
    """A finished film: its head, its backups, a new home out of one."""
    with machine("copies", finished_film()) as one:
        one.programs = 100  # other ids than the film has
        assert one.run(programs.copies)
        return one.recording()


@cache
def finished_film() -> Image:
    """A film that was made, and lies safe on its disk."""
    with machine("finished film") as one:
        assert one.run(programs.film_in_one_go)
        return read_image(one.folder)


def killed(name: str, program: Program, then: Program, kill_at: int) -> Recording:
    """A program that is killed before one of its operations, and another one after it."""
    with machine(f"{name}, killed before its operation {kill_at}") as one:
        one.run(program, kill_at=kill_at)
        assert one.run(then)
        return one.recording()


@cache
def operations_of(program: Program) -> int:
    """How many operations a program has when nothing befalls it."""
    with machine("undisturbed") as one:
        assert one.run(program)
        return len(one.recorder.operations)


def killed_film(chance: Random) -> Recording:
    """A film whose worker is killed somewhere; another one goes on."""
    whole = programs.film_in_one_go
    return killed("film", whole, whole, chance.randrange(operations_of(whole)))


def killed_beginning(chance: Random) -> Recording:
    """A log whose maker is killed somewhere; another one begins again, or goes on."""
    one = programs.one_event
    return killed("beginning", one, one, chance.randrange(operations_of(one)))


def recovery(name: str, image: Image, held: list[Mark], chance: Random) -> Recording:
    """What is found after a power cut is opened and goes on; now and then it is killed there."""
    with machine(f"recovery of {name}", image) as one:
        one.programs = chance.randrange(1_000, 1 << 30)
        if chance.random() < 0.3:
            one.run(programs.one_event, kill_at=chance.randrange(20))
        assert one.run(programs.one_event)
        one.began = 0
        return one.recording(held)
