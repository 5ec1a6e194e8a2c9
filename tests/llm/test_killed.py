"""Given a film whose story a server writes, when its worker is killed for real, then no answer that
is on record is asked for again.
"""

import signal
from contextlib import closing
from pathlib import Path

import pytest

import gpu.llm.by_server  # noqa: F401 - loaded once, before processes are forked
from eventstore.home import Home
from handlers.worker import Worker
from projections.events import TYPES, AnswerReceived, ShotPlanned
from projections.work import work as work_of
from tests.build import SESSION
from tests.crash.killer import Counter, DeadlyLog
from tests.llm.conftest import Running
from tests.llm.films import begun, stream_of, written
from tests.processes import run

KILLED = -signal.SIGKILL
QUESTIONS = 3
APPENDS = 3 * QUESTIONS
"""Of each text stage: that it starts, the answer, what it came to."""
ANSWERS = (2, 5, 8)
"""Which of these appends records an answer."""


def work(home: Home, counter: Counter) -> None:
    """Work on the film until the counter says otherwise."""
    with DeadlyLog.open(home.log_path, TYPES) as log:
        log.counter = counter
        with closing(Worker(Home(home.root), log)) as worker:
            worker.work_on([SESSION])


def killed_and_resumed(server: Running, folder: Path, counter: Counter) -> Home:
    """A film whose worker died once, and that was made then."""
    server.set_up()
    home = Home(folder / "home")
    begun(home, written(folder, server.url))
    assert run(lambda: work(home, counter)) == KILLED
    assert run(lambda: work(home, Counter())) == 0
    return home


def answers(home: Home) -> list[AnswerReceived]:
    events = [one.event for one in stream_of(home).history]
    return [one for one in events if isinstance(one, AnswerReceived)]


@pytest.mark.parametrize("number", range(1, APPENDS + 1))
def test_killed_after_any_append_no_answer_is_paid_for_twice(server, tmp_path, number):
    home = killed_and_resumed(server, tmp_path, Counter("after", number))

    assert server.count("answered") == QUESTIONS
    assert len(answers(home)) == QUESTIONS
    assert work_of(stream_of(home).session).complete


@pytest.mark.parametrize("number", range(1, APPENDS + 1))
def test_killed_before_any_append_only_an_answer_that_is_on_no_record_is_asked_for_again(
    server, tmp_path, number
):
    home = killed_and_resumed(server, tmp_path, Counter("before", number))

    assert server.count("answered") == QUESTIONS + (number in ANSWERS)
    assert len(answers(home)) == QUESTIONS


def test_an_answer_is_on_record_before_what_it_came_to(server, tmp_path):
    home = Home(tmp_path / "home")
    begun(home, written(tmp_path, server.url))

    assert run(lambda: work(home, Counter("after", APPENDS - 1))) == KILLED

    events = [one.event for one in stream_of(home).history]
    assert len(answers(home)) == QUESTIONS
    assert not any(isinstance(one, ShotPlanned) for one in events)
