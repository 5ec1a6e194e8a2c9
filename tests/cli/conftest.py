"""The command of a home of its own, for tests that run it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import Reelog


@pytest.fixture
def reelog(tmp_path: Path) -> Iterator[Reelog]:
    """reelog on an empty home; nothing that it started outlives the test."""
    command = Reelog(tmp_path)
    yield command
    command.end()
