"""A command to disturb; and at the end, how many cases of each kind were run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import Reelog
from tests.faults.cases import TALLIES


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A line for each kind."""
    if not TALLIES:
        return
    terminalreporter.section("faults")
    for what, tally in sorted(TALLIES.items()):
        terminalreporter.line(
            f"{what}: {tally.cases:,} cases, {tally.failures} failures, {tally.seconds:.1f} s"
        )


@pytest.fixture
def reelog(tmp_path: Path) -> Iterator[Reelog]:
    """reelog on an empty home; nothing that it started outlives the test."""
    command = Reelog(tmp_path)
    yield command
    command.end()
