"""The head of a safetensors file, checked before any library reads it. Light: no torch, no numpy.

The format's own library takes keys that stand twice and names that lead out of a folder.
"""

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gpu.errors import BriefRefused

HEAD_BYTES_MAX = 16 << 20
_LENGTH_BYTES = 8
_SIZES = {
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1, "F8_E8M0": 1, "I16": 2, "U16": 2,
    "F16": 2, "BF16": 2, "I32": 4, "U32": 4, "F32": 4, "I64": 8, "U64": 8, "F64": 8, "C64": 8,
}  # fmt: skip
_EXPONENTS = {"F16": 0x7C00, "BF16": 0x7F80, "F32": 0x7F80_0000, "F64": 0x7FF0_0000_0000_0000}
_NAME = re.compile(r"[^\x00-\x1f\x7f/\\]{1,500}")
_BLOCK_BYTES = 1 << 20


def check(file: Path, where: str = "") -> dict[str, Any]:
    """The tensors that a file says it has. Raises BriefRefused where it is not what it says."""
    said = f"{where}: {file}" if where else str(file)
    head, data_bytes = _head(file, said)
    try:
        tensors = json.loads(head, object_pairs_hook=_once)
        spans = sorted(_span(name, one) for name, one in tensors.items() if name != "__metadata__")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BriefRefused(f"{said} is no sound safetensors: {error}") from None
    at = 0
    for begin, end, name in spans:
        if begin != at:
            raise BriefRefused(f"{said} is no sound safetensors: {name!r} begins at {begin}")
        at = end
    if at != data_bytes:
        raise BriefRefused(f"{said} is no sound safetensors: it holds {data_bytes} bytes, not {at}")
    tensors.pop("__metadata__", None)
    return dict(tensors)


def _head(file: Path, said: str) -> tuple[bytes, int]:
    """The head as bytes, and how many bytes of numbers follow."""
    size = file.stat().st_size
    with file.open("rb") as opened:
        begin = opened.read(_LENGTH_BYTES)
        length = int.from_bytes(begin, "little")
        too_short = len(begin) < _LENGTH_BYTES or length > size - _LENGTH_BYTES
        if not too_short and length > HEAD_BYTES_MAX:
            raise BriefRefused(f"{said} has a head of {length / 1e6:.0f} MB, which no model needs")
        head = b"" if too_short else opened.read(length)
    if not head.startswith(b"{"):
        raise BriefRefused(f"{said} is no safetensors, whatever its name says")
    return head, size - _LENGTH_BYTES - length


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name[:80]!r} stands there twice")
        found[name] = value
    return found


def _span(name: str, tensor: Any) -> tuple[int, int, str]:
    """Where a tensor's numbers stand. Raises ValueError, KeyError, TypeError."""
    if not _NAME.fullmatch(name) or ".." in name.split("."):
        raise ValueError(f"{name[:80]!r} is no name of a tensor")
    begin, end = tensor["data_offsets"]
    shape, kind = tensor["shape"], tensor["dtype"]
    numbers = (begin, end, *shape)
    if any(type(number) is not int or not 0 <= number < 1 << 62 for number in numbers):
        raise ValueError(f"{name!r} has no sound shape or place")
    size = _SIZES.get(kind)
    if end < begin or (size is not None and math.prod(shape) * size != end - begin):
        raise ValueError(f"{name!r} has {end - begin} bytes for the shape {shape[:8]} of {kind}")
    return begin, end, name


def refuse_no_numbers(file: Path) -> None:
    """Raises BriefRefused where a number is none (NaN, infinity); reads the whole file."""
    tensors = check(file)
    with file.open("rb") as opened:
        first = _LENGTH_BYTES + int.from_bytes(opened.read(_LENGTH_BYTES), "little")
        for name, tensor in tensors.items():
            if tensor["dtype"] in _EXPONENTS:
                begin, end = tensor["data_offsets"]
                opened.seek(first + begin)
                if not _all_finite(opened.read, end - begin, tensor["dtype"]):
                    raise BriefRefused(f"{file}: {name!r} holds numbers that are none (NaN)")


def _all_finite(read: Callable[[int], bytes], count: int, kind: str) -> bool:
    """A number is none where all bits of its exponent are set."""
    import numpy as np

    exponent = _EXPONENTS[kind]
    while block := read(min(count, _BLOCK_BYTES)):
        count -= len(block)
        numbers = np.frombuffer(block, f"<u{_SIZES[kind]}")
        if ((numbers & exponent) == exponent).any():
            return False
    return True
