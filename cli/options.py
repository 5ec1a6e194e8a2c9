"""Options and arguments that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

SessionName = Annotated[
    str, typer.Argument(metavar="ID", help="session id, a unique part of it, or 'last'")
]
Json = Annotated[bool, typer.Option("--json", help="answer as one JSON envelope")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="STAGE.KEY=VALUE", help="change a setting of the profile"),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="do not ask")]

VideoCodec = Annotated[
    str | None,
    typer.Option(metavar="CODEC", help="h264, hevc, av1, prores or ffv1  [default: h264]"),
]
Crf = Annotated[
    int | None, typer.Option(metavar="N", help="quality of the film's file, lower is better")
]
PixFmt = Annotated[
    str | None, typer.Option(metavar="FORMAT", help="of the pixels, like yuv420p10le")
]
Container = Annotated[
    str | None, typer.Option(metavar="KIND", help="mp4, mov, mkv or webm  [default: the codec's]")
]
AudioCodec = Annotated[
    str | None, typer.Option(metavar="CODEC", help="aac, opus, flac or wav  [default: the film's]")
]


ALSO_CALLED = {"h.264": "h264", "avc": "h264", "h265": "hevc", "h.265": "hevc", "pcm": "wav"}


def encoding(**given: str | int | None) -> dict[str, str]:
    """Codec options as settings of the stage `film`; those that were not given are left out."""
    said = {f"film.{key}": str(value).lower() for key, value in given.items() if value is not None}
    return {key: ALSO_CALLED.get(value, value) for key, value in said.items()}


def home_of(context: typer.Context) -> Path:
    """The folder of --home."""
    return Path(context.find_root().params["home"])
