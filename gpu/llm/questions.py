"""A question to a language model and its answer: on record before it is read, repaired once."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from gpu.briefs import Scalar, Settings
from gpu.llm.asking import Answer, LanguageModel, Message, OnWait, Records, Schema
from gpu.llm.errors import CutOff, Declined, WrongAnswer
from gpu.llm.reading import Misread

BYTES_PER_TOKEN = 3
QUOTED_MAX = 20_000
Value = TypeVar("Value")


@dataclass(frozen=True, kw_only=True)
class Question(Generic[Value]):
    """What is asked, and how its answer is read: `read` raises Misread in words for the model.

    `read_again`: the answer after that, where less is asked of it. `settings`: temperature, top_p,
    seed, and max_tokens, which no answer passes.
    """

    messages: Sequence[Message]
    schema: Schema
    settings: Settings
    read: Callable[[str], Value]
    read_again: Callable[[str], Value] | None = None

    @property
    def name(self) -> str:
        """What names the question: the same words, the same schema, the same settings."""
        said = [list(map(dict, self.messages)), self.schema, dict(self.settings)]
        text = json.dumps(said, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def tokens(self) -> int:
        """How many tokens the question has at most, the schema with it."""
        said = json.dumps([list(map(dict, self.messages)), self.schema], ensure_ascii=False)
        return -(-len(said.encode()) // BYTES_PER_TOKEN)


@dataclass(frozen=True)
class Answered(Generic[Value]):
    """What an answer came to, and the answers that it took."""

    value: Value
    answers: tuple[Answer, ...]

    @property
    def facts(self) -> dict[str, Scalar]:
        """As a result records them beside its settings."""
        last = self.answers[-1]
        return {
            "answered_by": last.model,
            "form": last.form,
            "answers": len(self.answers),
            "tokens_in": sum(one.tokens_in for one in self.answers),
            "tokens_out": sum(one.tokens_out for one in self.answers),
        }


def answered(
    model: LanguageModel, question: Question[Value], records: Records, on_wait: OnWait
) -> Answered[Value]:
    """Ask, unless the answer is on record; what is wrong with it is told to the model once.

    Raises WrongAnswer, CutOff, Declined, OverBudget, and what the model raises.
    """
    first = _answer(model, question, records, on_wait)
    try:
        return Answered(_read(question, first), (first,))
    except Misread as wrong:
        again = replace(
            question,
            messages=_told(question.messages, first, str(wrong)),
            read=question.read_again or question.read,
        )
    second = _answer(model, again, records, on_wait)
    try:
        return Answered(_read(again, second), (first, second))
    except Misread as wrong:
        raise WrongAnswer(
            f"{second.model} was told once what was wrong with its answer, and it still is: "
            f"{wrong}; ask again with `reelog retry`, or take another model"
        ) from wrong


def _answer(
    model: LanguageModel, question: Question[Any], records: Records, on_wait: OnWait
) -> Answer:
    """The answer on record, where it is good or nobody asked for another one; else a new one."""
    for earlier in reversed(records.earlier(question.name)):
        if not earlier.spent or _is_good(question, earlier.answer):
            return earlier.answer
    settings: Mapping[str, Scalar] = question.settings
    if records.round:  # the same seed would be the same answer
        settings = {**settings, "seed": int(settings.get("seed", 0)) + records.round}
    with records.allowed(question.tokens, int(settings.get("max_tokens", 0)), on_wait):
        answer = model.ask(question.messages, question.schema, settings, on_wait)
        if not (answer.tokens_in or answer.tokens_out):
            said = -(-len(answer.text.encode()) // BYTES_PER_TOKEN)
            answer = replace(answer, tokens_in=question.tokens, tokens_out=said)
        records.keep(question.name, answer)
    return answer


def _is_good(question: Question[Any], answer: Answer) -> bool:
    try:
        _read(question, answer)
    except (Misread, CutOff, Declined):
        return False
    return True


def _read(question: Question[Value], answer: Answer) -> Value:
    if answer.finish == "length":
        raise CutOff(
            f"{answer.model} was cut off after {answer.tokens_out:,} tokens; allow it more with "
            "max_tokens = …, or ask for fewer shots"
        )
    if answer.finish in ("refusal", "content_filter"):
        told = f": {answer.text}" if answer.text else ""
        raise Declined(f"{answer.model} declines to answer{told}; put the idea in other words")
    return question.read(answer.text)


def _told(messages: Sequence[Message], answer: Answer, wrong: str) -> list[Message]:
    """The question, the wrong answer, and what is wrong with it."""
    told = (
        f"That is not what was asked for: {wrong}. Answer again with the whole JSON object, and "
        "nothing else."
    )
    return [
        *messages,
        {"role": "assistant", "content": answer.text[:QUOTED_MAX]},
        {"role": "user", "content": told},
    ]
