"""Before the work: whether each model fits the card, and how."""

from dataclasses import asdict
from typing import Any

from eventstore.home import Home


def tell(home: Home, session_id: str) -> None:
    """One line a model; nothing for a film without models."""
    from cli.output import say
    from handlers import plan

    with home.reader() as reader:
        for fit in plan.of_session(reader, session_id):
            say(f"plan: {fit}")


def data(home: Home, session_id: str) -> list[dict[str, Any]]:
    """The same for programs."""
    from handlers import plan

    with home.reader() as reader:
        return [asdict(fit) for fit in plan.of_session(reader, session_id)]
