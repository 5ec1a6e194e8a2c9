"""Lines of narration from a transformers voice: the real classes, tiny, with random weights."""

import errno
import hashlib
import shutil
import subprocess
import sys
import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import gpu.voice
from gpu.errors import BriefRefused
from gpu.line import LINE_LUFS, resampled
from gpu.loudness import integrated_lufs
from gpu.mix import Line, mix
from gpu.probe import probe
from gpu.stages import open_stage
from gpu.voice import VoiceStage
from tests.gpu import voices
from tests.gpu.voices import brief, spoken

pytestmark = pytest.mark.gpu

LINES = (
    "The lighthouse stood alone against the sea.",
    "Nobody came for 40 years.",
    "Then, one night in October, there was a light!",
    "Who had lit it?",
    "The keeper climbed the stairs, 189 of them.",
)


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    return voices.tiny("speecht5", tmp_path_factory.mktemp("voice"))


def samples(path: Path) -> np.ndarray:
    with wave.open(str(path)) as sound:
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2")


@pytest.fixture
def line(tmp_path, model, stage):
    out = tmp_path / "line.wav"
    return out, spoken(out, brief(model, LINES[0]), stage)


def test_the_stage_is_in_the_table():
    assert isinstance(open_stage("audio", "transformers"), VoiceStage)


def test_a_line_is_mono_at_the_rate_of_the_vocoder(line):
    out, made = line
    (stream,) = probe(out)

    assert (stream.codec, stream.rate_hz, stream.channels) == ("pcm_s16le", 16_000, "mono")
    assert (made.media_type, made.rate_hz, made.channels) == ("audio/wav", 16_000, 1)
    assert stream.end_s == pytest.approx(made.duration_s, abs=1e-4)
    assert made.duration_s > 0.5


def test_the_raw_hash_is_of_the_samples(line):
    out, made = line

    assert made.raw_sha256 == hashlib.sha256(samples(out).tobytes()).hexdigest()


def test_a_line_is_heard_soon_and_ends_soon_after_its_last_sound(line):
    heard = np.abs(samples(line[0]).astype(int))
    loud = np.flatnonzero(heard > 0.05 * heard.max())

    assert loud[0] < 0.15 * 16_000
    assert len(heard) - loud[-1] < 0.15 * 16_000


def test_a_line_is_as_loud_as_it_says_and_no_louder_than_others(line):
    out, made = line
    level = integrated_lufs(resampled(samples(out) / 32768, 16_000))

    assert level == pytest.approx(made.loudness_lufs, abs=0.02)
    assert -40 < made.loudness_lufs <= LINE_LUFS + 0.1


def test_another_process_speaks_the_same_samples(tmp_path, model, stage):
    here = spoken(tmp_path / "here.wav", brief(model, LINES[0]), stage)
    program = (
        "import sys\nfrom pathlib import Path\nfrom gpu.voice import VoiceStage\n"
        "from gpu.briefs import AudioBrief\n"
        f"brief = {brief(model, LINES[0])!r}\n"
        "print(VoiceStage().run(brief, Path(sys.argv[1]), lambda _: None).raw_sha256)"
    )

    there = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "there.wav")],
        capture_output=True, text=True, check=True, cwd=Path(gpu.voice.__file__).parents[1],
    )  # fmt: skip

    assert there.stdout.split()[-1] == here.raw_sha256


def test_the_randomness_outside_goes_on_as_if_nothing_was_said(tmp_path, model, stage):
    torch.manual_seed(5)
    wanted = torch.rand(3)

    torch.manual_seed(5)
    spoken(tmp_path / "a.wav", brief(model, LINES[0]), stage)

    assert torch.equal(torch.rand(3), wanted)


def test_another_seed_sounds_otherwise(tmp_path, model, stage, line):
    other = spoken(tmp_path / "a.wav", brief(model, LINES[0], seed=2), stage)

    assert other.raw_sha256 != line[1].raw_sha256


def test_another_voice_sounds_otherwise(tmp_path, model, line):
    vector = voices.another_speaker(tmp_path / "other.safetensors")

    other = spoken(tmp_path / "a.wav", brief(model, LINES[0], speaker=str(vector)))

    assert other.raw_sha256 != line[1].raw_sha256


def test_a_voice_may_be_a_plain_array(tmp_path, model, line):
    from safetensors.numpy import load_file

    vector = load_file(model / "speaker.safetensors")["xvector"]
    np.save(tmp_path / "voice.npy", vector)

    same = spoken(tmp_path / "a.wav", brief(model, LINES[0], speaker=str(tmp_path / "voice.npy")))

    assert same.raw_sha256 == line[1].raw_sha256


