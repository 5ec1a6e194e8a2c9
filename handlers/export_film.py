"""The film again, in another codec or container, or its sound alone. Cut anew from the clips.

Nothing of it is recorded: the film of the log stays what it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eventstore.home import Home
from gpu import encoders, film_format
from gpu.briefs import FilmBrief, Scalar
from gpu.film_format import AUDIO, CONTAINERS, KEYS, SOUND_FILES
from gpu.profile_keys import keys_of
from handlers.errors import Refused
from handlers.making import InputMissing, Library
from handlers.media_stages import film_brief
from projections.commands import Command
from projections.session import Session
from projections.work import work

ANIMATIC = "animatic"
Report = Callable[[float], None]


@dataclass(frozen=True)
class Exported:
    """What was written. `captions` lie beside a file that holds none."""

    file: Path
    facts: Mapping[str, Any]
    captions: Path | None = None


@dataclass(frozen=True)
class Order:
    """A film to be written: as it is in the log where `settings` are the recorded ones."""

    command: Command
    settings: Mapping[str, Scalar]

    @property
    def suffix(self) -> str:
        """What its file ends with."""
        return f".{film_format.format_of(self.settings).container}"

    @property
    def as_recorded(self) -> bool:
        """Whether it is the film of the log."""
        return bool(self.settings == self.command.inputs.get("settings", {}))


def order(session: Session, asked: Mapping[str, str], to: Path | None) -> Order:
    """What is to be written; `to` names the container where nothing else does.

    Raises Refused, and BriefRefused for what does not go together or this ffmpeg has not.
    """
    command = _film(session)
    recorded: Mapping[str, Scalar] = command.inputs.get("settings", {})
    wanted = {key.partition(".")[2]: text for key, text in asked.items()}
    known = keys_of("film", ANIMATIC)
    given = {key: known[key].typed(f"--{key.replace('_', '-')}", text) for key, text in
             wanted.items()}  # fmt: skip
    given = _with_container(given, recorded, to)
    if not given:
        return Order(command, recorded)
    left = set(KEYS) if {"video_codec", "container"} & set(given) else set()
    kept = {key: value for key, value in recorded.items() if key not in left}
    settings = film_format.settled({**kept, **given}, kept, frozenset(wanted))
    encoders.refuse_missing(settings)
    if {"crf", "preset"} & set(given):
        settings[film_format.COPIES] = False  # frames of clips have the clips' own quality
    return Order(command, settings)


def _with_container(
    given: Mapping[str, Scalar], recorded: Mapping[str, Scalar], to: Path | None
) -> dict[str, Scalar]:
    """With the container that a file's name asks for, where it is another than the film's."""
    if to is None or to.is_dir():
        return dict(given)
    suffix = to.suffix.lower().removeprefix(".")
    if suffix not in CONTAINERS:
        known = ", ".join(f".{name}" for name in CONTAINERS)
        what = to.suffix or to.name
        raise Refused("unknown_container", f"--to {to}: no film is written as {what!r}",
                      f"known: {known}")  # fmt: skip
    if given.get("container", suffix) != suffix:
        raise Refused("wrong_use", f"--container {given['container']} and --to {to} differ",
                      f"name the file {to.stem}.{given['container']}")  # fmt: skip
    if not given and suffix == film_format.format_of(recorded).container:
        return {}
    return {**given, "container": suffix}


def write_film(home: Home, session: Session, what: Order, out: Path, report: Report) -> Exported:
    """Write the film to `out`, a name in a folder that is there. Raises Refused, StageError."""
    format_ = film_format.format_of(what.settings)
    facts = {key: getattr(format_, key) for key in KEYS}
    made = work(session).film_made
    if what.as_recorded and made:
        import shutil

        shutil.copyfile(home.artifacts.path(made.artifact.sha256, made.artifact.media_type), out)
        return Exported(out, facts)
    from gpu.stages import open_stage

    brief = replace(_brief(home, session, what.command), settings=what.settings)
    open_stage("film", ANIMATIC).run(brief, out, report)
    return Exported(out, facts)


def captions_beside(home: Home, session: Session, what: Order, film: Path) -> Path | None:
    """SRT beside a film whose container gets no captions from this ffmpeg; None where it holds
    them."""
    from gpu.encoders import captions_codec
    from gpu.ffmpeg import executable
    from handlers.export_captions import captions

    if captions_codec(film_format.format_of(what.settings), executable()):
        return None
    beside = film.with_suffix(".srt")
    beside.write_text(captions(home, session, "srt"), encoding="utf-8", newline="")
    return beside


def sound_codec(codec: str | None, to: Path | None) -> str:
    """The codec of a file of sound, by its name or by that of the file. Raises Refused."""
    by_suffix = {one.suffix: name for name, one in SOUND_FILES.items()}
    named = to is not None and not to.is_dir()
    suffix = to.suffix.lower() if to is not None and named else ""
    if named and suffix not in by_suffix:
        raise Refused("unknown_container", f"--to {to}: no sound is written as {suffix!r}",
                      f"known: {', '.join(by_suffix)}")  # fmt: skip
    if codec is not None and codec not in AUDIO:
        raise Refused("bad_setting", f"--audio-codec {codec!r} is unknown",
                      f"known: {', '.join(AUDIO)}")  # fmt: skip
    chosen = codec or by_suffix.get(suffix, "wav")
    if named and by_suffix[suffix] != chosen:
        raise Refused("wrong_use", f"--audio-codec {chosen} and --to {to} differ",
                      f"{AUDIO[chosen].title} ends with {SOUND_FILES[chosen].suffix}")  # fmt: skip
    return chosen


def write_sound(home: Home, session: Session, codec: str, out: Path) -> Exported:
    """Write the film's mix alone. Raises Refused, StageError."""
    brief = _brief(home, session, _film(session))
    from gpu.soundtrack import write_soundtrack

    write_soundtrack(brief, codec, out)
    return Exported(out, {"audio_codec": codec})


def _film(session: Session) -> Command:
    found = work(session)
    if found.film is None:
        ready = sum(one.ready for one in found.shots)
        raise Refused("not_ready", f"{ready} of {len(found.shots)} shots of {session.id} are ready",
                      f"`reelog resume {session.id}` makes the rest")  # fmt: skip
    if found.film.inputs["backend"] != ANIMATIC:
        raise Refused("no_film", f"{session.id} is cut by {found.film.inputs['backend']}, "
                      "which makes no real film", "start it with another profile")  # fmt: skip
    return found.film


def _brief(home: Home, session: Session, command: Command) -> FilmBrief:
    try:
        return film_brief(command, Library(session, home.artifacts))
    except InputMissing as missing:
        raise Refused("artifact_gone", str(missing),
                      f"`reelog resume {session.id}` makes it again") from missing  # fmt: skip
