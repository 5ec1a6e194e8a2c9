"""Homes for hostile inputs: none yet, or one with a film; what is begun is not worked on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from tests import processes, shelf
from tests.command import Reelog
from tests.faults.damage.homes import copied


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reelog]:
    """reelog on an empty home. It begins what it takes; the stages are not under test."""
    from cli import running

    def begun(*_: object, **__: object) -> None:
        raise typer.Exit(0)

    monkeypatch.setattr(running, "_run", begun)
    reelog = Reelog(tmp_path)
    yield reelog
    reelog.end()


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Reelog:
    """A home with a film that was stopped; take a copy."""
    reelog = Reelog(tmp_path_factory.mktemp("begun"))
    assert processes.run(lambda: shelf.stopped(reelog.home)) == 0
    return reelog


@pytest.fixture
def begun(film: Reelog, asked: Reelog) -> Reelog:
    """reelog on a home with that film."""
    return copied(film.home, asked.folder)
