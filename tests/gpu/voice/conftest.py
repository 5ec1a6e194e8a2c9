"""What every test of a voice needs: a cache of its own, no network, one loaded model."""

import pytest

from gpu.voice import VoiceStage


@pytest.fixture(autouse=True)
def offline(monkeypatch, tmp_path):
    monkeypatch.setenv("REELOG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="module")
def stage():
    return VoiceStage()
