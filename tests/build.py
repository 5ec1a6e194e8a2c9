"""Small builders: events with every field filled in, and histories of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eventstore.artifacts import Artifacts
from eventstore.home import Home
from eventstore.log import EventLog
from eventstore.recorded import Cause, Recorded
from eventstore.registry import Event
from gpu import profile
from handlers.stream import SessionStream
from projections import events as e
from projections.commands import Command
from projections.parts import (
    Artifact,
    CutRules,
    Provenance,
    Reference,
    Scene,
    ShotPlan,
    StageChoice,
)
from projections.session import Session, fold
from projections.work import Work, work

SESSION = "session_20250208_002238"
RUN = Cause("request", "run")
RULES = CutRules(title_frames=48, end_frames=48, transition_frames=12, lead_s=0.4, tail_s=0.3)
FAKE = {
    kind: StageChoice(backend="fake", model="fake", revision="1", settings={})
    for kind in ("story", "scene_graph", "shots", "image", "video", "audio", "film")
}

WITH_ENHANCER = FAKE | {"enhance": StageChoice(backend="fake", model="fake", revision="1")}
WITH_MUSIC = FAKE | {"music": StageChoice(backend="fake", model="fake", revision="1")}


def stages_of(name: str) -> dict[str, StageChoice]:
    """The stages of a shipped profile, as SessionStarted records them."""
    return {
        kind: StageChoice(
            backend=one.backend,
            model=one.model,
            revision=one.revision,
            settings=dict(one.settings),
        )
        for kind, one in profile.load(name).stages.items()
    }


def started(**changes: Any) -> e.SessionStarted:
    """A film of four shots on the fake profile."""
    values: dict[str, Any] = {
        "idea": "a lighthouse",
        "language": "en",
        "seed": 7,
        "shots": 4,
        "duration_s": 20.0,
        "width": 320,
        "height": 180,
        "fps": 24,
        "profile": "fake",
        "stages": FAKE,
        "cut": RULES,
        "local_time": "2025-02-08T00:22:38",
        "program": "0.1.0",
    }
    return e.SessionStarted(**(values | changes))


def artifact(name: str, media_type: str = "image/png", **measures: Any) -> Artifact:
    """An artifact whose hashes are made from a name."""
    values = {"sha256": f"sha-{name}", "raw_sha256": f"raw-{name}", "bytes": 10}
    return Artifact(**(values | {"media_type": media_type} | measures))


def provenance(**changes: Any) -> Provenance:
    """Made by the fake stage in half a second."""
    values = {"backend": "fake", "model": "fake", "revision": "1", "seconds": 0.5}
    return Provenance(**(values | changes))


def told(command_id: str = "story", **changes: Any) -> e.StoryGenerated:
    """The story's head."""
    values = {
        "title": "The Lighthouse",
        "logline": "A film about a lighthouse.",
        "style": "plain",
        "language": "en",
        "end_card": "The end",
        "raw": "{}",
    }
    return e.StoryGenerated(
        **(values | {"command_id": command_id, "provenance": provenance()} | changes)
    )


def scene(number: int) -> Scene:
    """One scene."""
    return Scene(
        scene=number,
        name=f"Scene {number}",
        location="a coast",
        place="coast",
        time_of_day="dusk",
        mood="calm",
        action="waves",
    )


def divided(scenes: int = 2, command_id: str = "scenes") -> e.SceneGraphBuilt:
    """The scene graph."""
    return e.SceneGraphBuilt(
        command_id=command_id,
        scenes=tuple(scene(number) for number in range(1, scenes + 1)),
        provenance=provenance(),
    )


def plan(number: int = 1, **changes: Any) -> ShotPlan:
    """The plan of one shot: 48 frames, four words of narration."""
    values = {
        "scene": 1,
        "role": "wide",
        "image_prompt": f"view {number}",
        "motion_prompt": "nothing moves",
        "negative_prompt": "",
        "camera": "static",
        "shot_size": "wide",
        "angle": "eye level",
        "lighting": "dusk",
        "narration": f"This is view {number}.",
        "planned_frames": 48,
        "transition": "cut",
        "place": "coast",
        "seed": 100 + number,
    }
    return ShotPlan(**(values | changes))


def planned(shots: int, **changes: Any) -> list[e.ShotPlanned]:
    """All shots of a plan: one append."""
    return [
        e.ShotPlanned(
            command_id="shots",
            shot=number,
            plan=plan(number, **changes),
            provenance=provenance() if number == 1 else None,
        )
        for number in range(1, shots + 1)
    ]


