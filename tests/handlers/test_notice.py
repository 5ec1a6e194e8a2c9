"""What a notice says."""

from pathlib import Path

from handlers import notice
from projections import events as e
from projections.attempts import ATTEMPTS_MAX
from projections.work import work
from tests.build import WITH_ENHANCER, carried_on, session_after, started, work_after


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


def given_up() -> list:
    """A finished film of which one prompt was given up."""
    begun = carried_on([started(stages=WITH_ENHANCER)], "story", "scene_graph", "shots")
    command = next(one for one in work_after(*begun).pending if one.kind == "enhance")
    failed = e.CommandFailed(command_id=command.id, kind="enhance", shot=1, error="no answer")
    return carried_on([*begun, *[failed] * ATTEMPTS_MAX])


def test_a_film_that_is_done_says_what_was_given_up_on_the_way():
    session = session_after(*given_up())

    said = notice.done(session, work(session), Path("films"))

    assert (
        f"1 thing was given up on the way; try again with: reelog retry {session.id}" in said.body
    )


def test_a_prompt_that_was_given_up_is_called_so():
    session = session_after(*given_up())

    assert "Parked: prompt of shot 1: no answer" in notice.parked(session, work(session)).body
