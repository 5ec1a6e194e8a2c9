"""Looks into a finished file without ffprobe: streams, frame counts, texts, pixels, samples."""

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gpu.child import run
from gpu.errors import ToolFailed
from gpu.ffmpeg import command, source


@dataclass(frozen=True, kw_only=True)
class Stream:
    """One stream. `packets` are the frames of a video; `start_s` … `end_s` is what is shown."""

    kind: str
    codec: str
    width: int = 0
    height: int = 0
    rate_hz: int = 0
    channels: str = ""
    packets: int = 0
    start_s: float = 0.0
    end_s: float = 0.0


def probe(path: Path, formats: str = "") -> tuple[Stream, ...]:
    """The streams of a file, counted packet by packet. Raises ToolFailed for what is no media.

    `formats`: what a stranger's file may be.
    """
    kinds = ("-map", "0:v?", "-map", "0:a?", "-map", "0:s?")
    listing = run(
        command(
            *source(path, formats),
            *kinds,
            "-c",
            "copy",
            "-f",
            "framehash",
            "-hash",
            "crc32",
            "pipe:1",
        )
    ).decode()
    facts: dict[tuple[int, str], str] = {
        (int(number), name): value
        for name, number, value in re.findall(r"^#(\w+) (\d+): (.*)$", listing, re.MULTILINE)
    }
    rows = [line.split(",") for line in listing.splitlines() if line[:1].isdigit()]
    packets = [(int(row[0]), int(row[2]), int(row[3])) for row in rows]
    numbers = sorted(number for number, name in facts if name == "tb")
    return tuple(_stream(number, facts, packets) for number in numbers)


def labels(path: Path) -> str:
    """Title, comment and chapters as ffmetadata."""
    return run(command(*source(path), "-f", "ffmetadata", "pipe:1")).decode()


def captions(path: Path) -> str:
    """The caption track as SubRip."""
    return run(command(*source(path), "-map", "0:s:0", "-f", "srt", "pipe:1")).decode()


def frames(path: Path) -> npt.NDArray[np.uint8]:
    """All pictures as flat yuv420p, one a row. For small files: everything is in memory."""
    pictures = [stream for stream in probe(path) if stream.kind == "video"]
    if not pictures:
        raise ToolFailed(f"{path.name} has no pictures")
    decode = ("-map", "0:v:0", "-fps_mode", "passthrough", "-pix_fmt", "yuv420p")
    data = run(command(*source(path), *decode, "-f", "rawvideo", "pipe:1"))
    size = pictures[0].width * pictures[0].height * 3 // 2
    return np.frombuffer(data, np.uint8).reshape(-1, size)


def samples(path: Path) -> npt.NDArray[np.int16]:
    """All sound as 16-bit stereo at 48 kHz, one instant a row, from the time 0 of the file."""
    decode = ("-map", "0:a:0", "-ac", "2", "-ar", "48000")
    data = run(command(*source(path), *decode, "-f", "s16le", "pipe:1"))
    return np.frombuffer(data, "<i2").reshape(-1, 2)


def _stream(
    number: int, facts: dict[tuple[int, str], str], packets: list[tuple[int, int, int]]
) -> Stream:
    tick = Fraction(facts[number, "tb"])
    width, _, height = facts.get((number, "dimensions"), "0x0").partition("x")
    spans = [(at, at + length) for stream, at, length in packets if stream == number]
    return Stream(
        kind=facts[number, "media_type"],
        codec=facts[number, "codec_id"],
        width=int(width),
        height=int(height),
        rate_hz=int(facts.get((number, "sample_rate"), 0)),
        channels=facts.get((number, "channel_layout_name"), ""),
        packets=len(spans),
        start_s=float(max(0, min((start for start, _ in spans), default=0)) * tick),
        end_s=float(max((end for _, end in spans), default=0) * tick),
    )
