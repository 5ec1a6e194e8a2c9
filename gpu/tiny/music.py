"""Tiny music pipelines."""

from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AceStepPipeline,
    AceStepTransformer1DModel,
    AutoencoderOobleck,
    EDMDPMSolverMultistepScheduler,
    FlowMatchEulerDiscreteScheduler,
    StableAudioDiTModel,
    StableAudioPipeline,
    StableAudioProjectionModel,
)
from diffusers.pipelines.ace_step import AceStepConditionEncoder

from gpu.diffusion.numerics import without_old_ways
from gpu.tiny import words
from gpu.tiny.words import shaken

_HEADS = {"num_attention_heads": 2, "num_key_value_heads": 2, "head_dim": 8}
_WIDTH = {"hidden_size": 16, "intermediate_size": 16, **_HEADS}


def ace_step(folder: Path) -> None:
    """ACE-Step: a transformer over sound, conditions of words, lyrics and timbre."""
    transformer = AceStepTransformer1DModel(
        num_hidden_layers=2, in_channels=24, audio_acoustic_hidden_dim=8, patch_size=2,
        sliding_window=16, encoder_hidden_size=16, **_WIDTH,
    )  # fmt: skip
    conditions = AceStepConditionEncoder(
        text_hidden_dim=16, timbre_hidden_dim=8, num_lyric_encoder_hidden_layers=1,
        num_timbre_encoder_hidden_layers=1, sliding_window=16, **_WIDTH,
    )  # fmt: skip
    _save(
        AceStepPipeline(
            vae=_oobleck(8, 48_000, [4, 4, 10, 12], 1.0), text_encoder=words.qwen3_encoder(16),
            tokenizer=words.qwen_tokenizer(), transformer=shaken(transformer),
            condition_encoder=shaken(conditions),
            scheduler=FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0),
        ),
        folder,
    )  # fmt: skip


def stable_audio(folder: Path) -> None:
    """Stable Audio: a transformer over sound, a T5 encoder, lengths as conditions."""
    transformer = StableAudioDiTModel(
        sample_size=270, in_channels=8, num_layers=2, attention_head_dim=8, num_attention_heads=2,
        num_key_value_attention_heads=1, out_channels=8, cross_attention_dim=16,
        time_proj_dim=16, global_states_input_dim=32, cross_attention_input_dim=16,
    )  # fmt: skip
    projection = StableAudioProjectionModel(
        text_encoder_dim=32, conditioning_dim=16, min_value=0, max_value=60
    )
    _save(
        StableAudioPipeline(
            vae=_oobleck(8, 4_410, [4, 5, 7, 7], 100.0), text_encoder=words.t5_encoder(),
            projection_model=shaken(projection), tokenizer=words.t5_tokenizer(),
            transformer=shaken(transformer), scheduler=EDMDPMSolverMultistepScheduler(),
        ),
        folder,
    )  # fmt: skip


def _oobleck(channels: int, rate_hz: int, ratios: list[int], louder: float) -> Any:
    with without_old_ways():
        vae: Any = AutoencoderOobleck(
            encoder_hidden_size=4, downsampling_ratios=ratios, channel_multiples=[1, 2, 2, 4],
            decoder_channels=4, decoder_input_channels=channels, audio_channels=2,
            sampling_rate=rate_hz,
        )  # fmt: skip
    shaken(vae)
    with torch.no_grad():  # as they are drawn, it would be far below what can be heard
        vae.decoder.conv2.weight_g.mul_(louder)
    return vae


def _save(pipeline: Any, folder: Path) -> None:
    pipeline.save_pretrained(folder, safe_serialization=True)
