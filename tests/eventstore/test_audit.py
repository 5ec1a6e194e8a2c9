"""The log is checked event by event: whatever is changed in it is found, and named."""

from functools import partial
from pathlib import Path
from random import Random

import apsw
import pytest

from eventstore import hashes
from eventstore.chain import Chain, verify
from eventstore.errors import EventStoreError
from eventstore.heads import NoHead, read_head, write_head
from eventstore.home import Home
from eventstore.recorded import Head
from handlers import steer
from projections.events import TYPES
from tests.build import RUN, SESSION, started
from tests.tampering import (
    chain_again,
    copy_of,
    found,
    make_film,
    messages,
    past_triggers,
    rewrite_schema,
    tamper,
)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_film(tmp_path_factory.mktemp("audit") / "film")


@pytest.fixture
def home(film: Home, tmp_path: Path) -> Home:
    """A film of its own."""
    return copy_of(film, tmp_path / "home")


def head_of(home: Home) -> Head:
    with home.open_existing(TYPES, read_only=True) as log:
        return log.head()


def test_an_untouched_film_is_all_right(home):
    report = found(home)

    assert report.clean
    assert report.events == head_of(home).global_position > 20
    assert report.head == head_of(home)


CHANGES = {
    "global_position": "global_position = 99",
    "event_id": "event_id = 'another'",
    "stream": "stream = 'another'",
    "position": "position = 77",
    "append_end": "append_end = append_end + 1",
    "type": "type = 'SessionPaused'",
    "version": "version = 2",
    "data": "data = json_set(data, '$.idea', 'a palace')",
    "causation_id": "causation_id = 'another'",
    "correlation_id": "correlation_id = 'another'",
    "recorded_at": "recorded_at = '2001-01-01T00:00:00.000Z'",
    "previous_hash": "previous_hash = zeroblob(32)",
    "content_hash": "content_hash = zeroblob(32)",
    "hash": "hash = zeroblob(32)",
}


@pytest.mark.parametrize("column", CHANGES)
@pytest.mark.parametrize("at", ["1", "7", "(SELECT max(global_position) FROM events)"])
def test_a_change_of_any_column_of_an_event_is_found(home, column, at):
    tamper(home, f"UPDATE events SET {CHANGES[column]} WHERE global_position = {at}")

    report = found(home)

    assert "chain" in report.findings.counts
    assert report.findings.grave


def test_a_changed_event_is_named_and_those_around_it_are_not(home):
    tamper(home, "UPDATE events SET data = data || ' ' WHERE global_position = 7")

    (finding,) = found(home).findings.told

    assert finding.message.startswith(f"event 7 ({SESSION}, position 7,")
    assert finding.message.endswith("was changed: its content has another hash")
    assert "restore" in finding.hint


def test_two_events_that_changed_places_are_found(home):
    with past_triggers(home) as raw:
        for old, new in ((7, 1007), (8, 7), (1007, 8)):
            raw.execute(
                "UPDATE events SET global_position = ? WHERE global_position = ?", (new, old)
            )

    told = messages(home)

    assert "event 7 (" in told
    assert "event 8 (" in told


def test_an_event_that_is_gone_is_found(home):
    tamper(home, "DELETE FROM events WHERE global_position = 7")

    assert "event 7 is missing before event 8" in messages(home)


def test_a_tail_cut_in_the_middle_of_an_append_is_found(home):
    with past_triggers(home) as raw:
        ((inside,),) = raw.execute("SELECT min(position) FROM events WHERE position < append_end")
        raw.execute("DELETE FROM events WHERE position > ?", (inside,))

    assert "the log ends in the middle of an append" in messages(home)


def cut_tail(home):
    tamper(home, "DELETE FROM events WHERE global_position > 4")
    tamper(home, "DELETE FROM commands")


def test_a_cut_tail_is_found_against_a_kept_head(home):
    kept = head_of(home)

    cut_tail(home)

    assert f"the log ends at event 4, but the kept head is of event {kept.global_position}" in (
        messages(home, None, kept)
    )
    assert "head" not in found(home).findings.counts


