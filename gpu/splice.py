"""Makes the film's picture: frames that can be copied are copied, all others encoded anew.

Knows tracks and layers; knows no sound, no captions and no brief.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from gpu import yuv
from gpu.child import run
from gpu.cut import Run
from gpu.ffmpeg import BIT_EXACT, BT709, FrameWriter, command, source, x264
from gpu.mp4 import NotJoinable, Track, read_track
from gpu.pictures import Look, Material, Pictures
from gpu.stages import Report


def own_track(video: Path, frames: int, look: Look) -> Track | None:
    """The clip's track when its frames can stand in this film as they are, or None."""
    try:
        track = read_track(video)
    except NotJoinable:
        return None
    size = (track.width, track.height) == (look.width, look.height)
    if not size or track.fps != look.fps or track.frames < frames:
        return None
    ours = _our_parameters(look.width, look.height, look.fps)
    return track if track.parameters == ours else None


def adopted(video: Path, frames: int, look: Look, out: Path) -> Track:
    """A foreign clip encoded again: scaled, padded, at the film's rate, its last frame held."""
    size = f"{look.width}:{look.height}"
    fit = (
        f"scale={size}:force_original_aspect_ratio=decrease:out_range=tv:out_color_matrix=bt709:"
        f"flags=bicubic+accurate_rnd+bitexact,pad={size}:-1:-1,setsar=1,fps={look.fps},"
        f"tpad=stop=-1:stop_mode=clone,{BT709}"
    )
    run(
        command(
            *source(video),
            *("-map", "0:v:0", "-vf", fit, "-frames:v", str(frames), "-fps_mode", "passthrough"),
            *(*x264((), look.crf, look.preset), *BIT_EXACT, "-map_metadata", "-1"),
            *("-f", "mp4", f"file:{out}"),
        )
    )
    return read_track(out)


def join(material: Material, folder: Path, report: Report) -> Path:
    """The film's picture as an H.264 stream in `folder`."""
    encoded = _encoded(material, folder, report)
    out = folder / "film.h264"
    with out.open("wb") as stream:
        for one in material.runs:
            stream.writelines(encoded[one.first] if not one.copied else _copied(one, material))
    return out


@contextmanager
def every_picture(material: Material, folder: Path) -> Iterator[Iterator[yuv.Frame]]:
    """All frames of the film in its order, decoded and mixed: for another codec than clips have."""
    whole = replace(material, runs=(Run(0, len(material.film), copied=False),))
    pictures = Pictures(whole)
    with pictures.opened(folder):
        yield iter(pictures)


def _copied(one: Run, material: Material) -> Iterator[bytes]:
    end = one.clip_first + one.end - one.first
    return material.tracks[one.clip].annex_b(one.clip_first, end)


def _encoded(material: Material, folder: Path, report: Report) -> dict[int, Iterator[bytes]]:
    """Every run that is made anew, by its first frame, all encoded in one go."""
    spans: dict[int, tuple[int, int]] = {}
    total = 0
    for one in material.runs:
        if not one.copied:
            spans[one.first] = (total, total + one.end - one.first)
            total += one.end - one.first
    if not spans:
        return {}
    out, look = folder / "made.mp4", material.look
    pictures = Pictures(material)
    with (
        FrameWriter(
            out,
            width=look.width,
            height=look.height,
            fps=look.fps,
            keyframes=[start for start, _ in spans.values()],
            crf=look.crf,
            preset=look.preset,
            hashed=False,
        ) as writer,
        pictures.opened(folder),
    ):
        for frame in pictures:
            writer.write(frame)
            if not writer.frames % look.fps:
                report(writer.frames / total)
    track = read_track(out)
    return {first: track.annex_b(start, end) for first, (start, end) in spans.items()}


@lru_cache
def _our_parameters(width: int, height: int, fps: int) -> bytes:
    """What stands in the parameter sets of every clip of this size and rate, tried out once."""
    with TemporaryDirectory(prefix="reelog-") as folder:
        probe = Path(folder) / "probe.mp4"
        with FrameWriter(probe, width=width, height=height, fps=fps, keyframes=()) as writer:
            writer.write(yuv.black(width, height))
        return read_track(probe).parameters
