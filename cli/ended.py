"""How a run ended: its exit status, words for people, a summary for programs."""

from typing import TYPE_CHECKING, Any

from cli.failures import DONE, WORK_FAILED
from cli.output import complain, say

if TYPE_CHECKING:
    from handlers.foreground import Outcome


def status_of(outcome: "Outcome") -> int:
    """0 for a film that is made, or that somebody stopped; 1 for one that is not whole."""
    stopped = outcome.session.paused or outcome.session.cancelled
    return DONE if outcome.found.complete or stopped else WORK_FAILED


def tell(outcome: "Outcome", seconds: float, *, idle: bool) -> None:
    """Where the film is, or why there is none. `idle`: nothing happened in this run."""
    session, found = outcome.session, outcome.found
    if outcome.film and idle:
        say(f"Nothing was left to make; the film is ready: {outcome.film}")
    elif outcome.film:
        say(f"The film is ready, made in {seconds:.1f} s: {outcome.film}")
    elif session.cancelled:
        say(f"{session.id} was cancelled.")
    elif session.paused:
        say(f"{session.id} was paused; go on with: reelog unpause {session.id}")
    elif not found.parked:
        complain(f"The film is not finished; go on with: reelog resume {session.id}")
    for (kind, error), shots in _alike(outcome).items():
        numbers = ", ".join(str(shot) for shot in sorted(shots))
        of_shots = f" of shot{'s' * (len(shots) > 1)} {numbers}" if shots else ""
        complain(f"Parked: {kind}{of_shots}: {error}")
    if found.parked:
        complain(f"The rest is made. Try the parked work again with: reelog retry {session.id}")


def _alike(outcome: "Outcome") -> dict[tuple[str, str], set[int]]:
    """(what, why) → the shots of it that were given up: a server that is down fails all of them."""
    found: dict[tuple[str, str], set[int]] = {}
    for command in outcome.found.parked:
        attempts = outcome.session.attempts[command.id]
        error = attempts.last_error
        if attempts.deaths > attempts.failures:
            error = f"killed its worker three times; {error}".rstrip("; ")
        kind = "prompt" if command.kind == "enhance" else command.kind
        shots = found.setdefault((kind, error), set())
        if command.shot:
            shots.add(command.shot)
    return found


def summary(outcome: "Outcome") -> dict[str, Any]:
    """What --json answers."""
    from projections.rows import mark, state

    session, found = outcome.session, outcome.found
    return {
        "session": session.id,
        "state": state(session, found),
        "title": session.title,
        "film": str(outcome.film) if outcome.film else None,
        "folder": str(outcome.folder),
        "marks": [mark(session, one) for one in found.shots],
        "parked": [
            {
                "command_id": command.id,
                "kind": command.kind,
                "shot": command.shot,
                "error": session.attempts[command.id].last_error,
            }
            for command in found.parked
        ],
    }
