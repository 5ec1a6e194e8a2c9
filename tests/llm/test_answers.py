"""Given a question with a log behind it, when it is answered, then the answer is on record before
it is read, is never paid for twice, and stays within the budget.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel

from eventstore.recorded import Cause
from gpu.llm.asking import Answer, OnWait
from gpu.llm.errors import CutOff, Declined, OverBudget, WrongAnswer
from gpu.llm.key import Key
from gpu.llm.questions import Answered, Question, answered
from gpu.llm.reading import read, schema_of
from gpu.llm.server import Access, Server
from handlers import budget, decide, travel
from handlers.answers import Answers
from handlers.attempt import Attempt
from projections import events as e
from projections.parts import StageChoice
from projections.work import pending
from tests.build import FAKE, RUN, fake_session

PRICES = {"price_in": 1000.0, "price_out": 10_000.0, "currency": "EUR"}
RIGHT, WRONG = json.dumps({"title": "The Light"}), json.dumps({"title": 7})


class Head(BaseModel):
    title: str


QUESTION = Question(
    messages=[{"role": "user", "content": "A lighthouse."}],
    schema=schema_of(Head, "story"),
    settings={"max_tokens": 100, "seed": 5},
    read=lambda text: read(text, Head),
)


@pytest.fixture
def attempt(log) -> Attempt:
    """A first attempt at a story that a server writes."""
    choice = StageChoice(backend="openai", model="tiny-writer", revision="", running=PRICES)
    stream = fake_session(log, stages=FAKE | {"story": choice})
    (command,) = pending(stream.session)
    begun = Attempt(stream, command, None, "worker", Cause("request", "run"))
    begun.start()
    return begun


@pytest.fixture
def ask(attempt, home, server) -> Callable[..., Answered[Head]]:
    """Ask the question as a worker that has just begun would."""
    home.locks.mkdir(parents=True, exist_ok=True)

    def asked(question: Question[Head] = QUESTION, on_wait: OnWait = lambda _: None) -> Any:
        access = Access(url=server.url, model="tiny-writer", key=Key(), timeout_s=10.0)
        return answered(Server(access), question, Answers(attempt, home.locks), on_wait)

    return asked


def answers_of(attempt: Attempt) -> list[e.AnswerReceived]:
    attempt.stream.reload()
    events = [one.event for one in attempt.stream.history]
    return [one for one in events if isinstance(one, e.AnswerReceived)]


def test_an_answer_is_on_record_as_it_came_with_what_it_cost(attempt, ask, server):
    server.set_up(answers=[RIGHT])

    found = ask()

    (kept,) = answers_of(attempt)
    assert found.value.title == "The Light"
    assert (kept.text, kept.answered_by) == (RIGHT, "tiny-writer-2026")
    assert kept.money == pytest.approx((kept.tokens_in + 10 * kept.tokens_out) / 1000)
    assert attempt.stream.session.spent.money == {"EUR": kept.money}


def test_an_answer_is_on_record_before_it_is_read(attempt, ask, server):
    server.set_up(answers=[RIGHT])

    def dies(_: str) -> Head:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(Question(**(vars(QUESTION) | {"read": dies})))

    assert [one.text for one in answers_of(attempt)] == [RIGHT]


def test_an_answer_on_record_is_not_asked_for_again(ask, server):
    ask()
    ask()

    assert server.count("asked") == 1


def test_a_film_of_the_same_question_takes_the_answer_of_the_other(log, attempt, ask, home, server):
    server.set_up(answers=[RIGHT])
    ask()
    stream = fake_session(log, "session_of_another", stages=attempt.stream.session.stages)
    twin = Attempt(stream, attempt.command, None, "worker", Cause("request", "run"))
    access = Access(url=server.url, model="tiny-writer", key=Key())

    found = answered(Server(access), QUESTION, Answers(twin, home.locks), lambda _: None)

    assert (found.value.title, server.count("asked")) == ("The Light", 1)


def test_a_wrong_answer_is_told_to_the_model_once(ask, server):
    server.set_up(answers=[WRONG, RIGHT])

    assert ask().value.title == "The Light"

    second = server.seen()["asked"][1]["messages"]
    assert second[-2] == {"role": "assistant", "content": WRONG}
    assert "title: Input should be a valid string" in second[-1]["content"]


def test_an_answer_that_stays_wrong_fails_in_words_and_is_not_paid_for_again(ask, server):
    server.set_up(answers=[WRONG, "no JSON at all"])

    for _ in range(2):
        with pytest.raises(WrongAnswer, match="that is no JSON"):
            ask()

    assert server.count("asked") == 2


def test_who_retries_by_hand_gets_another_answer_with_another_seed(attempt, ask, server):
    server.set_up(answers=[WRONG, WRONG, RIGHT])
    with pytest.raises(WrongAnswer):
        ask()
    retry = e.RetryRequested(command_ids=(attempt.command.id,), reason=decide.BY_HAND)
    attempt.stream.record(lambda _: [retry], RUN)

    assert ask().value.title == "The Light"

    assert [one["seed"] for one in server.seen()["asked"]] == [5, 5, 6]


def test_a_retry_takes_an_answer_on_record_that_can_be_read_by_now(attempt, ask, server):
    server.set_up(answers=[WRONG, WRONG])
    with pytest.raises(WrongAnswer):
        ask()
    retry = e.RetryRequested(command_ids=(attempt.command.id,), reason=decide.BY_HAND)
    attempt.stream.record(lambda _: [retry], RUN)
    lenient = Question(**(vars(QUESTION) | {"read": lambda _: Head(title="read after all")}))

    assert ask(lenient).value.title == "read after all"
    assert server.count("asked") == 2


def test_an_answer_that_was_cut_off_says_where_the_limit_stands(attempt, ask, server):
    server.set_up(cut_at=4)

    with pytest.raises(CutOff, match="max_tokens"):
        ask()

    assert [one.finish for one in answers_of(attempt)] == ["length"]


def test_a_model_that_declines_is_quoted(ask, server):
    server.set_up(faults=["refusal"])

    with pytest.raises(Declined, match="I cannot help with it"):
        ask()


def limited(attempt: Attempt, text: str) -> None:
    wanted = budget.asked(text, "EUR")
    attempt.stream.record(lambda session: budget.set_to(session, wanted), RUN)


def test_a_question_that_could_pass_the_budget_is_not_asked(attempt, ask, server):
    limited(attempt, "0.90 EUR")

    with pytest.raises(OverBudget, match=r"0\.0000 of 0\.9000 EUR are spent.*reelog edit session_"):
        ask()

    assert server.count("asked") == 0


def test_a_question_within_the_budget_is_asked(attempt, ask):
    limited(attempt, "1.50")

    assert ask().value


def test_what_is_spent_counts_against_the_budget(attempt, ask, server):
    server.set_up(answers=[WRONG])
    limited(attempt, "200 tokens")

    with pytest.raises(OverBudget, match="of 200 tokens are spent"):
        ask()

    assert server.count("asked") == 1


def test_money_cannot_be_limited_where_the_profile_names_no_price(attempt, ask):
    limited(attempt, "1")
    attempt.stream.session.stages["story"].running.clear()

    with pytest.raises(OverBudget, match="price_in and price_out"):
        ask()


def test_a_film_with_a_budget_asks_one_question_at_a_time(attempt, ask, home):
    limited(attempt, "1.50")
    other = Answers(attempt, home.locks)

    class Waited(Exception):
        pass

    def waits(words: str) -> None:
        raise Waited(words)

    with other.allowed(1, 1, waits), pytest.raises(Waited, match="another question of this film"):
        ask(on_wait=waits)


def test_another_budget_opens_what_the_old_one_stopped(attempt, ask):
    limited(attempt, "10 tokens")
    with pytest.raises(OverBudget) as stopped:
        ask()
    attempt.fence = None
    attempt.failed(stopped.value)
    assert pending(attempt.stream.session) == []

    limited(attempt, "none")

    assert [one.kind for one in pending(attempt.stream.session)] == ["story"]


def test_tokens_that_nobody_counted_are_estimated(attempt, home):
    class Silent:
        def ask(self, *_: Any) -> Answer:
            return Answer(
                text=RIGHT, model="m", tokens_in=0, tokens_out=0, seconds=1.0, finish="stop",
                form="plain",
            )  # fmt: skip

    answered(Silent(), QUESTION, Answers(attempt, home.locks), lambda _: None)

    assert answers_of(attempt)[0].tokens_out == -(-len(RIGHT) // 3)


def test_a_fork_has_its_parents_budget_and_has_spent_nothing_yet(attempt, ask):
    limited(attempt, "1.50")
    ask()
    parent = attempt.stream
    parent.reload()

    child = travel.fork(parent, 1, "session_of_a_fork", None)

    assert child.session.budget == parent.session.budget
    assert parent.session.spent.tokens > child.session.spent.tokens == 0
