"""A language model server of the test's own, in a real process."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

ROOT = Path(__file__).parents[2]


class Running:
    """A server's process."""

    def __init__(self, port: int = 0) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.llm.server", "--port", str(port)],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout
        self.port = int(self.process.stdout.readline())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def set_up(self, **how: Any) -> None:
        """What it answers from now on, and how it misbehaves."""
        body = json.dumps(how).encode()
        with urlopen(Request(self._test, body, {"Content-Type": "application/json"})) as answer:
            answer.read()

    def seen(self) -> dict[str, Any]:
        with urlopen(self._test) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def count(self, name: str) -> int:
        return int(self.seen()["counts"].get(name, 0))

    def kill(self) -> None:
        assert self.process.stdout
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    @property
    def _test(self) -> str:
        return f"http://127.0.0.1:{self.port}/test"


@pytest.fixture(scope="module")
def _shared() -> Iterator[Running]:
    running = Running()
    yield running
    running.kill()


@pytest.fixture
def server(_shared: Running) -> Running:
    """One that all tests of a file share; nothing is left in it of the test before."""
    _shared.set_up()
    return _shared


@pytest.fixture
def mortal() -> Iterator[Running]:
    """One to be killed."""
    running = Running()
    yield running
    if running.process.poll() is None:
        running.kill()
