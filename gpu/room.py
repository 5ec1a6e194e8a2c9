"""Who holds memory that others may need: each says here how it lets go of it. Light."""

from collections.abc import Callable

HOLDERS: list[Callable[[], None]] = []


def make_room() -> None:
    """Everybody lets go of what they can load again."""
    for leave in HOLDERS:
        leave()
