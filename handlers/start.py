"""Beginning a session: reads what decide needs, then appends."""

import hashlib
import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from eventstore.errors import WrongExpectedVersion
from eventstore.home import Home
from eventstore.leases import WorkerLock
from eventstore.log import EventLog, new_id
from eventstore.recorded import Cause
from eventstore.registry import Event
from gpu import profile as profiles
from gpu import ready
from gpu.film_format import copies_clips
from gpu.given_file import plain_name
from gpu.language import language_of
from gpu.tongues import voice_language
from gpu.vocabulary import nearest
from handlers import budget, decide, music, references, steer, workflows
from handlers.errors import Refused
from handlers.stream import SessionStream
from projections.parts import ScriptFile
from projections.session import Session

if TYPE_CHECKING:
    from gpu.script import Script

DEFAULT_SHOTS, DEFAULT_DURATION_S = 7, 40.0
MEDIA_TYPES = {".json": "application/json", ".md": "text/markdown"}


@dataclass(frozen=True, kw_only=True)
class StartRequest:
    """What the user typed; None where they said nothing."""

    idea: str = ""
    script: Path | None = None
    profile: str = "animatic"
    shots: int | None = None
    duration_s: float | None = None
    size: str = "1280x720"
    fps: int = 24
    seed: int | None = None
    language: str | None = None
    slate: bool = False
    metadata: bool = True
    budget: str | None = None
    priority: int = 0
    music: str | None = None
    music_file: Path | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    crf: int | None = None
    references: Mapping[str, str] = field(default_factory=dict)


def now_local() -> datetime:
    """Local time, for session ids."""
    return datetime.now().astimezone()


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A start that nothing speaks against, with the user's own files to keep."""

    asked: decide.Asked
    base: str
    script: bytes = b""
    pictures: tuple[references.Given, ...] = ()
    urgency: Sequence[Event] = ()
    music: bytes = b""


def start(
    home: Home, log: EventLog, request: StartRequest, clock: Callable[[], datetime] = now_local
) -> SessionStream:
    """Prepare and begin at once."""
    return begin(home, log, prepare(request, clock))


def prepare(request: StartRequest, clock: Callable[[], datetime] = now_local) -> Prepared:
    """Read and check everything; writes nothing. Raises Refused, StageError."""
    script = _read_script(request.script)
    content = request.script.read_bytes() if request.script else b""
    folder = request.script.parent if request.script else Path()
    pictures = references.of_script(script, folder, request.references)
    asked_at = clock()
    profile = _profile(request)
    profile = ready.checked(profiles.told_by_a_script(profile) if script else profile)
    if not request.metadata:
        profile = profiles.without_metadata(profile)
    asked = decide.Asked(
        idea=_idea(request, script),
        language=_language(request, script),
        seed=secrets.randbelow(2**32) if request.seed is None else request.seed,
        shots=len(script.shots)
        if script
        else (DEFAULT_SHOTS if request.shots is None else request.shots),
        duration_s=_duration_s(request, script),
        **_size(request.size),
        fps=request.fps,
        slate=request.slate,
        profile=profile,
        script=_script_file(request.script, content) if request.script else None,
        music=music.asked(request.music, request.music_file),
        local_time=asked_at.isoformat(timespec="seconds"),
        program=f"reelog {version('reelog')}",
    )
    base = session_base(asked_at)
    decide.start(Session(base), asked)
    urgency = steer.prioritise(Session(base), priority=request.priority)
    limit = budget.at_start(profile, request.budget)
    own_music = request.music_file.read_bytes() if request.music_file else b""
    return Prepared(
        asked=asked,
        base=base,
        script=content,
        pictures=pictures,
        urgency=[*urgency, *limit],
        music=own_music,
    )


def spoken_alone(prepared: Prepared) -> str:
    """In words, why nothing but the idea itself will be spoken; empty where more will be."""
    from gpu.narrate import bank

    asked = prepared.asked
    by_outliner = asked.profile.stages["story"].backend == "animatic" and asked.script is None
    if not by_outliner or bank(asked.language.partition("-")[0]):
        return ""
    return (
        f"the outliner has no lines in this language ({asked.language}): only the idea is spoken; "
        "--script tells your own words, or a profile with a language model writes them"
    )


