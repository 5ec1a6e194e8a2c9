"""Tiny image pipelines."""

from pathlib import Path
from typing import Any

from diffusers import (
    AutoencoderKL,
    AutoencoderKLFlux2,
    AutoencoderKLQwenImage,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    Flux2KleinPipeline,
    Flux2Transformer2DModel,
    FluxKontextPipeline,
    FluxPipeline,
    FluxTransformer2DModel,
    QwenImagePipeline,
    QwenImageTransformer2DModel,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
    ZImagePipeline,
    ZImageTransformer2DModel,
)
from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

from gpu.tiny import words
from gpu.tiny.words import shaken


def sdxl(folder: Path) -> None:
    """Stable Diffusion XL: a UNet, two CLIP encoders."""
    unet = UNet2DConditionModel(
        sample_size=16, in_channels=4, out_channels=4, block_out_channels=(4, 8),
        layers_per_block=1, down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"), attention_head_dim=(2, 4),
        use_linear_projection=True, addition_embed_type="text_time", addition_time_embed_dim=8,
        transformer_layers_per_block=(1, 1), projection_class_embeddings_input_dim=80,
        cross_attention_dim=64, norm_num_groups=1,
    )  # fmt: skip
    _save(
        StableDiffusionXLPipeline(
            vae=_kl(4), text_encoder=words.clip_encoder(), text_encoder_2=words.clip_encoder(True),
            tokenizer=words.clip_tokenizer(), tokenizer_2=words.clip_tokenizer(),
            unet=shaken(unet),
            scheduler=EulerDiscreteScheduler(
                beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear",
                timestep_spacing="leading", steps_offset=1,
            ),
        ),
        folder,
    )  # fmt: skip


def zimage(folder: Path) -> None:
    """Z-Image: one stream of image and text tokens, a Qwen3 encoder."""
    transformer = ZImageTransformer2DModel(
        all_patch_size=(2,), all_f_patch_size=(1,), in_channels=16, dim=32, n_layers=2,
        n_refiner_layers=1, n_heads=2, n_kv_heads=2, norm_eps=1e-5, qk_norm=True, cap_feat_dim=16,
        rope_theta=256.0, t_scale=1000.0, axes_dims=[8, 4, 4], axes_lens=[512, 64, 64],
    )  # fmt: skip
    _save(
        ZImagePipeline(
            scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0), vae=_kl(16),
            text_encoder=words.qwen3_encoder(16), tokenizer=words.qwen_tokenizer(),
            transformer=shaken(transformer),
        ),
        folder,
    )  # fmt: skip


def flux(folder: Path) -> None:
    """FLUX.1: two streams that join, CLIP and T5 encoders."""
    _flux(FluxPipeline, folder, _kl(4))


def flux_kontext(folder: Path) -> None:
    """FLUX.1 Kontext: the same, with the tokens of a picture beside."""
    # Its pipeline makes every picture a megapixel: blocks of 16 pixels keep that quick.
    _flux(FluxKontextPipeline, folder, _kl(4, halvings=3))


def _flux(kind: Any, folder: Path, vae: Any) -> None:
    transformer = FluxTransformer2DModel(
        patch_size=1, in_channels=16, num_layers=1, num_single_layers=1, attention_head_dim=16,
        num_attention_heads=2, joint_attention_dim=32, pooled_projection_dim=32,
        axes_dims_rope=[4, 4, 8], guidance_embeds=True,
    )  # fmt: skip
    _save(
        kind(
            scheduler=FlowMatchEulerDiscreteScheduler(), vae=vae,
            text_encoder=words.clip_encoder(), tokenizer=words.clip_tokenizer(),
            text_encoder_2=words.t5_encoder(), tokenizer_2=words.t5_tokenizer(),
            transformer=shaken(transformer),
        ),
        folder,
    )  # fmt: skip


def flux2_klein(folder: Path) -> None:
    """FLUX.2 klein: two streams that join, three layers of a Qwen3 as text."""
    transformer = Flux2Transformer2DModel(
        patch_size=1, in_channels=16, num_layers=1, num_single_layers=1, attention_head_dim=16,
        num_attention_heads=2, joint_attention_dim=48, timestep_guidance_channels=32,
        axes_dims_rope=(4, 4, 4, 4), guidance_embeds=False,
    )  # fmt: skip
    vae = AutoencoderKLFlux2(
        latent_channels=4, block_out_channels=(8, 8), layers_per_block=1, norm_num_groups=4,
        sample_size=32, down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
    )  # fmt: skip
    _save(
        Flux2KleinPipeline(
            scheduler=FlowMatchEulerDiscreteScheduler(), vae=shaken(vae),
            text_encoder=words.qwen3_encoder(16, layers=28, writes=True),
            tokenizer=words.qwen_tokenizer(), transformer=shaken(transformer), is_distilled=True,
        ),
        folder,
    )  # fmt: skip


def qwen_image(folder: Path) -> None:
    """Qwen-Image: two streams, a Qwen2.5-VL encoder."""
    transformer = QwenImageTransformer2DModel(
        patch_size=2, in_channels=16, out_channels=4, num_layers=1, attention_head_dim=16,
        num_attention_heads=2, joint_attention_dim=16, axes_dims_rope=(4, 6, 6),
    )  # fmt: skip
    vae = AutoencoderKLQwenImage(
        base_dim=4, z_dim=4, dim_mult=[1, 2, 4], num_res_blocks=1,
        temperal_downsample=[False, True], latents_mean=[0.0] * 4, latents_std=[1.0] * 4,
    )  # fmt: skip
    rope = {"type": "mrope", "mrope_section": [2, 1, 1], "rope_type": "default", "rope_theta": 1e6}
    config = Qwen2_5_VLConfig(
        text_config={
            "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 2,
            "num_attention_heads": 2, "num_key_value_heads": 2, "rope_parameters": rope,
            "vocab_size": 300,
        },
        vision_config={
            "depth": 1, "hidden_size": 16, "intermediate_size": 16, "num_heads": 2,
            "out_hidden_size": 16,
        },
        vocab_size=300,
    )  # fmt: skip
    _save(
        QwenImagePipeline(
            scheduler=FlowMatchEulerDiscreteScheduler(), vae=shaken(vae),
            text_encoder=shaken(Qwen2_5_VLForConditionalGeneration(config)),
            tokenizer=words.qwen_tokenizer(), transformer=shaken(transformer),
        ),
        folder,
    )  # fmt: skip


def _kl(channels: int, halvings: int = 1) -> Any:
    blocks = halvings + 1
    return shaken(
        AutoencoderKL(
            in_channels=3, out_channels=3, latent_channels=channels,
            block_out_channels=(8,) * blocks,
            layers_per_block=1, norm_num_groups=4, sample_size=32,
            down_block_types=("DownEncoderBlock2D",) * blocks,
            up_block_types=("UpDecoderBlock2D",) * blocks,
            use_quant_conv=channels == 4, use_post_quant_conv=channels == 4,
            shift_factor=0.0, scaling_factor=0.5,
        )
    )  # fmt: skip


def _save(pipeline: Any, folder: Path) -> None:
    pipeline.save_pretrained(folder, safe_serialization=True)
