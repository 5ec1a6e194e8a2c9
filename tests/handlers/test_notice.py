"""What a notice says."""

from pathlib import Path

from handlers import notice
from projections import events as e
from projections.work import work
from tests.build import carried_on, session_after, started


def answered(money: float) -> e.AnswerReceived:
    return e.AnswerReceived(
        command_id="story", kind="story", asked="", text="{}", backend="openai", model="m",
        finish="stop", form="json_schema", tokens_in=900, tokens_out=334, seconds=1.0,
        money=money, currency="EUR" if money else "",
    )  # fmt: skip


def test_seconds_tokens_and_money_are_told():
    history = carried_on([started(), answered(0.25)])
    session = session_after(*history)

    said = notice.done(session, work(session), Path("films"))

    assert f"{session.work_s:.1f} s of work, 1,234 tokens, 0.25 EUR spent on it" in said.body


def test_money_is_not_told_where_there_is_none():
    session = session_after(*carried_on([started()]))

    assert notice.done(session, work(session), Path("films")).body.count(",") == 0


def test_a_long_title_is_cut():
    session = session_after(
        *carried_on([started(idea="x" * 500), e.SessionEdited(title="y" * 500)])
    )

    assert len(notice.done(session, work(session), Path()).title) < 120
