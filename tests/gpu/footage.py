"""Small moving pictures, lines of sound and film briefs for the tests of the cut."""

import hashlib
import wave
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from gpu.briefs import CutClip, FilmBrief
from gpu.ffmpeg import FrameWriter

WIDTH, HEIGHT, FPS, T = 160, 90, 24, 6


def picture(number: int, frame: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """A flat colour of its own for each clip, with a bright bar that moves on at every frame."""
    luma = np.full((height, width), 50 + 25 * number, np.uint8)
    luma[:, (frame * 4) % width : (frame * 4) % width + 8] = 220
    chroma = np.full(width * height // 2, 100 + 10 * number, np.uint8)
    return np.concatenate([luma.reshape(-1), chroma])


def clip(
    out: Path, number: int, frames: int, keyframes: Sequence[int] | None = None, **look: Any
) -> Path:
    keyframes = (0, T, frames - T) if keyframes is None else keyframes
    size = {"width": WIDTH, "height": HEIGHT, "fps": FPS, **look}
    with FrameWriter(out, keyframes=[k for k in keyframes if k >= 0], **size) as writer:
        for frame in range(frames):
            writer.write(picture(number, frame, size["width"], size["height"]))
    return out


def tone(out: Path, seconds: float, rate_hz: int = 48_000, level: float = 0.2) -> Path:
    """A line of sound: noise as deep as speech, the same every time."""
    count = round(seconds * rate_hz)
    noise = np.random.default_rng(7).normal(0.0, level, count)
    soft = np.hanning(24)
    noise = np.convolve(noise, soft / np.sqrt((soft**2).sum()), "same").clip(-1, 1)
    with wave.open(str(out), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate_hz)
        sound.writeframes((noise * 32767).astype("<i2").tobytes())
    return out


def film_of(
    folder: Path,
    lengths: Sequence[int] = (36, 30, 36),
    transitions: Sequence[str] = ("dissolve", "cut", "fade"),
    title_frames: int = 18,
    end_frames: int = 18,
) -> FilmBrief:
    """A film of clips made on the spot."""
    clips = []
    at = title_frames
    for number, (frames, transition) in enumerate(zip(lengths, transitions, strict=True)):
        video = folder / f"clip{number}.mp4"
        if not video.exists():
            clip(video, number, frames)
        clips.append(
            CutClip(
                video=video,
                video_raw_sha256=hashlib.sha256(f"{number} {frames}".encode()).hexdigest(),
                frames=frames,
                start_frame=at,
                transition=transition,
            )
        )
        at += frames
        if transition == "dissolve" and number < len(lengths) - 1:
            at -= T
    return FilmBrief(
        title="The Light",
        subtitle="a film",
        end_card="The end",
        language="en",
        clips=tuple(clips),
        cues=(),
        chapters=(),
        width=WIDTH,
        height=HEIGHT,
        fps=FPS,
        total_frames=at + end_frames,
        title_frames=title_frames,
        end_frames=end_frames,
        transition_frames=T,
        seed=1,
    )


def narrated(brief: FilmBrief, number: int, sound: Path, start_s: float) -> FilmBrief:
    """The same film with a line over one clip."""
    clips = list(brief.clips)
    clips[number] = replace(clips[number], narration=sound, narration_start_s=start_s)
    return replace(brief, clips=tuple(clips))


def quiet(_share: float) -> None:
    """A report that nobody reads."""
