"""Backups: the log whole while work goes on, and a home that goes on from one."""

import subprocess
import sys
from pathlib import Path

import pytest

from eventstore.errors import LogDamaged, NotALog
from eventstore.home import Home
from handlers import gc, travel
from handlers.audit import audit
from handlers.backup import artifacts_of, back_up, restore
from handlers.errors import Refused
from handlers.repair import repair
from handlers.stream import SessionStream
from projections.events import TYPES
from projections.named import named
from projections.work import pending
from tests.build import RUN, SESSION, chain_is_whole, drawn, fake_session, rebuilt
from tests.command import ROOT
from tests.eventstore.test_unborn import dead_pid
from tests.handlers.crew_of_one import counting, work
from tests.processes import until


@pytest.fixture
def film(home, log) -> SessionStream:
    fake_session(log)
    return work(home, log)


@pytest.fixture
def file(tmp_path) -> Path:
    (tmp_path / "safe").mkdir()
    return tmp_path / "safe" / "backup.db"


@pytest.fixture
def saved(home, file, film) -> Path:  # noqa: ARG001 - a film to save
    back_up(home, file, artifacts_of(file))
    return file


@pytest.fixture
def new(tmp_path) -> Home:
    return Home(tmp_path / "new")


def restored(file: Path, new: Home) -> Home:
    restore(file, artifacts_of(file), new)
    return new


@pytest.mark.usefixtures("film")
def test_a_backup_holds_every_event(home, log, file):
    done = back_up(home, file, None)

    assert (done.global_position, done.head_hash) == (
        log.head().global_position,
        log.head().hash.hex(),
    )


def test_a_backup_is_one_file_with_its_artifacts(saved):
    assert {path.name for path in saved.parent.iterdir()} == {
        "backup.db",
        "backup.db.artifacts",
    }


