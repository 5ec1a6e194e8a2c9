"""Real programs, recorded: the product's own code at its usual work, on real files.

Each recording is the same list of operations every time: ids, clocks and times are held steady,
so that a seed leads to the same state again.
"""

import os
import random
import resource
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import apsw

from eventstore import connection, log
from eventstore.artifacts import Artifacts
from eventstore.leases import Leases
from eventstore.log import EventLog
from tests.faults.power import vfs
from tests.faults.power.disk import Disk, Image
from tests.faults.power.operations import Mark, Operation
from tests.faults.power.recorder import Killed, Recorder

CHECKPOINT_PAGES = 48
"""So that a small film meets checkpoints, and a WAL that begins again, many times."""
ALL_EVENTS = "SELECT * FROM events ORDER BY global_position"
Row = tuple[Any, ...]


@dataclass
class Recording:
    """What programs did, from a disk on which all is durable.

    `rows`: every event that the log at a path ever held. `held`: marks from before.
    """

    name: str
    base: Image
    operations: list[Operation]
    rows: dict[str, list[Row]]
    held: list[Mark] = field(default_factory=list)
    begin: int = 0
    """States before this operation are those of another recording."""

    def disk(self) -> Disk:
        """The disk as it was at the beginning."""
        return self.base.disk()[0]


class _SteadyClock(datetime):
    """The time is always the same."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # noqa: ARG003
        return datetime(2026, 1, 1, tzinfo=UTC)


@contextmanager
def steady(seed: int) -> Iterator[None]:
    """Random ids, clocks and measurements are the same each time inside."""
    chance, ticks = random.Random(seed), iter(range(1 << 60))
    with ExitStack() as stack:
        for target, name, steady_one in (
            (uuid, "uuid4", lambda: uuid.UUID(int=chance.getrandbits(128))),
            (time, "monotonic", lambda: next(ticks) / 1e6),
            (log, "datetime", _SteadyClock),
            (connection, "CHECKPOINT_PAGES", CHECKPOINT_PAGES),
            (resource, "getrusage", lambda _: SimpleNamespace(ru_maxrss=100_000)),
            (os, "urandom", chance.randbytes),
        ):
            stack.enter_context(patch.object(target, name, steady_one))
        yield


@contextmanager
def acknowledgements(recorder: Recorder) -> Iterator[None]:
    """What the product says to its callers is marked as promised, as soon as it is said."""
    append, keep, claim, opened = EventLog.append, Artifacts.keep, Leases.claim, EventLog.open

    def marking_append(self: EventLog, *args: Any, **options: Any) -> Any:
        recorded = append(self, *args, **options)
        if recorded:
            at = recorded[-1].global_position
            recorder.mark("events", (recorder.below(self.path), at))
        return recorded

    def marking_keep(self: Artifacts, temporary: Path, media_type: str) -> tuple[str, int]:
        kept = keep(self, temporary, media_type)
        recorder.mark("artifacts", (recorder.below(self.path(kept[0], media_type)), kept[0]))
        return kept

    def marking_claim(self: Leases, command_id: str) -> Any:
        fence = claim(self, command_id)
        if fence is not None:
            recorder.mark("epoch", (recorder.below(self._log.path), fence.epoch))
        return fence

    def marking_open(path: Path, types: Any, **options: Any) -> EventLog:
        found = opened(path, types, **options)
        recorder.mark("log_id", (recorder.below(path), found.log_id))
        return found

    with ExitStack() as stack:
        for target, name, marking in (
            (EventLog, "append", marking_append),
            (Artifacts, "keep", marking_keep),
            (Leases, "claim", marking_claim),
            (EventLog, "open", marking_open),
        ):
            stack.enter_context(patch.object(target, name, marking))
        yield


def read_image(folder: Path) -> Image:
    """A folder as it stands, taken for durable."""
    paths = sorted(folder.rglob("*"))
    return Image(
        {str(p.relative_to(folder)): p.read_bytes() for p in paths if p.is_file()},
        [str(p.relative_to(folder)) for p in paths if p.is_dir()],
        "as it stands",
    )


def write_image(image: Image, folder: Path) -> None:
    """The files of an image, for real."""
    for path in sorted(image.folders):
        (folder / path).mkdir(parents=True)
    for path, content in image.files.items():
        (folder / path).write_bytes(content)


def all_rows(folder: Path) -> dict[str, list[Row]]:
    """The events of every log below a folder."""
    found = {}
    for path in sorted(folder.rglob("reelog.db")):
        raw = apsw.Connection(str(path))
        with suppress(apsw.SQLError):  # a log that was never finished
            found[str(path.relative_to(folder))] = list(raw.execute(ALL_EVENTS))
        raw.close()
    return found


Program = Callable[[Path, Recorder], None]
"""Works below a folder; the recorder is there for marks of its own."""


@dataclass
class Machine:
    """A folder, and programs that are recorded one after the other as they work in it."""

    name: str
    folder: Path
    lies_about: str = ""
    programs: int = 0

    def __post_init__(self) -> None:
        self.base = read_image(self.folder)
        _, nodes = self.base.disk()
        self.recorder = Recorder(self.folder, nodes)
        self.began = 0

    def run(self, program: Program, *, kill_at: int = -1) -> bool:
        """Whether a program came to its end; `kill_at`: before that operation it is killed."""
        recorder = self.recorder
        self.programs += 1
        self.began = len(recorder.operations)
        recorder.dead, recorder.kill_at = False, -1 if kill_at < 0 else self.began + kill_at
        with (
            steady(self.programs), recorder.recording(), vfs.recording(recorder, self.lies_about),
            acknowledgements(recorder),
        ):  # fmt: skip
            try:
                program(self.folder, recorder)
            except Killed:
                return False
            finally:
                recorder.kill_at = -1
                recorder.buried()
        return True

    def recording(self, held: list[Mark] | None = None) -> Recording:
        """All that was recorded; its states are those of the last program."""
        rows = all_rows(self.folder)
        return Recording(
            self.name, self.base, self.recorder.operations, rows, held or [], self.began
        )