def test_an_older_copy_put_back_is_found_against_a_kept_head(home, tmp_path):
    older = copy_of(home, tmp_path / "older")
    with home.open_existing(TYPES) as log:
        steer.ask(log, SESSION, partial(steer.prioritise, priority=1))
    kept = head_of(home)

    assert found(home, None, kept).clean
    assert "an older copy was put back" in messages(older, None, kept)


def test_a_chain_that_was_computed_again_is_found_against_a_kept_head_alone(home):
    kept = head_of(home)
    tamper(
        home,
        "UPDATE events SET recorded_at = '2001-01-01T00:00:00.000Z' WHERE global_position = 5",
    )

    chain_again(home)

    assert "chain" not in found(home).findings.counts
    assert "history was rewritten" in messages(home, None, kept)


def test_another_log_is_not_taken_for_ours(home, tmp_path):
    other = make_film(tmp_path / "other")

    assert "this is another log" in messages(other, None, head_of(home))


def test_a_head_of_an_empty_log_holds_for_ever(tmp_path):
    with Home(tmp_path / "new").open(TYPES) as log:
        empty = log.head()

    assert found(Home(tmp_path / "new"), None, empty).clean


def test_another_log_id_is_found(home):
    tamper(home, "UPDATE log SET id = 'another'")

    assert "the log's id was changed" in messages(home)


@pytest.mark.parametrize("rows", ["DELETE FROM log", "INSERT INTO log VALUES ('b', x'00', 't')"])
def test_a_log_without_one_id_is_found(home, rows):
    tamper(home, rows)

    assert "ids instead of one" in messages(home)


@pytest.mark.parametrize("when", ["2026-11-27T17210:44.941Z", "", "2026-11-27T17:10:44.941Z\n"])
def test_a_time_of_creation_that_is_none_is_found(home, when):
    tamper(home, f"UPDATE log SET created_at = '{when}'")

    assert f"the log was created at {when!r}, which is no time" in messages(home)


def test_bytes_that_are_no_text_are_found_even_behind_a_right_chain(home):
    with past_triggers(home) as raw:
        ((data,),) = raw.execute("SELECT CAST(data AS BLOB) FROM events WHERE global_position = 1")
        broken = data.replace(b"lighthouse", b"light\xffouse")
        raw.execute("UPDATE events SET data = CAST(? AS TEXT) WHERE global_position = 1", (broken,))

    told = messages(home)

    assert "event 1 (" in told
    assert "does not load" in told


@pytest.mark.parametrize("column", ["stream", "type", "event_id", "causation_id", "recorded_at"])
def test_no_column_can_stop_the_audit_with_bytes_that_are_no_text(home, column):
    tamper(home, f"UPDATE events SET {column} = CAST(x'ff41' AS TEXT) WHERE global_position = 3")

    assert "chain" in found(home).findings.counts


def test_an_event_of_a_newer_program_asks_for_it(home):
    tamper(home, "UPDATE events SET version = 9 WHERE global_position = 1")
    chain_again(home)

    (finding, *_) = found(home).findings.told

    assert finding.check == "events"
    assert "this log needs a newer reelog" in finding.message


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("CREATE TABLE theirs (x)", "table theirs is foreign"),
        ("CREATE VIEW theirs AS SELECT 1", "view theirs is foreign"),
        ("CREATE INDEX theirs ON events (type)", "index theirs is foreign"),
        (
            "CREATE TRIGGER theirs AFTER INSERT ON shots BEGIN DELETE FROM takes; END",
            "trigger theirs is foreign",
        ),
        ("DROP TRIGGER events_only_grow", "trigger events_only_grow of schema.sql is missing"),
        ("DROP VIEW history", "view history of schema.sql is missing"),
        ("DROP INDEX events_by_command", "index events_by_command of schema.sql is missing"),
        ("DROP TABLE takes", "table takes of schema.sql is missing"),
    ],
)
def test_what_the_schema_does_not_have_and_what_it_misses_is_found(home, sql, message):
    raw = apsw.Connection(str(home.log_path))
    raw.execute(sql)
    raw.close()

    assert message in messages(home)


def test_a_weakened_trigger_is_found(home):
    rewrite_schema(home, "events are append-only: UPDATE refused", "all is well")

    assert "trigger events_are_never_changed of schema.sql is not as it should be" in messages(home)


