"""What torch sees of this machine, as JSON on stdout. A program of its own: a broken driver or
library ends this process and no other.
"""

import importlib.metadata
import json
from typing import Any


def look() -> dict[str, Any]:
    """Versions, the card, its memory, number formats, and attention as it really runs."""
    import torch

    found: dict[str, Any] = {"torch": torch.__version__, "cuda": torch.version.cuda}
    for name in ("diffusers", "transformers"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = None
    if not torch.cuda.is_available():
        return found | {"card": None, "attention": _attention("cpu", torch.float32)}
    free, total = torch.cuda.mem_get_info()
    card = torch.cuda.get_device_properties(0)
    return found | {
        "card": card.name,
        "cards": torch.cuda.device_count(),
        "capability": f"{card.major}.{card.minor}",
        "memory_gib": round(total / 2**30, 1),
        "free_gib": round(free / 2**30, 1),
        "cudnn": torch.backends.cudnn.version(),
        "bf16": torch.cuda.is_bf16_supported(),
        "attention": _attention("cuda", torch.bfloat16),
    }


def _attention(device: str, dtype: Any) -> list[str]:
    """The backends of scaled dot product attention that run here, the preferred one first."""
    import torch
    from torch.nn.attention import SDPBackend, sdpa_kernel

    query = torch.randn(1, 2, 64, 64, device=device, dtype=dtype)
    wanted = {
        "cudnn": SDPBackend.CUDNN_ATTENTION,
        "flash": SDPBackend.FLASH_ATTENTION,
        "efficient": SDPBackend.EFFICIENT_ATTENTION,
        "math": SDPBackend.MATH,
    }
    works = []
    for name, backend in wanted.items():
        try:
            with sdpa_kernel(backend):
                torch.nn.functional.scaled_dot_product_attention(query, query, query)
        except RuntimeError:
            continue
        works.append(name)
    return works


if __name__ == "__main__":
    print(json.dumps(look()))
