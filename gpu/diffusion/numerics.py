"""Everything outside a brief that moves bits: set once for the process, and put on record."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from diffusers.utils import logging as diffusers_logging
from torch.nn.attention import SDPBackend
from transformers.utils import logging as transformers_logging

from gpu.card import driver as card_driver

CUBLAS = ":4096:8"


def settle() -> torch.device:
    """Set what makes results repeatable; returns the device that work is done on.

    On a CPU one thread: results there depend on the number of threads.
    """
    for library in (diffusers_logging, transformers_logging):
        library.disable_progress_bar()
        library.set_verbosity_error()
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", CUBLAS)
    _allow_tf32(False)
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.deterministic = True
    torch.set_grad_enabled(False)
    if torch.cuda.is_available():
        return torch.device("cuda")
    torch.set_num_threads(1)
    return torch.device("cpu")


@contextmanager
def precision(*, tf32: bool) -> Iterator[None]:
    """While it lasts, float32 on a card is multiplied in TF32, or exactly."""
    _allow_tf32(tf32)
    try:
        yield
    finally:
        _allow_tf32(False)


def _allow_tf32(allowed: bool) -> None:
    torch.backends.cuda.matmul.allow_tf32 = allowed
    torch.backends.cudnn.allow_tf32 = allowed


@contextmanager
def without_old_ways() -> Iterator[None]:
    """Models of sound are written in an older way of torch; that is for their authors to mend."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "`torch.nn.utils.weight_norm`", FutureWarning)
        yield


def record(device: torch.device) -> dict[str, Any]:
    """Device and numerics as they are now, for the environment of a result."""
    return {"device": _device(device), "numerics": _numerics(device)}


def _device(device: torch.device) -> dict[str, Any]:
    if device.type != "cuda":
        return {"type": device.type, "capability": torch.backends.cpu.get_cpu_capability()}
    card = torch.cuda.get_device_properties(device)
    return {
        "type": device.type,
        "name": card.name,
        "capability": f"{card.major}.{card.minor}",
        "multiprocessors": card.multi_processor_count,
        "memory_gib": round(card.total_memory / 2**30, 1),
        "cuda": torch.version.cuda,
        "cudnn": torch.backends.cudnn.version(),
        "driver": card_driver(),
    }


def _numerics(device: torch.device) -> dict[str, Any]:
    found: dict[str, Any] = {
        "matmul_precision": torch.get_float32_matmul_precision(),
        "noise_generator": "cpu",
        "deterministic_algorithms": torch.are_deterministic_algorithms_enabled(),
        "attention": _attention(device),
    }
    if device.type == "cpu":
        return found | {"threads": torch.get_num_threads()}
    return found | {
        "cublas_workspace": os.environ.get("CUBLAS_WORKSPACE_CONFIG", ""),
        "cudnn_deterministic": torch.backends.cudnn.deterministic,
        "cudnn_benchmark": torch.backends.cudnn.benchmark,
        "tf32": torch.backends.cuda.matmul.allow_tf32,
        "bf16_reduced": torch.backends.cuda.matmul.allow_bf16_reduced_precision_reduction,
        "fp16_reduced": torch.backends.cuda.matmul.allow_fp16_reduced_precision_reduction,
    }


def _attention(device: torch.device) -> dict[str, Any]:
    """Which kernels scaled_dot_product_attention may take, and which one it does take."""
    on = torch.backends.cuda
    kernels = {
        SDPBackend.CUDNN_ATTENTION: ("cuDNN", on.cudnn_sdp_enabled()),
        SDPBackend.FLASH_ATTENTION: ("flash", on.flash_sdp_enabled()),
        SDPBackend.EFFICIENT_ATTENTION: ("efficient", on.mem_efficient_sdp_enabled()),
        SDPBackend.MATH: ("math", on.math_sdp_enabled()),
    }
    dtype = torch.float32 if device.type == "cpu" else torch.float16
    query = torch.zeros(1, 2, 256, 64, device=device, dtype=dtype)
    choice = torch._fused_sdp_choice(query, query, query)
    names = {int(one.value): name for one, (name, _) in kernels.items()}
    enabled = sorted(name for name, is_on in kernels.values() if is_on)
    return {"enabled": enabled, "picked": names.get(choice, str(choice))}
