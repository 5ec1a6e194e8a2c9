"""Sessions to measure on: made of real events, no files."""

from collections.abc import Iterator

from eventstore.log import EventLog
from eventstore.recorded import Cause
from eventstore.registry import Event
from gpu import profile
from handlers.stream import SessionStream
from projections import events as e
from projections.parts import Artifact, CutRules, Provenance, Scene, ShotPlan, StageChoice
from projections.work import work

CAUSE = Cause("benchmark", "benchmark")


def started(shots: int = 7) -> e.SessionStarted:
    """A session that was asked for."""
    stages = {
        kind: StageChoice(
            backend=s.backend, model=s.model, revision=s.revision, settings=dict(s.settings)
        )
        for kind, s in profile.load("animatic").stages.items()
    }
    return e.SessionStarted(
        idea="The rise and fall of the Indus Valley civilisation", language="en", seed=1,
        shots=shots, duration_s=40.0, width=1280, height=720, fps=24, profile="animatic",
        stages=stages, local_time="2026-01-01T00:00:00+00:00", program="benchmark",
        cut=CutRules(
            title_frames=48, end_frames=48, transition_frames=12, lead_s=0.4, tail_s=0.3
        ),
    )  # fmt: skip


def provenance(seconds: float = 0.5) -> Provenance:
    """A stage's record."""
    return Provenance(
        backend="animatic", model="reelog panels", revision="1", seed=123456789,
        settings={"crf": 20, "preset": "veryfast"}, seconds=seconds,
        peak_memory_bytes=120_000_000, environment="e" * 64,
    )  # fmt: skip


def story() -> list[list[Event]]:
    """Story and scene graph, an append each."""
    told = e.StoryGenerated(
        command_id="1" * 64, title="The rise and fall", logline="A film.", style="gouache",
        language="en", end_card="The end", raw="{}", provenance=provenance(),
    )  # fmt: skip
    scene = Scene(
        scene=1, name="Before", location="a river plain", place="plain", time_of_day="dawn",
        mood="calm", action="establish",
    )  # fmt: skip
    graph = e.SceneGraphBuilt(command_id="2" * 64, scenes=(scene,), provenance=provenance())
    return [[told], [graph]]


def planned(first: int, count: int) -> list[Event]:
    """Planned shots: one append."""
    return [
        e.ShotPlanned(
            command_id="3" * 64,
            shot=number,
            plan=ShotPlan(
                scene=1, role="show", narration=f"This is line {number} of the film, spoken.",
                image_prompt="sweeping view of a wide river plain in thin dawn haze, a small "
                "figure for scale, extreme wide, aerial view, charcoal and gouache",
                motion_prompt="mist drifts over slow water, the view glides forward",
                negative_prompt="text, watermark", camera="drone", shot_size="extreme wide",
                angle="aerial", lighting="dawn", planned_frames=137, transition="cut",
                place="river plain", seed=number,
            ),
            provenance=provenance() if number == first else None,
        )
        for number in range(first, first + count)
    ]  # fmt: skip


def result(command_id: str, kind: str, shot: int, take: int) -> Event:
    """A media result."""
    artifact = Artifact(
        sha256=f"{hash((command_id, 1)) & (2**256 - 1):064x}"[:64],
        raw_sha256=f"{hash((command_id, 2)) & (2**256 - 1):064x}"[:64],
        bytes=412_345, media_type="image/png", width=1280, height=720, frames=137, duration_s=5.7,
    )  # fmt: skip
    base = {"shot": shot, "take": take, "command_id": command_id, "artifact": artifact}
    match kind:
        case "audio":
            return e.AudioTrackSaved(
                **base, role="narration", language="en", rate_hz=48000, channels=1,
                loudness_lufs=-20.0, provenance=provenance(),
            )  # fmt: skip
        case "image":
            return e.ImageRendered(**base, provenance=provenance())
    return e.VideoRendered(**base, provenance=provenance())


def film(stream: SessionStream) -> Iterator[list[Event]]:
    """All appends of a small film up to its last clip; each is to be appended to the stream."""
    yield [started()]
    yield from story()
    yield planned(1, 7)
    while shots := [command for command in work(stream.session).pending if command.shot]:
        for one in shots:
            assert one.shot is not None
            yield [
                e.CommandStarted(
                    command_id=one.id, kind=one.kind, shot=one.shot, take=one.take, worker="w"
                )
            ]
            yield [result(one.id, one.kind, one.shot, one.take or 1)]


def grow(log: EventLog, session: str, events: int, shots: int | None = None) -> SessionStream:
    """A session of about that many events, made as workers make it."""
    shots = shots or events // 6
    stream = SessionStream(log, session)
    for append in ([started(shots)], *story(), planned(1, shots)):
        stream.append(append, CAUSE)
    for append in _work(stream, events):
        stream.append(append, CAUSE)
    return stream


def _work(stream: SessionStream, events: int) -> Iterator[list[Event]]:
    while len(stream.history) < events:
        batch: list[Event] = []
        for command in work(stream.session).pending:
            if command.shot is None:
                continue
            batch.append(
                e.CommandStarted(
                    command_id=command.id, kind=command.kind, shot=command.shot,
                    take=command.take, worker="w",
                )
            )  # fmt: skip
            batch.append(result(command.id, command.kind, command.shot, command.take or 1))
        if not batch:
            batch = [
                e.TakeRequested(shot=n, stage="audio", take=take, seed=n)
                for n, take in ((1 + n % 1000, 2 + len(stream.history)) for n in range(500))
            ]
        yield batch[: events - len(stream.history)]
