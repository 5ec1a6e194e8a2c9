"""Says at the end how many cases of each kind were run."""

import pytest

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
