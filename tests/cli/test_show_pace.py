"""What is in flight, and what it says of itself."""

import json

from cli.show_pace import Pace
from gpu.stages import Share


def row(kind: str, **data: object) -> dict[str, str]:
    return {"type": kind, "data": json.dumps({"command_id": "c", "kind": "story", **data})}


def pace(*events: dict[str, str]) -> Pace:
    found = Pace(1, lambda: 0.0)
    for event in events:
        found.event(event)
    return found


STARTED = row("CommandStarted", worker="w")


def test_what_waits_and_has_done_nothing_yet_says_what_for():
    found = pace(STARTED)
    found.progress = {("story", None): Share(0.0, "waiting for a model")}

    (flying,) = found.in_flight()

    assert getattr(flying.share, "words", "") == "waiting for a model"


def test_what_an_earlier_attempt_said_last_is_not_said_of_the_next_one():
    found = Pace(1, lambda: 0.0)
    found.progress = {("story", None): Share(0.5, "half")}
    found.event(STARTED)

    assert [one.share for one in found.in_flight()] == [0.0]


def test_an_answer_is_not_the_end_of_what_was_asked_for():
    assert len(pace(STARTED, row("AnswerReceived", tokens_out=3)).in_flight()) == 1
    assert pace(STARTED, row("CommandFailed", error="e")).in_flight() == []
