"""The programs that are recorded: films, beginnings, keepers of files, backups."""

from contextlib import closing
from pathlib import Path

from eventstore.heads import write_head
from eventstore.home import Home
from handlers.backup import artifacts_of, back_up, restore
from handlers.stream import SessionStream
from handlers.worker import Worker
from projections import events as e
from projections.events import TYPES
from projections.work import work as work_of
from tests.build import RUN, fake_session
from tests.faults.power.recorder import Recorder

HOME = "films/night/home"
LOG = f"{HOME}/reelog.db"
AGAIN = "session_20250208_002239"


def begin_film(folder: Path, _: Recorder) -> None:
    """A new home deep down, and a film that is asked for."""
    with Home(folder / HOME).open(TYPES) as log:
        if not log.streams():
            fake_session(log, shots=2, duration_s=10.0)


def work_to_the_end(folder: Path, _: Recorder) -> None:
    """One worker, whatever is left."""
    home = Home(folder / HOME)
    with home.open(TYPES) as log, closing(Worker(home, log)) as worker:
        worker.work_on(log.streams())


def film(folder: Path, recorder: Recorder) -> None:
    """A film from its first line to its end, and the same film again beside it, looked at."""
    begin_film(folder, recorder)
    work_to_the_end(folder, recorder)
    home = Home(folder / HOME)
    with home.reader() as reader:
        reader.query("SELECT * FROM sessions")
        with home.open(TYPES) as log:
            fake_session(log, AGAIN, shots=2, duration_s=10.0)
        work_to_the_end(folder, recorder)


def one_event(folder: Path, _: Recorder) -> None:
    """Whatever there is, or nothing: open it and append."""
    with Home(folder / HOME).open(TYPES) as log:
        append_one(log)


def append_one(log) -> None:
    """One more event of the first session, or its first one."""
    if not log.streams():
        fake_session(log, shots=2, duration_s=10.0)
        return
    SessionStream(log, log.streams()[0]).append([e.SessionPrioritised(priority=3)], RUN)


def film_in_one_go(folder: Path, recorder: Recorder) -> None:
    """What a killed program had begun, or all of it, to the end."""
    begin_film(folder, recorder)
    work_to_the_end(folder, recorder)


def finished(log, session: str) -> bool:
    """Whether a session's film is there."""
    return work_of(SessionStream(log, session).session).complete


def copies(folder: Path, recorder: Recorder) -> None:
    """A head and a backup while work goes on, and a new home out of it."""
    home = Home(folder / HOME)
    with home.open(TYPES) as log:
        (folder / "safe").mkdir()
        head = log.head()
        write_head(folder / "safe" / "head.json", head, "2026-01-01T00:00:00.000Z")
        recorder.mark("heads", ("safe/head.json", head))
        append_one(log)
        (folder / "alone").mkdir()
        done = back_up(home, folder / "alone" / "log.db", None)
        recorder.mark("logs_alone", ("alone/log.db", done.global_position))
        for name in ("one.db", "two.db"):
            file = folder / "safe" / name
            done = back_up(home, file, artifacts_of(file))
            recorder.mark("backups", (f"safe/{name}", done.global_position))
            append_one(log)
    file, elsewhere = folder / "safe" / "one.db", new_home(folder)
    done = restore(file, artifacts_of(file), elsewhere)
    recorder.mark("restored", ("elsewhere/home/reelog.db", done.global_position))
    with elsewhere.open(TYPES) as log:
        append_one(log)


def new_home(folder: Path) -> Home:
    """Where a backup is restored to."""
    return Home(folder / "elsewhere" / "home")
