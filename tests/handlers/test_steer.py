"""Steering: what retry, pause, unpause, cancel and prioritise append, and what they refuse."""

from functools import partial

import pytest

from handlers import decide, steer
from handlers.errors import Refused
from handlers.worker import open_commands
from projections import events as e
from projections.commands import Command
from projections.session import Session
from tests.build import SESSION, beginning, fake_session, only, session_after, work_after

HISTORY = beginning()


def image() -> Command:
    return only(work_after(*HISTORY).pending, "image", 1)


def begun(command: Command) -> e.CommandStarted:
    return e.CommandStarted(command_id=command.id, kind="image", shot=1, take=1, worker="w")


def failed(command: Command, *, final: bool = False) -> e.CommandFailed:
    return e.CommandFailed(command_id=command.id, kind="image", shot=1, error="no", final=final)


def after_failures(count: int, *, final: bool = False) -> Session:
    command = image()
    return session_after(*HISTORY, *[begun(command), failed(command, final=final)] * count)


def after_deaths(count: int) -> Session:
    return session_after(*HISTORY, *[begun(image())] * count)


def refusal(session: Session, request) -> str:
    with pytest.raises(Refused) as refused:
        request(session)
    return refused.value.code


def test_retry_opens_what_failed_three_times():
    (event,) = steer.retry(after_failures(3))

    assert event == e.RetryRequested(command_ids=(image().id,), reason="asked by hand")


def test_retry_opens_what_killed_its_worker_three_times():
    (event,) = steer.retry(after_deaths(3))

    assert event.command_ids == (image().id,)


def test_retry_opens_what_can_never_be_made():
    (event,) = steer.retry(after_failures(1, final=True))

    assert event.command_ids == (image().id,)


def test_after_a_retry_the_command_is_open_again():
    command = image()
    tries = [begun(command), failed(command)] * 3
    (retried,) = steer.retry(session_after(*HISTORY, *tries))

    session = session_after(*HISTORY, *tries, retried)

    assert command.id in {one.id for one in open_commands(session)}


@pytest.mark.parametrize("session", [after_failures(2), after_deaths(2), session_after(*HISTORY)])
def test_retry_with_nothing_parked_is_refused(session):
    assert refusal(session, steer.retry) == "nothing_parked"


def test_going_on_opens_what_deaths_parked():
    (event,) = decide.reopen(after_deaths(3), only_deaths=True)

    assert event.command_ids == (image().id,)


@pytest.mark.parametrize("session", [after_failures(3), after_failures(1, final=True)])
def test_going_on_leaves_parked_what_failed(session):
    assert decide.reopen(session, only_deaths=True) == []


def test_pause_is_recorded_once():
    (paused,) = steer.pause(session_after(*HISTORY), now=False)

    assert steer.pause(session_after(*HISTORY, paused), now=False) == []


def test_a_pause_can_become_one_at_once():
    paused = session_after(*HISTORY, e.SessionPaused())

    assert steer.pause(paused, now=True) == [e.SessionPaused(now=True)]


def test_a_pause_at_once_stays_one():
    paused = session_after(*HISTORY, e.SessionPaused(now=True))

    assert steer.pause(paused, now=False) == []


def test_a_paused_session_has_no_open_commands():
    assert open_commands(session_after(*HISTORY, e.SessionPaused())) == []


def test_an_unpaused_session_has_them_again():
    session = session_after(*HISTORY, e.SessionPaused(), e.SessionUnpaused())

    assert open_commands(session) != []


def test_unpause_ends_a_pause():
    assert steer.unpause(session_after(*HISTORY, e.SessionPaused())) == [e.SessionUnpaused()]


def test_unpause_of_what_is_not_paused_is_refused():
    assert refusal(session_after(*HISTORY), steer.unpause) == "not_paused"


def test_cancel_keeps_its_reason():
    (event,) = steer.cancel(session_after(*HISTORY), reason="too dark", now=False)

    assert event == e.SessionCancelled(reason="too dark", now=False)


def test_cancel_is_recorded_once():
    cancelled = session_after(*HISTORY, e.SessionCancelled(reason=""))

    assert steer.cancel(cancelled, reason="again", now=True) == []


def test_a_cancel_can_become_one_at_once():
    cancelled = session_after(*HISTORY, e.SessionCancelled(now=False))

    assert steer.cancel(cancelled, reason="", now=True) == [e.SessionCancelled(now=True)]


def test_a_cancel_of_before_there_was_a_choice_is_one_at_once():
    event = e.TYPES.load("SessionCancelled", 1, '{"reason":"enough"}')

    assert session_after(*HISTORY, event).cancelled_now


@pytest.mark.parametrize("reason", ["x" * 1001, "\x1b[2J", "a \ud800"])
def test_a_reason_that_is_no_plain_text_is_refused(reason):
    request = partial(steer.cancel, reason=reason, now=False)

    assert refusal(session_after(*HISTORY), request) in ("text_too_long", "bad_text")


def test_a_cancelled_session_has_no_open_commands():
    assert open_commands(session_after(*HISTORY, e.SessionCancelled(reason=""))) == []


def test_a_cancelled_session_cannot_be_paused():
    cancelled = session_after(*HISTORY, e.SessionCancelled(reason=""))

    assert refusal(cancelled, partial(steer.pause, now=False)) == "cancelled"


def test_a_priority_is_recorded_when_it_changes():
    session = session_after(*HISTORY)

    assert steer.prioritise(session, priority=3) == [e.SessionPrioritised(priority=3)]
    assert steer.prioritise(session, priority=0) == []


@pytest.mark.parametrize("priority", [1001, -1001, 2**64])
def test_a_priority_out_of_range_is_refused(priority):
    request = partial(steer.prioritise, priority=priority)

    assert refusal(session_after(*HISTORY), request) == "out_of_range"


@pytest.mark.parametrize("priority", [1000, -1000])
def test_a_priority_may_be_as_far_as_a_thousand(priority):
    assert steer.prioritise(session_after(*HISTORY), priority=priority)


def test_what_is_asked_is_appended_with_one_cause(log):
    fake_session(log)

    (paused,) = steer.ask(log, SESSION, partial(steer.pause, now=False))

    assert isinstance(paused.event, e.SessionPaused)
    assert paused.causation_id == paused.correlation_id
    assert log.version(SESSION) == 2


def test_what_changes_nothing_appends_nothing(log):
    fake_session(log)

    assert steer.ask(log, SESSION, partial(steer.prioritise, priority=0)) == []
    assert log.version(SESSION) == 1
