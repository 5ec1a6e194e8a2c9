"""What a language model is asked and what it answers, whoever it is. Light."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Protocol

from gpu.briefs import Settings

Message = Mapping[str, str]
"""`role` (system, user, assistant) and `content`."""
Schema = Mapping[str, Any]
"""A JSON Schema whose root is an object, with a `title`."""
OnWait = Callable[[str], None]
"""Called now and then while an answer is waited for, with what is waited for in words. Whatever it
raises takes the question back.
"""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer as it came. `model` as its server tells it, `finish` why it ended ("stop", …).

    `form`: how its shape was asked for, see FORMS. Tokens are 0 where nobody told them.
    """

    text: str
    model: str
    tokens_in: int
    tokens_out: int
    seconds: float
    finish: str
    form: str


FORMS = ("json_schema", "json_object", "plain", "grammar")
"""The schema is kept by the server; only JSON is, the schema is in words; neither; kept by us."""


class LanguageModel(Protocol):
    """Somebody who answers."""

    @property
    def environment(self) -> Mapping[str, Any]:
        """What its answers depend on besides questions, as far as it is known here."""

    def ask(
        self, messages: Sequence[Message], schema: Schema, settings: Settings, on_wait: OnWait
    ) -> Answer:
        """One answer, whatever is in it. Of `settings`: temperature, top_p, max_tokens and seed.

        Raises StageError; what asked for too much or the wrong thing is a BriefRefused.
        """


@dataclass(frozen=True)
class Earlier:
    """An answer on record. `spent`: somebody asked for another one since."""

    answer: Answer
    spent: bool


class Records(Protocol):
    """The answers to one piece of work, kept where no kill and no wrong answer loses them.

    `round`: how often another answer was asked for by hand.
    """

    round: int

    def earlier(self, asked: str) -> Sequence[Earlier]:
        """What was answered to a question before, oldest first."""

    def allowed(
        self, tokens_in: int, tokens_out: int, on_wait: OnWait
    ) -> AbstractContextManager[None]:
        """Entered while a question of that many tokens at most is asked. Raises OverBudget."""

    def keep(self, asked: str, answer: Answer) -> None:
        """Durable when it returns."""


class Unrecorded:
    """Records for who has no log: nothing is kept, nothing is limited."""

    round = 0

    def earlier(self, asked: str) -> Sequence[Earlier]:  # noqa: ARG002 - as Records has it
        """None."""
        return ()

    def allowed(self, *_: object) -> AbstractContextManager[None]:
        """All that is asked."""
        return nullcontext()

    def keep(self, asked: str, answer: Answer) -> None:
        """Nowhere."""


def without(schema: Any, *keys: str) -> Any:
    """A schema without these of its keywords: patterns are for grammars, few servers know lengths.

    The answer is checked against all of it anyway.
    """
    if isinstance(schema, Mapping):
        return {
            key: {name: without(one, *keys) for name, one in part.items()}
            if key == "properties"
            else without(part, *keys)
            for key, part in schema.items()
            if key not in keys
        }
    if isinstance(schema, list | tuple):
        return [without(one, *keys) for one in schema]
    return schema


def schema_in_words(messages: Sequence[Message], schema: Schema) -> list[Message]:
    """The messages, with the schema in the first one: for who keeps to none by itself."""
    told = (
        "Answer with one JSON object and nothing else: no comment, no code fence. It keeps to this "
        f"JSON Schema:\n{json.dumps(without(schema, 'pattern'), ensure_ascii=False)}"
    )
    first, *rest = messages
    return [{**first, "content": f"{first['content']}\n\n{told}"}, *rest]
