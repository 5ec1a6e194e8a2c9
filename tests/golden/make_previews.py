"""How previews.jsonl was made: takes that were previewed, chosen from, taken back. Run once.

python -m tests.golden.make_previews
"""

from projections import events as e
from projections.parts import KeptState, StageChoice
from tests import build as b
from tests.golden.golden import FOLDER, line, meaning

FILM = "session_20250208_002238"
STEPPED = b.FAKE | {
    "video": StageChoice(backend="fake", model="fake", revision="1", settings={"steps": 8})
}


def preview(command: b.Command) -> e.PreviewRendered:
    """The result of a command for a preview."""
    name = f"preview-{command.id[:8]}"
    return e.PreviewRendered(
        shot=command.shot or 0,
        take=command.take or 0,
        stage=command.kind,
        steps=command.inputs["preview_steps"],
        command_id=command.id,
        artifact=b.artifact(name, "video/mp4", frames=command.inputs["frames"]),
        provenance=b.provenance(),
        state=KeptState(sha256=f"sha-{name}", bytes=9, media_type="application/x-safetensors"),
    )


def film() -> list:
    """Two takes of a clip previewed, one of them chosen and made in full."""
    history = b.carried_on([b.started(stages=STEPPED, shots=2)])
    asked = [
        e.TakeRequested(shot=1, stage="video", take=take, seed=90 + take, preview_steps=3)
        for take in (2, 3)
    ]
    history.append(asked)
    history += [preview(command) for command in b.work_after(*history).pending]
    history.append(e.TakeChosen(shot=1, stage="video", take=3, because="calmer"))
    return b.carried_on(history)


def main() -> None:
    """Write previews.jsonl and previews.session.json."""
    lines = [line(FILM, one) for one in b.recorded(film())]
    path = FOLDER / "previews.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.with_suffix(".session.json").write_text(meaning(path), encoding="utf-8")


if __name__ == "__main__":
    main()
