"""Codecs and containers of a film: what goes with what, and what is taken where nothing is said.

Light and pure: knows settings and words; which encoders this ffmpeg has is asked in `encoders`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gpu.briefs import Scalar, Settings
from gpu.errors import BriefRefused

EIGHT = ("yuv420p", "yuv422p", "yuv444p")
TEN = ("yuv420p10le", "yuv422p10le", "yuv444p10le")
TWELVE = ("yuv420p12le", "yuv422p12le", "yuv444p12le")
KEYS = ("video_codec", "pix_fmt", "container", "audio_codec")
"""What a film's settings hold only where it is not what every film has: H.264, AAC, mp4."""
COPIES = "copies"
"""Of an export alone: false where frames of clips are encoded again, however they are encoded."""
_ENCODING = ("crf", "preset")


@dataclass(frozen=True, kw_only=True)
class VideoCodec:
    """One video codec. `crf`: highest value and the one that is taken; None: it knows none.

    `container` and `sound` are those that it goes into where nothing else is said.
    """

    title: str
    encoders: tuple[str, ...]
    containers: tuple[str, ...]
    pix_fmts: tuple[str, ...]
    crf: tuple[int, int] | None = None
    container: str = "mp4"
    sound: str = "aac"


@dataclass(frozen=True, kw_only=True)
class AudioCodec:
    """One audio codec. `rated`: it takes a bitrate."""

    title: str
    encoder: str
    containers: tuple[str, ...]
    rated: bool = False


@dataclass(frozen=True, kw_only=True)
class Container:
    """One container, its muxer in ffmpeg, and the codec of its captions."""

    title: str
    muxer: str
    media_type: str
    captions: str


@dataclass(frozen=True, kw_only=True)
class SoundFile:
    """What a file of sound alone ends with, and its muxer in ffmpeg."""

    suffix: str
    muxer: str


VIDEO = {
    "h264": VideoCodec(
        title="H.264",
        encoders=("libx264",),
        containers=("mp4", "mov", "mkv"),
        pix_fmts=EIGHT + TEN,
        crf=(51, 20),
    ),
    "hevc": VideoCodec(
        title="HEVC",
        encoders=("libx265",),
        containers=("mp4", "mov", "mkv"),
        pix_fmts=EIGHT + TEN + TWELVE,
        crf=(51, 22),
    ),
    "av1": VideoCodec(
        title="AV1",
        encoders=("libsvtav1", "libaom-av1"),
        containers=("mp4", "mkv", "webm"),
        pix_fmts=EIGHT + TEN,
        crf=(63, 30),
    ),
    "prores": VideoCodec(
        title="ProRes",
        encoders=("prores_ks",),
        containers=("mov", "mkv"),
        pix_fmts=("yuv422p10le", "yuv444p10le"),
        container="mov",
        sound="wav",
    ),
    "ffv1": VideoCodec(
        title="FFV1",
        encoders=("ffv1",),
        containers=("mkv", "mov"),
        pix_fmts=EIGHT + TEN + TWELVE,
        container="mkv",
        sound="flac",
    ),
}
AUDIO = {
    "aac": AudioCodec(title="AAC", encoder="aac", containers=("mp4", "mov", "mkv"), rated=True),
    "opus": AudioCodec(
        title="Opus", encoder="libopus", containers=("mp4", "mkv", "webm"), rated=True
    ),
    "flac": AudioCodec(title="FLAC", encoder="flac", containers=("mp4", "mkv")),
    "wav": AudioCodec(title="WAV (PCM)", encoder="pcm_s16le", containers=("mov", "mkv")),
}
CONTAINERS = {
    "mp4": Container(title="mp4", muxer="mp4", media_type="video/mp4", captions="mov_text"),
    "mov": Container(title="mov", muxer="mov", media_type="video/quicktime", captions="mov_text"),
    "mkv": Container(title="mkv", muxer="matroska", media_type="video/x-matroska", captions="srt"),
    "webm": Container(title="webm", muxer="webm", media_type="video/webm", captions="webvtt"),
}
SOUND_FILES = {
    "wav": SoundFile(suffix=".wav", muxer="wav"),
    "flac": SoundFile(suffix=".flac", muxer="flac"),
    "aac": SoundFile(suffix=".m4a", muxer="ipod"),
    "opus": SoundFile(suffix=".opus", muxer="opus"),
}
"""Files of sound alone, by codec."""
PIX_FMTS = tuple(dict.fromkeys(name for codec in VIDEO.values() for name in codec.pix_fmts))
USUAL = {"video_codec": "h264", "pix_fmt": "yuv420p", "container": "mp4", "audio_codec": "aac"}


