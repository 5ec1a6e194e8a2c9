"""Lines of narration from Dia: the real classes, tiny, with random weights."""

import wave
from dataclasses import replace

import pytest

from gpu.diffusion.spec import ModelSpec
from gpu.errors import BriefRefused
from gpu.voice import VoiceStage
from tests.gpu import voices
from tests.gpu.voices import brief, spoken

pytestmark = pytest.mark.gpu

LINE = "Nobody came for 40 years."


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    return voices.tiny("dia", tmp_path_factory.mktemp("dia"))


def test_a_line_sounds_at_the_rate_of_the_codec(tmp_path, model, stage):
    made = spoken(tmp_path / "a.wav", brief(model, LINE), stage)

    with wave.open(str(tmp_path / "a.wav")) as sound:
        assert sound.getparams()[:3] == (1, 2, 44_100)
        assert sound.getnframes() / 44_100 == pytest.approx(made.duration_s)


def test_another_seed_and_another_voice_sound_otherwise(tmp_path, model, stage):
    made = [
        spoken(tmp_path / "a.wav", brief(model, LINE), stage),
        spoken(tmp_path / "b.wav", brief(model, LINE, seed=2), stage),
        spoken(tmp_path / "c.wav", brief(model, LINE, speaker="3")),
    ]

    assert len({one.raw_sha256 for one in made}) == 3


def test_every_line_goes_on_in_the_voice_that_was_found(tmp_path, model, monkeypatch):
    from gpu import voice_dia

    heard = []
    said = voice_dia._said

    def listening(network, processor, text, before):
        heard.append((text, before))
        return said(network, processor, text, before)

    monkeypatch.setattr(voice_dia, "_said", listening)
    stage = VoiceStage()
    for text in ("One.", "Two words."):
        spoken(tmp_path / "a.wav", brief(model, text), stage)

    (anchor, nothing), (_, first), (_, second) = heard
    assert (anchor, nothing) == (voice_dia.ANCHOR, None)
    assert first is second
    assert len(first)


def test_a_voice_that_finds_no_end_is_stopped_in_time_and_refused(tmp_path, model, monkeypatch):
    from gpu import voice_dia

    stage = VoiceStage()
    spoken(tmp_path / "a.wav", brief(model, LINE), stage)
    monkeypatch.setattr(voice_dia, "_frames_max", lambda *_: 1)

    with pytest.raises(BriefRefused, match="found no end of 'No"):
        spoken(tmp_path / "a.wav", brief(model, "No."), stage)


def test_a_file_is_no_voice_for_it(tmp_path, model):
    with pytest.raises(BriefRefused, match=r"speaker is a number like 3, found 'me\.wav'"):
        spoken(tmp_path / "a.wav", brief(model, LINE, speaker="me.wav"))


def test_a_codec_that_is_not_here_is_refused_with_the_way_to_get_it(tmp_path, model):
    with pytest.raises(BriefRefused, match=r"descript/dac_44khz.*fetch"):
        spoken(tmp_path / "a.wav", brief(model, LINE, vocoder="descript/dac_44khz"))


def test_lines_in_another_language_are_spoken_by_animatic_where_the_profile_says_so(
    tmp_path, model
):
    german = replace(brief(model, "Es war spät im Jahr."), language="de")

    with pytest.raises(BriefRefused, match="speaks en"):
        spoken(tmp_path / "a.wav", german)
    told = replace(german, settings={"otherwise": "animatic"})
    made = spoken(tmp_path / "a.wav", told)

    assert made.settings["spoken_by"] == "eSpeak NG"
    assert made.duration_s > 0.5


def test_a_voice_leaves_when_a_model_comes_and_models_leave_when_it_comes():
    from gpu.diffusion.shelf import Shelf

    class Voice:
        left = 0

        def leave(self):
            self.left += 1

    shelf, one, two = Shelf(), Voice(), Voice()

    shelf.receive(one)
    shelf.receive(one)
    shelf.receive(two)
    shelf._let_others_go(ModelSpec(model="any"))

    assert (one.left, two.left) == (1, 1)
