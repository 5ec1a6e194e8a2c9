"""Talks to ffmpeg: where it is, which flags make the same bytes every time, frames to H.264.

Every clip has one thread, no B-frames and the same parameter sets for its size and rate, so clips
join by stream copy at any key frame. Knows no brief.
"""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import imageio_ffmpeg
import numpy as np
import numpy.typing as npt

from gpu.child import Child
from gpu.whole import whole_or_nothing

QUIET = ("-hide_banner", "-loglevel", "error", "-y")
BIT_EXACT = ("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact")
BT709 = "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"
_TO_BT709 = "scale=out_range=tv:out_color_matrix=bt709:flags=bicubic+accurate_rnd+bitexact"
# What stands in the parameter sets is fixed here whatever the preset, so that clips can be joined.
# superfast with mbtree gives drawn pictures veryfast's size and quality at 1.6 times its speed.
_X264 = (
    "stitchable=1:bframes=0:ref=1:weightp=1:cabac=1:8x8dct=1:scenecut=0:keyint=250:min-keyint=1:"
    "open-gop=0:threads=1:lookahead-threads=1:sliced-threads=0:mbtree=1:rc-lookahead=10:"
    "psy=0"  # it shifts a number in the picture sets, and drawn pictures have no grain to keep
)
_SAMPLES_PER_PIXEL = {"yuv420p": 1.5, "rgb24": 3.0, "bgr24": 3.0, "gray": 1.0}


@lru_cache
def executable() -> str:
    """The ffmpeg that imageio-ffmpeg ships, or the one IMAGEIO_FFMPEG_EXE names."""
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def command(*arguments: str, fed: bool = False) -> list[str]:
    """A whole ffmpeg command line. `fed` says that its input comes through its stdin."""
    return [executable(), *(() if fed else ("-nostdin",)), *QUIET, *arguments]


def source(path: Path, formats: str = "") -> list[str]:
    """Input options for a file: no other protocol, and no name is taken for anything but a name.

    `formats`: what a stranger's file may be. A playlist would open other files by itself.
    """
    kept = ["-format_whitelist", formats] if formats else []
    return ["-protocol_whitelist", "file,pipe", *kept, "-i", f"file:{path}"]


def x264(keyframes: Iterable[int], crf: int, preset: str) -> list[str]:
    """Output options of every picture that reelog encodes."""
    places = "+".join(f"eq(n,{frame})" for frame in sorted({0, *keyframes}))
    return [
        *("-c:v", "libx264", "-preset", preset, "-crf", str(crf), "-pix_fmt", "yuv420p"),
        *("-threads", "1", "-x264-params", _X264),
        *("-force_key_frames", f"expr:{places}", "-forced-idr", "1"),
        # x264 signs its name and version into the stream; the same pictures must be the same bytes
        *("-bsf:v", "filter_units=remove_types=6"),
    ]


class FrameWriter:
    """Encodes frames to a silent mp4, with key frames exactly where they are asked for.

    Used as a context manager. On any exception its ffmpeg is killed and `out` removed. Afterwards
    `raw_sha256` is of all frames as they came, and `frames` their number.
    """

    def __init__(
        self,
        out: Path,
        *,
        width: int,
        height: int,
        fps: int,
        keyframes: Sequence[int],
        pixel_format: str = "yuv420p",
        crf: int = 20,
        preset: str = "superfast",
        hashed: bool = True,
        more: Sequence[str] = (),
    ) -> None:
        if min(width, height, fps) < 1 or width % 2 or height % 2:
            raise ValueError(f"{width}x{height} at {fps} fps: sizes are even and nothing is zero")
        self.frames = 0
        self.raw_sha256 = ""
        self._out = out
        self._frame_bytes = int(width * height * _SAMPLES_PER_PIXEL[pixel_format])
        self._sha256 = hashlib.sha256() if hashed else None
        look = BT709 if pixel_format == "yuv420p" else f"{_TO_BT709},{BT709}"
        self._command = command(
            *("-protocol_whitelist", "file,pipe", "-f", "rawvideo", "-pix_fmt", pixel_format),
            *("-s", f"{width}x{height}", "-framerate", str(fps), "-i", "pipe:0"),
            *("-vf", look, "-fps_mode", "passthrough", *x264(keyframes, crf, preset)),
            *(*BIT_EXACT, "-map_metadata", "-1", "-movflags", "+faststart"),
            *(*more, "-f", "mp4", f"file:{out}"),
            fed=True,
        )

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(whole_or_nothing(self._out))
            self._child = stack.enter_context(Child(self._command, feeds=True))
            self._stack = stack.pop_all()
        return self

    def write(self, frame: npt.NDArray[Any]) -> None:
        """Append one frame: the bytes of a picture in the pixel format, in any array shape."""
        if frame.dtype != np.uint8 or frame.nbytes != self._frame_bytes:
            have = f"{frame.nbytes} bytes of {frame.dtype}"
            raise ValueError(f"a frame is {self._frame_bytes} bytes of uint8, not {have}")
        data = np.ascontiguousarray(frame).data
        self._child.write(data)
        if self._sha256:
            self._sha256.update(data)
        self.frames += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error:
            self._stack.__exit__(kind, error, trace)
            return
        with self._stack:
            if not self.frames:
                raise ValueError("no frame was written")
            self._child.finish()
        self.raw_sha256 = self._sha256.hexdigest() if self._sha256 else ""
