"""What every film needs of this machine: room, ffmpeg, a voice. Light; nothing raises."""

import os
import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from gpu.briefs import AudioBrief
from gpu.errors import StageError
from gpu.finding import GIB, NOTE, OK, PROBLEM, Finding, first_line, gib

FREE_MIN_BYTES = 2 * GIB
MEMORY_MIN_BYTES = 1 * GIB
CHILD_S = 20
NEEDED = ("libx264", "aac")
MORE = {
    "HEVC": ("libx265",),
    "AV1": ("libsvtav1", "libaom-av1"),
    "ProRes": ("prores_ks",),
    "FFV1": ("ffv1",),
}
# SQLite's log needs locks and shared memory, which these keep badly or not at all.
_SHARED = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "vboxsf", "fuse.sshfs")
_CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


def machine() -> Iterator[Finding]:
    """Python, cores, memory."""
    system = f"{platform.system()} {platform.release()}, {platform.machine()}"
    says = f"reelog {_version('reelog')}, Python {platform.python_version()}, {system}"
    yield Finding("machine", "python", OK, says)
    memory = memory_bytes()
    says = f"{cores()} cores, {gib(memory)} of memory"
    if memory < MEMORY_MIN_BYTES:
        do = "make small films: --size 480p --workers 1"
        yield Finding("machine", "memory", NOTE, says, do)
    else:
        yield Finding("machine", "memory", OK, says)


def cores() -> int:
    """Cores that this process may use."""
    asked = getattr(os, "sched_getaffinity", None)
    return len(asked(0)) if asked else os.cpu_count() or 1


def memory_bytes() -> int:
    """Main memory, or less where a container is held to less."""
    here = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(here, int(_CGROUP_LIMIT.read_text()))
    except (OSError, ValueError):  # no container, or "max"
        return here


def room(home: Path) -> Iterator[Finding]:
    """Whether home can be written, on what kind of disk, and how much is free."""
    if refused := _unwritable(home):
        do = "choose another folder: reelog --home DIR, or REELOG_HOME"
        yield Finding("home", "folder", PROBLEM, f"{home} cannot be written: {refused}", do)
        return
    there = nearest_folder(home)
    free, kind = free_bytes(there), _file_system(there)
    says = f"{home}, {gib(free)} free" + (f" on {kind}" if kind else "")
    if free < FREE_MIN_BYTES:
        do = "free some space: `reelog gc`; or choose another --home"
        yield Finding("home", "folder", PROBLEM, says, do)
    elif kind in _SHARED:
        do = "keep the log on a disk of this machine, and `reelog export` from there"
        yield Finding("home", "folder", NOTE, f"{says}, a shared disk", do)
    else:
        yield Finding("home", "folder", OK, says)


def nearest_folder(path: Path) -> Path:
    """The path, or the nearest above it that is there."""
    return next(one for one in (path, *path.absolute().parents) if os.path.lexists(one))


def free_bytes(path: Path) -> int:
    """Free room where a path is, or would be."""
    try:
        return shutil.disk_usage(nearest_folder(path)).free
    except OSError:
        return 0


def _unwritable(home: Path) -> str:
    """Why nothing can be written there; empty where it can. Leaves nothing behind."""
    there = nearest_folder(home)
    try:
        with tempfile.TemporaryFile(dir=there):
            return ""
    except OSError as error:
        return f"{there}: {error.strerror or error}"


def _file_system(path: Path) -> str:
    """The type of the file system a path lies on; empty where nobody says."""
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    best, kind = "", ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        if len(fields := before.split()) < 5 or not after:
            continue
        point = re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), fields[4])
        if path.resolve().is_relative_to(point) and len(point) >= len(best):
            best, kind = point, after.split()[0]
    return kind


def tools() -> Iterator[Finding]:
    """ffmpeg and eSpeak NG, both tried out."""
    yield _ffmpeg()
    yield _voice()


def _ffmpeg() -> Finding:
    do = "install imageio-ffmpeg again: pip install --force-reinstall imageio-ffmpeg"
    if named := os.environ.get("IMAGEIO_FFMPEG_EXE"):
        do = f"unset IMAGEIO_FFMPEG_EXE, which names {named}"
    try:
        from gpu.ffmpeg import executable

        path = executable()
        told = _said(path, "-version") + _said(path, "-hide_banner", "-encoders")
    except (OSError, RuntimeError, ImportError, subprocess.SubprocessError) as error:
        return Finding("tools", "ffmpeg", PROBLEM, f"ffmpeg does not run: {first_line(error)}", do)
    encoders = set(re.findall(r"^ [VAS][F.][S.][X.][B.][D.] (\S+)", told, re.MULTILINE))
    if lacks := [name for name in NEEDED if name not in encoders]:
        says = f"{path} has no encoder {', '.join(lacks)}"
        return Finding("tools", "ffmpeg", PROBLEM, says, do)
    number = re.search(r"^ffmpeg version (n?[\d.]+|\S+)", told, re.MULTILINE)
    also = [name for name, known in MORE.items() if encoders.intersection(known)]
    says = f"ffmpeg {number[1] if number else '?'}: H.264 and AAC"
    return Finding("tools", "ffmpeg", OK, says + (f"; also {', '.join(also)}" if also else ""))


def _said(*command: str) -> str:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, timeout=CHILD_S, check=True
    )
    return done.stdout.decode("utf-8", "replace")


def _voice() -> Finding:
    brief = AudioBrief(text="One line.", language="en", role="narration", seed=1)
    try:
        from gpu.speech import SpeechStage

        with tempfile.TemporaryDirectory() as folder:
            made = SpeechStage().run(brief, Path(folder) / "line.wav", lambda _: None)
    except (StageError, OSError, ImportError, RuntimeError) as error:
        says = f"eSpeak NG does not speak: {first_line(error)}"
        do = "install it again: pip install --force-reinstall espeakng-loader"
        return Finding("tools", "voice", PROBLEM, says, do)
    number = _version("espeakng-loader")
    says = f"eSpeak NG speaks ({made.duration_s:.1f} s of sound; espeakng-loader {number})"
    return Finding("tools", "voice", OK, says)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "?"
