"""PNG files with text: written in front of the pixels, and read back from any file. Bounded."""

import struct
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import cv2

from gpu.errors import StageError
from gpu.paint import Pixels

SIGNATURE = b"\x89PNG\r\n\x1a\n"
TEXT_BYTES_MAX = 1 << 20


def write(out: Path, rgb: Pixels, texts: Mapping[str, str]) -> None:
    """The picture with its texts, in their order. The same pixels and texts give the same bytes."""
    bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
    done, data = cv2.imencode(".png", bgr, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    if not done:
        raise StageError("the PNG encoder refused the picture")
    raw = data.tobytes()
    head = len(SIGNATURE) + 25
    chunks = b"".join(_text(keyword, text) for keyword, text in texts.items())
    with out.open("wb") as file:
        file.write(raw[:head] + chunks + raw[head:])


def _text(keyword: str, text: str) -> bytes:
    """An iTXt chunk, uncompressed UTF-8."""
    body = keyword.encode("latin-1") + b"\0\0\0\0\0"
    body += text.replace("\0", " ").encode("utf-8", "replace")
    return _chunk(b"iTXt", body)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def read(image: Path) -> Iterator[tuple[str, str]]:
    """The uncompressed text chunks of a PNG that stand before its pixels. Raises struct.error."""
    with image.open("rb") as file:
        if file.read(8) != SIGNATURE:
            return
        while True:
            head = file.read(8)
            if len(head) < 8:
                return
            length, kind = struct.unpack(">I4s", head)
            if kind in (b"IDAT", b"IEND"):
                return
            if kind != b"iTXt" or length > TEXT_BYTES_MAX:
                file.seek(length + 4, 1)
                continue
            keyword, _, rest = file.read(length).partition(b"\0")
            file.seek(4, 1)
            text = rest[2:].split(b"\0", 2)[-1]
            yield keyword.decode("latin-1"), text.decode("utf-8", "replace")
