"""Who a file is, asked without its times.

Since Linux 6.13 a file that was asked for its times, as `stat` does, is synced more slowly: what is
written after that gets a time of its own, and that is journalled.
"""

import os
import struct
from collections.abc import Callable
from functools import cache

Identity = tuple[int, int] | None

_AT_FDCWD, _STATX_INO = -100, 0x100
_STATX_BYTES, _INODE_AND_DEVICE = 256, struct.Struct("=32xQ96xQ")
"""Of the kernel's struct statx: stx_ino, and stx_dev_major with stx_dev_minor."""


def identity(path: str) -> Identity:
    """A number of its own and one of its disk; None where nothing is found."""
    if statx := _statx():
        found = bytearray(_STATX_BYTES)
        if statx(os.fsencode(path), found):
            inode, device = _INODE_AND_DEVICE.unpack_from(found)
            return device, inode
    try:
        status = os.stat(path)  # noqa: PTH116 - on the path of every append
    except OSError:
        return None
    return status.st_dev, status.st_ino


@cache
def _statx() -> Callable[[bytes, bytearray], bool] | None:
    """The system's call, which Python knows from 3.15 on; None where the C library has none."""
    import ctypes

    call = getattr(ctypes.CDLL(None), "statx", None)
    if call is None:
        return None
    call.argtypes = (
        ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_uint, ctypes.c_void_p,
    )  # fmt: skip
    buffer = ctypes.c_char * _STATX_BYTES
    return lambda path, found: not call(_AT_FDCWD, path, 0, _STATX_INO, buffer.from_buffer(found))
