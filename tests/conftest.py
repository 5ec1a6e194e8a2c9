"""Fixtures that every test may ask for."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from eventstore.home import Home
from eventstore.log import EventLog
from projections.events import TYPES

settings.register_profile("reelog", deadline=None, max_examples=50, database=None)
settings.load_profile("reelog")


def pytest_configure() -> None:
    """What tests start by a fork hears Ctrl-C, and waits for no thread of its parent's.

    Tests that a shell began in the background ignore the first; OpenCV's threads are the second.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ["OPENCV_FOR_THREADS_NUM"] = "1"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Tests that need torch are not even imported where they are not run: it is large."""
    if config.option.markexpr != "not gpu" or collection_path.suffix != ".py":
        return None
    return True if "pytestmark = pytest.mark.gpu" in collection_path.read_text() else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests first, so that at the end all processes have work."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home."""
    return Home(tmp_path / "home")


@pytest.fixture
def log(home: Home) -> Iterator[EventLog]:
    """A new log in that home."""
    with home.open(TYPES) as opened:
        yield opened


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """What was printed and logged goes from process to process, which surrogates do not."""
    report = yield
    report.sections = [
        (name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections
    ]
    return report
