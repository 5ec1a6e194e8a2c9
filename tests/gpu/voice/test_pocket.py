"""Lines of narration from Pocket TTS: the real classes, tiny, with random weights."""

import wave
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from gpu.errors import BriefRefused
from tests.gpu import voices
from tests.gpu.voices import brief, spoken

pytestmark = pytest.mark.gpu

LINE = "Nobody came for 40 years."


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    return voices.tiny("pocket-tts", tmp_path_factory.mktemp("pocket"))


def hum(file: Path, pitch_hz: int) -> Path:
    """Half a second of somebody who hums."""
    tone = np.sin(np.arange(8_000) * 2 * np.pi * pitch_hz / 16_000) * 9_000
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(tone.astype("<i2").tobytes())
    return file


def test_a_line_sounds_at_the_rate_of_the_codec(tmp_path, model, stage):
    made = spoken(tmp_path / "a.wav", brief(model, LINE), stage)

    with wave.open(str(tmp_path / "a.wav")) as sound:
        assert sound.getparams()[:3] == (1, 2, 24_000)
        assert sound.getnframes() / 24_000 == pytest.approx(made.duration_s)
    assert made.rate_hz == 24_000
    assert 0.3 < made.duration_s < 3


def test_another_seed_and_another_voice_sound_otherwise(tmp_path, model, stage):
    other_voices = [str(hum(tmp_path / f"{hz}.wav", hz)) for hz in (200, 500)]

    made = [
        spoken(tmp_path / "a.wav", brief(model, LINE), stage),
        spoken(tmp_path / "b.wav", brief(model, LINE, seed=2), stage),
        *(spoken(tmp_path / "c.wav", brief(model, LINE, speaker=one)) for one in other_voices),
    ]

    assert len({one.raw_sha256 for one in made}) == 4


def test_latents_of_another_codec_are_refused(tmp_path, model):
    file = tmp_path / "voice.safetensors"
    save_file({"audio_prompt_latents": np.zeros((5, 3), np.float32)}, file)

    with pytest.raises(BriefRefused, match=r"\(5, 3\) instead of \(frames, 8\)"):
        spoken(tmp_path / "a.wav", brief(model, LINE, speaker=str(file)))


def test_the_prompt_is_the_one_of_the_models_own_template(tmp_path, model, own, stage):
    plain = spoken(tmp_path / "a.wav", brief(model, LINE), stage)
    (own / "chat_template.jinja").write_text(
        "{% for m in messages %}{% for c in m['content'] %}{% if c['type'] == 'audio' %}"
        "<voice_begins><voice>{% else %}{{ c['text'] }} Oh!{% endif %}{% endfor %}{% endfor %}"
        "<audio_begins>"
    )

    said = spoken(tmp_path / "b.wav", brief(own, LINE))

    assert said.raw_sha256 != plain.raw_sha256


def test_a_voice_that_finds_no_end_is_stopped_in_time_and_refused(tmp_path, own):
    voices.endless(own / "model.safetensors", "eos_head.bias")

    with pytest.raises(BriefRefused, match="found no end of 'No"):
        spoken(tmp_path / "a.wav", brief(own, "No."))


def test_a_model_without_a_voice_is_refused_with_the_way_out(tmp_path, own):
    (own / "speaker.safetensors").unlink()

    with pytest.raises(BriefRefused, match=r"needs a voice: put it into .*speaker\.wav"):
        spoken(tmp_path / "a.wav", brief(own, "No."))
