"""The main job beside ffmpeg: a film of 7 shots, 40 s, 1280×720, 24 fps.

The peer encodes the very frames of that film, from raw RGB over a pipe, with libx264 veryfast
crf 20 and threads auto: what any program that makes these frames must at least spend.
"""

import os
import statistics
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import imageio_ffmpeg

from benchmarks.command import reelog
from benchmarks.measure import Row, seconds

IDEA = "The rise and fall of the Indus Valley civilisation"
ROUNDS = 3
WIDTH, HEIGHT = 1280, 720
MEMORY_MAX_MB = 600


def rows() -> list[Row]:
    """Wall time against the encoding floor, and the largest process."""
    ours, floor, peaks = [], [], []
    frames = 0
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            peak = _Peak()
            ours.append(seconds(lambda home=folder: _film(home)))
            peaks.append(peak.stop())
            film = next(Path(folder).glob("sessions/*/film.mp4"))
            frames, took = _encode_again(film, Path(folder))
            floor.append(took)
    ours_s, floor_s = statistics.median(ours), statistics.median(floor)
    ratio = ours_s / floor_s
    peak_mb = max(peaks) / 1024
    return [
        Row(
            f"film, 7 shots, 40 s, {WIDTH}×{HEIGHT}, 24 fps ({frames} frames), start to finish",
            f"{ours_s:.1f} s",
            f"ffmpeg encoding these frames: {floor_s:.1f} s ({frames / floor_s:.0f} fps)",
            f"{ratio:.2f}", "≤ 3.0, aim 2.0", ratio <= 3.0,
        ),
        Row(
            "peak memory of the largest process", f"{peak_mb:.0f} MB", "limit",
            f"{peak_mb / MEMORY_MAX_MB:.2f}", f"≤ {MEMORY_MAX_MB} MB", peak_mb <= MEMORY_MAX_MB,
        ),
    ]  # fmt: skip


def _film(home: str) -> None:
    reelog(home, "start", IDEA, "--seed", "42", "--json")


def _encode_again(film: Path, folder: Path) -> tuple[int, float]:
    """Decode the film to raw RGB in memory, then time encoding it; returns frames and seconds."""
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    raw = (Path("/dev/shm") if Path("/dev/shm").is_dir() else folder) / f"frames-{os.getpid()}.rgb"
    quiet = [ffmpeg, "-nostdin", "-hide_banner", "-loglevel", "error", "-y"]
    to_rgb = ["-i", str(film), "-f", "rawvideo", "-pix_fmt", "rgb24", str(raw)]
    subprocess.run([*quiet, *to_rgb], check=True)
    frames = raw.stat().st_size // (WIDTH * HEIGHT * 3)
    given = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", "24"]
    wanted = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p"]
    encode = [*quiet, *given, "-i", str(raw), *wanted, str(folder / "floor.mp4")]
    try:
        return frames, seconds(lambda: subprocess.run(encode, check=True))
    finally:
        raw.unlink()


class _Peak:
    """Watches the resident memory of all our descendants, in KiB."""

    def __init__(self) -> None:
        self._peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.is_set():
            for process in _descendants(os.getpid()):
                self._peak = max(self._peak, _high_water(process))
            time.sleep(0.05)

    def stop(self) -> int:
        """The largest resident size seen, KiB."""
        self._over.set()
        self._thread.join()
        return self._peak


def _descendants(parent: int) -> list[int]:
    children: list[int] = []
    for entry in Path(f"/proc/{parent}/task").glob("*/children"):
        try:
            children += [int(pid) for pid in entry.read_text().split()]
        except OSError:
            continue
    return [*children, *(pid for child in children for pid in _descendants(child))]


def _high_water(process: int) -> int:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    lines = [line.split() for line in status.splitlines() if line.startswith("VmHWM")]
    return int(lines[0][1]) if lines else 0