@pytest.mark.parametrize("dtype", ["bf16", "fp16"])
def test_other_number_formats_change_bits_and_not_the_length(tmp_path, model, line, dtype):
    made = spoken(tmp_path / "a.wav", brief(model, LINES[0], dtype=dtype))

    assert made.raw_sha256 != line[1].raw_sha256
    assert made.duration_s == pytest.approx(line[1].duration_s, abs=0.05)


def test_numbers_are_spoken(tmp_path, model, stage):
    digits = spoken(tmp_path / "a.wav", brief(model, "Nobody came for 40 years."), stage)
    words = spoken(tmp_path / "b.wav", brief(model, "Nobody came for forty years."), stage)

    assert digits.raw_sha256 == words.raw_sha256


def test_a_long_line_is_spoken_whole_with_pauses(tmp_path, model, stage):
    one = spoken(tmp_path / "a.wav", brief(model, LINES[2]), stage)

    many = spoken(tmp_path / "b.wav", brief(model, " ".join([LINES[2]] * 30)), stage)

    assert many.duration_s > 20 * one.duration_s
    quiet_s, longest_s = 0, 0
    for sample in samples(tmp_path / "b.wav"):
        quiet_s = 0 if sample else quiet_s + 1 / 16_000
        longest_s = max(longest_s, quiet_s)
    assert longest_s > 0.25


@pytest.mark.parametrize("text", ["", "😀", "***"])
def test_a_line_without_words_is_refused(tmp_path, model, stage, text):
    with pytest.raises(BriefRefused, match="nothing to say"):
        spoken(tmp_path / "a.wav", brief(model, text), stage)


def test_a_language_that_the_voice_does_not_speak_is_refused(tmp_path, model, stage):
    with pytest.raises(BriefRefused, match="speaks en and the line is in 'de-AT'"):
        spoken(tmp_path / "a.wav", replace(brief(model, LINES[0]), language="de-AT"), stage)


def test_a_voice_that_was_trained_for_another_language_speaks_it(tmp_path, model, stage):
    german = replace(brief(model, "Guten Abend.", languages="de,nl"), language="de")

    assert spoken(tmp_path / "a.wav", german, stage).duration_s > 0.1


def test_a_voice_that_finds_no_end_is_stopped_in_time_and_refused(tmp_path, own):
    voices.endless(own / "model" / "model.safetensors", "speech_decoder_postnet.prob_out.bias")

    with pytest.raises(BriefRefused, match="found no end of 'Who had lit it"):
        spoken(tmp_path / "a.wav", brief(own, LINES[3]))


def test_the_environment_names_every_file_that_was_read(line, model):
    found = line[1].environment["model"]
    weights = model / "model" / "model.safetensors"

    assert (
        found["files"]["model/model.safetensors"]
        == hashlib.sha256(weights.read_bytes()).hexdigest()
    )
    assert {"vocoder/model.safetensors", "speaker.safetensors", "model/spm_char.model"} <= set(
        found["files"]
    )
    assert found["class"] == {"model": "SpeechT5ForTextToSpeech", "vocoder": "SpeechT5HifiGan"}
    assert line[1].environment["device"]["type"] in ("cpu", "cuda")


def test_a_tiny_voice_is_made_on_first_use(tmp_path, line):
    tiny = replace(brief(tmp_path, LINES[0]), running={"model": "tiny:speecht5"})

    assert spoken(tmp_path / "a.wav", tiny).raw_sha256 == line[1].raw_sha256


def test_the_model_may_be_a_folder_of_its_own(tmp_path, own, line):
    own_vocoder = shutil.move(own / "vocoder", tmp_path / "vocoder")
    vector = shutil.move(own / "speaker.safetensors", tmp_path / "me.safetensors")

    made = spoken(
        tmp_path / "a.wav",
        brief(own / "model", LINES[0], vocoder=str(own_vocoder), speaker=str(vector)),
    )

    assert made.raw_sha256 == line[1].raw_sha256


def test_a_pickle_is_refused_and_what_the_words_say_converts_it(tmp_path, own, line):
    from safetensors.torch import load_file
    from transformers import SpeechT5ForTextToSpeech

    folder = own / "model"
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()

    with pytest.raises(BriefRefused, match=r"is a pickle .* SpeechT5ForTextToSpeech as M; M\.from"):
        spoken(tmp_path / "a.wav", brief(own, LINES[0]))

    SpeechT5ForTextToSpeech.from_pretrained(folder).save_pretrained(folder)
    assert spoken(tmp_path / "a.wav", brief(own, LINES[0])).raw_sha256 == line[1].raw_sha256


