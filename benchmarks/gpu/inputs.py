"""What one forward of each denoiser takes at a shape: empty tensors on the meta device."""

from collections.abc import Callable
from typing import Any

import torch

from benchmarks.gpu.models import Packing, Shape

Inputs = dict[str, Any]


def empty(*sizes: int) -> torch.Tensor:
    """A tensor that has a shape and nothing else."""
    return torch.empty(sizes, device="meta")


def _unet(config: Any, packing: Packing, shape: Shape, batch: int) -> Inputs:
    _, rows, columns = packing.grid(shape)
    pooled = config.projection_class_embeddings_input_dim - 6 * config.addition_time_embed_dim
    return {
        "sample": empty(batch, config.in_channels, rows, columns),
        "timestep": empty(1),
        "encoder_hidden_states": empty(batch, shape.tokens, config.cross_attention_dim),
        "added_cond_kwargs": {"text_embeds": empty(batch, pooled), "time_ids": empty(batch, 6)},
    }


def _flux(config: Any, packing: Packing, shape: Shape, batch: int) -> Inputs:
    _, rows, columns = packing.grid(shape)
    pixels = rows * columns // 4
    return {
        "hidden_states": empty(batch, pixels, config.in_channels),
        "encoder_hidden_states": empty(batch, shape.tokens, config.joint_attention_dim),
        "pooled_projections": empty(batch, config.pooled_projection_dim),
        "timestep": empty(batch),
        "img_ids": empty(pixels, 3),
        "txt_ids": empty(shape.tokens, 3),
        "guidance": empty(batch) if config.guidance_embeds else None,
    }


def _flux2(config: Any, packing: Packing, shape: Shape, batch: int) -> Inputs:
    _, rows, columns = packing.grid(shape)
    pixels = rows * columns // 4
    return {
        "hidden_states": empty(batch, pixels, config.in_channels),
        "encoder_hidden_states": empty(batch, shape.tokens, config.joint_attention_dim),
        "timestep": empty(batch),
        "img_ids": empty(batch, pixels, 4),
        "txt_ids": empty(batch, shape.tokens, 4),
        "guidance": empty(batch) if config.guidance_embeds else None,
    }


def _z_image(config: Any, packing: Packing, shape: Shape, batch: int) -> Inputs:
    _, rows, columns = packing.grid(shape)
    return {
        "x": [empty(config.in_channels, 1, rows, columns)] * batch,
        "t": empty(batch),
        "cap_feats": [empty(shape.tokens, config.cap_feat_dim)] * batch,
    }


def _qwen_image(config: Any, packing: Packing, shape: Shape, batch: int) -> Inputs:
    _, rows, columns = packing.grid(shape)
    return {
        "hidden_states": empty(batch, rows * columns // 4, config.in_channels),
        "encoder_hidden_states": empty(batch, shape.tokens, config.joint_attention_dim),
        "timestep": empty(batch),
        "img_shapes": [[(1, rows // 2, columns // 2)]] * batch,
    }


def _wan(config: Any, packing: Packing, shape: Shape, batch: int) -> Inputs:
    """Wan 2.2 5B, whose VAE packs 16 × 16, has a time step for each token."""
    frames, rows, columns = packing.grid(shape)
    tokens = frames * (rows // 2) * (columns // 2)
    return {
        "hidden_states": empty(batch, config.in_channels, frames, rows, columns),
        "timestep": empty(batch, tokens) if packing.side == 16 else empty(batch),
        "encoder_hidden_states": empty(batch, shape.tokens, config.text_dim),
    }


def _ltx(config: Any, packing: Packing, shape: Shape, batch: int) -> Inputs:
    """Of a clip from a picture: a time step for each token."""
    frames, rows, columns = packing.grid(shape)
    return {
        "hidden_states": empty(batch, frames * rows * columns, config.in_channels),
        "encoder_hidden_states": empty(batch, shape.tokens, config.caption_channels),
        "timestep": empty(batch, frames * rows * columns),
        "encoder_attention_mask": empty(batch, shape.tokens),
        "num_frames": frames,
        "height": rows,
        "width": columns,
    }


def _ltx2(config: Any, packing: Packing, shape: Shape, batch: int) -> Inputs:
    """Clip and sound at once: 25 latents of sound a second, the clip at 24 frames a second."""
    frames, rows, columns = packing.grid(shape)
    sound = round(shape.frames / 24 * 25)
    text = (batch, shape.tokens, config.caption_channels)
    return {
        "hidden_states": empty(batch, frames * rows * columns, config.in_channels),
        "audio_hidden_states": empty(batch, sound, config.audio_in_channels),
        "encoder_hidden_states": empty(*text),
        "audio_encoder_hidden_states": empty(*text),
        "timestep": empty(batch, frames * rows * columns),
        "audio_timestep": empty(batch, sound),
        "encoder_attention_mask": empty(batch, shape.tokens),
        "audio_encoder_attention_mask": empty(batch, shape.tokens),
        "num_frames": frames,
        "height": rows,
        "width": columns,
        "audio_num_frames": sound,
    }


def _cogvideox(config: Any, packing: Packing, shape: Shape, batch: int) -> Inputs:
    frames, rows, columns = packing.grid(shape)
    places = frames * rows * columns // config.patch_size**2
    turns = empty(places, config.attention_head_dim)
    return {
        "hidden_states": empty(batch, frames, config.in_channels, rows, columns),
        "encoder_hidden_states": empty(batch, shape.tokens, config.text_embed_dim),
        "timestep": empty(batch),
        "image_rotary_emb": (turns, turns) if config.use_rotary_positional_embeddings else None,
    }


def _ace_step(config: Any, packing: Packing, shape: Shape, batch: int) -> Inputs:
    latents, channels = packing.track(shape), config.audio_acoustic_hidden_dim
    width = config.encoder_hidden_size or config.hidden_size
    return {
        "hidden_states": empty(batch, latents, channels),
        "timestep": empty(batch),
        "timestep_r": empty(batch),
        "encoder_hidden_states": empty(batch, shape.tokens, width),
        "context_latents": empty(batch, latents, config.in_channels - channels),
        "return_dict": False,
    }


def _stable_audio(config: Any, packing: Packing, shape: Shape, batch: int) -> Inputs:
    """All of its latents, however short the music is to be; one more stands for its length."""
    latents = packing.track(shape)
    turns = empty(latents + 1, config.attention_head_dim // 2)
    return {
        "hidden_states": empty(batch, config.in_channels, latents),
        "timestep": empty(1),
        "encoder_hidden_states": empty(batch, shape.tokens, config.cross_attention_input_dim),
        "global_hidden_states": empty(batch, 1, config.global_states_input_dim),
        "rotary_embedding": (turns, turns),
        "return_dict": False,
    }


OF_DENOISER: dict[str, Callable[[Any, Packing, Shape, int], Inputs]] = {
    "UNet2DConditionModel": _unet,
    "FluxTransformer2DModel": _flux,
    "Flux2Transformer2DModel": _flux2,
    "ZImageTransformer2DModel": _z_image,
    "QwenImageTransformer2DModel": _qwen_image,
    "WanTransformer3DModel": _wan,
    "LTXVideoTransformer3DModel": _ltx,
    "LTX2VideoTransformer3DModel": _ltx2,
    "CogVideoXTransformer3DModel": _cogvideox,
    "AceStepTransformer1DModel": _ace_step,
    "StableAudioDiTModel": _stable_audio,
}
