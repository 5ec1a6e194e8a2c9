"""The frames of what came back, whatever codec it is in, brought to a clip's rate and length."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageSequence

from gpu.child import Child
from gpu.errors import BriefRefused, StageError, ToolDisturbed, ToolFailed
from gpu.ffmpeg import command, source
from gpu.paint import Pixels
from gpu.probe import probe
from gpu.recipe import picture_of

ROUNDED = 0.005
FORMATS = "mov,matroska,avi,gif,apng,mpegts,ogg,flv,asf,webp_pipe,png_pipe,jpeg_pipe"
PICTURES = ("PNG", "WEBP", "GIF", "JPEG")
"""What a server may hand over: files that hold their pictures themselves, and no scripts."""


@dataclass(frozen=True)
class Shown:
    """A clip: its pictures in order, as they come, how many there are, and how many a second."""

    pictures: Iterator[Pixels]
    frames: int
    rate: float


def of_film(path: Path) -> Shown:
    """The pictures of a video file. Raises StageError for what is none."""
    try:
        streams = [one for one in probe(path, FORMATS) if one.kind == "video"]
    except ToolDisturbed:
        raise  # nothing is said about the video
    except ToolFailed as error:
        raise StageError(f"what ComfyUI made is no video that can be read: {error}") from error
    if not streams or not streams[0].packets:
        raise StageError("what ComfyUI made is a video without pictures")
    stream = streams[0]
    seconds = stream.end_s - stream.start_s
    if seconds <= 0:
        raise StageError("what ComfyUI made is a video without length")
    size = stream.width, stream.height
    return Shown(_decoded(path, *size), stream.packets, _whole(stream.packets / seconds))


def _whole(rate: float) -> float:
    """A rate that was told in milliseconds is a little off, and a frame would be lost by it."""
    return round(rate) if abs(rate - round(rate)) <= ROUNDED * rate else rate


def of_pictures(paths: Sequence[Path], rate: float) -> Shown:
    """One picture a frame, or an animated one. Raises StageError for a single still."""
    if len(paths) > 1:
        return Shown(_read(paths), len(paths), rate)
    try:
        with Image.open(paths[0], formats=PICTURES) as picture:
            shown_ms = [_shown_ms(one) for one in ImageSequence.Iterator(picture)]
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise StageError(f"what ComfyUI made cannot be read: {error}") from error
    if len(shown_ms) < 2:
        raise StageError("the workflow made one picture and no clip; let it save its frames")
    rate = 1000 * len(shown_ms) / sum(shown_ms) if all(shown_ms) else rate
    return Shown(_animated(paths[0]), len(shown_ms), rate)


def _shown_ms(picture: Image.Image) -> float:
    picture.load()  # the time of a WebP's frame is known once it is decoded
    return float(picture.info.get("duration", 0))


def _animated(path: Path) -> Iterator[Pixels]:
    with Image.open(path, formats=PICTURES) as picture:
        for one in ImageSequence.Iterator(picture):
            yield np.asarray(one.convert("RGB"), np.uint8)


def at_rate(shown: Shown, frames: int, fps: int) -> Iterator[Pixels]:
    """For each frame of a clip the picture that is on at its time; the last one is held."""
    at, now = -1, None
    for frame in range(frames):
        wanted = int(frame * shown.rate / fps + 1e-9)
        while at < wanted and (picture := next(shown.pictures, None)) is not None:
            at, now = at + 1, picture
        if now is None:
            raise StageError("what ComfyUI made is a video without pictures")
        yield now


def _read(paths: Sequence[Path]) -> Iterator[Pixels]:
    for path in paths:
        try:
            yield picture_of(path)
        except BriefRefused as error:
            raise StageError(str(error)) from error


def _decoded(path: Path, width: int, height: int) -> Iterator[Pixels]:
    """RGB, frame after frame; ffmpeg is killed when nobody wants more."""
    decode = ("-map", "0:v:0", "-fps_mode", "passthrough", "-pix_fmt", "rgb24")
    size = ("-vf", f"scale={width}:{height}:flags=bicubic+accurate_rnd+full_chroma_int+bitexact")
    arguments = command(
        "-noautorotate", *source(path, FORMATS), *decode, *size, "-f", "rawvideo", "pipe:1"
    )
    with Child(arguments, reads=True) as child:
        while len(data := child.read(width * height * 3)) == width * height * 3:
            yield np.frombuffer(data, np.uint8).reshape(height, width, 3)
        child.finish()
