"""Takes of a shot by hand: ask for more, choose one. Pure: decides events, or refuses."""

from collections.abc import Sequence

from eventstore.registry import Event
from gpu.vocabulary import nearest
from handlers.decide import SEED_MAX, check_text
from handlers.edit import TEXT_CHARACTERS_MAX, shot_at
from handlers.errors import Refused
from handlers.text_stages import shot_seed
from projections.commands import steps_of
from projections.events import TakeChosen, TakeRequested
from projections.session import STAGES_OF_A_SHOT, Session
from projections.shot import Shot

TAKES_MAX = 50


def retake(
    s: Session,
    index: int,
    stage: str,
    *,
    count: int = 1,
    seed: int | None = None,
    preview: int | None = None,
) -> Sequence[Event]:
    """TakeRequested: more attempts, each with its own seed; the newest goes into the cut.

    With `preview`, each is made up to that step only, and none goes into the cut.
    """
    shot = shot_at(s, index)
    _check_stage(shot, stage)
    if preview is not None:
        _check_preview(s, stage, preview)
    if not 1 <= count <= TAKES_MAX:
        raise Refused("out_of_range", f"--count {count} is out of range", f"1 to {TAKES_MAX}")
    if seed is not None and not 0 <= seed <= SEED_MAX - TAKES_MAX:
        raise Refused("out_of_range", f"--seed {seed} is out of range", "0 to 2⁶³ − 51")
    assert s.started is not None
    last = max(take for take, _ in shot.takes(stage))
    return [
        TakeRequested(
            shot=shot.shot,
            stage=stage,
            take=take,
            seed=(shot_seed(s.started.seed, shot.shot, take) if seed is None else seed + at),
            preview_steps=preview or 0,
        )
        for at, take in enumerate(range(last + 1, last + 1 + count))
    ]


ALIKE = {
    "audio": "this voice says a line alike whatever the seed; other words change it",
    "image": "these panels show what the words say: another seed moves what grows and drifts, "
    "and nothing in maps, rooms and objects; other words change more",
}


def alike(s: Session, stage: str) -> str:
    """In words, why takes of a stage come out the same, or nearly; empty where they do not."""
    return ALIKE.get(stage, "") if s.stages[stage].backend == "animatic" else ""


def choose(s: Session, index: int, take: int, stage: str | None, because: str) -> Sequence[Event]:
    """TakeChosen, with its reason. Without a stage: the one stage that has several takes."""
    shot = shot_at(s, index)
    check_text(because, "--because", TEXT_CHARACTERS_MAX)
    several = [name for name in STAGES_OF_A_SHOT if len(shot.takes(name)) > 1]
    if stage is None and len(several) != 1:
        what = f"takes of {' and '.join(several)}" if several else "only one take of everything"
        raise Refused(
            "which_stage", f"shot {index} has {what}",
            "say --stage" if several else "`reelog retake` asks for more",
        )  # fmt: skip
    stage = stage or several[0]
    _check_stage(shot, stage)
    takes = [number for number, _ in shot.takes(stage)]
    if take not in takes:
        raise Refused(
            "unknown_take", f"shot {index} has no take {take} of {stage}",
            f"it has {', '.join(map(str, takes))}",
        )  # fmt: skip
    if shot.chosen_take(stage) == (take, because):
        return []
    return [TakeChosen(shot=shot.shot, stage=stage, take=take, because=because)]


def _check_preview(s: Session, stage: str, preview: int) -> None:
    """A preview stops before the last step; who makes something at once has none."""
    choice = s.stages[stage]
    steps = steps_of(choice)
    if not steps:
        raise Refused(
            "no_preview", f"{choice.backend} makes {stage} at once, not in steps",
            "leave --preview away, or take a profile with a model for it",
        )  # fmt: skip
    if not 1 <= preview < steps:
        raise Refused(
            "out_of_range", f"--preview {preview} is out of range: {stage} takes {steps} steps",
            f"1 to {steps - 1}" if steps > 1 else "leave --preview away",
        )  # fmt: skip


def _check_stage(shot: Shot, stage: str) -> None:
    if stage not in STAGES_OF_A_SHOT:
        near = nearest(stage, STAGES_OF_A_SHOT)
        raise Refused(
            "unknown_stage", f"unknown stage {stage!r}",
            f"did you mean {near}?" if near else f"known: {', '.join(STAGES_OF_A_SHOT)}",
        )  # fmt: skip
    if stage == "audio" and not shot.plan.narration.strip():
        raise Refused("silent_shot", "this shot has no narration", "give it one with `reelog edit`")
