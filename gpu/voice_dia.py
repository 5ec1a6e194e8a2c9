"""Dia: text to codes of sound, a codec makes them sound. Apache-2.0; it speaks English.

Nobody's voice has to be given: the model says one sentence by itself, with a number as its seed,
and goes on in that voice with every line. Another number is another voice.
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from transformers import (
    DacModel,
    DiaFeatureExtractor,
    DiaForConditionalGeneration,
    DiaProcessor,
    DiaTokenizer,
)

from gpu.diffusion import weights
from gpu.errors import BriefRefused
from gpu.loudness import Sound
from gpu.voice_model import Voice, VoiceSpec, hashes, load_part, load_text

CODEC = "descript/dac_44khz"
PIECE_TOKENS = 220
"""Bytes that are spoken at once: about fifteen seconds, behind the voice that it goes on in."""

ANCHOR = (
    "[S1] It was late in the year, and the evenings came early; so let me tell you how it began."
)
_BYTES_A_SECOND_MIN = 6
_SPARE_S = 2
_TRIES = 3


def load(spec: VoiceSpec, folder: Path, device: torch.device) -> Voice:
    """Raises BriefRefused."""
    number = _number(spec.speaker)
    model_folder = folder / "model" if (folder / "model").is_dir() else folder
    codec_folder = _codec_folder(spec, folder)
    model = load_part(DiaForConditionalGeneration, model_folder, spec.dtype, device)
    codec = load_part(DacModel, codec_folder, "fp32", device)
    processor = DiaProcessor(
        load_text(DiaFeatureExtractor, model_folder),
        load_text(DiaTokenizer, model_folder),
        audio_tokenizer=codec,
    )
    own = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=own), torch.no_grad():
        torch.manual_seed(number)
        said = _said(model, processor, ANCHOR, None)
    return Voice(
        parts={"model": model, "vocoder": codec},
        tokenizer=processor.tokenizer,
        speaker=(processor, said),
        rate_hz=int(codec.config.sampling_rate),
        files={**hashes(model_folder, "model"), **hashes(codec_folder, "vocoder")},
        device=device,
    )


def speak(voice: Voice, text: str) -> Sound:
    """The sound of a text that is short enough. Raises BriefRefused when it finds no end."""
    processor, before = voice.speaker
    sound: Sound = _said(voice.parts["model"], processor, text, before).astype(np.float64)
    return sound


def _said(
    model: Any, processor: Any, text: str, before: npt.NDArray[np.float32] | None
) -> npt.NDArray[np.float32]:
    """What the model says after what was said before, in the same voice; another try has its end.

    A line is sampled: one that finds no end is tried again, and comes out the same every time.
    """
    config, codec = model.config.decoder_config, processor.audio_tokenizer
    marks = {
        "bos_token_id": config.bos_token_id, "eos_token_id": config.eos_token_id,
        "pad_token_id": config.pad_token_id, "delay_pattern": model.config.delay_pattern,
    }  # fmt: skip
    rate_hz = codec.config.sampling_rate
    words = f"{ANCHOR} {text}" if before is not None else text
    inputs = processor(
        text=[words], audio=before, sampling_rate=rate_hz, text_kwargs={"padding": False}, **marks
    ).to(model.device)
    given = processor.get_audio_prompt_len(inputs["decoder_attention_mask"], **marks)
    frames = _frames_max(text, rate_hz / codec.config.hop_length)
    room = config.max_position_embeddings - given - max(model.config.delay_pattern) - 1
    frames = min(frames, room)
    for _ in range(_TRIES):
        codes = model.generate(**inputs, max_new_tokens=frames)
        if codes.shape[1] - given < frames:
            heard = processor.decode(codes, audio_prompt_len=given, **marks)
            found: npt.NDArray[np.float32] = heard.float().cpu().numpy()
            return found
    raise BriefRefused(
        f"the voice found no end of {text[:40]!r}; reword the line, or choose another voice"
    )


def _frames_max(text: str, frames_a_second: float) -> int:
    seconds = len(text.encode()) / _BYTES_A_SECOND_MIN + _SPARE_S
    return int(seconds * frames_a_second)


def _number(speaker: str) -> int:
    if not (speaker or "0").isdecimal():
        raise BriefRefused(
            f"Dia finds a voice of its own: speaker is a number like 3, found {speaker!r}"
        )
    return int(speaker or 0)


def _codec_folder(spec: VoiceSpec, folder: Path) -> Path:
    if (folder / (spec.vocoder or "codec")).is_dir():
        return folder / (spec.vocoder or "codec")
    name, _, revision = (spec.vocoder or CODEC).partition("@")
    return weights.locate(name, revision)
