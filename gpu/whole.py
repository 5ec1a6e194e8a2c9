"""A file is there whole or not at all. Standard library only."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_or_nothing(out: Path) -> Iterator[None]:
    """Remove `out` when the block ends by an exception; never anything but a regular file."""
    done = False
    try:
        yield
        done = True
    finally:
        if not done and out.is_file():
            out.unlink(missing_ok=True)