def test_a_backup_is_a_database_of_its_own(saved):
    """Read by another program, in another process: here it would drop our locks."""
    code = (
        f"import sqlite3; print(*sqlite3.connect({str(saved)!r}).execute('PRAGMA integrity_check'))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "('ok',)"


def test_every_named_artifact_is_in_the_backup(film, saved):
    from eventstore.artifacts import Artifacts

    kept = Artifacts(artifacts_of(saved))

    assert all(kept.holds(*name) for one in film.history for name in named(one.event))


def test_what_happens_to_a_file_does_not_happen_to_its_backup_nor_to_what_is_restored(
    home, saved, new
):
    restored(saved, new)
    media = next(home.artifacts.root.rglob("*.png"))
    media.chmod(0o644)
    media.write_bytes(b"overwritten")

    for folder in (artifacts_of(saved), new.artifacts.root):
        assert next(folder.rglob(media.name)).read_bytes() != b"overwritten"
    assert audit(new).clean


def test_what_a_killed_restore_left_is_swept_by_the_next_one(saved, new):
    left = new.root.with_name(f".{new.root.name}.new-{dead_pid()}")
    left.mkdir()
    (left / "reelog.db").touch()

    restored(saved, new)

    assert not left.exists()


def test_a_place_that_cannot_be_replaced_is_named(saved, new):
    elsewhere = new.root.with_name("elsewhere")
    elsewhere.mkdir()
    new.root.symlink_to(elsewhere)

    with pytest.raises(Refused, match="cannot be replaced") as refused:
        restored(saved, new)
    assert refused.value.hint == "name a folder that is not there yet"


def test_a_backup_takes_no_files_place(home, file, film):  # noqa: ARG001 - a film to save
    file.write_text("mine")

    with pytest.raises(Refused, match="is there already"):
        back_up(home, file, None)
    assert file.read_text() == "mine"


@pytest.mark.usefixtures("film")
def test_a_backup_into_no_folder_is_refused(home, tmp_path):
    with pytest.raises(Refused, match="there is no folder"):
        back_up(home, tmp_path / "nowhere" / "x.db", None)


@pytest.mark.usefixtures("film")
def test_a_second_backup_gives_the_folder_only_what_it_lacks(home, file, tmp_path):
    back_up(home, file, tmp_path / "artifacts")
    before = {path: path.stat().st_ino for path in (tmp_path / "artifacts").rglob("*.*")}

    back_up(home, file.with_name("second.db"), tmp_path / "artifacts")

    after = {path: path.stat().st_ino for path in (tmp_path / "artifacts").rglob("*.*")}
    assert after == before


def test_what_gc_took_away_after_a_rewind_is_not_missed(home, log, file, new, film):
    travel.rewind(film, 1)
    gc.collect(home, log, withdrawn=True)

    saved = back_up(home, file, artifacts_of(file))

    assert saved.missing == []
    assert restore(file, artifacts_of(file), new).missing == []


@pytest.mark.usefixtures("film")
def test_a_loss_that_is_recorded_is_not_missed(home, file):
    next(home.artifacts.root.rglob("*.png")).unlink()
    before = back_up(home, file, artifacts_of(file)).missing
    repair(home, audit(home))

    later = file.with_name("later.db")
    after = back_up(home, later, artifacts_of(later)).missing

    assert (len(before), after) == (1, [])


@pytest.mark.usefixtures("film")
def test_a_damaged_artifact_is_named_and_not_kept(home, file):
    path = next(home.artifacts.root.rglob("*.png"))
    path.chmod(0o644)
    path.write_text("damaged")

    done = back_up(home, file, artifacts_of(file))

    assert done.missing == [path.stem]
    assert not list(artifacts_of(file).rglob(path.name))


@pytest.mark.usefixtures("film")
def test_a_damaged_log_is_not_backed_up(home, log, file):
    log.connection.execute("DROP TRIGGER events_are_never_changed")
    log.connection.execute("UPDATE events SET data = '{}' WHERE global_position = 3")

    with pytest.raises(LogDamaged):
        back_up(home, file, None)
    assert list(file.parent.iterdir()) == []


def test_a_backup_while_others_append_is_whole(home, log, file, tmp_path):
    """A process appends without a pause; every backup is a whole log of some instant."""
    stream = fake_session(log)
    code = (
        "import sys; from pathlib import Path\n"
        "from eventstore.home import Home\n"
        "from handlers.stream import SessionStream\n"
        "from projections import events as e\n"
        "from tests.build import RUN, SESSION\n"
        f"with Home(Path({str(home.root)!r})).open_existing(e.TYPES) as log:\n"
        "    stream = SessionStream(log, SESSION)\n"
        f"    while not Path({str(tmp_path / 'stop')!r}).exists():\n"
        "        stream.append([e.SessionEdited(title=str(len(stream.history)))], RUN)\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    try:
        until(lambda: bool(stream.reload()))
        for number in range(3):
            done = back_up(home, file.with_name(f"{number}.db"), None)
            until(lambda at=done.global_position: log.head().global_position > at)
    finally:
        (tmp_path / "stop").touch()
        writer.wait(60)

    assert (writer.returncode, chain_is_whole(log)) == (0, True)


def test_a_restored_home_has_the_same_films(film, saved, new):
    with restored(saved, new).open_existing(TYPES) as log:
        assert SessionStream(log, SESSION).session == film.session


def test_chain_and_read_tables_of_a_restored_home_are_whole(saved, new):
    with restored(saved, new).open_existing(TYPES) as log:
        assert (chain_is_whole(log), log.stored_rows(SESSION)) == (True, rebuilt(log))


def test_a_restored_film_has_nothing_left_to_do(saved, new):
    ran: list[str] = []
    with restored(saved, new).open_existing(TYPES) as log:
        work(new, log, stages=counting(ran))

    assert ran == []


def test_a_film_that_was_not_finished_goes_on(home, log, file, new):
    stream = fake_session(log)
    back_up(home, file, artifacts_of(file))
    before = len(pending(stream.session))

    with restored(file, new).open_existing(TYPES) as there:
        finished = work(new, there)

    assert (before, pending(finished.session), bool(finished.session.completed_at)) == (1, [], True)


def test_a_restored_home_has_its_session_folders(saved, new):
    restored(saved, new)

    assert (new.sessions / SESSION / "film.mp4").is_file()


def test_a_home_that_is_not_empty_is_refused(saved, new):
    new.root.mkdir()
    (new.root / "mine").touch()

    with pytest.raises(Refused, match="not empty"):
        restored(saved, new)
    assert [path.name for path in new.root.iterdir()] == ["mine"]


def test_an_empty_home_is_taken(saved, new):
    new.root.mkdir()

    assert restored(saved, new).has_log()


@pytest.mark.parametrize("content", [b"", b"no log", b"x" * 5000])
def test_what_is_no_log_is_not_restored(file, new, content):
    file.write_bytes(content)
    artifacts_of(file).mkdir()

    with pytest.raises((NotALog, LogDamaged)):
        restored(file, new)
    assert not new.root.exists()


def test_a_changed_backup_is_not_restored(saved, new):
    data = saved.read_bytes()
    saved.write_bytes(data.replace(b'"title":"a lighthouse"', b'"title":"A lighthouse"'))

    with pytest.raises(LogDamaged, match="was changed"):
        restored(saved, new)
    assert list(new.root.parent.glob("*new*")) == []


def test_without_its_artifacts_a_backup_is_refused(saved, new):
    import shutil

    shutil.rmtree(artifacts_of(saved))

    with pytest.raises(Refused, match="there is no folder"):
        restored(saved, new)


def test_an_artifact_that_the_backup_lacks_is_named(saved, new):
    gone = next(artifacts_of(saved).rglob("*.png"))
    gone.unlink()

    assert restore(saved, artifacts_of(saved), new).missing == [gone.stem]


def test_a_restored_log_goes_on_in_the_same_chain(log, saved, new):
    head = log.head()

    with restored(saved, new).open_existing(TYPES) as there:
        stream = SessionStream(there, SESSION)
        stream.append([drawn(_image(stream))], RUN)
        assert (there.log_id, chain_is_whole(there)) == (head.log_id, True)


def _image(stream):
    from projections.work import work as work_of

    return next(c for c in work_of(stream.session).commands if c.kind == "image")
