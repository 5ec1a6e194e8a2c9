"""How prompts.jsonl was made: enhanced prompts, edited, given up, asked for again. Run once.

python -m tests.golden.make_prompts
"""

from eventstore.registry import Event
from projections import events as e
from tests import build as b
from tests.golden.golden import FOLDER, line, meaning

FILM = "session_20250208_002238"


def film() -> list[Event | list[Event]]:
    """Enhanced prompts; then other words, own words, no answer, and an answer after all."""
    finished = b.carried_on([b.started(stages=b.WITH_ENHANCER, shots=2)])
    edits = [
        e.ShotEdited(shot=1, image_prompt="a storm over the coast"),
        e.ShotEdited(shot=2, verbatim=True),
        e.ShotEdited(shot=3, motion_prompt="waves break"),
    ]
    (todo,) = [
        c for c in b.work_after(*finished, *edits).pending if c.kind == "enhance" and c.shot == 3
    ]
    failed = e.CommandFailed(command_id=todo.id, kind="enhance", shot=3, error="nobody answers")
    without = b.carried_on([*finished, *edits, *[failed] * 3])
    return b.carried_on([*without, e.RetryRequested(command_ids=(todo.id,))])


def main() -> None:
    """Write prompts.jsonl and prompts.session.json."""
    path = FOLDER / "prompts.jsonl"
    lines = [line(FILM, one) for one in b.recorded(film())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.with_suffix(".session.json").write_text(meaning(path), encoding="utf-8")


if __name__ == "__main__":
    main()
