"""What the answers of language models have cost a film. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from projections.events import AnswerReceived

DIGITS = 8
"""Of money after the point: an answer may cost a fraction of a cent."""


@dataclass(frozen=True, slots=True)
class Spent:
    """`money` by currency. Answers that led to nothing count too."""

    tokens_in: int = 0
    tokens_out: int = 0
    money: Mapping[str, float] = field(default_factory=dict)

    @property
    def tokens(self) -> int:
        """In and out."""
        return self.tokens_in + self.tokens_out

    def after(self, answer: AnswerReceived) -> "Spent":
        """With one more answer."""
        money = dict(self.money)
        if answer.money:
            before = money.get(answer.currency, 0.0)
            money[answer.currency] = round(before + answer.money, DIGITS)
        return Spent(self.tokens_in + answer.tokens_in, self.tokens_out + answer.tokens_out, money)


NOTHING_SPENT = Spent()
