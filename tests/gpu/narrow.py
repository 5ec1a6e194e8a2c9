"""Published configurations with most of their weights taken away: the same paths, on any CPU."""

from typing import Any

from benchmarks.gpu import models

NARROW: dict[str, dict[str, Any]] = {
    "sdxl-unet": {
        "block_out_channels": [32, 32, 64], "attention_head_dim": [2, 2, 4],
        "transformer_layers_per_block": [1, 1, 1],
    },
    "flux-dev": {"num_layers": 1, "num_single_layers": 1, "num_attention_heads": 2},
    "flux2-klein-4b": {"num_layers": 1, "num_single_layers": 1, "num_attention_heads": 2},
    "z-image": {"n_layers": 1, "n_refiner_layers": 1, "dim": 256, "n_heads": 2, "n_kv_heads": 2},
    "qwen-image": {"num_layers": 1, "num_attention_heads": 2},
    "wan-14b-i2v": {"num_layers": 1, "num_attention_heads": 2, "ffn_dim": 64},
    "wan-5b": {"num_layers": 1, "num_attention_heads": 2, "ffn_dim": 64},
    "ltx-2b": {"num_layers": 1, "num_attention_heads": 2, "cross_attention_dim": 128},
    "cogvideox-5b": {
        "num_layers": 1, "num_attention_heads": 2, "sample_width": 12, "sample_height": 8,
        "sample_frames": 9,  # the places that it learnt
    },
    "sdxl-vae": {"block_out_channels": [32] * 4, "layers_per_block": 1},
    "flux-vae": {"block_out_channels": [32] * 4, "layers_per_block": 1},
    "flux2-vae": {"block_out_channels": [32] * 4, "layers_per_block": 1},
    "qwen-image-vae": {"base_dim": 8, "num_res_blocks": 1},
    "wan-vae": {"base_dim": 8, "num_res_blocks": 1},
    "wan-5b-vae": {"base_dim": 8, "decoder_base_dim": 8, "num_res_blocks": 1},
    "ltx-vae": {
        "block_out_channels": [16] * 4, "decoder_block_out_channels": [16] * 4,
        "layers_per_block": [1] * 5, "decoder_layers_per_block": [1] * 5,
    },
    "cogvideox-vae": {"block_out_channels": [32] * 4, "layers_per_block": 1},
    "clip-l": {"num_hidden_layers": 1, "intermediate_size": 64, "vocab_size": 300},
    "clip-g": {"num_hidden_layers": 1, "intermediate_size": 64, "vocab_size": 300},
    "t5-xxl": {"num_layers": 1, "d_ff": 64, "vocab_size": 300, "num_heads": 2},
}  # fmt: skip


def narrow(name: str) -> dict[str, Any]:
    """A published configuration, made narrow and shallow."""
    return models.config(name) | NARROW.get(name, {})
