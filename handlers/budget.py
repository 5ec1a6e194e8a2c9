"""What language models may cost a film, in money or tokens: read, compared, refused. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from eventstore.registry import Event
from gpu.briefs import Scalar
from gpu.llm.errors import OverBudget
from gpu.profile import Profile
from handlers.errors import Refused
from projections.events import BudgetSet, RetryRequested
from projections.parts import StageChoice
from projections.session import Session
from projections.spent import DIGITS
from projections.work import work

OF_LANGUAGE_SERVERS = ("openai",)
MILLION = 1_000_000
RAISED = "another budget"
NONE = "none"
HOW = "for example 0.50, 2 EUR, 200000 tokens, or none"
_WORDS = re.compile(r"(\d[\d_,]*(?:\.\d+)?|\.\d+)\s*([A-Za-z]*)")


class Priced(Protocol):
    """A stage as profiles and events say it."""

    @property
    def running(self) -> Mapping[str, Scalar]:
        """With prices, where the profile names them."""


def asked(text: str, currency: str, named: str = "--budget") -> BudgetSet:
    """A budget as it is typed. `currency`: that of the profile's prices. Raises Refused."""
    if text.strip().lower() == NONE:
        return BudgetSet()
    found = _WORDS.fullmatch(text.strip())
    if found is None:
        raise Refused("bad_budget", f"{named} {text!r} is no budget", HOW)
    number, unit = float(re.sub("[_,]", "", found[1])), found[2]
    if unit.lower() in ("tokens", "token"):
        return BudgetSet(tokens=int(number))
    unit = unit.upper() or currency
    if currency and unit != currency:
        raise Refused(
            "bad_budget", f"{named} {text!r}: the profile's prices are in {currency}", HOW
        )
    return BudgetSet(money=number, currency=unit)


def at_start(profile: Profile, typed: str | None) -> Sequence[Event]:
    """BudgetSet as it was typed, else as the profile says; nothing where neither does.

    Raises Refused for one that could not be kept to.
    """
    text = profile.budget if typed is None else typed
    if not text:
        return []
    named = f"the budget of profile {profile.name}," if typed is None else "--budget"
    wanted = asked(text, currency_of(profile.stages.values()), named)
    priced = [one for one in profile.stages.values() if one.backend in OF_LANGUAGE_SERVERS]
    unpriced = [one.model for one in priced if not is_priced(one)]
    if wanted.money is not None and unpriced:
        raise Refused(
            "bad_budget",
            f"a budget in money, and the profile does not say what {unpriced[0]} costs",
            "name price_in and price_out (0 for one of your own), or limit tokens",
        )
    return [] if wanted == BudgetSet() else [wanted]


def currency_of(stages: Iterable[Priced]) -> str:
    """The currency of the prices; empty where there are none. Raises Refused for two."""
    found = {
        str(one.running["currency"])
        for one in stages
        if is_priced(one) and one.running.get("currency")
    }
    if len(found) > 1:
        raise Refused("bad_budget", f"prices in {' and '.join(sorted(found))}", "name one currency")
    return next(iter(found), "")


def price(choice: StageChoice, tokens_in: int, tokens_out: int) -> tuple[float, str]:
    """(money, currency) of that many tokens; nothing where the profile names no prices."""
    running = choice.running
    cost = tokens_in * float(running.get("price_in", 0)) + tokens_out * float(
        running.get("price_out", 0)
    )
    return round(cost / MILLION, DIGITS), str(running.get("currency", "")) if cost else ""


def is_priced(choice: Priced) -> bool:
    """Whether the profile says what tokens cost."""
    return "price_in" in choice.running and "price_out" in choice.running


def refuse(session: Session, choice: StageChoice, tokens_in: int, tokens_out: int) -> None:
    """Raises OverBudget for a question that could pass the budget."""
    budget, spent = session.budget, session.spent
    if budget is None:
        return
    way_out = f"raise it with `reelog edit {session.id} --budget …`, then resume"
    if budget.tokens is not None and spent.tokens + tokens_in + tokens_out > budget.tokens:
        raise OverBudget(
            f"{spent.tokens:,} of {budget.tokens:,} tokens are spent, and the next answer of "
            f"{choice.model} could take {tokens_in + tokens_out:,}; {way_out}"
        )
    if budget.money is None:
        return
    if not is_priced(choice):
        raise OverBudget(
            f"the budget is {_money(budget.money, budget.currency)}, and the profile does not say "
            f"what {choice.model} costs; name price_in and price_out, or limit tokens"
        )
    could, _ = price(choice, tokens_in, tokens_out)
    gone = spent.money.get(budget.currency, 0.0)
    if gone + could > budget.money:
        raise OverBudget(
            f"{_money(gone, '')} of {_money(budget.money, budget.currency)} are spent, and the "
            f"next answer of {choice.model} could cost {_money(could, '')}; {way_out}"
        )


def _money(amount: float, currency: str) -> str:
    return f"{amount:,.4f} {currency}".strip()


def set_to(session: Session, wanted: BudgetSet) -> Sequence[Event]:
    """BudgetSet, and what the old budget stopped is open again; nothing where nothing differs."""
    if wanted == (session.budget or BudgetSet()):
        return []
    stopped = [
        command.id
        for command in work(session).parked
        if session.attempts[command.id].last_error.startswith(OverBudget.__name__)
    ]
    again = [RetryRequested(command_ids=tuple(stopped), reason=RAISED)] if stopped else []
    return [wanted, *again]
