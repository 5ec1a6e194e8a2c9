"""The log's file: how it is born, what is refused in its place, what happens when it goes away."""

import os
import shutil

import apsw
import pytest

from eventstore import file_identity
from eventstore import log as module_of_logs
from eventstore.connection import APPLICATION_ID, FORMAT, create
from eventstore.errors import LogFailed, LogMoved, LogTooNew, NoSuchLog, NotALog
from eventstore.home import Home
from eventstore.log import EventLog
from projections import events as e
from projections.events import TYPES
from tests.build import RUN, chain_is_whole, started


def test_the_log_is_written_ahead_and_synced_at_every_commit(log):
    assert log.connection.pragma("journal_mode") == "wal"
    assert log.connection.pragma("synchronous") == 2


def test_the_file_says_what_it_is(log):
    assert log.connection.pragma("application_id") == APPLICATION_ID == 0x7265656C
    assert log.connection.pragma("user_version") == FORMAT


def test_every_log_has_an_id_of_its_own(tmp_path):
    with Home(tmp_path / "a").open(TYPES) as one, Home(tmp_path / "b").open(TYPES) as other:
        assert one.log_id != other.log_id


def test_a_log_keeps_its_id_and_events_when_it_is_opened_again(home, log):
    log.append("a", [started()], expected=0, cause=RUN)

    with home.open(TYPES) as again:
        assert (again.log_id, again.read("a")) == (log.log_id, log.read("a"))


def test_a_home_deep_down_is_made_with_its_folders(tmp_path):
    with Home(tmp_path / "x" / "y" / "z").open(TYPES) as log:
        assert log.head().global_position == 0


def test_creation_leaves_nothing_but_the_log_and_its_lock(home):
    home.open(TYPES).close()

    assert sorted(path.name for path in home.root.iterdir()) == ["reelog.db", "reelog.lock"]


def test_an_existing_log_is_asked_for_by_name(home):
    with pytest.raises(NoSuchLog, match=r"there is no log at .*reelog\.db; `reelog start`"):
        home.open_existing(TYPES)


def test_reading_makes_no_log(home):
    with pytest.raises(NoSuchLog):
        home.reader()

    assert not home.root.exists()


def test_a_newer_format_is_refused_in_a_sentence(home):
    home.open(TYPES).close()
    raw = apsw.Connection(str(home.log_path))
    raw.pragma("user_version", FORMAT + 1)
    raw.close()

    with pytest.raises(LogTooNew, match=f"has format {FORMAT + 1}, .*up to {FORMAT}; update"):
        home.open(TYPES)


def test_another_programs_database_is_refused_and_left_alone(home):
    home.root.mkdir()
    raw = apsw.Connection(str(home.log_path))
    raw.execute("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)")
    raw.close()
    before = home.log_path.read_bytes()

    with pytest.raises(NotALog, match="is a database, but no reelog log; choose another --home"):
        home.open(TYPES)

    assert home.log_path.read_bytes() == before


@pytest.mark.parametrize("length", [1, 50, 5000])
def test_a_text_file_is_refused_and_left_alone(home, length):
    home.root.mkdir()
    home.log_path.write_text("a" * length)

    with pytest.raises(NotALog, match="is no reelog log; choose another --home or move"):
        home.open(TYPES)

    assert home.log_path.read_text() == "a" * length


def test_a_folder_in_the_logs_place_is_refused(home):
    home.log_path.mkdir(parents=True)

    with pytest.raises(NotALog, match="is no file; choose another --home"):
        home.open(TYPES)


def test_a_pipe_in_the_logs_place_is_refused_and_left_alone(home):
    home.root.mkdir()
    os.mkfifo(home.log_path)

    with pytest.raises(NotALog, match="is no file; choose another --home"):
        home.open(TYPES)

    assert home.log_path.is_fifo()


def test_a_file_in_the_homes_place_is_refused(home):
    home.root.write_text("mine")

    with pytest.raises(NotALog, match="is no folder; choose another --home"):
        home.open(TYPES)


def test_a_file_above_the_home_is_refused(tmp_path):
    (tmp_path / "file").write_text("mine")

    with pytest.raises(NotALog, match="is no folder; choose another --home"):
        Home(tmp_path / "file" / "home").open(TYPES)


