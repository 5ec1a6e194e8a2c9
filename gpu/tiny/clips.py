"""Tiny image-to-video pipelines."""

from pathlib import Path
from typing import Any

from diffusers import (
    AutoencoderKLCogVideoX,
    AutoencoderKLLTXVideo,
    AutoencoderKLWan,
    CogVideoXDDIMScheduler,
    CogVideoXImageToVideoPipeline,
    CogVideoXTransformer3DModel,
    FlowMatchEulerDiscreteScheduler,
    LTXImageToVideoPipeline,
    LTXVideoTransformer3DModel,
    UniPCMultistepScheduler,
    WanImageToVideoPipeline,
    WanTransformer3DModel,
)

from gpu.tiny import words
from gpu.tiny.words import shaken


def wan22(folder: Path) -> None:
    """Wan 2.2 A14B: two experts, one for the noisy steps and one for the rest."""
    vae = AutoencoderKLWan(
        base_dim=4, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1,
        temperal_downsample=[False, True, True],
    )  # fmt: skip
    _save(
        WanImageToVideoPipeline(
            vae=shaken(vae), text_encoder=words.t5_encoder("umt5"), tokenizer=words.t5_tokenizer(),
            scheduler=_unipc(), transformer=_wan(36, 16), transformer_2=_wan(36, 16),
            image_encoder=None, image_processor=None, boundary_ratio=0.9,
        ),
        folder,
    )  # fmt: skip


def wan22_5b(folder: Path) -> None:
    """Wan 2.2 5B: one transformer, a time step for each token, a VAE that packs more."""
    vae = AutoencoderKLWan(
        base_dim=4, z_dim=48, in_channels=12, out_channels=12, is_residual=True, patch_size=2,
        latents_mean=[0.0] * 48, latents_std=[1.0] * 48, dim_mult=[1, 1, 1, 1], num_res_blocks=1,
        scale_factor_spatial=16, scale_factor_temporal=4, temperal_downsample=[False, True, True],
    )  # fmt: skip
    _save(
        WanImageToVideoPipeline(
            vae=shaken(vae), text_encoder=words.t5_encoder("umt5"), tokenizer=words.t5_tokenizer(),
            scheduler=_unipc(), transformer=_wan(48, 48), transformer_2=None,
            image_encoder=None, image_processor=None, boundary_ratio=None, expand_timesteps=True,
        ),
        folder,
    )  # fmt: skip


def ltx(folder: Path) -> None:
    """LTX-Video: a transformer over a VAE that packs 32 × 32 × 8."""
    transformer = LTXVideoTransformer3DModel(
        in_channels=8, out_channels=8, patch_size=1, patch_size_t=1, num_attention_heads=4,
        attention_head_dim=8, cross_attention_dim=32, num_layers=1, caption_channels=32,
    )  # fmt: skip
    vae = AutoencoderKLLTXVideo(
        in_channels=3, out_channels=3, latent_channels=8, block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 8, 8, 8), layers_per_block=(1, 1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1, 1),
        spatio_temporal_scaling=(True, True, False, False),
        decoder_spatio_temporal_scaling=(True, True, False, False),
        decoder_inject_noise=(False, False, False, False, False),
        upsample_residual=(False, False, False, False), upsample_factor=(1, 1, 1, 1),
        timestep_conditioning=False, patch_size=1, patch_size_t=1, encoder_causal=True,
        decoder_causal=False,
    )  # fmt: skip
    vae.use_framewise_encoding = False
    vae.use_framewise_decoding = False
    _save(
        LTXImageToVideoPipeline(
            scheduler=FlowMatchEulerDiscreteScheduler(), vae=shaken(vae),
            text_encoder=words.t5_encoder(), tokenizer=words.t5_tokenizer(),
            transformer=shaken(transformer),
        ),
        folder,
    )  # fmt: skip


def cogvideox(folder: Path) -> None:
    """CogVideoX 1.0 image-to-video."""
    transformer = CogVideoXTransformer3DModel(
        num_attention_heads=2, attention_head_dim=16, in_channels=8, out_channels=4,
        time_embed_dim=2, text_embed_dim=32, num_layers=1, sample_width=8, sample_height=8,
        sample_frames=5, patch_size=2, temporal_compression_ratio=4, max_text_seq_length=16,
        use_rotary_positional_embeddings=True, use_learned_positional_embeddings=False,
    )  # fmt: skip
    vae = AutoencoderKLCogVideoX(
        in_channels=3, out_channels=3, latent_channels=4, block_out_channels=(8, 8, 8, 8),
        layers_per_block=1, norm_num_groups=2, temporal_compression_ratio=4, sample_height=64,
        sample_width=64, down_block_types=("CogVideoXDownBlock3D",) * 4,
        up_block_types=("CogVideoXUpBlock3D",) * 4,
    )  # fmt: skip
    _save(
        CogVideoXImageToVideoPipeline(
            scheduler=CogVideoXDDIMScheduler(), vae=shaken(vae), text_encoder=words.t5_encoder(),
            tokenizer=words.t5_tokenizer(), transformer=shaken(transformer),
        ),
        folder,
    )  # fmt: skip


def _wan(channels_in: int, channels_out: int) -> Any:
    return shaken(
        WanTransformer3DModel(
            patch_size=(1, 2, 2), num_attention_heads=2, attention_head_dim=12,
            in_channels=channels_in, out_channels=channels_out, text_dim=32, freq_dim=256,
            ffn_dim=32, num_layers=2, cross_attn_norm=True, qk_norm="rms_norm_across_heads",
            rope_max_seq_len=32,
        )
    )  # fmt: skip


def _unipc() -> Any:
    return UniPCMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, num_train_timesteps=1000,
        flow_shift=3.0,
    )  # fmt: skip


def _save(pipeline: Any, folder: Path) -> None:
    pipeline.save_pretrained(folder, safe_serialization=True)
