"""Puts picture, sound, captions and chapters into one mp4. Encodes only the sound."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gpu.briefs import Chapter, Cue
from gpu.captions import vtt
from gpu.child import run
from gpu.ffmpeg import BIT_EXACT, command, source
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
    """What goes into the file. `video` is an H.264 stream, `audio` 16-bit stereo at 48 kHz."""

    video: Path
    audio: Path
    fps: int
    title: str
    language: str
    cues: Sequence[Cue]
    chapters: Sequence[Chapter]
    audio_bitrate: str
    comment: str = ""


def mux(streams: Streams, folder: Path, out: Path) -> None:
    """Write the whole film. Texts go in by files, never as arguments."""
    labels = folder / "labels.txt"
    labels.write_text(_labels(streams), encoding="utf-8")
    captions = folder / "captions.vtt"
    cues = [replace(cue, text=cue.text.translate(_NOT_MARKUP)) for cue in streams.cues]
    captions.write_text(vtt(cues), encoding="utf-8")
    language = language_code(streams.language)
    sound = ("-f", "s16le", "-ar", str(RATE_HZ), "-ch_layout", "stereo")
    with_cues = "-->" in captions.read_text(encoding="utf-8")
    run(
        command(
            *("-f", "h264", "-framerate", str(streams.fps), *source(streams.video)),
            *(*sound, *source(streams.audio), "-f", "ffmetadata", *source(labels)),
            *(("-f", "webvtt", *source(captions)) if with_cues else ()),
            *("-map", "0:v", "-map", "1:a", *(("-map", "3:s") if with_cues else ())),
            *("-map_metadata", "2", "-map_chapters", "2", "-c:v", "copy", "-c:s", "mov_text"),
            # the fast coder: less than half the time, and as near to the sound at these rates
            *("-c:a", "aac", "-aac_coder", "fast", "-b:a", streams.audio_bitrate),
            *("-threads", "1", "-video_track_timescale", str(streams.fps * 1000)),
            # the parser's guesses at times drift; frame n is at n / fps
            *("-bsf:v", f"setts=ts=N/({streams.fps}*TB):duration=1/({streams.fps}*TB)"),
            *("-metadata:s:a:0", f"language={language}"),
            *(("-metadata:s:s:0", f"language={language}") if with_cues else ()),
            *(*BIT_EXACT, "-movflags", "+faststart", "-f", "mp4", f"file:{out}"),
        )
    )


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
