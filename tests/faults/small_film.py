"""A small film made by real `reelog` processes, disturbed or not, and what must hold afterwards."""

import functools
import shutil
import tempfile
from pathlib import Path

from eventstore.home import Home
from handlers.stream import SessionStream
from projections import events as e
from projections.events import TYPES
from projections.work import work as work_of
from tests.build import chain_is_whole, leftovers, raw_hashes, rebuilt, starts_after_a_result
from tests.command import Done, Reelog
from tests.faults.launch import start
from tests.faults.supervisor import Plan, Supervisor, nothing

FILM = (
    *("start", "a lighthouse", "--profile", "fake", "--shots", "2", "--duration", "4"),
    *("--seed", "1"),
)
READING = (
    ("list",),
    ("view", "last"),
    ("history", "last"),
    ("sql", "SELECT count(*) FROM events"),
    ("audit",),
)


class SmallFilm:
    """A home for one film, and commands on it under a supervisor."""

    def __init__(self, folder: Path, *, cold: bool = False) -> None:
        self.folder, self._cold = folder, cold
        self.home = Home(folder / "home")
        self._environment = Reelog(folder).environment
        self.calls = 0

    def command(self, *arguments: str, plan: Plan = nothing) -> tuple[Done, Supervisor]:
        """Run to the end of its last process."""
        done, supervisor = start(
            list(arguments), self._environment, self.home.root, plan, cold=self._cold
        )
        self.calls += len(supervisor.calls)
        return done, supervisor

    @property
    def begun(self) -> bool:
        """Whether the film's first event is in the log."""
        if not self.home.has_log() or self.home.log_path.stat().st_size == 0:
            return False
        with self.home.open_existing(TYPES, read_only=True) as log:
            return bool(log.streams())

    def go_on(self, workers: int = 1) -> Done:
        """What a user does after a crash: resume, or start again where nothing was begun."""
        first = ("resume",) if self.begun else FILM
        done, _ = self.command(*first, "--workers", str(workers))
        return done

    def stream(self) -> SessionStream:
        """The only film."""
        with self.home.open_existing(TYPES, read_only=True) as log:
            (session,) = log.streams()
            return SessionStream(log, session)


def check_log(film: SmallFilm) -> None:
    """Whatever happened, the log is whole and its tables are right."""
    if not film.begun:
        return
    with film.home.open_existing(TYPES, read_only=True) as log:
        assert chain_is_whole(log)
        for session in log.streams():
            assert log.stored_rows(session) == rebuilt(log, session)


def check_finished(film: SmallFilm) -> SessionStream:
    """The film is there, the same one, each result once, and nothing else is left."""
    check_log(film)
    stream = film.stream()
    assert work_of(stream.session).complete
    assert raw_hashes(stream.history) == undisturbed()
    assert results_twice(stream) == []
    assert starts_after_a_result(stream) == []
    with film.home.open_existing(TYPES, read_only=True) as log:
        assert log.query("SELECT * FROM leases") == []
    assert leftovers(film.home) == []
    locks = [path.name for path in film.home.locks.iterdir()]
    assert [name for name in locks if not name.startswith("folder-")] == []
    folder = film.home.sessions / stream.id
    assert (folder / "film.mp4").is_file()
    assert list(folder.rglob(".*.new")) == []
    for one in stream.history:
        if artifact := getattr(one.event, "artifact", None):
            assert film.home.artifacts.holds(artifact.sha256, artifact.media_type)
    return stream


def results_twice(stream: SessionStream) -> list[str]:
    """Commands whose result was recorded by more than one append."""
    appends: dict[str, set[int]] = {}
    for one in stream.history:
        if isinstance(one.event, e.RESULTS):
            appends.setdefault(one.event.command_id, set()).add(one.append_end)
    return [command for command, ends in appends.items() if len(ends) > 1]


@functools.cache
def undisturbed() -> frozenset[tuple[str, str]]:
    """The artifacts of the film that nobody disturbed."""
    return _undisturbed()[0]


@functools.cache
def calls() -> int:
    """How many writing calls the undisturbed film takes, all processes together."""
    return _undisturbed()[1]


@functools.cache
def _undisturbed() -> tuple[frozenset[tuple[str, str]], int]:
    folder = Path(tempfile.mkdtemp())
    try:
        film = SmallFilm(folder)
        done, _ = film.command(*FILM, "--workers", "1")
        assert done.status == 0, done
        return frozenset(raw_hashes(film.stream().history)), film.calls
    finally:
        shutil.rmtree(folder)