def test_weights_that_are_missing_in_a_file_are_refused_and_not_made_up(tmp_path, own):
    from safetensors.torch import load_file, save_file

    file = own / "model" / "model.safetensors"
    tensors = load_file(file)
    del tensors["speech_decoder_postnet.prob_out.weight"]
    save_file(tensors, file, {"format": "pt"})

    with pytest.raises(BriefRefused, match=r"lacks 1 of the weights .*postnet\.prob_out\.weight"):
        spoken(tmp_path / "a.wav", brief(own, LINES[0]))


@pytest.mark.parametrize(
    "file", ["model/model.safetensors", "model/spm_char.model", "speaker.safetensors"]
)
def test_a_broken_file_is_refused_by_its_name(tmp_path, own, file):
    (own / file).write_bytes(b"no weights at all")

    with pytest.raises(BriefRefused, match=str(own)):
        spoken(tmp_path / "a.wav", brief(own, LINES[0]))


def test_a_voice_that_is_not_there_is_refused_with_the_way_out(tmp_path, own):
    (own / "speaker.safetensors").unlink()

    with pytest.raises(BriefRefused, match=r"needs a voice: put it into .*speaker\.safetensors"):
        spoken(tmp_path / "a.wav", brief(own, LINES[0]))


def test_a_vector_of_another_size_is_refused(tmp_path, model):
    np.save(tmp_path / "short.npy", np.zeros(3, np.float32))

    with pytest.raises(BriefRefused, match="3 numbers instead of 16"):
        spoken(tmp_path / "a.wav", brief(model, LINES[0], speaker=str(tmp_path / "short.npy")))


def test_an_array_of_objects_is_refused_because_it_is_a_pickle(tmp_path, model):
    np.save(tmp_path / "o.npy", np.array([object()]), allow_pickle=True)

    with pytest.raises(BriefRefused, match="is no voice"):
        spoken(tmp_path / "a.wav", brief(model, LINES[0], speaker=str(tmp_path / "o.npy")))


def test_a_model_that_is_no_voice_is_refused_with_the_known_ones(tmp_path, own):
    (own / "model" / "config.json").write_text('{"model_type": "bert"}')

    with pytest.raises(
        BriefRefused, match="'bert', which is no voice known here; known: speecht5,"
    ):
        spoken(tmp_path / "a.wav", brief(own, LINES[0]))


def test_progress_is_told_while_the_model_computes(tmp_path, model, stage, monkeypatch):
    monkeypatch.setattr(gpu.voice, "_REPORT_S", 0.0)
    told: list[float] = []

    stage.run(brief(model, LINES[0]), tmp_path / "a.wav", told.append)

    assert len(told) > 100
    assert told == sorted(told)
    assert told[-1] == 1.0


class Stop(Exception):
    """What a worker raises from its report when a session is cancelled."""


def test_a_line_that_is_stopped_leaves_nothing_and_changes_nothing(
    tmp_path, model, stage, line, monkeypatch
):
    def cancel(share: float) -> None:
        told.append(share)
        if len(told) == 50:
            raise Stop

    told: list[float] = []
    monkeypatch.setattr(gpu.voice, "_REPORT_S", 0.0)
    with pytest.raises(Stop):
        stage.run(brief(model, LINES[0]), tmp_path / "stopped.wav", cancel)

    assert len(told) == 50
    assert not (tmp_path / "stopped.wav").exists()
    assert (
        spoken(tmp_path / "a.wav", brief(model, LINES[0]), stage).raw_sha256 == line[1].raw_sha256
    )


def test_a_full_disk_is_nobodys_fault(model, stage):
    with pytest.raises(OSError, match="space") as error:
        spoken(Path("/dev/full"), brief(model, LINES[0]), stage)

    assert error.value.errno == errno.ENOSPC


def test_a_film_takes_a_line_at_16_khz_as_long_as_it_is_and_where_it_belongs(line):
    out, made = line

    sound = mix([Line(out, 1.0)], 48_000 * 4, -16.0).samples

    heard = np.flatnonzero(np.abs(sound.astype(int)) > 300)
    assert 0.99 < heard[0] / 48_000 < 1.2
    assert heard[-1] / 48_000 == pytest.approx(1.0 + made.duration_s, abs=0.15)
