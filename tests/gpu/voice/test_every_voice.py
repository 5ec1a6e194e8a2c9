"""What holds for every voice: the real classes, tiny, with random weights."""

import pytest

from gpu.voice import VoiceStage
from tests.gpu import voices
from tests.gpu.voices import brief, spoken

pytestmark = pytest.mark.gpu

LINES = ("The lighthouse stood alone.", "One.", "Two words.", "Who had lit it?", "It is 189 steps.")


@pytest.mark.parametrize("name", ["dia", "pocket-tts", "speecht5"])
def test_a_line_alone_is_the_same_as_after_four_others(tmp_path, name):
    model = voices.tiny(name, tmp_path / "models")
    alone = spoken(tmp_path / "alone.wav", brief(model, LINES[4]))

    stage = VoiceStage()
    after = [
        spoken(tmp_path / f"{at}.wav", brief(model, text), stage) for at, text in enumerate(LINES)
    ]

    assert after[4].raw_sha256 == alone.raw_sha256
    assert (tmp_path / "4.wav").read_bytes() == (tmp_path / "alone.wav").read_bytes()
