"""No night is spent on asking somebody who does not answer: the rest is given up. Pure."""

from collections.abc import Sequence

from eventstore.recorded import Recorded
from eventstore.registry import Event
from projections.events import CommandFailed, PromptEnhanced, RetryRequested
from projections.prompt_work import KIND
from projections.session import Session
from projections.shot_work import is_parked
from projections.work import pending

IN_A_ROW = 3


def rest_of_prompts(session: Session, history: Sequence[Recorded]) -> list[Event]:
    """CommandFailed for every prompt that is left, once three in a row failed again and again.

    A server that is away, or a model that finds no room, takes minutes to fail each time. What is
    refused at once, like a prompt that the model declines, says nothing about the others.
    """
    failed: dict[str, str] = {}
    for recorded in reversed(history):
        event = recorded.event
        if isinstance(event, PromptEnhanced | RetryRequested):
            break
        if isinstance(event, CommandFailed) and event.kind == KIND and not event.final:
            failed.setdefault(event.command_id, event.error)
    if sum(is_parked(session, command_id) for command_id in failed) < IN_A_ROW:
        return []
    why = f"given up after others in a row: {next(iter(failed.values()))}"
    return [
        CommandFailed(command_id=one.id, kind=KIND, shot=one.shot, error=why, final=True)
        for one in pending(session)
        if one.kind == KIND
    ]
