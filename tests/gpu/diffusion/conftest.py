import gc
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session", autouse=True)
def _settled_heap() -> Iterator[None]:
    """Models are let go by collecting garbage: libraries are large, and none of it."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """Tiny models are made once for all tests; nothing is asked of the network."""
    monkeypatch.setenv("REELOG_CACHE", str(cache))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
