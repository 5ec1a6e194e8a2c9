"""Pictures and sounds that are none, or more than they seem."""

import struct
import subprocess
import wave
import zlib
from io import BytesIO
from pathlib import Path

from PIL import Image

from gpu.ffmpeg import executable
from tests.faults.input.things import device, folder, loop, pipe

PNG = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, body: bytes, *, sum_: int | None = None) -> bytes:
    """A chunk of a PNG."""
    check = zlib.crc32(kind + body) if sum_ is None else sum_
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)


def png(width: int, height: int, rows: bytes = b"", *more: bytes, depth: int = 8) -> bytes:
    """A PNG that says it is so large, whatever is in it."""
    head = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(rows))
    return PNG + chunk(b"IHDR", head) + b"".join(more) + data + chunk(b"IEND", b"")


def picture(form: str = "PNG", mode: str = "RGB", side: int = 96, **options: object) -> bytes:
    """A sound picture."""
    out = BytesIO()
    Image.new(mode, (side, side), 1).save(out, form, **options)
    return out.getvalue()


def moving(form: str) -> bytes:
    """A picture of two frames."""
    out = BytesIO()
    first, second = (Image.new("RGB", (96, 96), colour) for colour in ("red", "blue"))
    first.save(out, form, save_all=True, append_images=[second])
    return out.getvalue()


def text_bomb() -> bytes:
    """50 MB of text in a small chunk."""
    packed = zlib.compress(bytes(50_000_000))
    return png(96, 96, bytes(96 * 289), chunk(b"zTXt", b"k\0\0" + packed))


def profile_bomb() -> bytes:
    """50 MB of colour profile in a small chunk."""
    packed = zlib.compress(bytes(50_000_000))
    return png(96, 96, bytes(96 * 289), chunk(b"iCCP", b"k\0\0" + packed))


WHOLE = picture()
REFUSED = {
    "nothing": b"",
    "one byte": b"\x89",
    "a signature": PNG,
    "a text": b"I am a picture",
    "60,000 by 60,000": png(60_000, 60_000),
    "0 by 0": png(0, 0),
    "2 to the 31 by 1": png(2**31 - 1, 1),
    "7,072 by 7,072": png(7_072, 7_072),
    "a line": png(96, 1),
    "half of it": WHOLE[: len(WHOLE) // 2],
    "a wrong sum": WHOLE.replace(b"IDAT", b"IDAX"),
    "pixels that are none": png(96, 96, b"") + b"x",
    "noise as pixels": PNG + WHOLE[8:41] + chunk(b"IDAT", b"\xff" * 99) + chunk(b"IEND", b""),
    "a chunk of 4 GB": PNG + b"\xff\xff\xff\xffIHDR" + bytes(30),
    "two frames of PNG": moving("PNG"),
    "two frames of WebP": moving("WEBP"),
    "a GIF": picture("GIF", "P"),
    "a BMP": picture("BMP"),
    "a TIFF": picture("TIFF"),
    "an icon": picture("ICO"),
    "a PDF": picture("PDF"),
    "a script for Ghostscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 96 96\nshowpage\n",
    "an SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    "a page behind a signature": PNG + b"<html><script>alert(1)</script>",
    "a JPEG without pixels": b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(20),
    "half a JPEG": picture("JPEG")[:200],
    "a text of 50 MB": text_bomb(),
    "a profile of 50 MB": profile_bomb(),
    "a pipe": pipe,
    "a device": device,
    "a loop": loop,
    "a folder": folder,
}
TAKEN = {
    "a PNG": WHOLE,
    "a JPEG named PNG": picture("JPEG"),
    "a WebP named PNG": picture("WEBP"),
    "CMYK": picture("JPEG", "CMYK"),
    "grey": picture("PNG", "L"),
    "16 bits": picture("PNG", "I;16"),
    "one bit": picture("PNG", "1"),
    "transparent": picture("PNG", "RGBA"),
    "a palette": picture("PNG", "P"),
    "a zip behind it": WHOLE + b"PK\x05\x06" + bytes(18),
    "texts in it": png(96, 96, bytes(96 * 289), chunk(b"tEXt", b"a\0\x1b[2J")),
}


def sound(seconds: float = 1.5, rate: int = 8_000) -> bytes:
    """A WAV with a tone."""
    out = BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(b"\x00\x20\x00\xe0" * int(seconds * rate / 2))
    return out.getvalue()


def changed(at: int, value: bytes) -> bytes:
    """That WAV with other bytes in its head."""
    whole = sound()
    return whole[:at] + value + whole[at + len(value) :]


def video(path: Path) -> None:
    """Pictures without any sound."""
    made = [executable(), "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i",
            "color=s=64x64:d=0.2", "-f", "mp4", "-y", f"file:{path}"]  # fmt: skip
    subprocess.run(made, check=True, stdin=subprocess.DEVNULL)


SOUND = sound()
HLS = b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n%s\n#EXT-X-ENDLIST\n"
NO_SOUND = {
    "nothing": b"",
    "a text": b"la la la",
    "a list of ours": b"ffconcat version 1.0\nfile whole.wav\n",
    "a list of theirs": b"ffconcat version 1.0\nfile 'file:/etc/passwd'\n",
    "a list of HLS": HLS % b"whole.wav",
    "a list of HLS elsewhere": HLS % b"file:///etc/passwd",
    "a list of HLS in the net": HLS % b"http://127.0.0.1:9/a.ts",
    "a list of M3U": b"#EXTM3U\nwhole.wav\n",
    "a manifest": b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" '
    b'type="static"><Period><AdaptationSet><Representation id="1" bandwidth="1">'
    b"<BaseURL>whole.wav</BaseURL></Representation></AdaptationSet></Period></MPD>",
    "a session description": b"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\n"
    b"m=audio 9 RTP/AVP 0\n",
    "subtitles": b"1\n00:00:00,000 --> 00:00:09,000\nla\n",
    "metadata": b";FFMETADATA1\ntitle=x\n",
    "a picture": WHOLE,
    "a head alone": SOUND[:44],
    "half a head": SOUND[:20],
    "half a second": sound(0.5),
    "no channels": changed(22, b"\0\0"),
    "no rate": changed(24, bytes(4)),
    "an unknown codec": changed(20, b"\xff\xee"),
    "pictures alone": video,
    "a pipe": pipe,
    "a device": device,
    "a loop": loop,
    "a folder": folder,
}
NAMES = (
    "-y.wav", "concat:a|b.wav", "%d.wav", "http:a.wav", "a\nb.wav", "{}.wav", "file:x", "-",
    "*.wav", "'; touch owned; '.wav", "pipe:0", "\udcff.wav", "subfile,,start,0,end,9,,:x",
    "\x1b[2J.wav",
)  # fmt: skip
LONG = {"10 hours": changed(40, struct.pack("<I", 8_000 * 2 * 36_000)),
        "4 GB": changed(40, b"\xff\xff\xff\xff")}  # fmt: skip