def begin(home: Home, log: EventLog, prepared: Prepared) -> SessionStream:
    """Append what was prepared, its script kept first; returns the new session's stream."""
    asked = prepared.asked
    own = [(asked.script, prepared.script), (asked.music.file, prepared.music)]
    with closing(WorkerLock(home.locks)) as lock:  # gc leaves them alone until an event names them
        for file, content in own:
            if file is not None:
                music.keep(home, lock, file, content)
        references.keep(home, lock, prepared.pictures)
        workflows.keep(home, lock, prepared.asked.profile)
        return _append(log, prepared)


def _profile(request: StartRequest) -> profiles.Profile:
    """The profile as it is asked for. Where the film copies its clips, their quality is its own."""
    if request.crf is None:
        return profiles.load(request.profile, request.settings)
    of_film = {**request.settings, "film.crf": str(request.crf)}
    found = profiles.load(request.profile, of_film)
    if not copies_clips(found.stages["film"].settings):
        return found
    return profiles.load(request.profile, {"video.crf": str(request.crf), **of_film})


def session_base(now: datetime) -> str:
    """session_YYYYMMDD_HHMMSS in local time."""
    return f"session_{now:%Y%m%d_%H%M%S}"


def free_session_id(log: EventLog, base: str) -> str:
    """The base, with a suffix when that id is taken."""
    return next(name for name in session_ids(base) if log.version(name) == 0)


def session_ids(base: str) -> Iterator[str]:
    """The base, and then the base with every suffix."""
    return (base if number == 1 else f"{base}_{number}" for number in count(1))


def _append(log: EventLog, prepared: Prepared) -> SessionStream:
    """Append under the first id of that second which is not taken."""
    request_id = new_id()
    for name in session_ids(prepared.base):
        stream = SessionStream(log, name)
        if stream.history:
            continue
        try:
            begun = decide.start(stream.session, prepared.asked)
            given = [one.event for one in prepared.pictures]
            stream.append([*begun, *prepared.urgency, *given], Cause(request_id, request_id))
        except WrongExpectedVersion:
            continue  # somebody took the id meanwhile
        return stream
    raise AssertionError("there is always a free name")


def _read_script(path: Path | None) -> "Script | None":
    if path is None:
        return None
    from gpu.script import read_script

    return read_script(path, plain_name(path))


def _script_file(path: Path, content: bytes) -> ScriptFile:
    media_type = MEDIA_TYPES.get(path.suffix.lower(), "text/plain")
    sha256 = hashlib.sha256(content).hexdigest()
    return ScriptFile(sha256=sha256, media_type=media_type, name=plain_name(path))


def _idea(request: StartRequest, script: "Script | None") -> str:
    if request.idea or script is None:
        return request.idea.strip()
    return script.title


def _language(request: StartRequest, script: "Script | None") -> str:
    if request.language is None:
        if script and script.language:
            return _spoken(script.language, f"{script.name}: language")
        return language_of(_idea(request, script))
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", request.language):
        raise Refused(
            "bad_language",
            f"--language {request.language!r} is no language code",
            "for example en, de, hi or pt-br",
        )
    return _spoken(request.language.lower(), "--language")


def _spoken(language: str, said_by: str) -> str:
    if voice_language(language) is None:
        raise Refused(
            "unknown_language",
            f"{said_by} {language!r}: no voice speaks it",
            "for example en, de, hi or zh",
        )
    return language


def _duration_s(request: StartRequest, script: "Script | None") -> float:
    if request.duration_s is not None:
        return request.duration_s
    return script.duration_s + 2 * decide.CARD_S if script else DEFAULT_DURATION_S


def _size(text: str) -> dict[str, int]:
    match = re.fullmatch(r"(\d{1,5})[xX×](\d{1,5})", text.strip())
    if match is None:
        names = {"720p": "1280x720", "1080p": "1920x1080", "480p": "854x480", "4k": "3840x2160"}
        if text.lower() in names:
            return _size(names[text.lower()])
        near = f"{text}p" if text.isdigit() else nearest(text, list(names))
        raise Refused(
            "bad_size",
            f"--size {text!r} is no size",
            f"did you mean {near}?" if near in names else "write WxH, for example 1280x720",
        )
    return {"width": int(match[1]), "height": int(match[2])}
