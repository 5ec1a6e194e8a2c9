"""A film's sound alone, as WAV, FLAC, AAC or Opus."""

from pathlib import Path
from tempfile import TemporaryDirectory

from gpu.briefs import FilmBrief
from gpu.child import run
from gpu.encoders import refuse_missing_sound
from gpu.ffmpeg import BIT_EXACT, command, source
from gpu.film import sound_of, write_stereo
from gpu.film_format import AUDIO, SOUND_FILES
from gpu.loudness import RATE_HZ
from gpu.whole import whole_or_nothing


def write_soundtrack(brief: FilmBrief, codec: str, out: Path) -> None:
    """Write the mix of a film, 48 kHz stereo. Raises BriefRefused, ToolFailed, OSError."""
    refuse_missing_sound(codec)
    rated = AUDIO[codec].rated
    rate = ("-b:a", str(brief.settings.get("audio_bitrate", "160k"))) if rated else ()
    with whole_or_nothing(out), TemporaryDirectory(prefix="reelog-") as folder:
        pcm = Path(folder) / "sound.pcm"
        write_stereo(sound_of(brief).samples, pcm)
        run(
            command(
                *("-f", "s16le", "-ar", str(RATE_HZ), "-ch_layout", "stereo", *source(pcm)),
                *("-c:a", AUDIO[codec].encoder, *rate, "-threads", "1", *BIT_EXACT),
                *("-map_metadata", "-1", "-f", SOUND_FILES[codec].muxer, f"file:{out}"),
            )
        )
