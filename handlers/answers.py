"""Answers of language models in the log: kept before they are read, within the film's budget."""

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from gpu.llm.asking import Answer, Earlier, OnWait
from handlers import budget
from handlers.attempt import Attempt
from handlers.decide import BY_HAND
from projections.events import AnswerReceived, RetryRequested

TURN_S = 0.2


class Answers:
    """The answers to one attempt's command, of whatever session asked for the same."""

    def __init__(self, attempt: Attempt, locks: Path) -> None:
        self._attempt, self._locks = attempt, locks
        stream, command_id = attempt.stream, attempt.command.id
        asked_again = [
            recorded.position
            for recorded in stream.history
            if isinstance(recorded.event, RetryRequested)
            and recorded.event.reason == BY_HAND
            and command_id in recorded.event.command_ids
        ]
        self.round = len(asked_again)
        since = asked_again[-1] if asked_again else 0
        self._known = [
            (recorded.event, session != stream.id or recorded.position < since)
            for session, recorded in stream.log.results_of(command_id)
            if isinstance(recorded.event, AnswerReceived)
        ]

    def earlier(self, asked: str) -> Sequence[Earlier]:
        """What was answered to a question before, oldest first."""
        return [
            Earlier(_as_answer(event), spent)
            for event, spent in self._known
            if event.asked == asked
        ]

    @contextmanager
    def allowed(self, tokens_in: int, tokens_out: int, on_wait: OnWait) -> Iterator[None]:
        """Refuses what could pass the budget. Where there is one, a film asks one at a time.

        Raises OverBudget.
        """
        stream = self._attempt.stream
        if stream.session.budget is None:
            yield
            return
        with self._turn(on_wait):
            stream.reload()
            session = stream.session
            budget.refuse(
                session, session.stages[self._attempt.command.kind], tokens_in, tokens_out
            )
            yield

    def keep(self, asked: str, answer: Answer) -> None:
        """AnswerReceived: a fact whoever holds the lease now, since it was paid for."""
        command, stream = self._attempt.command, self._attempt.stream
        choice = stream.session.stages[command.kind]
        money, currency = budget.price(choice, answer.tokens_in, answer.tokens_out)
        event = AnswerReceived(
            command_id=command.id,
            kind=command.kind,
            shot=command.shot,
            asked=asked,
            text=answer.text.encode("utf-8", "backslashreplace").decode(),
            backend=choice.backend,
            model=choice.model,
            answered_by=answer.model,
            finish=answer.finish,
            form=answer.form,
            tokens_in=answer.tokens_in,
            tokens_out=answer.tokens_out,
            seconds=answer.seconds,
            money=money,
            currency=currency,
        )
        stream.record(lambda _: [event], self._attempt.cause)
        self._known.append((event, False))

    @contextmanager
    def _turn(self, on_wait: OnWait) -> Iterator[None]:
        """One question of this film at a time; the kernel frees the turn of whoever dies."""
        path = self._locks / f"budget-{self._attempt.stream.id}"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            while True:
                with suppress(BlockingIOError):
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                on_wait("waiting for another question of this film")
                time.sleep(TURN_S)
            yield
        finally:
            os.close(descriptor)


def _as_answer(event: AnswerReceived) -> Answer:
    return Answer(
        text=event.text,
        model=event.answered_by or event.model,
        tokens_in=event.tokens_in,
        tokens_out=event.tokens_out,
        seconds=event.seconds,
        finish=event.finish,
        form=event.form,
    )
