"""export --format film and sound: which file, how far it is, and what was written."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from cli.output import print_json, say

if TYPE_CHECKING:
    from cli.steps import Opened
    from handlers.export_film import Exported

FORMATS = ("film", "sound")
OF_SOUND = {"film.audio_codec"}


def refuse_idle(format_: str, film: Mapping[str, str]) -> None:
    """Codec options are refused where the format has no use for them."""
    from handlers.errors import Refused

    idle = set(film) if format_ not in FORMATS else set()
    if format_ == "sound":
        idle = set(film) - OF_SOUND
    if idle:
        option = f"--{min(idle).partition('.')[2].replace('_', '-')}"
        raise Refused("wrong_use", f"{option} says how a film is encoded", "add --format film")


def export(
    opened: "Opened", format_: str, film: Mapping[str, str], to: Path | None, as_json: bool
) -> None:
    """Write the film or its sound, and say where it is."""
    from cli.signals import signals_stop

    with signals_stop():
        done = (_film if format_ == "film" else _sound)(opened, film, to)
    session = opened.stream.id
    if as_json:
        beside = {"captions": str(done.captions)} if done.captions else {}
        print_json({"session": session, "file": str(done.file), **done.facts, **beside})
        return
    say(f"{session} is in {done.file}")
    if done.captions:
        say(f"This ffmpeg writes no captions into it; they are in {done.captions}")


def _film(opened: "Opened", film: Mapping[str, str], to: Path | None) -> "Exported":
    from dataclasses import replace

    from handlers import export_film
    from handlers.export import whole_file

    session = opened.stream.session
    what = export_film.order(session, film, to)
    out = _place(to, f"{session.id}{what.suffix}")
    done: list[Exported] = []
    whole_file(
        out,
        lambda new: done.append(export_film.write_film(opened.home, session, what, new, _share)),
    )
    _clear()
    captions = export_film.captions_beside(opened.home, session, what, out)
    return replace(done[0], file=out, captions=captions)


def _sound(opened: "Opened", film: Mapping[str, str], to: Path | None) -> "Exported":
    from dataclasses import replace

    from gpu.film_format import SOUND_FILES
    from handlers import export_film
    from handlers.export import whole_file

    session = opened.stream.session
    codec = export_film.sound_codec(film.get("film.audio_codec"), to)
    out = _place(to, f"{session.id}{SOUND_FILES[codec].suffix}")
    done: list[Exported] = []
    whole_file(
        out,
        lambda new: done.append(export_film.write_sound(opened.home, session, codec, new)),
    )
    return replace(done[0], file=out)


def _place(to: Path | None, name: str) -> Path:
    return to / name if to is not None and to.is_dir() else to or Path(name)


def _share(share: float) -> None:
    if sys.stderr.isatty():
        print(f"\rencoding: {share:4.0%}", end="", file=sys.stderr, flush=True)


def _clear() -> None:
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
