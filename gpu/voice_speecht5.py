"""SpeechT5: text to a spectrogram, a vocoder makes it sound, an x-vector says whose voice it is.

A folder holds model/, vocoder/ and speaker.safetensors; or it is the model itself, with the vocoder
in the setting or in the hub's cache, and the speaker in the setting.
"""

from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer, SpeechT5ForTextToSpeech, SpeechT5HifiGan

from gpu.diffusion import weights
from gpu.errors import BriefRefused
from gpu.loudness import Sound
from gpu.voice_model import (
    Voice,
    VoiceSpec,
    hashes,
    load_part,
    load_text,
    speaker_file,
    speaker_tensor,
)

VOCODER = "microsoft/speecht5_hifigan"
SPEAKERS = ("speaker.safetensors", "speaker.npy")
PIECE_TOKENS = 200
"""A third of what the released model holds; far longer lines lose their thread."""

# Spectrogram frames of 16 ms. Speech takes about four a sign; less than one is none, more than
# twelve and two seconds is a model that has lost the end.
_FRAMES_A_TOKEN_MIN = 1.0
_FRAMES_A_TOKEN_MAX = 12
_FRAMES_SPARE = 120


def load(spec: VoiceSpec, folder: Path, device: torch.device) -> Voice:
    """Raises BriefRefused."""
    model_folder = folder / "model" if (folder / "model").is_dir() else folder
    vocoder_folder = _vocoder_folder(spec, folder)
    model = load_part(SpeechT5ForTextToSpeech, model_folder, spec.dtype, device)
    vocoder = load_part(SpeechT5HifiGan, vocoder_folder, spec.dtype, device)
    file = speaker_file(spec, folder, *SPEAKERS)
    vector = _vector(file, model.config.speaker_embedding_dim)
    return Voice(
        parts={"model": model, "vocoder": vocoder},
        tokenizer=load_text(AutoTokenizer, model_folder),
        speaker=vector.to(device, model.dtype),
        rate_hz=int(vocoder.config.sampling_rate),
        files={
            **hashes(model_folder, "model"),
            **hashes(vocoder_folder, "vocoder"),
            file.name: weights.sha256(file),
        },
        device=device,
    )


def speak(voice: Voice, text: str) -> Sound:
    """The sound of a text that is short enough. Raises BriefRefused when it finds no end."""
    model, vocoder = voice.parts["model"], voice.parts["vocoder"]
    tokens = voice.tokenizer(text, return_tensors="pt").input_ids.to(voice.device)
    at_once = model.config.reduction_factor
    steps = _steps_max(model.config, tokens.shape[1])
    spectrogram = model.generate_speech(
        tokens,
        voice.speaker,
        minlenratio=_FRAMES_A_TOKEN_MIN,
        maxlenratio=(steps + 0.5) * at_once / tokens.shape[1],
    )
    if len(spectrogram) >= steps * at_once:
        raise BriefRefused(
            f"the voice found no end of {text[:40]!r}; reword the line, or choose another voice"
        )
    sound: Sound = vocoder(spectrogram).flatten().double().cpu().numpy()
    return sound


def _steps_max(config: Any, tokens: int) -> int:
    """How many times the model may be asked for more: by the text, and by what it can count to."""
    frames = tokens * _FRAMES_A_TOKEN_MAX + _FRAMES_SPARE
    return int(min(frames // config.reduction_factor, config.max_speech_positions - 1))


def _vocoder_folder(spec: VoiceSpec, folder: Path) -> Path:
    if not spec.vocoder and (folder / "vocoder").is_dir():
        return folder / "vocoder"
    if spec.vocoder and (folder / spec.vocoder).is_dir():
        return folder / spec.vocoder
    name, _, revision = (spec.vocoder or VOCODER).partition("@")
    return weights.locate(name, revision)


def _vector(file: Path, size: int) -> torch.Tensor:
    vector = speaker_tensor(file, "xvector").flatten()
    if len(vector) != size or not torch.isfinite(vector).all():
        raise BriefRefused(f"{file} is no x-vector: it has {len(vector)} numbers instead of {size}")
    return vector[None]