def test_an_empty_file_becomes_a_log(home):
    home.root.mkdir()
    home.log_path.touch()

    with home.open(TYPES) as log:
        log.append("a", [started()], expected=0, cause=RUN)
        assert chain_is_whole(log)


@pytest.mark.parametrize("written", ["", "half a database", "whole"])
def test_a_creation_that_died_leaves_a_home_that_opens(home, written):
    home.root.mkdir()
    unborn = home.root / "reelog.db.new"
    if written == "whole":
        create(unborn, "INSERT INTO log VALUES ('dead', x'00', 't')")
    else:
        unborn.write_text(written)
    (home.root / "reelog.db.new-wal").write_text("torn")

    with home.open(TYPES) as log:
        log.append("a", [started()], expected=0, cause=RUN)
        assert log.log_id != "dead"
        assert chain_is_whole(log)


def appends_nowhere(log, error=LogMoved):
    with pytest.raises(error, match="was moved, deleted or replaced while in use"):
        log.append("a", [e.SessionUnpaused()], expected=1, cause=RUN)


def test_a_log_that_was_deleted_takes_no_more_events(home, log):
    log.append("a", [started()], expected=0, cause=RUN)

    home.log_path.unlink()

    appends_nowhere(log)


def test_a_log_that_was_moved_takes_no_more_events(home, log):
    log.append("a", [started()], expected=0, cause=RUN)
    elsewhere = home.root / "old.db"

    home.log_path.rename(elsewhere)

    appends_nowhere(log)


def test_a_log_that_was_replaced_takes_no_more_events_and_the_new_file_is_untouched(home, log):
    log.append("a", [started()], expected=0, cause=RUN)
    other = Home(home.root.parent / "other")
    other.open(TYPES).close()
    shutil.copy(other.log_path, home.root / "new.db")
    (home.root / "new.db").rename(home.log_path)
    before = home.log_path.read_bytes()

    appends_nowhere(log)

    assert home.log_path.read_bytes() == before


def test_a_home_that_was_moved_away_takes_no_more_events(home, log):
    log.append("a", [started()], expected=0, cause=RUN)

    home.root.rename(home.root.with_name("moved"))

    appends_nowhere(log)


def test_a_home_that_is_a_link_to_elsewhere_now_takes_no_more_events(home):
    first, second = (home.root.parent / name for name in ("first", "second"))
    for root in (first, second):
        Home(root).open(TYPES).close()
    home.root.symlink_to(first)
    with home.open(TYPES) as log:
        log.append("a", [started()], expected=0, cause=RUN)

        home.root.unlink()
        home.root.symlink_to(second)

        appends_nowhere(log)


@pytest.mark.parametrize("name", ["reelog.db", "reelog.db-wal"])
def test_a_log_that_is_back_goes_on(home, log, name):
    file, elsewhere = home.root / name, home.root / "elsewhere"
    log.append("a", [started()], expected=0, cause=RUN)
    elsewhere.hardlink_to(file)  # the very file, though under a name that was gone meanwhile
    file.unlink()
    appends_nowhere(log)

    elsewhere.rename(file)

    assert log.append("a", [e.SessionUnpaused()], expected=1, cause=RUN)


def test_a_log_in_its_place_is_not_asked_for_its_times(log, monkeypatch):
    """What is written after that would be synced more slowly."""
    log.append("a", [started()], expected=0, cause=RUN)
    asked, stat = [], os.stat
    monkeypatch.setattr(os, "stat", lambda path, **how: asked.append(path) or stat(path, **how))

    log.append("a", [e.SessionUnpaused()], expected=1, cause=RUN)

    assert asked == []


def test_a_log_that_was_moved_is_noticed_too_where_the_system_tells_no_less_than_all(
    home, monkeypatch
):
    monkeypatch.setattr(file_identity, "_statx", lambda: None)
    with home.open(TYPES) as log:
        log.append("a", [started()], expected=0, cause=RUN)

        home.log_path.rename(home.root / "old.db")

        appends_nowhere(log)


def test_who_a_file_is_differs_from_any_other(tmp_path):
    one, other, again = (tmp_path / name for name in ("one", "other", "again"))
    one.touch()
    other.touch()
    again.hardlink_to(one)

    assert file_identity.identity(str(one)) == file_identity.identity(str(again))
    assert file_identity.identity(str(one)) != file_identity.identity(str(other))
    assert file_identity.identity(str(tmp_path / "none")) is None
    assert file_identity.identity(str(one))[1] == one.stat().st_ino


