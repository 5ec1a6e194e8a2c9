"""The comment of an MP4: where ffmpeg's `-metadata comment=` puts it. Standard library only.

Reads a few bytes here and there, whatever a file claims of its sizes.
"""

import os
import struct
from pathlib import Path
from typing import BinaryIO

TEXT_BYTES_MAX = 1 << 20
_BOXES_MAX = 4096
# Each box, and how many bytes stand in it before the boxes that it holds.
_PATH = ((b"moov", 0), (b"udta", 0), (b"meta", 4), (b"ilst", 0), (b"\xa9cmt", 0), (b"data", 8))


def read(video: Path) -> str:
    """The comment; empty for a file without one, and for any other file. Raises OSError."""
    with video.open("rb") as file:
        begin, end = 0, os.fstat(file.fileno()).st_size
        for name, skipped in _PATH:
            found = _box(file, name, begin, end)
            if found is None:
                return ""
            begin, end = found[0] + skipped, found[1]
        file.seek(begin)
        text = file.read(max(0, min(end - begin, TEXT_BYTES_MAX + 1)))
    return "" if len(text) > TEXT_BYTES_MAX else text.decode("utf-8", "replace")


def _box(file: BinaryIO, name: bytes, begin: int, end: int) -> tuple[int, int] | None:
    """Where the body of the first box of that name begins and ends, between two places."""
    for _ in range(_BOXES_MAX):
        file.seek(begin)
        head = file.read(16)
        if begin + 8 > end or len(head) < 8:
            return None
        size, kind = struct.unpack_from(">I4s", head)
        head_bytes = 8
        if size == 1 and len(head) == 16:
            (size,) = struct.unpack_from(">Q", head, 8)
            head_bytes = 16
        elif size == 0:
            size = end - begin  # it takes the rest
        if size < head_bytes or begin + size > end:
            return None
        if kind == name:
            return begin + head_bytes, begin + size
        begin += size
    return None
