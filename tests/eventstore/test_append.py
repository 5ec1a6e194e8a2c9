import json
import uuid

import pytest
from pydantic import ValidationError

from eventstore.errors import EventIdConflict, LogDamaged, WrongExpectedVersion
from eventstore.recorded import Cause
from projections import events as e
from tests.build import RUN, artifact, chain_is_whole, recorded, started


def priority(number):
    return e.SessionPrioritised(priority=number)


def three(log):
    log.append("a", [started()], expected=0, cause=RUN)
    log.append("b", [started()], expected=0, cause=RUN)
    log.append("a", [priority(1), priority(2)], expected=1, cause=RUN)


def test_what_was_appended_is_read_back(log):
    appended = log.append("a", [started(), priority(3)], expected=0, cause=RUN)

    assert log.read("a") == appended


def test_an_event_knows_who_caused_it_and_its_run(log):
    log.append("a", [started()], expected=0, cause=Cause("because", "run-1"))

    (one,) = log.read("a")
    assert (one.causation_id, one.correlation_id) == ("because", "run-1")


def test_global_positions_have_no_gaps_over_streams(log):
    three(log)

    positions = sorted(one.global_position for s in ("a", "b") for one in log.read(s))
    assert positions == [1, 2, 3, 4]


def test_positions_count_from_one_in_each_stream(log):
    three(log)

    assert [one.position for one in log.read("a")] == [1, 2, 3]
    assert [one.position for one in log.read("b")] == [1]


def test_every_event_names_the_end_of_its_append(log):
    three(log)

    assert [one.append_end for one in log.read("a")] == [1, 3, 3]


def test_the_chain_is_whole(log):
    three(log)

    assert chain_is_whole(log)


def test_the_head_is_the_last_events_place_and_hash(log):
    three(log)

    (last,) = log.connection.execute("SELECT hash FROM events WHERE global_position = 4")
    assert log.head() == (log.log_id, 4, last[0])


def test_the_head_of_an_empty_log_is_its_genesis(log):
    (genesis,) = log.connection.execute("SELECT genesis FROM log")

    assert log.head() == (log.log_id, 0, genesis[0])


def test_reading_may_begin_after_a_position_and_end_at_one(log):
    log.append("a", [priority(n) for n in range(5)], expected=0, cause=RUN)

    assert [one.position for one in log.read("a", after=1, to=3)] == [2, 3]


def test_a_stream_that_is_not_there_is_empty(log):
    assert log.read("nobody") == []
    assert log.version("nobody") == 0


def test_streams_are_listed_as_they_began(log):
    three(log)

    assert log.streams() == ["a", "b"]


def test_appending_nothing_does_nothing(log):
    assert log.append("a", [], expected=99, cause=RUN) == []
    assert log.head().global_position == 0


def test_a_stale_version_is_refused_with_both_numbers(log):
    three(log)

    with pytest.raises(WrongExpectedVersion, match="a: expected version 1, found 3"):
        log.append("a", [priority(9)], expected=1, cause=RUN)


def test_a_version_from_the_future_is_refused_too(log):
    three(log)

    with pytest.raises(WrongExpectedVersion, match="expected version 4, found 3"):
        log.append("a", [priority(9)], expected=4, cause=RUN)


def test_a_refused_append_writes_nothing(log):
    three(log)

    with pytest.raises(WrongExpectedVersion):
        log.append("a", [priority(9)], expected=1, cause=RUN)

    assert log.head().global_position == 4


def test_a_projection_that_fails_takes_its_events_with_it(log):
    def broken(_):
        raise KeyError("no row")

    with pytest.raises(KeyError):
        log.append("a", [started()], expected=0, cause=RUN, project=broken)

    assert log.read("a") == []


def test_repeating_an_append_with_the_same_ids_is_a_no_op(log):
    ids = [str(uuid.uuid4()), str(uuid.uuid4())]
    first = log.append("a", [priority(1), priority(2)], expected=0, cause=RUN, event_ids=ids)
    log.append("a", [priority(3)], expected=2, cause=RUN)

    again = log.append("a", [priority(1), priority(2)], expected=0, cause=RUN, event_ids=ids)

    assert again == first
    assert log.version("a") == 3


def test_known_ids_with_other_content_are_refused(log):
    log.append("a", [priority(1)], expected=0, cause=RUN, event_ids=["one"])

    with pytest.raises(EventIdConflict, match="one is in the log with other content"):
        log.append("a", [priority(2)], expected=0, cause=RUN, event_ids=["one"])


def test_known_ids_in_another_stream_are_refused(log):
    log.append("a", [priority(1)], expected=0, cause=RUN, event_ids=["one"])

    with pytest.raises(EventIdConflict):
        log.append("b", [priority(1)], expected=0, cause=RUN, event_ids=["one"])


def test_a_half_known_append_is_refused(log):
    log.append("a", [priority(1)], expected=0, cause=RUN, event_ids=["one"])

    with pytest.raises(EventIdConflict, match="1 of 2 event ids"):
        log.append("a", [priority(1), priority(2)], expected=1, cause=RUN, event_ids=["one", "two"])


