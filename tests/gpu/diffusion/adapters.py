"""A tiny IP-Adapter for the tiny SDXL, as its publishers save one: a file and an image encoder."""

from pathlib import Path

import diffusers
import torch
from safetensors.torch import save_file
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

from gpu.diffusion import weights
from gpu.tiny.words import shaken

TOKENS, WIDTH = 4, 24


def saved(folder: Path) -> str:
    """Save both; the profile's line for them."""
    config = CLIPVisionConfig(
        hidden_size=16, intermediate_size=16, projection_dim=WIDTH, num_hidden_layers=2,
        num_attention_heads=2, image_size=32, patch_size=8,
    )  # fmt: skip
    shaken(CLIPVisionModelWithProjection(config)).save_pretrained(folder / "image_encoder")
    save_file(_weights(), folder / "ip-adapter.safetensors")
    return 'ip_adapter = {file = "ip-adapter.safetensors", encoder = "image_encoder", scale = 0.8}'


def _weights() -> dict[str, torch.Tensor]:
    unet = diffusers.UNet2DConditionModel.from_pretrained(weights.locate("tiny:sdxl") / "unet")
    generator = torch.Generator().manual_seed(1)
    across = unet.config.cross_attention_dim

    def noise(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator)

    tensors = {
        "image_proj.proj.weight": noise(across * TOKENS, WIDTH),
        "image_proj.proj.bias": noise(across * TOKENS),
        "image_proj.norm.weight": torch.ones(across),
        "image_proj.norm.bias": torch.zeros(across),
    }
    for at, name in enumerate(unet.attn_processors):
        if name.endswith("attn2.processor"):
            attention = unet.get_submodule(name.removesuffix(".processor"))
            for part in ("to_k_ip", "to_v_ip"):
                shape = attention.inner_dim, across
                tensors[f"ip_adapter.{at}.{part}.weight"] = noise(*shape)
    return tensors
