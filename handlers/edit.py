"""Editing by hand: shots and session. Pure: decides events, or refuses in a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eventstore.registry import Event
from gpu import profile as profiles
from gpu import ready
from gpu.profile import Profile
from gpu.vocabulary import ANGLES, CAMERAS, SHOT_SIZES, TRANSITIONS, camera_move, nearest
from handlers import references
from handlers.decide import SEED_MAX, check_text, stages_for
from handlers.errors import Refused
from handlers.text_stages import plan_seed, shot_seed
from projections.commands import steps_of
from projections.events import (
    ProfileChanged,
    SessionEdited,
    ShotAdded,
    ShotEdited,
    ShotMoved,
    ShotRemoved,
    TakeChosen,
    TakeRequested,
)
from projections.session import STAGES_OF_A_SHOT, Session
from projections.shot import Shot

TEXT_CHARACTERS_MAX = 5_000
SHOT_S_MAX = 600.0
TAKES_MAX = 50
CLOSED = {"shot_size": SHOT_SIZES, "angle": ANGLES, "transition": TRANSITIONS}


@dataclass(frozen=True, kw_only=True)
class EditRequest:
    """One edit: of a shot's fields, the cut, the whole film, or characters and places."""

    shot: int | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    add: int | None = None
    remove: bool = False
    move: int | None = None
    title: str | None = None
    style: str | None = None
    profile: Profile | None = None
    looks: Mapping[str, str] = field(default_factory=dict)
    pictures: Sequence[references.Given] = ()

    @property
    def of_the_film(self) -> bool:
        """Whether it is about the whole film."""
        return not (self.title is None and self.style is None and self.profile is None)


def request(asked: Mapping[str, Any]) -> EditRequest:
    """What was typed as a request; a profile is given by name and settings. Raises BriefRefused."""
    values = dict(asked)
    values["profile"] = asked_profile(asked.get("profile"), values.pop("settings", {}))
    return EditRequest(**values)


def asked_profile(name: str | None, settings: Mapping[str, str]) -> Profile | None:
    """The profile of that name with these settings, ready for work. Raises BriefRefused."""
    if settings and not name:
        raise Refused("wrong_use", "--set changes a profile's settings", "name it too: --profile")
    return ready.checked(profiles.load(name, settings)) if name else None


def edit(s: Session, request: EditRequest) -> Sequence[Event]:
    """The events of an edit. Raises Refused when it says nothing, or several things at once."""
    cut = [request.add is not None, request.remove, request.move is not None]
    of_names = bool(request.looks or request.pictures)
    alone = request.remove or request.move is not None or request.of_the_film or of_names
    if sum([*cut, request.of_the_film, of_names]) > 1 or (alone and request.changes):
        raise Refused("wrong_use", "one edit changes one thing", "edit again for the next")
    if request.of_the_film:
        return edit_session(s, request.title, request.style, request.profile)
    if of_names:
        return references.edit(s, request.looks, request.pictures)
    if request.add is not None:
        return add_shot(s, request.add, request.changes)
    if not request.changes and not any(cut):
        raise Refused("wrong_use", "nothing to change was said", "see `reelog edit --help`")
    if request.shot is None:
        raise Refused("wrong_use", "which shot?", "give its place in the cut")
    if request.remove:
        return remove_shot(s, request.shot)
    if request.move is not None:
        return move_shot(s, request.shot, request.move)
    return edit_shot(s, request.shot, request.changes)


def shot_at(s: Session, index: int) -> Shot:
    """The shot at a place in the cut. Raises Refused, naming the places there are."""
    if not s.order:
        raise Refused("no_shots", f"{s.id} has no shots yet", "let it plan them: `reelog resume`")
    if not 1 <= index <= len(s.order):
        near = min(max(index, 1), len(s.order))
        raise Refused(
            "unknown_shot",
            f"there is no shot {index}; the cut has shots 1 to {len(s.order)}",
            f"did you mean {near}?",
        )
    return s.shots[s.order[index - 1]]