def spoken(command: Command, seconds: float = 1.0, **changes: Any) -> e.AudioTrackSaved:
    """The result of an audio command."""
    values = {
        "shot": command.shot,
        "take": command.take,
        "command_id": command.id,
        "role": "narration",
        "language": "en",
        "rate_hz": 22050,
        "channels": 1,
        "artifact": artifact(f"audio-{command.id[:8]}", "audio/wav", duration_s=seconds),
        "provenance": provenance(),
    }
    return e.AudioTrackSaved(**(values | changes))


TAKING = {**FAKE, "image": FAKE["image"].model_copy(update={"running": {"references": True}})}
"""Stages whose pictures are made after those of characters and places."""


def reference(name: str, kind: str = "character", **changes: Any) -> Reference:
    """A character or place."""
    values = {"look": "tall", "prompt": f"{name}: tall. A sheet", "seed": len(name)}
    return Reference(**({"name": name, "kind": kind} | values | changes))


CAST = (reference("Mira"), reference("Old Tom"), reference("the harbour", "place"))


def with_cast(
    *shown: tuple[str, ...], stages: dict[str, StageChoice] = TAKING
) -> list[Event | Sequence[Event]]:
    """Everything up to a plan whose shots show these characters and places, a shot each."""
    shots = [
        one.model_copy(update={"plan": one.plan.model_copy(update={"references": names})})
        for one, names in zip(planned(len(shown)), shown, strict=True)
    ]
    return [started(stages=stages), told(references=CAST), divided(), shots]


def sheet(command: Command) -> e.ReferenceRendered:
    """The result of a reference command."""
    return e.ReferenceRendered(
        name=command.inputs["name"],
        take=command.take or 0,
        command_id=command.id,
        artifact=artifact(f"sheet-{command.id[:8]}", width=320, height=180),
        provenance=provenance(),
    )


def own_picture(name: str, picture: str = "own") -> e.ReferenceGiven:
    """The user's own picture of a character or place."""
    return e.ReferenceGiven(name=name, artifact=artifact(picture), file=f"{picture}.jpg")


def drawn(command: Command, name: str = "") -> e.ImageRendered:
    """The result of an image command."""
    return e.ImageRendered(
        shot=command.shot or 0,
        take=command.take or 0,
        command_id=command.id,
        artifact=artifact(name or f"image-{command.id[:8]}", width=320, height=180),
        provenance=provenance(),
        enhanced_by=command.enhanced_by,
    )


def moved(command: Command) -> e.VideoRendered:
    """The result of a video command."""
    frames = command.inputs["frames"]
    return e.VideoRendered(
        shot=command.shot or 0,
        take=command.take or 0,
        command_id=command.id,
        artifact=artifact(
            f"video-{command.id[:8]}", "video/mp4", frames=frames, duration_s=frames / 24
        ),
        provenance=provenance(),
        enhanced_by=command.enhanced_by,
    )


def enhanced(command: Command) -> e.PromptEnhanced:
    """The result of a command that enhances a prompt."""
    stage, original = command.inputs["stage"], command.inputs["prompt"]
    key = "image_prompt" if stage == "image" else "motion_prompt"
    return e.PromptEnhanced(
        command_id=command.id,
        shot=command.shot or 0,
        **{key: f"finer {original}"},
        stage=stage,
        original=original,
        family="plain",
        raw=f"finer {original}",
        provenance=provenance(),
    )


def composed(command: Command) -> e.MusicSaved:
    """The result of a music command."""
    return e.MusicSaved(
        command_id=command.id,
        rate_hz=48000,
        channels=2,
        loudness_lufs=-20.0,
        artifact=artifact(f"music-{command.id[:8]}", "audio/wav", duration_s=15.0),
        provenance=provenance(),
    )


def assembled(command: Command) -> e.FilmAssembled:
    """The result of a film command."""
    return e.FilmAssembled(
        command_id=command.id,
        artifact=artifact(f"film-{command.id[:8]}", "video/mp4"),
        provenance=provenance(),
    )


def result(command: Command) -> list[Event]:
    """Whatever event finishes a command, as its worker would append it."""
    match command.kind:
        case "story":
            return [told(command.id)]
        case "scene_graph":
            return [divided(command_id=command.id)]
        case "shots":
            return [one.model_copy(update={"command_id": command.id}) for one in planned(4)]
        case "enhance":
            return [enhanced(command)]
        case "audio":
            return [spoken(command)]
        case "reference":
            return [sheet(command)]
        case "image":
            return [drawn(command)]
        case "video":
            return [moved(command)]
        case "music":
            return [composed(command)]
    film = assembled(command)
    return [film, e.SessionCompleted(film_sha256=film.artifact.sha256)]