def test_one_id_twice_in_an_append_is_refused(log):
    with pytest.raises(EventIdConflict):
        log.append("a", [priority(1), priority(2)], expected=0, cause=RUN, event_ids=["x", "x"])

    assert log.head().global_position == 0


def test_data_leaves_out_what_has_its_default(log):
    log.append("a", [e.SessionPaused(now=False), e.SessionPaused(now=True)], expected=0, cause=RUN)

    data = [text for (text,) in log.connection.execute("SELECT data FROM events")]
    assert data == ["{}", '{"now":true}']


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_numbers_that_are_no_json_never_reach_the_log(bad):
    with pytest.raises(ValidationError):
        started(duration_s=bad)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_not_even_inside_settings(bad):
    from projections.parts import StageChoice

    with pytest.raises(ValidationError):
        StageChoice(backend="b", model="m", revision="1", settings={"steps": bad})


def test_lone_surrogates_never_reach_the_log(log):
    with pytest.raises(ValueError):
        log.append("a", [started(idea="\ud800")], expected=0, cause=RUN)

    assert log.head().global_position == 0


@pytest.mark.parametrize("idea", ["", "é\u2028\U0001f3ac", "a\x00b", '"; DROP TABLE events; --'])
def test_any_other_text_comes_back_as_it_was(log, idea):
    log.append("a", [started(idea=idea)], expected=0, cause=RUN)

    (one,) = log.read("a")
    assert one.event.idea == idea


def test_data_is_json_that_sqlite_understands(log):
    log.append("a", [started(idea="a\x00b")], expected=0, cause=RUN)

    ((valid, text),) = log.connection.execute("SELECT json_valid(data), data FROM events")
    assert valid
    assert json.loads(text)["idea"] == "a\x00b"


def test_numbers_keep_their_kind_in_settings(log):
    from projections.parts import StageChoice

    settings = {"a": 1, "b": 1.0, "c": True, "d": "1", "e": 0.1}
    stages = {"image": StageChoice(backend="b", model="m", revision="1", settings=settings)}
    log.append("a", [started(stages=stages)], expected=0, cause=RUN)

    (one,) = log.read("a")
    kept = one.event.stages["image"].settings
    assert {key: (type(value), value) for key, value in kept.items()} == {
        key: (type(value), value) for key, value in settings.items()
    }


def test_times_are_utc_with_milliseconds(log):
    log.append("a", [started()], expected=0, cause=RUN)

    (one,) = log.read("a")
    assert len(one.recorded_at) == len("2025-02-08T00:22:38.123Z")
    assert one.recorded_at.endswith("Z")


def test_results_of_a_command_are_found_in_every_stream(log):
    image = e.ImageRendered(
        shot=1,
        take=1,
        command_id="c1",
        artifact=artifact("x"),
        provenance={"backend": "b", "model": "m", "revision": "1"},
    )
    log.append("a", [started(), image], expected=0, cause=RUN)
    log.append("b", [started(), image], expected=0, cause=RUN)

    assert [(s, r.position) for s, r in log.results_of("c1")] == [("a", 2), ("b", 2)]


def test_results_of_a_command_are_found_by_index(log):
    steps = log.query(
        "EXPLAIN QUERY PLAN SELECT stream, position FROM events "
        "WHERE data ->> '$.command_id' = ? ORDER BY global_position",
        ("c1",),
    )

    assert "events_by_command" in " ".join(str(step["detail"]) for step in steps)


def test_another_connections_commit_is_noticed(home, log):
    from projections.events import TYPES

    before = log.changed()

    with home.open(TYPES) as other:
        other.append("a", [started()], expected=0, cause=RUN)

    assert log.changed() != before


def test_the_builders_number_events_as_the_log_does(log):
    appends = [[started(), priority(1)], [priority(2)]]
    for at, events in ((0, appends[0]), (2, appends[1])):
        log.append("a", events, expected=at, cause=RUN)

    places = [(r.position, r.append_end, r.event) for r in log.read("a")]
    assert places == [(r.position, r.append_end, r.event) for r in recorded(appends)]


def forge(log, data):
    """One event with data of one's own, rightly chained."""
    payload = ("SessionPrioritised", 1, data)
    with log.writing():
        log._insert(log._ends.of("a"), [("id", payload, priority(1))], RUN)


@pytest.mark.parametrize(
    "data", ['{"priority":"high"}', "{}", '{"priority":1,"colour":"red"}', "no json", "", "[]"]
)
def test_an_event_that_does_not_read_as_it_was_written_is_named(log, data):
    log.connection.execute("DROP INDEX events_by_command")
    forge(log, data)

    with pytest.raises(LogDamaged, match=r"an event of a .*see `reelog audit`"):
        log.read("a")


def test_text_that_is_no_utf_8_is_named(log):
    log.append("a", [priority(1)], expected=0, cause=RUN)
    log.connection.execute("DROP TRIGGER events_are_never_changed")
    log.connection.execute("UPDATE events SET causation_id = CAST(x'ff80' AS TEXT)")

    with pytest.raises(LogDamaged, match=r"see `reelog audit`"):
        log.read("a")
