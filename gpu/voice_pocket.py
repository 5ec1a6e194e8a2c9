"""Pocket TTS: text and a few seconds of somebody's voice to latents, a codec makes them sound.

A folder is the model; its codec lies in codec/, or is named by the setting vocoder, or by the model
itself and found in the hub's cache. The voice is a WAV, or the codec's latents of one.
"""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import (
    AutoTokenizer,
    PocketTTSAudioTokenizerModel,
    PocketTTSFeatureExtractor,
    PocketTTSForConditionalGeneration,
    PocketTTSProcessor,
)

from gpu import tracks
from gpu.child import run
from gpu.diffusion import weights
from gpu.errors import BriefRefused
from gpu.ffmpeg import command, source
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

CODEC = "codec"
SPEAKERS = ("speaker.wav", "speaker.safetensors")
PIECE_TOKENS = 50
"""What the released model was made to speak at once."""

_PROMPT_S_MAX = 30.0
_TOKENS_A_SECOND_MIN = 3
_SPARE_S = 2
_PROCESSOR_NUMBERS = (
    "short_text_max_words", "frames_after_eos_short_text", "frames_after_eos", "fade_in_duration",
)  # fmt: skip


def load(spec: VoiceSpec, folder: Path, device: torch.device) -> Voice:
    """Raises BriefRefused."""
    model_folder = folder / "model" if (folder / "model").is_dir() else folder
    settings = _settings(model_folder)
    codec_folder = _codec_folder(spec, folder, settings)
    model = load_part(PocketTTSForConditionalGeneration, model_folder, spec.dtype, device)
    codec = load_part(PocketTTSAudioTokenizerModel, codec_folder, spec.dtype, device)
    processor = _processor(model_folder, settings, codec)
    file = speaker_file(spec, folder, *SPEAKERS)
    return Voice(
        parts={"model": model, "vocoder": codec},
        tokenizer=processor.tokenizer,
        speaker=(processor, _latents(file, processor, codec)),
        rate_hz=int(codec.config.sampling_rate),
        files={
            **hashes(model_folder, "model"),
            **hashes(codec_folder, "vocoder"),
            file.name: weights.sha256(file),
        },
        device=device,
    )


def speak(voice: Voice, text: str) -> Sound:
    """The sound of a text that is short enough. Raises BriefRefused when it finds no end."""
    model = voice.parts["model"]
    processor, latents = voice.speaker
    try:
        inputs = processor(
            text=_prompt(processor, text), audio_prompt_latents=[latents], return_tensors="pt"
        ).to(voice.device)
    except ValueError as error:
        raise BriefRefused(f"this model's prompt takes no voice: {error}") from error
    tokens = len(voice.tokenizer(text, add_special_tokens=False).input_ids)
    frames = math.ceil((tokens / _TOKENS_A_SECOND_MIN + _SPARE_S) * model.config.frame_rate)
    made = model.generate(**inputs, max_new_tokens=frames, return_dict_in_generate=True)
    if int(made.audio_latents_mask.sum()) >= frames:
        raise BriefRefused(
            f"the voice found no end of {text[:40]!r}; reword the line, or choose another voice"
        )
    sound: Sound = processor.decode(made.audio_latents[0]).double().numpy()
    return sound


def _prompt(processor: Any, text: str) -> str:
    """The voice, then the words, as the model's own template has them."""
    if not processor.chat_template:
        begin = processor.audio_prompt_bos_token or ""
        return f"{begin}{processor.audio_token}{text}{processor.audio_bos_token}"
    content = [{"type": "audio"}, {"type": "text", "text": text}]
    return str(
        processor.apply_chat_template([{"role": "user", "content": content}], tokenize=False)
    )


def _settings(folder: Path) -> dict[str, Any]:
    file = folder / "processor_config.json"
    try:
        found = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    except (OSError, ValueError) as error:
        raise BriefRefused(f"{file} cannot be read: {error}") from error
    return dict(found)


def _codec_folder(spec: VoiceSpec, folder: Path, settings: dict[str, Any]) -> Path:
    if (folder / (spec.vocoder or CODEC)).is_dir():
        return folder / (spec.vocoder or CODEC)
    own = settings.get("audio_tokenizer", {}).get("audio_tokenizer_name_or_path", "")
    name, _, revision = str(spec.vocoder or own).partition("@")
    if not name:
        raise BriefRefused(f"{folder} names no codec; put it into {folder / CODEC}")
    return weights.locate(name, revision)


def _processor(folder: Path, settings: dict[str, Any], codec: Any) -> Any:
    """Made of its parts: its own loader would get a codec from wherever the model says."""
    template = folder / "chat_template.jinja"
    return PocketTTSProcessor(
        load_text(PocketTTSFeatureExtractor, folder),
        load_text(AutoTokenizer, folder),
        audio_tokenizer=codec,
        chat_template=template.read_text(encoding="utf-8") if template.is_file() else None,
        **{key: settings[key] for key in _PROCESSOR_NUMBERS if key in settings},
    )


def _latents(file: Path, processor: Any, codec: Any) -> torch.Tensor:
    """(frames, latent size) of a voice, whether it comes as sound or as latents."""
    if file.suffix in (".safetensors", ".npy"):
        latents = speaker_tensor(file, "audio_prompt_latents")
    else:
        latents = _encoded(file, processor, codec)
    size = codec.config.latent_dim
    if latents.ndim != 2 or latents.shape[1] != size or not len(latents):
        raise BriefRefused(
            f"{file} is no voice: {tuple(latents.shape)} instead of (frames, {size})"
        )
    return latents


def _encoded(file: Path, processor: Any, codec: Any) -> torch.Tensor:
    rate_hz = int(codec.config.sampling_rate)
    decode = (*source(file, tracks.FORMATS), "-map", "0:a:0", "-ac", "1", "-ar", str(rate_hz))
    limit = ("-t", str(_PROMPT_S_MAX), "-f", "f32le", "pipe:1")
    wave = np.frombuffer(run(command(*decode, *limit)), "<f4").copy()
    if codec.encoder is None:
        raise BriefRefused(f"{file} cannot be heard: the codec has no encoder; give its latents")
    inputs = processor.feature_extractor([wave], sampling_rate=rate_hz).to(codec.device)
    with torch.no_grad():
        heard = codec.encode(inputs["input_values"].to(codec.dtype), inputs["padding_mask"])
    latents: torch.Tensor = heard.latents[0][heard.latents_mask[0].bool()].float().cpu()
    return latents
