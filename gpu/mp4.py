"""Reads where the frames of an H.264 mp4 lie, so that they can be copied without ffmpeg.

Knows the sample tables of one video track; decodes nothing. Standard library only.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

_MOOV_BYTES_MAX = 64 << 20
_FRAMES_MAX = 1 << 20
_START = b"\0\0\0\1"
_DELIMITER = _START + b"\x09\xf0"
_SEI, _AUD = 6, 9


class NotJoinable(ValueError):
    """This file is no mp4 whose H.264 frames can be copied one by one."""


@dataclass(frozen=True)
class Track:
    """The video track of a file. `parameters` is its avcC record: equal ones can be joined."""

    path: Path
    width: int
    height: int
    fps: Fraction
    parameters: bytes
    sizes: tuple[int, ...]
    offsets: tuple[int, ...]
    keyframes: tuple[int, ...]

    @property
    def frames(self) -> int:
        return len(self.sizes)

    def keyframe_at_or_before(self, frame: int) -> int:
        return max((key for key in self.keyframes if key <= frame), default=0)

    def annex_b(self, first: int, end: int) -> Iterator[bytes]:
        """Frames first … end−1, each as one access unit; parameter sets stand at key frames."""
        sets = b"".join(_START + nal for nal in _parameter_sets(self.parameters))
        keys = set(self.keyframes)
        with self.path.open("rb") as file:
            for frame in range(first, end):
                file.seek(self.offsets[frame])
                nals = _nals(file.read(self.sizes[frame]))
                body = b"".join(_START + nal for nal in nals if nal[0] & 31 not in (_SEI, _AUD))
                yield _DELIMITER + (sets if frame in keys else b"") + body


def read_track(path: Path) -> Track:
    """The only video track of the file. Raises NotJoinable, or OSError."""
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            track = _video(path, _moov(file, size))
    except (struct.error, IndexError, KeyError, ZeroDivisionError) as error:
        raise NotJoinable(f"{path.name} is not a plain H.264 mp4: {error!r}") from error
    if any(at + length > size for at, length in zip(track.offsets, track.sizes, strict=True)):
        raise NotJoinable(f"{path.name} is cut off")
    return track


def _moov(file: BinaryIO, size: int) -> bytes:
    at = 0
    while at + 8 <= size:
        file.seek(at)
        length, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if length == 1:
            (length,) = struct.unpack(">Q", file.read(8))
            head = 16
        if kind == b"moov" and head <= length <= _MOOV_BYTES_MAX:
            return file.read(length - head)
        at += length if length >= head else size
    raise NotJoinable("no moov box")


def _boxes(data: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if length < 8:
            return
        yield kind.decode("latin-1"), data[at + 8 : at + length]
        at += length


def _inside(data: bytes, *path: str) -> bytes:
    for name in path:
        data = dict(_boxes(data))[name]
    return data


def _video(path: Path, moov: bytes) -> Track:
    tracks = [body for kind, body in _boxes(moov) if kind == "trak"]
    videos = [track for track in tracks if _inside(track, "mdia", "hdlr")[8:12] == b"vide"]
    if len(videos) != 1:
        raise NotJoinable(f"{path.name} has {len(videos)} video tracks")
    tables = dict(_boxes(_inside(videos[0], "mdia", "minf", "stbl")))
    if "ctts" in tables:
        raise NotJoinable(f"{path.name} stores its frames in another order than it shows them")
    entry = dict(_boxes(tables["stsd"][8:]))["avc1"]
    width, height = struct.unpack_from(">HH", entry, 24)
    sizes = _sizes(tables["stsz"])
    parameters = dict(_boxes(entry[78:]))["avcC"]
    if parameters[4] & 3 != 3:
        raise NotJoinable(f"{path.name} does not store lengths in four bytes")
    return Track(
        path=path,
        width=width,
        height=height,
        fps=_fps(_inside(videos[0], "mdia", "mdhd"), tables["stts"]),
        parameters=parameters,
        sizes=sizes,
        offsets=_offsets(tables, sizes),
        keyframes=_keyframes(tables.get("stss"), len(sizes)),
    )


def _keyframes(stss: bytes | None, frames: int) -> tuple[int, ...]:
    if stss is None:
        return tuple(range(frames))  # no table: every frame is one
    (keys,) = struct.unpack_from(">I", stss, 4)
    numbers: tuple[int, ...] = struct.unpack_from(f">{keys}I", stss, 8)
    return tuple(number - 1 for number in numbers)


def _fps(mdhd: bytes, stts: bytes) -> Fraction:
    (timescale,) = struct.unpack_from(">I", mdhd, 20 if mdhd[0] else 12)
    entries, _, delta = struct.unpack_from(">III", stts, 4)
    if entries != 1:
        raise NotJoinable("the frames have no constant rate")
    return Fraction(int(timescale), int(delta))


def _sizes(stsz: bytes) -> tuple[int, ...]:
    same, count = struct.unpack_from(">II", stsz, 4)
    if same:
        return (int(same),) * min(int(count), _FRAMES_MAX)
    sizes: tuple[int, ...] = struct.unpack_from(f">{count}I", stsz, 12)
    return sizes


def _offsets(tables: dict[str, bytes], sizes: tuple[int, ...]) -> tuple[int, ...]:
    wide = "co64" in tables
    table = tables["co64" if wide else "stco"]
    (chunks,) = struct.unpack_from(">I", table, 4)
    starts = struct.unpack_from(f">{chunks}{'Q' if wide else 'I'}", table, 8)
    (runs,) = struct.unpack_from(">I", tables["stsc"], 4)
    runs_of = list(struct.iter_unpack(">III", tables["stsc"][8 : 8 + 12 * runs]))
    offsets: list[int] = []
    ends = [*(run[0] for run in runs_of[1:]), chunks + 1]
    for (first, samples, _), after in zip(runs_of, ends, strict=False):
        for chunk in range(first - 1, after - 1):
            lengths = sizes[len(offsets) : len(offsets) + samples]
            offsets += accumulate(lengths[:-1], initial=starts[chunk])
    if len(offsets) != len(sizes) or not sizes:
        raise NotJoinable("the sample tables contradict each other")
    return tuple(offsets)


def _nals(sample: bytes) -> Iterator[bytes]:
    at = 0
    while at + 4 < len(sample):
        (length,) = struct.unpack_from(">I", sample, at)
        if length:
            yield sample[at + 4 : at + 4 + length]
        at += 4 + length


def _parameter_sets(avcc: bytes) -> Iterator[bytes]:
    at = 5
    for mask in (31, 255):  # the sequence sets, then the picture sets
        count = avcc[at] & mask
        at += 1
        for _ in range(count):
            (length,) = struct.unpack_from(">H", avcc, at)
            yield avcc[at + 2 : at + 2 + length]
            at += 2 + length
