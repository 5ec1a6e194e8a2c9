"""Puts picture, sound, captions and chapters into one file.

An H.264 stream of our own is copied; for every other format pictures are encoded as they come.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gpu import yuv
from gpu.briefs import Chapter, Cue, Settings
from gpu.captions import vtt
from gpu.child import Child, run
from gpu.encoders import audio_options, captions_codec, video_options
from gpu.ffmpeg import BIT_EXACT, BT709, command, executable, source
from gpu.film_format import CONTAINERS, Format
from gpu.loudness import RATE_HZ
from gpu.plain import one_line

_TITLE_CHARACTERS = 200
_NOT_MARKUP = str.maketrans("{}\\", "｛｝＼")  # ffmpeg's captions garble the plain ones
_CHAPTER_BYTES = 255  # the length of a chapter's title is stored in one byte
# ISO 639-2/T, which is what mp4 stores; a language that is not here is "und"
_LANGUAGES = (
    "ar:ara bg:bul bn:ben ca:cat cs:ces cy:cym da:dan de:deu el:ell en:eng eo:epo es:spa "
    "et:est eu:eus fa:fas fi:fin fr:fra ga:gle gu:guj he:heb hi:hin hr:hrv hu:hun hy:hye "
    "id:ind is:isl it:ita ja:jpn ka:kat kn:kan ko:kor la:lat lt:lit lv:lav mk:mkd ml:mal "
    "mr:mar ms:msa nb:nob ne:nep nl:nld no:nor pa:pan pl:pol pt:por ro:ron ru:rus sk:slk "
    "sl:slv sq:sqi sr:srp sv:swe sw:swa ta:tam te:tel th:tha tr:tur uk:ukr ur:urd vi:vie "
    "yue:yue zh:zho"
)


@dataclass(frozen=True, kw_only=True)
class Streams:
    """What goes into the file, besides its picture. `audio` is 16-bit stereo at 48 kHz."""

    audio: Path
    width: int
    height: int
    fps: int
    title: str
    language: str
    cues: Sequence[Cue]
    chapters: Sequence[Chapter]
    format: Format
    settings: Settings
    comment: str = ""


def mux(streams: Streams, video: Path, folder: Path, out: Path) -> None:
    """Write the whole film around an H.264 stream. Texts go in by files, never as arguments."""
    fps = streams.fps
    stream = ("-f", "h264", "-framerate", str(fps), *source(video))
    # the parser's guesses at times drift; frame n is at n / fps
    at = ("-bsf:v", f"setts=ts=N/({fps}*TB):duration=1/({fps}*TB)")
    run(command(*stream, *_around(streams, folder, ("-c:v", "copy", *at), out)))


def encode(streams: Streams, pictures: Iterable[yuv.Frame], folder: Path, out: Path) -> None:
    """Write the whole film, its pictures encoded in the film's format."""
    raw = (
        *("-protocol_whitelist", "file,pipe", "-f", "rawvideo", "-pix_fmt", "yuv420p"),
        *("-s", f"{streams.width}x{streams.height}", "-framerate", str(streams.fps)),
        *("-i", "pipe:0"),
    )
    pix_fmt = streams.format.pix_fmt
    exact = "scale=in_range=tv:out_range=tv:flags=bicubic+accurate_rnd+bitexact"
    picture = (
        *("-vf", f"{BT709},{exact},format={pix_fmt},{BT709}", "-fps_mode", "passthrough"),
        *video_options(streams.format, streams.settings, executable()),
    )
    with Child(command(*raw, *_around(streams, folder, picture, out), fed=True), feeds=True) as one:
        for frame in pictures:
            one.write(frame.data)
        one.finish()


def _around(streams: Streams, folder: Path, picture: Sequence[str], out: Path) -> list[str]:
    """Inputs after the picture, and the whole output."""
    labels = folder / "labels.txt"
    labels.write_text(_labels(streams), encoding="utf-8")
    captions = folder / "captions.vtt"
    cues = [replace(cue, text=cue.text.translate(_NOT_MARKUP)) for cue in streams.cues]
    captions.write_text(vtt(cues), encoding="utf-8")
    language = language_code(streams.language)
    sound = ("-f", "s16le", "-ar", str(RATE_HZ), "-ch_layout", "stereo")
    format_ = streams.format
    of_cues = captions_codec(format_, executable())
    with_cues = of_cues and "-->" in captions.read_text(encoding="utf-8")
    return [
        *(*sound, *source(streams.audio), "-f", "ffmetadata", *source(labels)),
        *(("-f", "webvtt", *source(captions)) if with_cues else ()),
        *("-map", "0:v", "-map", "1:a", *(("-map", "3:s", "-c:s", of_cues) if with_cues else ())),
        *("-map_metadata", "2", "-map_chapters", "2", *picture),
        *audio_options(format_, str(streams.settings.get("audio_bitrate", "160k"))),
        *("-threads", "1", "-metadata:s:a:0", f"language={language}"),
        *(("-metadata:s:s:0", f"language={language}") if with_cues else ()),
        # else ffmpeg, tired of waiting for a caption, interleaves by how fast its threads are
        *(*BIT_EXACT, "-max_interleave_delta", "0", *_layout(format_, streams.fps)),
        *("-f", CONTAINERS[format_.container].muxer, f"file:{out}"),
    ]


def _layout(format_: Format, fps: int) -> tuple[str, ...]:
    if format_.container not in ("mp4", "mov"):
        return ()
    return ("-video_track_timescale", str(fps * 1000), "-movflags", "+faststart")


def language_code(language: str) -> str:
    """The code that mp4 stores for a BCP 47 tag."""
    primary = language.replace("_", "-").lower().partition("-")[0]
    pairs = (pair.split(":") for pair in _LANGUAGES.split())
    return next((code for short, code in pairs if short == primary), "und")


def _labels(streams: Streams) -> str:
    title = one_line(streams.title)[:_TITLE_CHARACTERS]
    lines = [";FFMETADATA1", f"title={_escaped(title)}"]
    if streams.comment:
        lines.append(f"comment={_escaped(streams.comment)}")
    for chapter in _without_gaps(streams):
        start, end = round(chapter.start_s * 1000), round(chapter.end_s * 1000)
        if end > start:
            name = one_line(chapter.title).encode()[:_CHAPTER_BYTES].decode("utf-8", "ignore")
            lines += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={start}", f"END={end}"]
            lines.append(f"title={_escaped(name)}")
    return "\n".join(lines) + "\n"


def _without_gaps(streams: Streams) -> list[Chapter]:
    """Players know no time before the first chapter: it gets the film's title."""
    chapters = list(streams.chapters)
    if chapters and chapters[0].start_s > 0:
        opening = Chapter(start_s=0.0, end_s=chapters[0].start_s, title=streams.title)
        return [opening, *chapters]
    return chapters


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "=;#\\\n" else sign for sign in text)
