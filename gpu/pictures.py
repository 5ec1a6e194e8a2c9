"""The frames that a cut cannot copy: decoded, mixed and handed out in the film's order.

One ffmpeg decodes all of them, piece after piece; a frame is kept only until its last use.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gpu import yuv
from gpu.child import Child
from gpu.cut import Frame, Run
from gpu.errors import ToolFailed
from gpu.ffmpeg import command, source
from gpu.mp4 import Track

_Shown = tuple[int, int]
"""Clip number and frame."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """Size, rate and encoding of a film."""

    width: int
    height: int
    fps: int
    crf: int
    preset: str


@dataclass(frozen=True, kw_only=True)
class Material:
    """All that the picture of a film is made of. `cards` by their source number."""

    film: Sequence[Frame]
    runs: Sequence[Run]
    tracks: Sequence[Track]
    cards: Mapping[int, yuv.Frame]
    look: Look


@dataclass(frozen=True)
class _Piece:
    """Frames `first` … `end`−1 of a clip, decoded in one go from a key frame on."""

    clip: int
    first: int
    end: int


class Pictures:
    """Iterates, inside `opened`, over the frames of all runs that are made anew."""

    def __init__(self, material: Material) -> None:
        made = [run for run in material.runs if not run.copied]
        self._frames = [material.film[at] for run in made for at in range(run.first, run.end)]
        self._tracks = material.tracks
        self._cards = material.cards
        self._black = yuv.black(material.look.width, material.look.height)
        self._uses = Counter(_shown(self._frames))
        self._pieces = _pieces(_shown(self._frames), material.tracks)
        self._coming = ((p.clip, frame) for p in self._pieces for frame in range(p.first, p.end))
        self._kept: dict[_Shown, yuv.Frame] = {}

    @contextmanager
    def opened(self, folder: Path) -> Iterator[None]:
        """Decode what is needed while the block runs."""
        stream = folder / "pieces.h264"
        with stream.open("wb") as file:
            for piece in self._pieces:
                file.writelines(self._tracks[piece.clip].annex_b(piece.first, piece.end))
        decode = command(
            *("-threads", "1", "-f", "h264", *source(stream)),
            *("-fps_mode", "passthrough", "-pix_fmt", "yuv420p", "-f", "rawvideo", "pipe:1"),
        )
        if self._pieces:
            with Child(decode, reads=True) as self._decoder:
                yield
        else:
            yield

    def __iter__(self) -> Iterator[yuv.Frame]:
        before: Frame | None = None
        frame = self._black
        for layers in self._frames:
            if layers != before:
                frame, before = self._mixed(layers), layers
            self._release(layers)
            yield frame

    def _mixed(self, layers: Frame) -> yuv.Frame:
        frame = self._black
        for layer in layers:
            if layer.source in self._cards:
                frame = yuv.over(frame, self._cards[layer.source], layer.alpha)
            else:
                frame = yuv.over(frame, self._decoded((layer.source, layer.frame)), layer.alpha)
        return frame

    def _decoded(self, wanted: _Shown) -> yuv.Frame:
        """The frame, read on to it; what comes by and is needed later is kept."""
        while wanted not in self._kept:
            came = next(self._coming)
            data = self._decoder.read(self._black.nbytes)
            if len(data) != self._black.nbytes:
                self._decoder.finish()
                raise ToolFailed(f"clip {came[0] + 1} has fewer frames than its tables say")
            if self._uses[came]:
                self._kept[came] = np.frombuffer(data, np.uint8)
        return self._kept[wanted]

    def _release(self, layers: Frame) -> None:
        for shown in _shown([layers]):
            self._uses[shown] -= 1
            if not self._uses[shown]:
                self._kept.pop(shown, None)


def _shown(frames: Sequence[Frame]) -> Iterator[_Shown]:
    return (
        (layer.source, layer.frame) for layers in frames for layer in layers if layer.source >= 0
    )


def _pieces(shown: Iterator[_Shown], tracks: Sequence[Track]) -> list[_Piece]:
    """What to decode, in the order of first use."""
    order = {picture: place for place, picture in reversed(list(enumerate(shown)))}
    pieces: list[tuple[int, _Piece]] = []
    for clip, frame in sorted(order):
        start = tracks[clip].keyframe_at_or_before(frame)
        last = pieces[-1][1] if pieces else None
        if last and last.clip == clip and start <= last.end:
            use = min(pieces[-1][0], order[clip, frame])
            pieces[-1] = (use, _Piece(clip, last.first, frame + 1))
        else:
            pieces.append((order[clip, frame], _Piece(clip, start, frame + 1)))
    return [piece for _, piece in sorted(pieces, key=lambda pair: pair[0])]