def test_a_log_replaced_while_one_waits_for_the_lock_takes_no_event(log, monkeypatch):
    from eventstore import log as module

    log.append("a", [started()], expected=0, cause=RUN)
    usual = module.write_lock

    def replaced_meanwhile(path):
        path.rename(path.with_name("old.db"))
        return usual(path)

    monkeypatch.setattr(module, "write_lock", replaced_meanwhile)

    appends_nowhere(log)


def test_leases_notice_too_that_the_log_has_gone(home, log):
    from eventstore.leases import Leases, WorkerLock

    lock = WorkerLock(home.locks)
    home.log_path.rename(home.root / "old.db")

    with pytest.raises(LogMoved):
        Leases(log, lock).claim("c")
    lock.close()


def test_a_damaged_log_says_so(home):
    with home.open(TYPES) as log:
        log.append("a", [started(idea="x" * 20_000)], expected=0, cause=RUN)
    data = bytearray(home.log_path.read_bytes())
    data[4096 * 2 :] = os.urandom(len(data) - 4096 * 2)
    home.log_path.write_bytes(bytes(data))

    with pytest.raises(LogFailed, match="damaged"), home.open(TYPES) as log:
        log.read("a")


def test_a_log_opened_for_reading_cannot_be_written(home, log):
    log.append("a", [started()], expected=0, cause=RUN)

    with (
        home.open_existing(TYPES, read_only=True) as reading,
        pytest.raises(LogFailed, match="the disk refused"),
    ):
        reading.append("a", [e.SessionUnpaused()], expected=1, cause=RUN)


def test_a_lock_held_for_ever_by_another_program_is_named(home, log):
    other = apsw.Connection(str(home.log_path))
    other.execute("BEGIN IMMEDIATE")
    log.connection.set_busy_timeout(10)

    with pytest.raises(LogFailed, match="is locked by another program"):
        log.append("a", [started()], expected=0, cause=RUN)
    other.execute("ROLLBACK")
    other.close()


def test_the_log_goes_on_after_a_refusal(home, log):
    other = apsw.Connection(str(home.log_path))
    other.execute("BEGIN IMMEDIATE")
    log.connection.set_busy_timeout(10)
    with pytest.raises(LogFailed):
        log.append("a", [started()], expected=0, cause=RUN)

    other.execute("ROLLBACK")
    other.close()

    assert log.append("a", [started()], expected=0, cause=RUN)


def test_a_log_closes_with_its_block(home):
    with home.open(TYPES) as log:
        pass

    with pytest.raises(apsw.ConnectionClosedError):
        log.connection.execute("SELECT 1")


def test_open_never_waits_for_a_pipe(home):
    home.root.mkdir()
    os.mkfifo(home.log_path)

    with pytest.raises(NotALog):
        EventLog(home.log_path, TYPES)


def test_a_write_ahead_log_that_is_deleted_under_an_open_log_is_noticed(home, log):
    """SQLite goes on writing to it and says that all is well."""
    log.append("a", [started()], expected=0, cause=RUN)
    (home.root / "reelog.db-wal").unlink()

    with pytest.raises(LogMoved, match=r"reelog\.db-wal was moved, deleted or replaced"):
        log.append("b", [started()], expected=0, cause=RUN)


def test_a_log_that_is_replaced_while_it_is_opened_is_noticed(home, monkeypatch):
    home.open(TYPES).close()
    shutil.copyfile(home.log_path, home.root / "other.db")
    connect = module_of_logs.connect

    def replaced_meanwhile(path, **options):
        opened = connect(path, **options)
        (home.root / "other.db").replace(path)
        return opened

    monkeypatch.setattr(module_of_logs, "connect", replaced_meanwhile)

    with pytest.raises(LogMoved):
        home.open(TYPES)


def test_a_backup_put_in_a_logs_place_by_hand_is_written_ahead_again(home):
    """Its rollback journal would not survive a power cut's whims."""
    home.open(TYPES).close()
    raw = apsw.Connection(str(home.log_path))
    assert raw.pragma("journal_mode", "delete") == "delete"
    raw.close()

    with home.open(TYPES) as log:
        assert log.connection.pragma("journal_mode") == "wal"