def recorded(appends: Sequence[Event | Sequence[Event]]) -> list[Recorded]:
    """A history: each entry is an event, or a list of events that were one append."""
    history: list[Recorded] = []
    for entry in appends:
        events = [entry] if isinstance(entry, Event) else list(entry)
        end = len(history) + len(events)
        for event in events:
            at = len(history) + 1
            when = f"2025-02-08T00:00:{at % 60:02}.000Z"
            history.append(Recorded(at, f"event-{at}", at, end, "request", "run", when, event))
    return history


def session_after(*appends: Event | Sequence[Event]) -> Session:
    """The session that these appends mean."""
    return fold(SESSION, recorded(appends))


def work_after(*appends: Event | Sequence[Event]) -> Work:
    """The work of the session that these appends mean."""
    return work(session_after(*appends))


def beginning(shots: int = 2, **changes: Any) -> list[Event | Sequence[Event]]:
    """Everything up to the plan of the shots."""
    return [started(), told(), divided(), planned(shots, **changes)]


def carried_on(
    appends: Sequence[Event | Sequence[Event]], *kinds: str
) -> list[Event | Sequence[Event]]:
    """The history after all pending commands (of these kinds) were done, until none is left."""
    history = list(appends)
    while True:
        todo = [c for c in work_after(*history).pending if not kinds or c.kind in kinds]
        if not todo:
            return history
        history.append(result(todo[0]))


def only(commands: Sequence[Command], kind: str, shot: int | None = None) -> Command:
    """The one command of that kind (and shot)."""
    (found,) = [c for c in commands if c.kind == kind and shot in (None, c.shot)]
    return found


def kinds(commands: Sequence[Command]) -> list[tuple[str, int | None]]:
    """(kind, shot) of commands, to compare."""
    return [(command.kind, command.shot) for command in commands]


def fake_session(log: EventLog, session: str = SESSION, **changes: Any) -> SessionStream:
    """A session on the fake profile, just started."""
    stream = SessionStream(log, session)
    stream.append([started(**({"stages": stages_of("fake")} | changes))], RUN)
    return stream


def rebuilt(log: EventLog, session: str = SESSION) -> dict[str, dict[Any, Any]]:
    """The read tables of a session computed again from its first event."""
    from eventstore.tables import READ_TABLES
    from projections.rows import rows

    found = rows(SessionStream(log, session).session)
    return {table: dict(found.get(table, {})) for table in READ_TABLES}


def chain_is_whole(log: EventLog) -> bool:
    """Every content hash, every link and every position, computed again."""
    from eventstore import hashes

    previous = hashes.genesis(log.log_id)
    for at, row in enumerate(
        log.connection.execute("SELECT * FROM events ORDER BY global_position"), start=1
    ):
        *columns, before, content, this = row
        linked = columns[0] == at and before == previous
        if not linked or content != hashes.content_hash(tuple(columns)):
            return False
        if this != hashes.chain_hash(previous, content):
            return False
        previous = this
    return True


def starts_after_a_result(stream: SessionStream) -> list[str]:
    """Commands that were started again though their result was committed."""
    done: set[str] = set()
    again = []
    for one in stream.history:
        if isinstance(one.event, e.RESULTS):
            done.add(one.event.command_id)
        if isinstance(one.event, e.CommandStarted) and one.event.command_id in done:
            again.append(one.event.command_id)
    return again


def names(history: Sequence[Recorded]) -> list[str]:
    """The type names of a history."""
    return [type(one.event).__name__ for one in history]


def leftovers(home: Home) -> list[Path]:
    """Temporary files of the artifact store."""
    return sorted((home.root / "artifacts" / "tmp").glob("*"))


def file_of(artifacts: Artifacts, event: Any) -> Path:
    """Where a result's file is."""
    return artifacts.path(event.artifact.sha256, event.artifact.media_type)


def raw_hashes(history: Sequence[Recorded]) -> set[tuple[str, str]]:
    """(raw hash, file hash) of every artifact that a history names."""
    found = (getattr(one.event, "artifact", None) for one in history)
    return {(one.raw_sha256, one.sha256) for one in found if one}
