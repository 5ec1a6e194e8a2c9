"""The rows of commands: what of the wanted work was begun or done, and what was tried."""

from collections.abc import Iterable

from eventstore.tables import Row
from projections.attempts import DONE_AT_ONCE, NO_ATTEMPTS, Attempts
from projections.commands import Command
from projections.events import SceneGraphBuilt, ShotPlanned, StoryGenerated
from projections.prompt_work import KIND as ENHANCE
from projections.session import Session

KIND_OF: dict[type, str] = {
    StoryGenerated: "story",
    SceneGraphBuilt: "scene_graph",
    ShotPlanned: "shots",
}

Table = dict[Row, Row]
_DONE_AT_ONCE = ("done", DONE_AT_ONCE.starts, DONE_AT_ONCE.failures, DONE_AT_ONCE.last_error)


def begun(s: Session, commands: Iterable[Command]) -> Table:
    """What was begun or done, and is wanted; what nobody touched yet is pending, not stored.

    But for enhancements: who looks at the steps has to know how many there are.
    """
    table: Table = {}
    session, results, attempts_of = s.id, s.results, s.attempts
    for command in commands:
        id_, kind = command.id, command.kind
        attempts, done = attempts_of.get(id_), id_ in results
        if done or attempts or kind == ENHANCE:
            state, starts, failures, error = _standing(done, attempts)
            table[session, id_] = (
                session, id_, kind, command.shot, command.take, state, starts, failures, error,
            )  # fmt: skip
    return table


def of_texts(s: Session, before_shots: Iterable[Command]) -> Table:
    """Story, scene graph and shots: those that are done, and the one that is next."""
    table = begun(s, before_shots)
    left = len(KIND_OF)
    for command_id, recorded in s.results.items():
        if kind := KIND_OF.get(type(recorded.event)):
            table[s.id, command_id] = lone(s, command_id, kind)
            left -= 1
            if not left:  # there is one of each, before anything of thousands of shots
                break
    return table


def lone(s: Session, command_id: str, kind: str) -> Row:
    """The row of a command of no shot."""
    standing = _standing(command_id in s.results, s.attempts.get(command_id))
    return (s.id, command_id, kind, None, None, *standing)


def _standing(done: bool, attempts: Attempts | None) -> tuple[str, int, int, str]:
    """How far a command is, and what was tried."""
    if done and attempts is DONE_AT_ONCE:  # nearly every command of a film
        return _DONE_AT_ONCE
    attempts = attempts or NO_ATTEMPTS
    if done:
        state = "done"
    elif attempts.parked:
        state = "parked"
    else:
        state = "started" if attempts.worker else "pending"
    return state, attempts.starts, attempts.failures, attempts.last_error
