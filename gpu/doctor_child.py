"""What torch sees of this machine, as JSON on stdout. A program of its own: a broken driver or
library ends this process and no other. Imports nothing of reelog.
"""

import json
import re
from pathlib import Path
from typing import Any

_LIBRARIES = re.compile(r"/\S*/(lib(?:cudnn|cublas)\.so[\d.]*)$", re.MULTILINE)


def look() -> dict[str, Any]:
    """Versions, the card and its memory, number formats, and attention as it really runs."""
    import torch

    found: dict[str, Any] = {
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "rocm": torch.version.hip,
        "mps": torch.backends.mps.is_available(),
        "threads": torch.get_num_threads(),
    }
    if not torch.cuda.is_available():
        attention = _attention("cpu", torch.float32)
        return found | {"card": None, "why": _why_no_card(), "attention": attention}
    free, total = torch.cuda.mem_get_info()
    card = torch.cuda.get_device_properties(0)
    bf16 = torch.cuda.is_bf16_supported(including_emulation=False)
    return found | {
        "card": card.name,
        "cards": torch.cuda.device_count(),
        "capability": [card.major, card.minor],
        "memory_bytes": total,
        "free_bytes": free,
        "cudnn": torch.backends.cudnn.version(),
        "bf16": bf16,
        "attention": _attention("cuda", torch.bfloat16 if bf16 else torch.float16),
        "loaded": _loaded(),
    }


def _why_no_card() -> str:
    """Why a torch that is built for cards sees none; empty for a torch that is not."""
    import torch

    if not (torch.version.cuda or torch.version.hip):
        return ""
    try:
        torch.cuda.init()
    except (RuntimeError, AssertionError) as error:
        return str(error).strip().splitlines()[0]
    return "it sees no card"


def _attention(device: str, dtype: Any) -> dict[str, Any]:
    """The backends of scaled dot product attention that run here, and the one that is picked."""
    import torch
    from torch.nn.attention import SDPBackend, sdpa_kernel

    names = {
        SDPBackend.CUDNN_ATTENTION: "cuDNN",
        SDPBackend.FLASH_ATTENTION: "flash",
        SDPBackend.EFFICIENT_ATTENTION: "efficient",
        SDPBackend.MATH: "math",
    }
    query = torch.randn(1, 2, 256, 64, device=device, dtype=dtype)
    works = []
    for backend, name in names.items():
        try:
            with sdpa_kernel(backend):
                torch.nn.functional.scaled_dot_product_attention(query, query, query)
            if device == "cuda":
                torch.cuda.synchronize()
        except RuntimeError:
            continue
        works.append(name)
    # What scaled_dot_product_attention itself asks before each call.
    choice = getattr(torch, "_fused_sdp_choice", None)
    picked = choice(query, query, query) if choice else -1
    return {"works": works, "picked": {int(one.value): n for one, n in names.items()}.get(picked)}


def _loaded() -> list[str]:
    """Where the libraries that attention and matrix products run on were really loaded from."""
    try:
        maps = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return sorted({match[0] for match in _LIBRARIES.finditer(maps)})


if __name__ == "__main__":
    print(json.dumps(look()))
