"""The cut: clips, cards, narration, captions and chapters become one film.

Clips are copied, and only cards and transitions encoded; in another codec than theirs all of it is
encoded. Knows a FilmBrief, and no log.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from gpu import cards, yuv
from gpu.briefs import CutClip, FilmBrief
from gpu.cut import END, TITLE, Frame, layers_of, runs_of
from gpu.encoders import refuse_missing
from gpu.film_format import Format, copies_clips, format_of
from gpu.loudness import RATE_HZ
from gpu.metadata import comment, facts, wanted
from gpu.mix import Line, Mix, mix
from gpu.mp4 import Track
from gpu.mux import Streams, encode, mux
from gpu.pictures import Look, Material
from gpu.splice import adopted, every_picture, join, own_track
from gpu.stages import Made, Report
from gpu.underscore import Levels, under
from gpu.whole import whole_or_nothing

_RAW_VERSION = 1
_BETWEEN_CRF = 12
"""Of a foreign clip that is encoded again on its way into another codec: nothing to be seen."""
_CARD_CHARACTERS = 600  # more than a card has room for; laying out thousands takes seconds


class FilmStage:
    """Cuts the film."""

    def run(self, brief: FilmBrief, out: Path, report: Report) -> Made:
        """Write the film.

        raw_sha256 names what the film shows and says, not what an encoder made of it: it is of the
        canonical JSON (sorted keys, no spaces) of {version, size and rate, cards: SHA-256 of their
        RGB pixels, frames: for each frame its layers from below as [clip's raw_sha256 or "title"
        or "end", frame there, opacity of 256], sound: SHA-256 of the 16-bit samples (one channel,
        or both interleaved where there is music), cues, chapters}.
        """
        format_ = format_of(brief.settings)
        refuse_missing(brief.settings)
        film = layers_of(brief)
        drawn = _cards(brief)
        with (
            whole_or_nothing(out),
            TemporaryDirectory(prefix=f"{out.stem}-cut-", dir=out.parent) as name,
        ):
            folder = Path(name)
            material = _material(brief, film, drawn, folder)
            sound = sound_of(brief)
            write_stereo(sound.samples, folder / "sound.pcm")
            report(0.1)
            streams = _streams(brief, format_, folder / "sound.pcm")
            if copies_clips(brief.settings):
                video = join(material, folder, lambda share: report(0.1 + 0.8 * share))
                mux(streams, video, folder, out)
            else:
                with every_picture(material, folder) as pictures:
                    encode(streams, _counted(pictures, brief, report), folder, out)
        report(1.0)
        return Made(
            media_type=format_.media_type,
            raw_sha256=_raw_sha256(brief, film, drawn, sound),
            width=brief.width,
            height=brief.height,
            frames=brief.total_frames,
            duration_s=brief.total_frames / brief.fps,
            rate_hz=RATE_HZ,
            channels=2,
            loudness_lufs=sound.loudness_lufs,
            settings=dict(brief.settings),
        )


def _cards(brief: FilmBrief) -> dict[int, npt.NDArray[np.uint8]]:
    size = (brief.width, brief.height, brief.seed)
    title, subtitle, end_card = (
        text[:_CARD_CHARACTERS] for text in (brief.title, brief.subtitle, brief.end_card)
    )
    drawn = {}
    if brief.title_frames:
        drawn[TITLE] = cards.title_card(title, subtitle, *size)
    if brief.end_frames:
        drawn[END] = cards.end_card(end_card, *size)
    return drawn


def _counted(
    pictures: Iterator[yuv.Frame], brief: FilmBrief, report: Report
) -> Iterator[yuv.Frame]:
    for number, frame in enumerate(pictures):
        if not number % brief.fps:
            report(0.1 + 0.9 * number / brief.total_frames)
        yield frame


def _material(
    brief: FilmBrief,
    film: Sequence[Frame],
    drawn: dict[int, npt.NDArray[np.uint8]],
    folder: Path,
) -> Material:
    copies = copies_clips(brief.settings)
    look = Look(
        width=brief.width,
        height=brief.height,
        fps=brief.fps,
        crf=int(brief.settings.get("crf", 20)) if copies else _BETWEEN_CRF,
        preset=str(brief.settings.get("preset", "superfast")),
    )
    tracks = [_track(clip, look, folder / f"{at}.mp4") for at, clip in enumerate(brief.clips)]
    return Material(
        film=film,
        runs=runs_of(film, [track.keyframes for track in tracks]),
        tracks=tracks,
        cards={source: yuv.from_rgb(picture) for source, picture in drawn.items()},
        look=look,
    )


def _track(clip: CutClip, look: Look, spare: Path) -> Track:
    return own_track(clip.video, clip.frames, look) or adopted(clip.video, clip.frames, look, spare)


def sound_of(brief: FilmBrief) -> Mix:
    """Narration and music of a film, mixed at its loudness."""
    lines = [Line(clip.narration, clip.narration_start_s) for clip in brief.clips if clip.narration]
    length = round(brief.total_frames * RATE_HZ / brief.fps)
    settings = brief.settings
    target_lufs = float(settings.get("loudness_lufs", -16.0))
    spoken = mix(lines, length, target_lufs)
    if brief.music is None:
        return spoken
    quieter, down = float(settings.get("music_lu", -8.0)), float(settings.get("duck_db", 9.0))
    return under(spoken, brief.music, Levels(target_lufs, quieter, down))


def write_stereo(samples: npt.NDArray[np.int16], out: Path) -> None:
    """Both channels interleaved, 16 bits each; one signal goes to both."""
    with out.open("wb") as file:
        for at in range(0, len(samples), RATE_HZ * 60):
            part = samples[at : at + RATE_HZ * 60]
            file.write((np.repeat(part, 2) if part.ndim == 1 else part).tobytes())


def _streams(brief: FilmBrief, format_: Format, audio: Path) -> Streams:
    return Streams(
        audio=audio,
        width=brief.width,
        height=brief.height,
        fps=brief.fps,
        title=brief.title,
        language=brief.language,
        cues=brief.cues,
        chapters=brief.chapters,
        format=format_,
        settings=brief.settings,
        comment=comment(facts(brief, "animatic")) if wanted(brief) else "",
    )


def _raw_sha256(
    brief: FilmBrief,
    film: Sequence[Frame],
    drawn: dict[int, npt.NDArray[np.uint8]],
    sound: Mix,
) -> str:
    names = {TITLE: "title", END: "end"}
    names |= {at: clip.video_raw_sha256 for at, clip in enumerate(brief.clips)}
    shown = {
        "version": _RAW_VERSION,
        "look": [brief.width, brief.height, brief.fps],
        "cards": {
            names[source]: hashlib.sha256(picture.tobytes()).hexdigest()
            for source, picture in drawn.items()
        },
        "frames": [[[names[y.source], y.frame, y.alpha] for y in layers] for layers in film],
        "sound": hashlib.sha256(sound.samples.tobytes()).hexdigest(),
        "cues": [asdict(cue) for cue in brief.cues],
        "chapters": [asdict(chapter) for chapter in brief.chapters],
    }
    text = json.dumps(shown, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
