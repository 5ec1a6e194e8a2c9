"""What must hold in a state after a power cut, checked with the product's own code."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import apsw

from eventstore.artifacts import Artifacts
from eventstore.backup import check as check_backup
from eventstore.chain import Chain, verify
from eventstore.connection import connect
from eventstore.heads import read_head
from eventstore.home import Home
from eventstore.log import EventLog
from handlers.audit import audit
from handlers.backup import artifacts_of
from handlers.stream import SessionStream
from projections.events import TYPES
from projections.named import named
from tests.build import SESSION, raw_hashes
from tests.faults.power import programs
from tests.faults.power.disk import Image
from tests.faults.power.operations import Mark
from tests.faults.power.recordings import ALL_EVENTS, Row, write_image

STORE = Artifacts(Path())
SHM_BYTES = 32_768
FOUND_MAX = 2_000
WRITERS = 0.1
"""The share of states in which work goes on; in the others, somebody only looks."""


class Lost(AssertionError):
    """A promise that a power cut broke."""


def require(holds: object, sentence: str) -> None:
    """Raise Lost unless it holds."""
    if not holds:
        raise Lost(sentence)


@dataclass
class Promises:
    """What was promised by one operation of a recording: the newest mark of each thing."""

    rows: dict[str, list[Row]]
    marks: list[Mark] = field(default_factory=list)
    log_id: dict[str, str] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)
    epoch: dict[str, int] = field(default_factory=dict)
    artifacts: dict[str, str] = field(default_factory=dict)
    logs_alone: dict[str, int] = field(default_factory=dict)
    backups: dict[str, int] = field(default_factory=dict)
    restored: dict[str, int] = field(default_factory=dict)
    heads: dict[str, Any] = field(default_factory=dict)

    def add(self, mark: Mark) -> None:
        """One more promise."""
        self.marks.append(mark)
        where, what = mark.value
        getattr(self, mark.kind)[where] = what

    def knows(self, path: str) -> bool:
        """Whether anything was promised of a log."""
        return path in self.log_id or path in self.events or path in self.restored


class Found(NamedTuple):
    """A log that was opened and found whole."""

    log_id: str
    epoch: int
    rows: list[Row]


def _opened(path: Path, known: list[Row], writes: bool) -> Found:
    """Open a log as the product does, for looking or for going on."""
    if not writes:
        with closing(connect(path, read_only=True)) as reader:
            return whole(reader, known)
    with EventLog.open(path, TYPES) as log:
        found = whole(log.connection, known)
        programs.append_one(log)
        require(log.head().global_position > len(found.rows), "nothing can be appended")
    return found


def whole(log: apsw.Connection, known: list[Row]) -> Found:
    """A log that is whole in itself, and a beginning of what was written."""
    ((log_id, genesis),) = log.execute("SELECT id, genesis FROM log")
    rows = list(log.execute(ALL_EVENTS))
    require(rows == known[: len(rows)], "events are there that were never written so")
    ((problem,), *_) = log.execute("PRAGMA quick_check")
    require(problem == "ok", f"quick_check: {problem}")
    if (key := hash((genesis, *rows))) not in _CHAINS:
        wrong = [message for message, _ in verify(log, Chain(genesis))]
        require(not wrong, f"the chain: {wrong}")
        _CHAINS.add(key)
    ((epoch,),) = log.execute("SELECT epoch FROM fence")
    return Found(log_id, epoch, rows)


def _whole_backup(file: Path) -> Found:
    """A backup that the product's own check finds whole."""
    check_backup(file, file)
    with closing(connect(file, read_only=True)) as copy:
        ((log_id, epoch),) = copy.execute("SELECT id, epoch FROM log, fence")
        return Found(log_id, epoch, list(copy.execute(ALL_EVENTS)))


def _require_whole(image: Image, path: str, sha256: str, what: str) -> None:
    content = image.files.get(path)
    require(content is not None, f"{path} {what} and is gone")
    require(sha256_of(content or b"") == sha256, f"{path} {what} and is not whole")


_CHAINS: set[int] = set()
"""Chains that were verified: equal rows need it once."""


@lru_cache(FOUND_MAX)
def sha256_of(content: bytes) -> str:
    """Hex SHA-256; most files are the same in most states."""
    return hashlib.sha256(content).hexdigest()


