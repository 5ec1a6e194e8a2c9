"""A log of an earlier format goes on where it is: brought up to date once, events as they were."""

import os
from pathlib import Path

import apsw
import pytest

from eventstore import schema
from eventstore.backup import copy_log
from eventstore.connection import FORMAT
from eventstore.errors import LogFailed
from eventstore.lift import lift
from handlers.ask import ask
from handlers.audit import audit
from handlers.stream import SessionStream
from projections.events import TYPES
from tests.build import RUN, SESSION, chain_is_whole, rebuilt
from tests.eventstore.test_append import priority
from tests.tampering import make_film

SCHEMA_V1 = Path(__file__).parents[1] / "golden" / "schema_v1.sql"


def in_memory(sql):
    connection = apsw.Connection(":memory:")
    connection.execute(sql)
    return connection


@pytest.fixture
def old(tmp_path):
    """A film whose log was written by a reelog of format 1."""
    home = make_film(tmp_path / "home")
    views = in_memory(SCHEMA_V1.read_text(encoding="utf-8")).execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'view'"
    )
    log = apsw.Connection(str(home.log_path))
    for name, sql in views:
        log.execute(f"DROP VIEW {name}; {sql}")
    log.pragma("user_version", 1)
    log.close()
    return home


def version_of(home):
    with home.reader(checked=False) as reader:
        return reader.connection.pragma("user_version")


def test_of_format_1_only_views_are_other_ones():
    old, new = (schema.parts(in_memory(sql)) for sql in (SCHEMA_V1.read_text(), schema.text()))

    changed = {part for part in old.keys() | new.keys() if old.get(part) != new.get(part)}

    assert {kind for kind, _ in changed} == {"view"}


def test_an_older_log_is_read_as_it_is_by_todays_views(old):
    with old.reader() as reader:
        assert reader.query("SELECT sum(tokens_in) AS tokens FROM spending") == [{"tokens": 0}]

    assert version_of(old) == 1


def test_whoever_writes_brings_an_older_log_up_to_date(old):
    with old.open(TYPES) as log:
        assert list(schema.differences(log.connection)) == []

    assert version_of(old) == FORMAT


def test_events_and_rows_stay_as_they_were(old):
    with old.open_existing(TYPES, read_only=True) as log:
        before = log.read(SESSION), log.stored_rows(SESSION)

    with old.open(TYPES) as log:
        assert (log.read(SESSION), log.stored_rows(SESSION)) == before
        assert rebuilt(log) == log.stored_rows(SESSION)


def test_an_older_log_is_gone_on_with(old):
    with old.open(TYPES) as log:
        SessionStream(log, SESSION).append([priority(1)], RUN)

        assert chain_is_whole(log)


def test_a_question_in_sql_knows_the_new_columns(old):
    answer = ask(old, "SELECT tokens_in FROM spending LIMIT 1", rows_max=1, seconds_max=60.0)

    assert answer.columns == ["tokens_in"]


def test_an_older_log_that_nobody_can_write_is_asked_as_it_is(old, monkeypatch):
    monkeypatch.setattr("eventstore.lift.os.access", lambda *_: False)

    answer = ask(old, "SELECT count(*) FROM events", rows_max=1, seconds_max=60.0)

    assert answer.rows[0][0] > 0
    assert version_of(old) == 1


def test_an_audit_finds_nothing_wrong_with_an_older_log_and_leaves_it(old):
    report = audit(old)

    assert report.findings.told == []
    assert version_of(old) == 1


def test_a_foreign_view_in_an_older_log_is_found(old):
    log = apsw.Connection(str(old.log_path))
    log.execute("CREATE VIEW mine AS SELECT 1")
    log.close()

    assert ["view mine is foreign" in one.message for one in audit(old).findings.told] == [True]


def test_a_backup_of_an_older_log_is_as_old_and_whole(old, tmp_path):
    copy_log(old.log_path, tmp_path / "copy.db", journal_mode="delete")

    assert apsw.Connection(str(tmp_path / "copy.db")).pragma("user_version") == 1


def test_a_log_is_lifted_once(old):
    lift(old.log_path)
    lift(old.log_path)

    assert version_of(old) == FORMAT


def test_an_older_log_that_nobody_can_write_says_so(old, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)

    with pytest.raises(LogFailed, match="format of an earlier reelog and cannot be written"):
        lift(old.log_path)