def test_comments_and_spaces_of_the_schema_may_differ(home):
    rewrite_schema(home, "-- random UUID", "--   another comment\n")

    assert found(home).clean


def test_an_integer_in_the_place_of_text_is_found(home):
    rewrite_schema(home, ") STRICT", ")")
    tamper(home, "UPDATE events SET causation_id = x'41' WHERE global_position = 2")

    told = messages(home)

    assert "table events of schema.sql is not as it should be" in told
    assert "event 2 has a value of the wrong type" in told


def test_two_events_with_one_id_are_found_where_no_index_forbids_them(home):
    raw = apsw.Connection(str(home.log_path))
    raw.pragma("writable_schema", True)
    raw.execute("UPDATE sqlite_schema SET sql = replace(sql, 'NULL UNIQUE', 'NULL')")
    raw.execute("DELETE FROM sqlite_schema WHERE name = 'sqlite_autoindex_events_1'")
    raw.execute("UPDATE sqlite_schema SET name = replace(name, 'events_2', 'events_1')")
    raw.close()
    tamper(home, "UPDATE events SET event_id = 'twin' WHERE global_position IN (2, 3)")

    assert "more than one event has the id twin" in messages(home)


def test_many_findings_are_counted_and_only_some_told(home):
    tamper(home, "UPDATE events SET hash = x'00', content_hash = x'00'")
    with past_triggers(home) as raw:
        ((events,),) = raw.execute("SELECT count(*) FROM events")

    report = found(home)

    assert report.findings.counts["chain"] >= events
    assert len(report.findings.told) < 200


def test_a_bit_that_flips_never_ends_in_a_traceback(home):
    whole = home.log_path.read_bytes()
    random, caught = Random(7), 0
    for _ in range(120):
        damaged = bytearray(whole)
        for _ in range(random.choice((1, 1, 8))):
            at = random.randrange(len(damaged))
            damaged[at] ^= 1 << random.randrange(8)
        home.log_path.write_bytes(damaged)
        try:
            caught += not found(home).clean
        except EventStoreError:
            caught += 1

    assert caught > 60


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.9, 0.99])
def test_a_file_that_was_cut_short_never_ends_in_a_traceback(home, share):
    whole = home.log_path.read_bytes()
    home.log_path.write_bytes(whole[: int(len(whole) * share)])

    try:
        clean = found(home).clean
    except EventStoreError:
        clean = False

    assert not clean


def test_the_quick_way_agrees_with_the_hashes_of_the_log(home):
    with home.reader() as reader:
        ((genesis,),) = reader.connection.execute("SELECT genesis FROM log")
        chain = Chain(genesis)

        assert list(verify(reader.connection, chain)) == []
        assert chain.hash == head_of(home).hash


def test_long_data_is_hashed_as_it_was_written(tmp_path):
    with Home(tmp_path / "long").open(TYPES) as log:
        log.append("s", [started(idea="ü" * 90_000)], expected=0, cause=RUN)
        chain = Chain(hashes.genesis(log.log_id))

        assert list(verify(log.connection, chain)) == []


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a head may be kept."""
    return tmp_path / "kept" / "head.json"


def test_a_kept_head_reads_as_it_was_written(file):
    file.parent.mkdir()
    head = Head("id", 17, b"\x01" * 32)

    write_head(file, head, "now")

    assert read_head(file) == head
    assert [path.name for path in file.parent.iterdir()] == ["head.json"]


def test_no_file_but_a_head_is_ever_replaced_by_one(file):
    file.parent.mkdir()
    file.write_text("mine")

    with pytest.raises(NoHead, match="is no head that"):
        write_head(file, Head("id", 17, b"\x01" * 32), "now")

    assert file.read_text() == "mine"


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", "\ud800", '{"log_id": 1, "global_position": 1, "hash": "00"}', "x" * 9000],
)
def test_a_file_that_is_no_head_is_refused(file, content):
    file.parent.mkdir()
    file.write_bytes(content.encode("utf-8", "surrogatepass"))

    with pytest.raises(NoHead):
        read_head(file)