class Checker:
    """Checks states, one after the other, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._found: dict[int, Found] = {}
        self._named: dict[Row, list[tuple[str, str]]] = {}

    def check(self, image: Image, promises: Promises, chance: Random, *, to_the_end: bool) -> None:
        """All that must hold. Raises Lost, or whatever stopped the product."""
        for path, sha256 in promises.artifacts.items():
            _require_whole(image, path, sha256, "was kept")
        for path in dict.fromkeys((programs.LOG, *promises.log_id, *promises.restored)):
            if promises.knows(path) or path in image.files or chance.random() < WRITERS:
                self._check_log(image, path, promises, chance)
        for path, position in promises.logs_alone.items():
            self._check_backup(image, path, promises, position)
        for path, position in promises.backups.items():
            rows = self._check_backup(image, path, promises, position)
            self._check_artifacts(image, str(artifacts_of(Path(path))), rows)
        for path, head in promises.heads.items():
            require(path in image.files, f"the head {path} is gone")
            kept = self._as_file(image.files[path], read_head)
            require(kept == head, f"the head {path} is not as it was kept")
        if to_the_end:
            self._work_to_the_end(image)

    def _check_log(self, image: Image, path: str, promises: Promises, chance: Random) -> None:
        found = self._log(image, path, promises.rows.get(path, []), chance)
        promised = promises.log_id.get(path, found.log_id)
        require(promised == found.log_id, f"another log is there than {promised}")
        told = max(promises.events.get(path, 0), promises.restored.get(path, 0))
        require(len(found.rows) >= told, f"{len(found.rows)} events of {told} acknowledged ones")
        require(found.epoch >= promises.epoch.get(path, 0), "an epoch that was given is forgotten")
        home = path.rpartition("/")[0]
        self._check_artifacts(image, f"{home}/artifacts", found.rows)

    def _check_artifacts(self, image: Image, folder: str, rows: list[Row]) -> None:
        for row in rows:
            for name, sha256 in self._named_by(row):
                _require_whole(image, f"{folder}/{name}", sha256, "is named by an event")

    def _log(self, image: Image, path: str, known: list[Row], chance: Random) -> Found:
        """The log alone, as it is found: its files are brought to a folder, and it is opened.

        Of equal files one is opened: what else differs between two states is checked for each.
        """
        beside = path.removesuffix("db")
        files = {
            one.rpartition("/")[2]: content
            for one, content in image.files.items()
            if one.startswith(beside)
        }
        key = hash((path, *files.items()))
        if key in self._found:
            return self._found[key]
        if len(self._found) > FOUND_MAX:
            self._found.clear()
        with self._room() as here:
            for name, content in files.items():
                (here / name).write_bytes(content)
            if chance.random() < 0.1:  # what lay in shared memory is nobody's business
                (here / "reelog.db-shm").write_bytes(chance.randbytes(SHM_BYTES))
            undone = "reelog.db-journal" in files or "reelog.db" not in files
            writes = chance.random() < WRITERS or undone
            found = self._found[key] = _opened(here / "reelog.db", known, writes)
        return found

    @contextmanager
    def _room(self) -> Iterator[Path]:
        here = self._folder / "here"
        here.mkdir()
        try:
            yield here
        finally:
            for file in os.scandir(here):
                shutil.rmtree(file) if file.is_dir() else os.unlink(file)  # noqa: PTH108
            here.rmdir()

    def _as_file(self, content: bytes, read: Callable[[Path], Any]) -> Any:
        with self._room() as here:
            (here / "file").write_bytes(content)
            return read(here / "file")

    def _check_backup(
        self, image: Image, path: str, promises: Promises, position: int
    ) -> list[Row]:
        require(path in image.files, f"the backup {path} is gone")
        content = image.files[path]
        key = hash((path, content))
        if key not in self._found:
            self._found[key] = self._as_file(content, _whole_backup)
        rows = self._found[key].rows
        require(rows == promises.rows[programs.LOG][:position], f"{path} is another backup")
        return rows

    def _named_by(self, row: Row) -> list[tuple[str, str]]:
        """(path among the artifacts, SHA-256) of what an event names."""
        if row not in self._named:
            event = TYPES.load(row[5], row[6], row[7])
            self._named[row] = [(str(STORE.path(*one)), one[0]) for one in named(event)]
        return self._named[row]

    def _work_to_the_end(self, image: Image) -> None:
        """Go on as after any crash: the film is that of a run that nothing disturbed."""
        with self._room() as here:
            write_image(image, here)
            home = Home(here / programs.HOME)
            programs.film_in_one_go(here, None)
            with home.open(TYPES) as log:
                made = raw_hashes(SessionStream(log, SESSION).history)
            require(made == undisturbed(), "the film is another one")
            found = [one.message for one in audit(home).findings.told]
            require(not found, f"the audit says: {found}")


@cache
def undisturbed() -> frozenset[tuple[str, str]]:
    """The artifacts of the film when nothing happens to it."""
    with tempfile.TemporaryDirectory() as folder:
        programs.film_in_one_go(Path(folder), None)
        with Home(Path(folder) / programs.HOME).open(TYPES) as log:
            return frozenset(raw_hashes(SessionStream(log, SESSION).history))