@dataclass(frozen=True)
class Format:
    """What a film is encoded in."""

    video_codec: str
    pix_fmt: str
    container: str
    audio_codec: str

    @property
    def usual(self) -> bool:
        """Whether it is what every film has where nothing is said."""
        return self == Format(**USUAL)

    @property
    def media_type(self) -> str:
        """Of the file."""
        return CONTAINERS[self.container].media_type


def copies_clips(settings: Settings) -> bool:
    """Whether frames of our own clips can stand in the film as they are."""
    own = format_of(settings)
    alike = (own.video_codec, own.pix_fmt) == ("h264", "yuv420p")
    return alike and bool(settings.get(COPIES, True))


def format_of(settings: Settings) -> Format:
    """The format that settings name, with what goes with it where they are silent."""
    said = {key: str(settings.get(key, "")) for key in KEYS}
    codec = said["video_codec"] or ("av1" if said["container"] == "webm" else "h264")
    container = said["container"] or VIDEO[codec].container
    sound = said["audio_codec"] or ("opus" if container == "webm" else _sound(codec, container))
    return Format(codec, said["pix_fmt"] or VIDEO[codec].pix_fmts[0], container, sound)


def _sound(codec: str, container: str) -> str:
    known = (VIDEO[codec].sound, "flac", "aac")
    return next(name for name in known if container in AUDIO[name].containers)


def settled(
    settings: Settings, base: Settings, said: frozenset[str] = frozenset()
) -> dict[str, Scalar]:
    """Settings of a film with its format written out; as they are for what every film has.

    What differs from `base` was said, and so was what stands in `said`; the rest is what its codec
    takes. Raises BriefRefused for a pair that no player knows, and for what a codec has no use for.
    """
    own = {key: value for key, value in settings.items() if key not in KEYS}
    format_ = format_of(settings)
    said = said | {key for key in own if own[key] != base.get(key, own[key])}
    _refuse_pairs(format_)
    _refuse_unused(format_, own, said)
    if format_.usual:
        return own
    codec = VIDEO[format_.video_codec]
    if not codec.crf:
        own = {key: value for key, value in own.items() if key not in _ENCODING}
    elif "crf" not in said:
        own["crf"] = codec.crf[1]
    if not AUDIO[format_.audio_codec].rated:
        own.pop("audio_bitrate", None)
    chosen = {key: getattr(format_, key) for key in KEYS}
    return {**own, **{key: one for key, one in chosen.items() if one != USUAL[key]}}


def _refuse_pairs(format_: Format) -> None:
    video, sound = VIDEO[format_.video_codec], AUDIO[format_.audio_codec]
    for one in (video, sound):
        if format_.container not in one.containers:
            raise BriefRefused(
                f"{one.title} does not go into {format_.container}; it goes into "
                f"{_or(one.containers)}, and {format_.container} takes {_takes(format_.container)}"
            )
    if format_.pix_fmt not in video.pix_fmts:
        raise BriefRefused(
            f"{video.title} is not made in {format_.pix_fmt}; take {_or(video.pix_fmts)}"
        )


def _refuse_unused(format_: Format, own: Mapping[str, Scalar], said: frozenset[str]) -> None:
    video, sound = VIDEO[format_.video_codec], AUDIO[format_.audio_codec]
    for key in _ENCODING:
        if key in said and not video.crf:
            raise BriefRefused(f"{video.title} knows no {key}; leave it out")
    crf = own.get("crf")
    if video.crf and isinstance(crf, int) and crf > video.crf[0]:
        raise BriefRefused(f"crf of {video.title} takes 0 to {video.crf[0]}, found {crf}")
    if "audio_bitrate" in said and not sound.rated:
        raise BriefRefused(f"{sound.title} loses nothing and knows no audio_bitrate; leave it out")


def _takes(container: str) -> str:
    pictures = [one.title for one in VIDEO.values() if container in one.containers]
    sounds = [one.title for one in AUDIO.values() if container in one.containers]
    return f"{_or(pictures)} with {_or(sounds)}"


def _or(names: tuple[str, ...] | list[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
