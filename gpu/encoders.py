"""What the ffmpeg at hand can write, asked of itself; and how each codec is asked for.

One thread where bits depend on it, nothing signed into a stream.
"""

import re
import subprocess
from collections.abc import Sequence
from functools import lru_cache

from gpu.briefs import Settings
from gpu.errors import BriefRefused, ToolFailed
from gpu.film_format import AUDIO, CONTAINERS, SOUND_FILES, VIDEO, Format, format_of

ASKED_S = 20
_SVT_PRESETS = dict(
    zip(
        ("superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"),
        (12, 11, 10, 9, 8, 6, 5, 4),
        strict=True,
    )
)
_AOM_SPEED_MAX = 8


@lru_cache
def here(path: str) -> tuple[frozenset[str], frozenset[str]]:
    """The encoders and muxers of an ffmpeg. Raises ToolFailed where it does not run."""
    encoders = re.findall(r"^ [VAS]\S{5} (\S+)", _said(path, "-encoders"), re.MULTILINE)
    muxers = re.findall(r"^ .?E.? +(\S+)", _said(path, "-muxers"), re.MULTILINE)
    return frozenset(encoders), frozenset(name for one in muxers for name in one.split(","))


@lru_cache
def pix_fmts(path: str, encoder: str) -> frozenset[str]:
    """The pixel formats that an encoder takes; empty where it does not say."""
    found = re.search(r"pixel formats: (.*)", _said(path, "-h", f"encoder={encoder}"))
    return frozenset(found[1].split() if found else ())


def _said(path: str, *asked: str) -> str:
    try:
        done = subprocess.run(
            [path, "-hide_banner", *asked],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=ASKED_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ToolFailed(f"{path} does not run: {error}") from error
    return done.stdout.decode("utf-8", "replace")


def refuse_missing(settings: Settings) -> None:
    """Refuse a format that the ffmpeg at hand cannot write. The usual one is not asked about.

    Raises BriefRefused, naming what there is.
    """
    format_ = format_of(settings)
    if format_.usual:
        return
    path = _path()
    encoders, muxers = here(path)
    video, sound = VIDEO[format_.video_codec], AUDIO[format_.audio_codec]
    has = _has(encoders, muxers)
    if not encoders.intersection(video.encoders):
        raise BriefRefused(f"{path} has no encoder for {video.title}; it has {has}")
    if sound.encoder not in encoders:
        raise BriefRefused(f"{path} has no encoder for {sound.title}; it has {has}")
    if CONTAINERS[format_.container].muxer not in muxers:
        raise BriefRefused(f"{path} writes no {format_.container}; it has {has}")
    known = pix_fmts(path, encoder_of(format_, encoders))
    if known and format_.pix_fmt not in known:
        ours = [name for name in video.pix_fmts if name in known]
        raise BriefRefused(
            f"{path} makes no {video.title} in {format_.pix_fmt}; take {', '.join(ours)}"
        )


def refuse_missing_sound(codec: str) -> None:
    """Refuse a sound that the ffmpeg at hand cannot write. Raises BriefRefused."""
    encoders, muxers = here(_path())
    if AUDIO[codec].encoder not in encoders or SOUND_FILES[codec].muxer not in muxers:
        has = _has(encoders, muxers)
        raise BriefRefused(f"{_path()} writes no {AUDIO[codec].title}; it has {has}")


def _path() -> str:
    from imageio_ffmpeg import get_ffmpeg_exe

    return str(get_ffmpeg_exe())


def _has(encoders: frozenset[str], muxers: frozenset[str]) -> str:
    pictures = [one.title for one in VIDEO.values() if encoders.intersection(one.encoders)]
    sounds = [one.title for one in AUDIO.values() if one.encoder in encoders]
    files = [name for name, one in CONTAINERS.items() if one.muxer in muxers]
    return f"{', '.join(pictures)}; {', '.join(sounds)}; {', '.join(files)}"


def encoder_of(format_: Format, encoders: frozenset[str]) -> str:
    """The encoder that makes the format's picture."""
    known = VIDEO[format_.video_codec].encoders
    return next((name for name in known if name in encoders), known[0])


def video_options(format_: Format, settings: Settings, path: str) -> list[str]:
    """Output options for the picture of a format other than that of clips."""
    encoder = encoder_of(format_, here(path)[0])
    crf, preset = str(settings.get("crf", 20)), str(settings.get("preset", "superfast"))
    options: Sequence[str]
    match encoder:
        case "libx264":
            options = ("-preset", preset, "-crf", crf, "-bsf:v", "filter_units=remove_types=6")
        case "libx265":
            alone = "pools=1:frame-threads=1:info=0:log-level=error"
            options = ("-preset", preset, "-crf", crf, "-x265-params", alone)
        case "libsvtav1":
            options = ("-preset", str(_SVT_PRESETS[preset]), "-crf", crf)
            options = (*options, "-svtav1-params", "lp=1")
        case "libaom-av1":
            speed = min(_AOM_SPEED_MAX, _SVT_PRESETS[preset])
            options = ("-cpu-used", str(speed), "-crf", crf, "-b:v", "0", "-row-mt", "0")
        case "prores_ks":
            profile = "4444" if format_.pix_fmt == "yuv444p10le" else "hq"
            options = ("-profile:v", profile, "-vendor", "apl0")
        case _:
            options = ("-level", "3", "-g", "1", "-slices", "4", "-slicecrc", "1")
    tag = ("-tag:v", "hvc1") if _is_apples(format_) else ()
    return ["-c:v", encoder, *options, "-pix_fmt", format_.pix_fmt, "-threads", "1", *tag]


def _is_apples(format_: Format) -> bool:
    """HEVC in mp4 and mov bears the name that Apple's players look for."""
    return format_.video_codec == "hevc" and format_.container in ("mp4", "mov")


def audio_options(format_: Format, bitrate: str) -> list[str]:
    """Output options for the sound."""
    codec = AUDIO[format_.audio_codec]
    # the fast coder: less than half the time, and as near to the sound at these rates
    coder = ("-aac_coder", "fast") if format_.audio_codec == "aac" else ()
    rate = ("-b:a", bitrate) if codec.rated else ()
    return ["-c:a", codec.encoder, *coder, *rate]


def captions_codec(format_: Format, path: str) -> str:
    """The encoder of captions in this container; empty where this ffmpeg lacks it."""
    name = CONTAINERS[format_.container].captions
    return name if format_.usual or name in here(path)[0] else ""
