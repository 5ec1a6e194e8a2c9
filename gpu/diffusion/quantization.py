"""What denoises, held in fewer bits than it computes in: less room, other pictures."""

import re
from collections.abc import Iterator
from typing import Any

import torch
from diffusers.hooks.layerwise_casting import DEFAULT_SKIP_MODULES_PATTERN

from gpu.diffusion.nf4 import Nf4Linear

_LORAS = r"(^|\.)lora_"


def hold(denoiser: Any, quantization: str) -> None:
    """Hold a denoiser's layers in `fp8` or `nf4`; they compute in the number format they had.

    Norms, embeddings, LoRAs and what a model names itself stay as they are, for both alike. What is
    no linear layer has no 4 bits and is held in 8, so that 4 always take less room than 8.
    """
    dtype = denoiser.dtype
    if quantization == "nf4":
        for parent, name in list(_linears(denoiser, _left_alone(denoiser))):
            # One by one, each going as its successor comes: the host never holds all of it twice.
            setattr(parent, name, Nf4Linear(getattr(parent, name), dtype))
    if quantization != "none" and not _is_cast(denoiser):
        denoiser.enable_layerwise_casting(
            storage_dtype=torch.float8_e4m3fn,
            compute_dtype=dtype,
            skip_modules_classes=(Nf4Linear,),
        )


def _is_cast(denoiser: torch.nn.Module) -> bool:
    hooks = (getattr(one, "_diffusers_hook", None) for one in denoiser.modules())
    return any(one.get_hook("layerwise_casting") for one in hooks if one is not None)


def _left_alone(denoiser: Any) -> re.Pattern[str]:
    """As enable_layerwise_casting chooses."""
    exact = denoiser._keep_in_fp32_modules or ()
    precise = denoiser._skip_layerwise_casting_patterns or ()
    return re.compile("|".join((*DEFAULT_SKIP_MODULES_PATTERN, *exact, *precise, _LORAS)))


def _linears(
    module: torch.nn.Module, left_alone: re.Pattern[str], prefix: str = ""
) -> Iterator[tuple[torch.nn.Module, str]]:
    """The parent of each, and its name there. Those of other classes compute in their own way."""
    for name, child in module.named_children():
        path = f"{prefix}.{name}" if prefix else name
        if left_alone.search(path):
            continue
        if type(child) is torch.nn.Linear:
            yield module, name
        else:
            yield from _linears(child, left_alone, path)
