"""How answers.jsonl was made: a story by a language model, one answer wrong, a budget raised. Once.

python -m tests.golden.make_answers
"""

from projections import events as e
from projections.parts import StageChoice
from tests import build as b
from tests.golden.golden import FOLDER, line, meaning

FILM = "session_20250208_002238"
PRICES = {"price_in": 1.0, "price_out": 2.0, "currency": "EUR"}
BY_A_MODEL = b.FAKE | {
    "story": StageChoice(
        backend="openai", model="qwen3:8b", revision="", settings={"max_tokens": 900},
        running=PRICES,
    )
}  # fmt: skip


def answer(command_id: str, text: str, tokens_in: int, tokens_out: int) -> e.AnswerReceived:
    """An answer to the story's question."""
    return e.AnswerReceived(
        command_id=command_id,
        kind="story",
        asked=f"question-{tokens_in}",
        text=text,
        backend="openai",
        model="qwen3:8b",
        answered_by="qwen3:8b",
        finish="stop",
        form="json_schema",
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        seconds=1.5,
        money=(tokens_in + 2 * tokens_out) / 1_000_000,
        currency="EUR",
    )


def film() -> list:
    """A wrong answer, a budget that stops the repair, another budget, the right answer."""
    history = [[b.started(stages=BY_A_MODEL, shots=2), e.BudgetSet(money=0.001, currency="EUR")]]
    (story,) = b.work_after(*history).pending
    begun = e.CommandStarted(command_id=story.id, kind="story", worker="worker-1")
    error = "OverBudget: 0.0004 of 0.0010 EUR are spent"
    history += [begun, answer(story.id, "no JSON", 200, 100)]
    history.append(e.CommandFailed(command_id=story.id, kind="story", error=error, final=True))
    reopened = e.RetryRequested(command_ids=(story.id,), reason="another budget")
    history.append([e.BudgetSet(tokens=5000), reopened])
    history += [begun, answer(story.id, "{}", 350, 120), b.told(story.id)]
    return b.carried_on(history)


def main() -> None:
    """Write answers.jsonl and answers.session.json."""
    lines = [line(FILM, one) for one in b.recorded(film())]
    path = FOLDER / "answers.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.with_suffix(".session.json").write_text(meaning(path), encoding="utf-8")


if __name__ == "__main__":
    main()
