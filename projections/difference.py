"""What differs between two sessions, or between two moments of one. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eventstore.recorded import Recorded
from projections.history import effective
from projections.pairing import moved, pairs, shared_shots
from projections.rows import state
from projections.session import STAGES_OF_A_SHOT, Session
from projections.shot_work import ShotWork
from projections.words import Piece, word_diff
from projections.work import Work, work

TEXTS = (
    "image_prompt", "motion_prompt", "original_image_prompt", "original_motion_prompt",
    "negative_prompt", "narration",
)  # fmt: skip
PLAN = ("scene", "role", "camera", "shot_size", "angle", "lighting", "place", "transition", "seed")
SAME, DIFFERENT, ONLY_BEFORE, ONLY_AFTER = "same", "different", "only before", "only after"
UNCHANGED, CHANGED, ADDED, REMOVED = "same", "changed", "added", "removed"


@dataclass(frozen=True)
class Side:
    """One of the two: a name to show, the session, and the history that counts."""

    label: str
    session: Session
    history: Sequence[Recorded]

    @property
    def effective(self) -> list[Recorded]:
        """What counts after all rewinds."""
        return effective(self.history)


@dataclass(frozen=True)
class FieldChange:
    """A field that differs. `words` only for texts."""

    name: str
    before: Any
    after: Any
    words: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class ShotDifference:
    """One shot in both cuts. `artifacts`: stage → same, different, or on which side alone."""

    change: str
    moved: bool
    before: ShotWork | None
    after: ShotWork | None
    fields: tuple[FieldChange, ...]
    artifacts: dict[str, str]


@dataclass(frozen=True)
class Difference:
    """Everything that differs, with both films at hand."""

    a: Side
    b: Side
    fields: tuple[FieldChange, ...]
    shots: tuple[ShotDifference, ...]
    film: str | None
    works: tuple[Work, Work]

    @property
    def equal(self) -> bool:
        """Whether both are the same film, up to its pictures and sounds."""
        return not self.fields and self.film in (None, SAME) and not self.changed

    @property
    def changed(self) -> list[ShotDifference]:
        """Shots with anything to tell."""
        return [
            one
            for one in self.shots
            if one.change != UNCHANGED or one.moved or set(one.artifacts.values()) - {SAME}
        ]


def compare(
    a: Side, b: Side, inherited: tuple[Sequence[Recorded], Sequence[Recorded]]
) -> Difference:
    """What turns A into B. `inherited`: what each took over from its parents."""
    works = work(a.session), work(b.session)
    shared = shared_shots([*inherited[0], *a.effective], [*inherited[1], *b.effective])
    of_a, of_b = ({id(one.shot): one for one in side.shots} for side in works)
    before = [one.shot for one in works[0].shots]
    found = pairs(before, [one.shot for one in works[1].shots], shared)
    wandered = moved(found, before)
    shots = tuple(
        _shot(
            of_a[id(old)] if old else None,
            of_b[id(new)] if new else None,
            (_fps(a.session), _fps(b.session)),
            moved=new is not None and new.shot in wandered,
        )
        for old, new in found
    )
    film = _same(works[0].film_made, works[1].film_made)
    return Difference(a, b, tuple(_session_fields(a.session, b.session)), shots, film, works)


def _fps(s: Session) -> int:
    return s.started.fps if s.started else 1


def facts(s: Session) -> dict[str, Any]:
    """A session's own fields: what it is called, how it looks, who makes it with which settings."""
    found = work(s)
    layout = found.timeline
    values: dict[str, Any] = {"title": s.title, "style": s.style, "state": state(s, found)}
    if s.started:
        started = s.started
        values |= {
            "idea": started.idea,
            "language": s.story.language if s.story else started.language,
            "logline": s.story.logline if s.story else "",
            "seed": started.seed,
            "size": f"{started.width}x{started.height}",
            "fps": started.fps,
            "shots": len(found.shots),
            "film_s": round(layout.total_frames / started.fps, 3) if layout else None,
        }
    values |= {f"look of {one.name}": one.look for one in s.references.values()}
    values["profile"] = s.profile
    for kind, stage in s.stages.items():
        values |= {
            f"{kind}.{name}": getattr(stage, name) for name in ("backend", "model", "revision")
        }
        values |= {f"{kind}.{name}": value for name, value in stage.settings.items()}
    return values


