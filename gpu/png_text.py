"""Texts in PNG files: written in front of the pixels, read back from any file, taken out again.

Knows chunks and keywords; knows no brief. Light: OpenCV is loaded only to encode pixels.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from gpu.errors import StageError

if TYPE_CHECKING:
    from gpu.paint import Pixels

SIGNATURE = b"\x89PNG\r\n\x1a\n"
TEXT_BYTES_MAX = 1 << 20
_CHUNKS_MAX = 1 << 16
_HEAD_BYTES = len(SIGNATURE) + 25  # signature and IHDR
_TEXTS = (b"tEXt", b"zTXt", b"iTXt", b"eXIf")


def write(out: Path, rgb: "Pixels", texts: Mapping[str, str]) -> None:
    """The picture with its texts, in their order. The same pixels and texts give the same bytes."""
    import cv2

    bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
    done, data = cv2.imencode(".png", bgr, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    if not done:
        raise StageError("the PNG encoder refused the picture")
    raw = data.tobytes()
    chunks = b"".join(_text(keyword, text) for keyword, text in texts.items())
    with out.open("wb") as file:
        file.write(raw[:_HEAD_BYTES] + chunks + raw[_HEAD_BYTES:])


def _text(keyword: str, text: str) -> bytes:
    """tEXt where Latin-1 is enough, since every reader knows it; else iTXt, uncompressed UTF-8."""
    name, text = keyword.encode("latin-1"), text.replace("\0", " ")
    try:
        return _chunk(b"tEXt", name + b"\0" + text.encode("latin-1"))
    except UnicodeEncodeError:
        return _chunk(b"iTXt", name + b"\0\0\0\0\0" + text.encode("utf-8", "replace"))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def read(image: Path) -> dict[str, str]:
    """The uncompressed texts of a PNG by keyword; none for any other file. Raises OSError."""
    found: dict[str, str] = {}
    with image.open("rb") as file:
        for kind, length in _chunks(file):
            if kind in (b"tEXt", b"iTXt") and length <= TEXT_BYTES_MAX:
                keyword, _, rest = file.read(length).partition(b"\0")
                found.setdefault(keyword.decode("latin-1"), _decoded(kind, rest))
    return found


def _decoded(kind: bytes, rest: bytes) -> str:
    if kind == b"tEXt":
        return rest.decode("latin-1")
    compressed, after = rest[:1] != b"\0", rest[2:].split(b"\0", 2)
    return "" if compressed or len(after) < 3 else after[2].decode("utf-8", "replace")


def without_texts(image: Path) -> bytes | None:
    """The file's bytes without any text in them; None where there is none. Raises OSError."""
    kept, found, begin = [SIGNATURE], False, len(SIGNATURE)
    with image.open("rb") as file:
        for kind, length in _chunks(file):
            if kind in _TEXTS:
                found = True
            else:
                file.seek(begin)
                kept.append(file.read(12 + length))
            begin += 12 + length
    return b"".join(kept) if found else None


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Kind and length of each chunk, with the file at its body; ends where the file does."""
    at = len(SIGNATURE)
    if file.read(at) != SIGNATURE:
        return
    for _ in range(_CHUNKS_MAX):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        length, kind = struct.unpack(">I4s", head)
        yield kind, length
        if kind == b"IEND":
            return
        at += 12 + length
