"""How v1.jsonl was made: every event type of version 1, in three sessions. Run once, kept for ever.

python -m tests.golden.make_v1
"""

from eventstore.registry import Event
from projections import events as e
from projections.parts import ScriptFile
from projections.work import work
from tests import build as b
from tests.golden.golden import FOLDER, line, meaning

FILM = "session_20250208_002238"
Appends = list[Event | list[Event]]


def film() -> Appends:
    """A film with everything that can happen on the way, finished in the end."""
    history: Appends = [
        b.started(),
        e.SessionPrioritised(priority=2),
        *_attempts(b.work_after(b.started()).pending[0]),
        e.SessionPaused(now=True),
        e.SessionUnpaused(),
    ]
    history = b.carried_on(history, "story", "scene_graph", "shots")
    history.append(
        e.PromptEnhanced(
            command_id="enhance-3",
            shot=3,
            image_prompt="view 3, in the rain",
            motion_prompt="rain falls",
            raw="{}",
            provenance=b.provenance(),
        )
    )
    history = b.carried_on(history)
    return b.carried_on([*history, *_changes(history)])


def _attempts(command: b.Command) -> Appends:
    start = e.CommandStarted(command_id=command.id, kind=command.kind, worker="w1")
    return [
        start,
        e.CommandFailed(command_id=command.id, kind=command.kind, error="no light", final=True),
        e.RetryRequested(command_ids=(command.id,), reason="light is back"),
        start,
        e.CommandInterrupted(command_id=command.id, kind=command.kind, reason="Ctrl-C"),
        start,
        e.LateResultRejected(command_id=command.id, kind=command.kind, sha256="x", worker="w1"),
        start,
    ]


def _changes(finished: Appends) -> Appends:
    before = sum(len(one) if isinstance(one, list) else 1 for one in finished)
    image = b.only(b.work_after(*finished).commands, "image", 1)
    made = work(b.session_after(*finished)).session.results[image.id].event
    assert isinstance(made, e.ImageRendered)
    other = {**b.FAKE, "audio": b.FAKE["audio"].model_copy(update={"settings": {"rate": 1.5}})}
    return [
        e.SessionEdited(title="Withdrawn", style="ink"),
        e.SessionRewound(to=before),
        e.SessionEdited(title="The Last Light"),
        e.ShotEdited(shot=2, narration="Nobody answers.", camera="pan left", planned_frames=72),
        e.ShotAdded(shot=5, index=2, plan=b.plan(5, scene=2, transition="dissolve")),
        e.ShotRemoved(shot=4),
        e.ShotMoved(shot=3, index=1),
        e.TakeRequested(shot=2, stage="image", take=2, seed=99),
        e.TakeChosen(shot=2, stage="image", take=1, because="calmer"),
        e.TakeRequested(shot=1, stage="video", take=2, seed=98),
        e.ProfileChanged(profile="fake-fast", stages=other),
        e.ArtifactLost(command_id=image.id, sha256=made.artifact.sha256, reason="gone"),
    ]


def fork() -> Appends:
    """A fork of the film after its plan, cancelled."""
    return [
        e.SessionForked(parent=FILM, at=FORKED_AT, at_hash="00"),
        e.SessionEdited(style="woodcut"),
        e.SessionCancelled(reason="enough"),
    ]


def imported() -> Appends:
    """A session from another log, begun from a script, with a slate, half done."""
    script = ScriptFile(sha256="ab", media_type="text/markdown", name="story.md")
    start = b.started(script=script, slate=True, language="de")
    begun = b.carried_on([start], "story", "scene_graph", "shots")
    return [
        *begun,
        e.SessionImported(log_id="other-log", session="session_x", head_hash="00"),
    ]


FORKED_AT = 18
"""The film's position right after its plan."""


def main() -> None:
    """Write v1.jsonl and v1.session.json."""
    streams = {FILM: film(), f"{FILM}_2": fork(), "session_imported": imported()}
    lines = [line(name, one) for name, appends in streams.items() for one in b.recorded(appends)]
    path = FOLDER / "v1.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.with_suffix(".session.json").write_text(meaning(path), encoding="utf-8")


if __name__ == "__main__":
    main()
