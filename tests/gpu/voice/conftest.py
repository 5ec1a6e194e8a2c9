"""What every test of a voice needs: a cache of its own, no network, one loaded model."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def offline(monkeypatch, tmp_path):
    monkeypatch.setenv("REELOG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="module")
def stage():
    # Not at the top: fixtures are also read where there is no torch.
    from gpu.voice import VoiceStage

    return VoiceStage()


@pytest.fixture
def own(model, tmp_path):
    """A copy of the model that a test may change."""
    return Path(shutil.copytree(model, tmp_path / "own"))