def _session_fields(a: Session, b: Session) -> list[FieldChange]:
    before, after = facts(a), facts(b)
    texts = ("title", "style", "idea", "logline")
    return [
        _field(name, before.get(name), after.get(name), text=name in texts)
        for name in {**before, **after}
        if _said(before.get(name)) != _said(after.get(name))
    ]


def _said(value: Any) -> Any:
    """A setting that is empty says as little as one that is not there."""
    return None if value == "" else value


def _field(name: str, before: Any, after: Any, *, text: bool) -> FieldChange:
    words = tuple(word_diff(before or "", after or "")) if text else ()
    return FieldChange(name, before, after, words)


def shot_facts(one: ShotWork, fps: int) -> dict[str, Any]:
    """What a shot is, as far as a person decides it; its prompts as its stages are given them."""
    shot, plan = one.worded, one.shot.plan
    takes = {
        f"{stage}_takes": [f"{take} (seed {seed})" for take, seed in shot.takes(stage)]
        for stage in STAGES_OF_A_SHOT
    }
    chosen = {f"chosen_{stage}": shot.chosen_take(stage)[0] for stage in STAGES_OF_A_SHOT}
    return {
        "image_prompt": shot.image_prompt,
        "motion_prompt": shot.motion_prompt,
        **{f"original_{name}": text for name, text in originals(one).items()},
        "negative_prompt": plan.negative_prompt,
        "narration": plan.narration,
        **({"verbatim": True} if plan.verbatim else {}),
        **({"references": ", ".join(plan.references)} if plan.references else {}),
        **{name: getattr(plan, name) for name in PLAN},
        "planned_s": round(plan.planned_frames / fps, 3),
        "duration_s": round((one.frames or plan.planned_frames) / fps, 3),
        **{name: ", ".join(value) for name, value in takes.items()},
        **chosen,
    }


def originals(one: ShotWork) -> dict[str, str]:
    """The prompts that were enhanced, as they were written."""
    names = {"image": "image_prompt", "video": "motion_prompt"}
    return {names[prompt.stage]: prompt.made.original for prompt in one.prompts if prompt.made}


def _shot(
    old: ShotWork | None, new: ShotWork | None, fps: tuple[int, int], *, moved: bool
) -> ShotDifference:
    if old is None or new is None:
        return ShotDifference(ADDED if old is None else REMOVED, False, old, new, (), {})
    before, after = shot_facts(old, fps[0]), shot_facts(new, fps[1])
    fields = tuple(
        _field(name, before.get(name), after.get(name), text=name in TEXTS)
        for name in {**before, **after}
        if before.get(name) != after.get(name) and not _is_told_already(name, before, after)
    )
    artifacts = {
        stage: found
        for stage in ("image", "video", "audio")
        if (found := _same(old.made.get(stage), new.made.get(stage)))
    }
    return ShotDifference(CHANGED if fields else UNCHANGED, moved, old, new, fields, artifacts)


def _is_told_already(name: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Where one side's prompt is not enhanced, the prompts themselves say what was rewritten."""
    return name.startswith("original_") and not (name in before and name in after)


def _same(before: Any, after: Any) -> str | None:
    """How two results compare by their raw content; None when there is none."""
    if before is None or after is None:
        return ONLY_BEFORE if before else ONLY_AFTER if after else None
    same = before.artifact.raw_sha256 == after.artifact.raw_sha256
    return SAME if same else DIFFERENT
