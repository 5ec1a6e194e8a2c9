"""The read tables of one session."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventstore.tables import READ_TABLES
from projections import events as e
from projections.rows import rows
from projections.session import fold
from tests.build import (
    SESSION,
    beginning,
    carried_on,
    drawn,
    fake_session,
    only,
    plan,
    rebuilt,
    recorded,
    result,
    session_after,
    started,
    work_after,
)

FINISHED = carried_on([started()])


@pytest.fixture
def columns(log):
    return log.columns


def table(log_columns, name, *history):
    """Rows of a table as dicts, in the order of their keys."""
    found = rows(session_after(*history))[name]
    return [dict(zip(log_columns[name], found[key], strict=True)) for key in sorted(found, key=str)]


def session_row(columns, *history):
    (row,) = table(columns, "sessions", *history)
    return row


def test_without_a_start_there_are_no_rows():
    assert rows(session_after()) == {}


def test_every_row_has_the_columns_of_the_schema(columns):
    found = rows(session_after(*FINISHED))

    for name in READ_TABLES:
        for key, row in found[name].items():
            assert len(row) == len(columns[name]), name
            assert row[: len(key)] == key


@pytest.mark.parametrize(
    ("upto", "state"), [(1, "NEW"), (2, "IN_PROGRESS"), (len(FINISHED), "COMPLETE")]
)
def test_a_session_has_a_state(columns, upto, state):
    assert session_row(columns, *FINISHED[:upto])["state"] == state


def test_an_edit_makes_a_complete_session_incomplete(columns):
    row = session_row(columns, *FINISHED, e.SessionEdited(title="Other"))

    assert (row["state"], row["completed_at"], row["film_sha256"]) == ("IN_PROGRESS", None, None)


def test_a_complete_session_names_its_film_and_when(columns):
    row = session_row(columns, *FINISHED)

    assert row["completed_at"] == row["updated_at"]
    assert row["film_sha256"].startswith("sha-film")


def test_marks_stand_in_the_order_of_the_cut(columns):
    history = beginning(2)
    history.append(drawn(only(work_after(*history).pending, "image", 2)))
    history.append(e.ShotMoved(shot=2, index=1))

    assert session_row(columns, *history)["marks"] == "[IMG] [TODO]"


def test_a_shot_that_is_parked_is_marked_as_failed(columns):
    history = beginning(2)
    image = only(work_after(*history).pending, "image", 2)
    failed = e.CommandFailed(command_id=image.id, kind="image", shot=2, error="x", final=True)

    row = session_row(columns, *history, failed)

    assert row["marks"] == "[TODO] [FAIL]"


def test_a_ready_shot_is_done(columns):
    row = session_row(columns, *FINISHED)

    assert row["marks"] == "[DONE] [DONE] [DONE] [DONE]"


def test_steps_add_up(columns):
    assert session_row(columns, started())["steps_done"] == 0
    row = session_row(columns, *FINISHED)
    assert row["steps_done"] == row["steps_total"] == 3 + 4 * 3 + 1


def test_shots_that_were_asked_for_count_before_they_are_planned(columns):
    assert session_row(columns, started(shots=9))["total_shots"] == 9


def test_takes_tell_which_one_is_chosen_and_why(columns):
    history = [
        *FINISHED,
        e.TakeRequested(shot=2, stage="image", take=2, seed=5),
        e.TakeChosen(shot=2, stage="image", take=1, because="calmer"),
    ]

    takes = [
        (row["take"], row["chosen"], row["because"], row["sha256"] is None)
        for row in table(columns, "takes", *history)
        if (row["shot"], row["stage"]) == (2, "image")
    ]
    assert takes == [(1, 1, "calmer", False), (2, 0, "", True)]


def test_a_choice_has_its_reason_before_anything_is_made(columns):
    chosen = e.TakeChosen(shot=1, stage="image", take=1, because="calmer")

    (image,) = (
        row for row in table(columns, "takes", *beginning(1), chosen) if row["stage"] == "image"
    )

    assert (image["because"], image["command_id"]) == ("calmer", None)


def test_a_silent_shot_has_no_take_of_audio(columns):
    stages = {row["stage"] for row in table(columns, "takes", *beginning(1, narration=""))}

    assert stages == {"image", "video"}


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([], None),
        (["start"], "started"),
        (["start", "interrupt"], "pending"),
        (["start", "fail"], "pending"),
        (["start", "fail"] * 3, "parked"),
        (["start", "result"], "done"),
        (["start", "result", "rewind"], "pending"),
    ],
    ids=str,
)
def test_commands_tell_how_far_they_are(columns, events, state):
    history = beginning(1)
    image = only(work_after(*history).pending, "image")
    step = {
        "start": e.CommandStarted(command_id=image.id, kind="image", worker="w"),
        "interrupt": e.CommandInterrupted(command_id=image.id, kind="image", reason="x"),
        "fail": e.CommandFailed(command_id=image.id, kind="image", error="x"),
        "result": drawn(image),
        "rewind": e.SessionRewound(to=4),
    }

    commands = table(columns, "commands", *history, *[step[name] for name in events])

    assert {row["command_id"]: row["state"] for row in commands}.get(image.id) == state


def test_withdrawn_events_are_listed(columns):
    found = table(columns, "withdrawn", *beginning(2), e.SessionRewound(to=3))

    assert [row["position"] for row in found] == [4, 5]


def check(log, stream):
    """The stored rows of a session are those of its history folded from the start."""
    assert log.stored_rows(stream.id) == rebuilt(log, stream.id)


def test_stored_rows_are_those_of_a_rebuild_after_every_append_of_a_film(log):
    from tests.build import RUN

    stream = fake_session(log)
    check(log, stream)

    while todo := work_after(*[r.event for r in stream.history]).pending:
        stream.append(result(todo[0]), RUN)
        check(log, stream)

    assert log.query("SELECT state FROM sessions") == [{"state": "COMPLETE"}]


EDITS = [
    e.SessionEdited(title="Other"),
    e.SessionEdited(style="ink"),
    e.ShotEdited(shot=2, narration="Other words."),
    e.ShotEdited(shot=1, narration=""),
    e.ShotEdited(shot=3, camera="pan left"),
    e.ShotAdded(shot=5, index=1, plan=plan(5)),
    e.ShotRemoved(shot=1),
    e.ShotMoved(shot=4, index=1),
    e.TakeRequested(shot=2, stage="image", take=2, seed=5),
    e.SessionPaused(),
    e.SessionPrioritised(priority=2),
]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.sampled_from(EDITS), st.integers(0, 30)), max_size=8), st.data())
def test_stored_rows_are_those_of_a_rebuild_after_any_edits_work_and_rewinds(log, steps, data):
    from eventstore.log import new_id
    from tests.build import RUN

    stream = fake_session(log, f"session_{new_id()}")
    for step in steps:
        if isinstance(step, int) and step > 25:
            to = data.draw(st.integers(1, len(stream.history)))
            stream.append([e.SessionRewound(to=to)], RUN)
        elif isinstance(step, int):
            for _ in range(step):
                from projections.work import pending

                if todo := pending(stream.session):
                    stream.append(result(todo[0]), RUN)
        else:
            stream.append([step], RUN)
        check(log, stream)


def test_rows_are_pure():
    history = recorded(FINISHED)

    assert rows(fold(SESSION, history)) == rows(fold(SESSION, history))
