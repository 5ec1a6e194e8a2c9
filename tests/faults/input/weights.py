"""Files of weights that are no sound weights, and workflows and profiles that are none."""

import json
import pickle
import struct
import zipfile
from io import BytesIO
from typing import Any

F32 = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


def file_of(head: Any, data: bytes = bytes(8), length: int | None = None) -> bytes:
    """A safetensors file with any head."""
    raw = head if isinstance(head, bytes) else json.dumps(head).encode()
    return struct.pack("<Q", len(raw) if length is None else length) + raw + data


class Evil:
    """Runs code when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return eval, ("__import__('pathlib').Path('owned').touch()",)


def torch_zip() -> bytes:
    """What torch.save writes: a zip with a pickle in it."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Evil()))
        archive.writestr("archive/version", "3")
    return out.getvalue()


def numbers(*values: float) -> bytes:
    """A file with one tensor of two numbers."""
    return file_of({"a": F32}, struct.pack("<2f", *values))


SOUND = numbers(1.0, -2.5)
WEIGHTS = {
    "nothing": b"",
    "seven bytes": b"\x01\0\0\0\0\0\0",
    "a pickle": pickle.dumps(Evil()),
    "a zip with a pickle": torch_zip(),
    "a head longer than the file": file_of({"a": F32}, length=10_000),
    "a head of 2 to the 63": file_of({"a": F32}, length=2**63),
    "a head that is cut": file_of({"a": F32}, b"", length=20),
    "a list as head": file_of([]),
    "no JSON": file_of(b"{a: 1}"),
    "no UTF-8": file_of(b'{"\xff": 1}'),
    "a deep head": file_of(b'{"a":' * 20_000),
    "a key twice": file_of(b'{"a":' + json.dumps(F32).encode() + b',"a":'
                           + json.dumps(F32).encode() + b"}"),
    "a name that leads out": file_of({"../../a": F32}),
    "a name with a slash": file_of({"/etc/passwd": F32}),
    "a name with a backslash": file_of({"..\\a": F32}),
    "a name with a NUL": file_of({"a\0b": F32}),
    "a name with an escape": file_of({"\x1b[2J": F32}),
    "no name": file_of({"": F32}),
    "a name of a megabyte": file_of({"a" * 1_000_000: F32}),
    "too few numbers": file_of({"a": F32 | {"shape": [9]}}),
    "a shape that overflows": file_of({"a": F32 | {"shape": [2**62, 2**62, 4]}}),
    "a negative shape": file_of({"a": F32 | {"shape": [-2]}}),
    "a fraction as shape": file_of({"a": F32 | {"shape": [2.0]}}),
    "a place behind the end": file_of({"a": F32 | {"data_offsets": [8, 16]}}),
    "a place backwards": file_of({"a": F32 | {"data_offsets": [8, 0]}}),
    "places that overlap": file_of({"a": F32, "b": F32}),
    "a hole": file_of({"a": F32 | {"data_offsets": [8, 16]}}, bytes(16)),
    "more behind the numbers": file_of({"a": F32}, bytes(80)),
    "a tensor that is a text": file_of({"a": "F32"}),
    "NaN as place": file_of(b'{"a": {"dtype": "F32", "shape": [NaN], "data_offsets": [0, 8]}}'),
}  # fmt: skip
NO_NUMBERS = {
    "NaN": numbers(1.0, float("nan")),
    "infinity": numbers(float("-inf"), 1.0),
    "NaN in half precision": file_of(
        {"a": {"dtype": "F16", "shape": [4], "data_offsets": [0, 8]}}, b"\0\x7e" * 4
    ),
    "NaN in bfloat16": file_of(
        {"a": {"dtype": "BF16", "shape": [4], "data_offsets": [0, 8]}}, b"\xc0\x7f" * 4
    ),
}
