"""Who holds memory that others may need: each says here how it lets go of it. Light."""

from collections.abc import Callable

HOLDERS: list[Callable[[], None]] = []


def make_room(*, keeping: Callable[[], None] | None = None) -> None:
    """Everybody lets go of what they can load again, but for who asks."""
    for leave in HOLDERS:
        if leave != keeping:
            leave()
