"""How much room a model's weights take once they are loaded, from their files' heads alone."""

import json
import struct
from collections.abc import Collection, Iterator
from pathlib import Path

from gpu.diffusion import weights
from gpu.diffusion.families import Family

_BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "F8_E5M2": 1}
_LOADED = {"bf16": 2, "fp16": 2, "fp32": 4}
_HEAD_BYTES_MAX = 100 << 20


def maker_bytes(
    folder: Path, family: Family, *, dtype: str, variant: str = "", in_8_bits: bool = False
) -> int:
    """Of the half that makes pictures; 0 for files that cannot be read.

    `dtype`: bf16, fp16 or fp32. `in_8_bits`: what denoises is held in fp8.
    """
    without = set(family.encoders) if family.embeds else set()
    total = 0
    for part in sorted(one for one in folder.iterdir() if one.is_dir()):
        if part.name in without:
            continue
        each = 4 if part.name in family.exact else _LOADED[dtype]
        each = 1 if in_8_bits and part.name in family.denoisers else each
        names = weights.chosen([one.name for one in part.iterdir()], variant)
        total += sum(_numbers(part, names)) * each
    return total


def _numbers(part: Path, names: Collection[str]) -> Iterator[int]:
    """How many numbers each file holds."""
    for name in names:
        with (part / name).open("rb") as file:
            try:
                (length,) = struct.unpack("<Q", file.read(8))
                head = json.loads(file.read(min(length, _HEAD_BYTES_MAX)))
            except (struct.error, ValueError):
                continue
        for key, tensor in head.items():
            if key != "__metadata__":
                begin, end = tensor["data_offsets"]
                yield (end - begin) // _BYTES.get(tensor["dtype"], 1)
