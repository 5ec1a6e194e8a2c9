"""Editing by hand: shots and session. Pure: decides events, or refuses in a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eventstore.registry import Event
from gpu import profile as profiles
from gpu import ready
from gpu.profile import Profile
from gpu.references import told_in
from gpu.vocabulary import ANGLES, CAMERAS, SHOT_SIZES, TRANSITIONS, camera_move, nearest
from handlers import budget, references
from handlers.decide import check_text, stages_for
from handlers.errors import Refused
from handlers.music import UNSAID, Music
from handlers.text_stages import plan_seed
from projections.events import (
    ProfileChanged,
    SessionEdited,
    ShotAdded,
    ShotEdited,
    ShotMoved,
    ShotRemoved,
)
from projections.session import Session
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
    music: Music = UNSAID
    budget: str | None = None

    @property
    def of_the_film(self) -> bool:
        """Whether it is about the whole film."""
        said = (
            self.title,
            self.style,
            self.profile,
            self.music.words,
            self.music.file,
            self.budget,
        )
        return any(one is not None for one in said)


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
    if request.shot is not None and (whose := _not_of_a_shot(request)):
        raise Refused("wrong_use", whose, f"leave the shot away, it says {request.shot}")
    if request.of_the_film:
        return edit_session(s, request)
    if of_names:
        return references.edit(s, request.looks, request.pictures)
    if request.add is not None:
        return add_shot(s, request.add, request.changes)
    if not request.changes and not any(cut):
        raise Refused("wrong_use", "nothing to change was said", "see `reelog edit --help`")
    if request.shot is None:
        raise Refused("wrong_use", "it does not say which shot", "give its place in the cut")
    if request.remove:
        return remove_shot(s, request.shot)
    if request.move is not None:
        return move_shot(s, request.shot, request.move)
    return edit_shot(s, request.shot, request.changes)


def _not_of_a_shot(request: EditRequest) -> str:
    """Why an edit is not about the shot that it names, in words; empty where it is."""
    of_the_film = {
        "--title": request.title,
        "--style": request.style,
        "--profile": request.profile,
        "--music": request.music.words,
        "--music-file": request.music.file,
    }
    for option, said in of_the_film.items():
        if said is not None:
            return f"{option} is of the whole film"
    for option, names in (("--look", request.looks), ("--reference", request.pictures)):
        if names:
            return f"{option} is of a character or place"
    return "--add says the place itself" if request.add is not None else ""


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
    if not checked.get("image_prompt", "unchanged").strip():
        raise Refused("empty_shot", "a shot needs a picture", "say what --image-prompt is to show")
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
        elif key == "references":
            checked["references"] = references.shown(s, value)
        elif key == "verbatim":
            checked["verbatim"] = value
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
        "verbatim": False,
        "seed": plan_seed(s.started.seed, number, s.stages["shots"].settings),
        "references": told_in(f"{told} {checked.get('narration', '')}", s.references),
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


def edit_session(s: Session, request: EditRequest) -> Sequence[Event]:
    """SessionEdited, ProfileChanged, BudgetSet; nothing when nothing differs.

    Who writes the story, and at what cost, may be changed while there is none.
    """
    in_words = (request.title, request.style, request.music.words, request.music.file)
    if s.story is None and any(one is not None for one in in_words):
        raise Refused("no_story", f"{s.id} has no story yet", "let it write one: `reelog resume`")
    events: list[Event] = []
    said = {"title": request.title, "style": request.style, "music": request.music.prompt}
    for key, text in said.items():
        check_text(text or "", f"--{key}", TEXT_CHARACTERS_MAX)
    changes = {
        key: text
        for key, text in said.items()
        if text is not None and (text or key == "music") and text != getattr(s, key)
    }
    if changes:
        events.append(SessionEdited(**changes))
    profile = request.profile
    stages = request.music.stages(stages_for(s, profile) if profile else s.stages)
    if stages != s.stages:
        name = profile.name if profile else s.profile
        events.append(ProfileChanged(profile=name, stages=stages))
    if request.budget is not None:
        wanted = budget.asked(request.budget, budget.currency_of(stages.values()))
        events += budget.set_to(s, wanted)
    return events
