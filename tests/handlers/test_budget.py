"""Given what was typed as a budget, when it is read, then it is money or tokens, or refused."""

import pytest

from handlers import budget
from handlers.errors import Refused
from projections.events import BudgetSet
from projections.parts import StageChoice


def priced(currency: str = "EUR") -> StageChoice:
    prices = {"price_in": 2.0, "price_out": 8.0, "currency": currency}
    return StageChoice(backend="openai", model="m", revision="", running=prices)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("0.50", BudgetSet(money=0.5, currency="EUR")),
        (" 2 eur ", BudgetSet(money=2.0, currency="EUR")),
        (".5EUR", BudgetSet(money=0.5, currency="EUR")),
        ("200000 tokens", BudgetSet(tokens=200_000)),
        ("200,000 Tokens", BudgetSet(tokens=200_000)),
        ("1_000 tokens", BudgetSet(tokens=1000)),
        ("none", BudgetSet()),
    ],
)
def test_money_and_tokens_are_told_apart(text, wanted):
    assert budget.asked(text, "EUR") == wanted


@pytest.mark.parametrize("text", ["", "much", "-1", "1 2", "5 USD", "nan", "1e5"])
def test_what_is_no_budget_is_refused_with_an_example(text):
    with pytest.raises(Refused) as refused:
        budget.asked(text, "EUR")

    assert "0.50, 2 EUR, 200000 tokens" in str(refused.value.hint)


def test_tokens_cost_what_the_profile_says_of_a_million():
    assert budget.price(priced(), 1_000_000, 500_000) == (6.0, "EUR")


def test_a_profile_has_prices_in_one_currency():
    with pytest.raises(Refused, match="prices in EUR and USD"):
        budget.currency_of([priced("USD"), priced("EUR")])
