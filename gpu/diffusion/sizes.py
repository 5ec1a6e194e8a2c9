"""How much room a model's weights take once they are loaded, from their files' heads alone."""

import json
import math
import re
import struct
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from gpu.diffusion import weights
from gpu.diffusion.families import Family

_BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "F8_E5M2": 1}
_LOADED = {"bf16": 2, "fp16": 2, "fp32": 4}
_NF4_BLOCK = 64
_PRECISE = re.compile(r"norm|(pos|patch)_embed|(^|\.)(t|cap|condition)_embedder|^proj_(in|out)\.")
"""What keeps its number format in a denoiser that is quantized, as diffusers' classes name it."""
_HEAD_BYTES_MAX = 100 << 20


def maker_bytes(
    folder: Path, family: Family, *, dtype: str, variant: str = "", quantization: str = "none"
) -> int:
    """Of the half that makes pictures; 0 for files that cannot be read.

    `dtype`: bf16, fp16 or fp32. `quantization`: none, fp8 or nf4, of what denoises.
    """
    without = set(family.encoders) if family.embeds else set()
    total = 0
    for part in sorted(one for one in folder.iterdir() if one.is_dir()):
        if part.name in without:
            continue
        each = 4 if part.name in family.exact else _LOADED[dtype]
        held_in = quantization if part.name in family.denoisers else "none"
        names = weights.chosen([one.name for one in part.iterdir()], variant)
        heads = _tensors(part, names)
        total += sum(_room(name, head, each, held_in) for name, head in heads)
    return total


def _room(name: str, head: dict[str, Any], each: int, held_in: str) -> int:
    """Of one tensor whose numbers take `each` so many bytes where they are not quantized."""
    begin, end = head["data_offsets"]
    numbers: int = (end - begin) // _BYTES.get(head["dtype"], 1)
    if held_in == "none" or _PRECISE.search(name):
        return numbers * each
    if held_in == "fp8":
        return numbers
    if len(head["shape"]) != 2:
        return numbers * (each if len(head["shape"]) < 2 else 1)
    blocks = math.ceil(numbers / _NF4_BLOCK)
    return blocks * (_NF4_BLOCK // 2 + each)


def _tensors(part: Path, names: Collection[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the heads of files say of each tensor."""
    for name in names:
        with (part / name).open("rb") as file:
            try:
                (length,) = struct.unpack("<Q", file.read(8))
                head = json.loads(file.read(min(length, _HEAD_BYTES_MAX)))
            except (struct.error, ValueError):
                continue
        yield from ((key, one) for key, one in head.items() if key != "__metadata__")