def edit_shot(s: Session, index: int, changes: Mapping[str, Any]) -> Sequence[Event]:
    """ShotEdited with what really differs; nothing when nothing does."""
    shot = shot_at(s, index)
    checked = _checked(s, changes)
    plan = shot.plan.model_dump()
    shown = {"image_prompt": shot.image_prompt, "motion_prompt": shot.motion_prompt}
    different = {k: v for k, v in checked.items() if v != {**plan, **shown}[k]}
    return [ShotEdited(shot=shot.shot, **different)] if different else []


def _checked(s: Session, changes: Mapping[str, Any]) -> dict[str, Any]:
    assert s.started is not None
    checked: dict[str, Any] = {}
    for key, value in changes.items():
        if key == "duration_s":
            if not 1 / s.started.fps <= value <= SHOT_S_MAX:
                raise Refused(
                    "out_of_range", f"--duration {value:g} is out of range",
                    f"a shot lasts up to {SHOT_S_MAX:g} seconds",
                )  # fmt: skip
            checked["planned_frames"] = round(value * s.started.fps)
        elif key == "camera":
            checked["camera"] = _camera(value)
        else:
            checked[key] = _text(key, value)
    return checked


def _camera(word: str) -> str:
    move = camera_move(word)
    if move is None:
        near = nearest(word, CAMERAS)
        hint = f"did you mean {near!r}?" if near else f"known: {', '.join(CAMERAS)}"
        raise Refused("unknown_camera", f"unknown camera {word!r}", hint)
    return move


def _text(key: str, value: str) -> str:
    option = "--" + key.replace("_", "-")
    check_text(value, option, TEXT_CHARACTERS_MAX)
    if key in CLOSED and value not in CLOSED[key]:
        near = nearest(value, CLOSED[key])
        hint = f"did you mean {near!r}?" if near else f"known: {', '.join(CLOSED[key])}"
        raise Refused("unknown_word", f"unknown {option} {value!r}", hint)
    return value.strip()


def add_shot(s: Session, index: int, changes: Mapping[str, Any]) -> Sequence[Event]:
    """ShotAdded at a place in the cut; what is not said is taken from the shot it joins."""
    if not 1 <= index <= len(s.order) + 1:
        raise Refused(
            "unknown_shot", f"a shot cannot be added at {index}",
            f"the places are 1 to {len(s.order) + 1}",
        )  # fmt: skip
    checked = _checked(s, changes)
    told = checked.get("image_prompt") or checked.get("narration")
    if not told:
        raise Refused("empty_shot", "a new shot needs a picture", "give --image-prompt")
    assert s.started is not None
    neighbour = shot_at(s, min(index, len(s.order)))
    number = s.highest_shot + 1
    fresh = {
        "image_prompt": told,
        "narration": "",
        "role": "show",
        "seed": plan_seed(s.started.seed, number, s.stages["shots"].settings),
    }
    plan = neighbour.plan.model_copy(update={**fresh, **checked})
    return [ShotAdded(shot=number, index=index, plan=plan)]


def remove_shot(s: Session, index: int) -> Sequence[Event]:
    """ShotRemoved; the last shot of a film stays."""
    shot = shot_at(s, index)
    if len(s.order) == 1:
        raise Refused("last_shot", "a film keeps at least one shot", "`reelog cancel` ends a film")
    return [ShotRemoved(shot=shot.shot)]


def move_shot(s: Session, index: int, to: int) -> Sequence[Event]:
    """ShotMoved to another place in the cut."""
    shot = shot_at(s, index)
    shot_at(s, to)
    return [ShotMoved(shot=shot.shot, index=to)] if to != index else []


def edit_session(
    s: Session, title: str | None, style: str | None, profile: Profile | None
) -> Sequence[Event]:
    """SessionEdited, ProfileChanged, or both; nothing when nothing differs."""
    if s.story is None:
        raise Refused("no_story", f"{s.id} has no story yet", "let it write one: `reelog resume`")
    events: list[Event] = []
    for option, text in (("--title", title), ("--style", style)):
        if text is not None:
            check_text(text, option, TEXT_CHARACTERS_MAX)
    if (title or s.title, style or s.style) != (s.title, s.style):
        events.append(SessionEdited(title=title, style=style))
    if profile is not None:
        stages = stages_for(s, profile)
        if stages != s.stages:
            events.append(ProfileChanged(profile=profile.name, stages=stages))
    return events


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
    steps = steps_of(choice.settings)
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
