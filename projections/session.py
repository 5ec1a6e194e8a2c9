"""The session: what the events say about one film. fold(history) → Session; total and pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from eventstore.garbage import no_collections
from eventstore.recorded import Recorded
from projections import events as e
from projections.attempts import NO_ATTEMPTS, Attempts, begun
from projections.history import withdrawn_positions
from projections.parts import Reference, Scene, StageChoice
from projections.shot import Shot
from projections.spent import NOTHING_SPENT, Spent

STAGES_OF_A_SHOT = ("audio", "image", "video")
MEDIA_KINDS = ("enhance", "reference", *STAGES_OF_A_SHOT, "music", "film")
STAGE_OF = {e.AudioTrackSaved: "audio", e.ImageRendered: "image", e.VideoRendered: "video"}


@dataclass
class Session:
    """One film being made. Built by fold; treat it as frozen."""

    id: str
    version: int = 0
    started: e.SessionStarted | None = None
    started_at: str = ""
    updated_at: str = ""
    completed_at: str = ""
    title: str = ""
    style: str = ""
    music: str = ""
    profile: str = ""
    stages: dict[str, StageChoice] = field(default_factory=dict)
    story: e.StoryGenerated | None = None
    references: dict[str, Reference] = field(default_factory=dict)
    given: dict[str, Recorded] = field(default_factory=dict)
    scenes: tuple[Scene, ...] = ()
    scenes_command: str = ""
    planned: bool = False
    shots: dict[int, Shot] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)
    results: dict[str, Recorded] = field(default_factory=dict)
    attempts: dict[str, Attempts] = field(default_factory=dict)
    latest: dict[tuple[int, str, int], Recorded] = field(default_factory=dict)
    media_begun: bool = False
    film_begun: bool = False
    paused: bool = False
    paused_now: bool = False
    cancelled: bool = False
    cancelled_now: bool = False
    priority: int = 0
    parent: str | None = None
    forked_at: int | None = None
    highest_shot: int = 0
    work_s: float = 0.0
    spent: Spent = NOTHING_SPENT
    budget: e.BudgetSet | None = None
    withdrawn: frozenset[int] = frozenset()

    def copy(self) -> "Session":
        """A session that can be evolved without changing this one."""
        twin = object.__new__(Session)
        twin.__dict__.update(self.__dict__)
        twin.shots, twin.order = dict(self.shots), list(self.order)
        twin.results, twin.attempts = dict(self.results), dict(self.attempts)
        twin.latest = dict(self.latest)
        twin.references, twin.given = dict(self.references), dict(self.given)
        return twin


@no_collections()
def fold(
    session_id: str, history: Sequence[Recorded], inherited: Sequence[Recorded] = ()
) -> Session:
    """The session that a history means. `inherited`: what a fork takes over from its parent."""
    session = Session(session_id)
    session.withdrawn = withdrawn = withdrawn_positions(history)
    for recorded in inherited:
        evolve(session, recorded)
    session.work_s = 0.0  # the parent's seconds were spent by the parent, and so was its money
    session.spent = NOTHING_SPENT
    for recorded in history:
        if recorded.position in withdrawn:
            if isinstance(recorded.event, e.RESULTS):
                _count_result(session, recorded.event)
        else:
            evolve(session, recorded)
    if history:
        session.version = history[-1].position
        session.updated_at = history[-1].recorded_at
    return session


def advance(session: Session, new: Iterable[Recorded]) -> Session:
    """The session after more events, none of which is a rewind; the old one stays as it was."""
    after = session.copy()
    for recorded in new:
        evolve(after, recorded)
        after.version, after.updated_at = recorded.position, recorded.recorded_at
    return after


def evolve(s: Session, recorded: Recorded) -> None:
    """Let one event change the session in place."""
    event: e.AnyEvent = recorded.event  # type: ignore[assignment]
    match event:  # what most events are comes first: to be none of a type takes long to find out
        case e.CommandStarted(command_id=command_id):
            if not s.film_begun:
                _begin_kind(s, event.kind)
            s.attempts[command_id] = begun(s.attempts.get(command_id), event.worker)
        case e.ImageRendered() | e.VideoRendered() | e.AudioTrackSaved():
            s.media_begun = True
            s.results[event.command_id] = recorded
            s.latest[event.shot, STAGE_OF[type(event)], event.take] = recorded
            _count_result(s, event)
        case e.TakeRequested() | e.TakeChosen() | e.ShotEdited():
            _change_shot(s, event)
        case e.ShotPlanned() | e.StoryGenerated() | e.SceneGraphBuilt() | e.PromptEnhanced():
            s.results.setdefault(event.command_id, recorded)
            _count_result(s, event)
            _write_story(s, event)
        case e.PreviewRendered():
            s.media_begun = True
            s.results[event.command_id] = recorded
            s.latest.setdefault((event.shot, event.stage, event.take), recorded)
            _count_result(s, event)
        case e.ReferenceRendered() | e.MusicSaved() | e.FilmAssembled():
            s.media_begun = True
            s.film_begun = s.film_begun or isinstance(event, e.FilmAssembled)
            s.results[event.command_id] = recorded
            _count_result(s, event)
        case e.ReferenceGiven() | e.ReferenceEdited():
            _change_reference(s, recorded, event)
        case e.SessionStarted() | e.SessionForked() | e.SessionImported():
            _begin(s, recorded, event)
        case e.SessionEdited() | e.ProfileChanged() | e.SessionCompleted():
            _change_session(s, recorded, event)
        case e.ShotAdded() | e.ShotRemoved() | e.ShotMoved():
            _change_order(s, event)
        case e.CommandFailed() | e.CommandInterrupted():
            _begin_kind(s, event.kind)
            attempts = s.attempts.get(event.command_id, NO_ATTEMPTS)
            s.attempts[event.command_id] = attempts.ended(event)
        case e.WorkerDied(command_id=command_id):
            if begun_before := s.attempts.get(command_id):  # else it is to be tried again anyhow
                s.attempts[command_id] = begun_before.died(event)
        case e.RetryRequested():
            for command_id in event.command_ids:
                s.attempts.pop(command_id, None)
        case e.SessionPaused() | e.SessionUnpaused():
            s.paused = isinstance(event, e.SessionPaused)
            s.paused_now = isinstance(event, e.SessionPaused) and event.now
        case e.SessionCancelled(now=now):
            s.cancelled, s.cancelled_now = True, s.cancelled_now or now
        case e.SessionPrioritised(priority=priority):
            s.priority = priority
        case e.AnswerReceived():
            s.spent = s.spent.after(event)
        case e.BudgetSet():
            s.budget = event
        case e.ArtifactLost():
            _forget_artifact(s, event)
        case e.LateResultRejected() | e.SessionRewound() | e.NotificationStarted():
            pass  # a rewind is a filter on history; nothing of the film changes by the others
        case _:
            assert_never(event)


def _begin_kind(s: Session, kind: str) -> None:
    s.media_begun = s.media_begun or kind in MEDIA_KINDS
    s.film_begun = s.film_begun or kind == "film"


def _count_result(s: Session, event: e.Result) -> None:
    """Seconds were spent and an attempt ended well, even if a rewind took the result back."""
    s.work_s += event.provenance.seconds if event.provenance else 0.0
    attempts = s.attempts.get(event.command_id)
    if attempts:
        s.attempts[event.command_id] = attempts.succeeded()


def _write_story(
    s: Session, event: e.StoryGenerated | e.SceneGraphBuilt | e.ShotPlanned | e.PromptEnhanced
) -> None:
    match event:
        case e.ShotPlanned(shot=number, plan=plan):
            s.planned = True
            _add_shot(s, Shot(number, plan), len(s.order) + 1)
        case e.StoryGenerated(title=title, style=style):
            s.story = event
            s.title, s.style = title, style
            s.references = {one.name: one for one in event.references}
        case e.SceneGraphBuilt(scenes=scenes):
            s.scenes = scenes
            s.scenes_command = event.command_id
        case e.PromptEnhanced(shot=number, stage=stage):
            s.media_begun = True
            if not stage and number in s.shots:  # of one stage it is a result like any other
                prompts = event.image_prompt, event.motion_prompt
                s.shots[number] = s.shots[number]._replace(enhanced=prompts)


def _change_reference(
    s: Session, recorded: Recorded, event: e.ReferenceGiven | e.ReferenceEdited
) -> None:
    """What was said last counts: a picture of the user's own, or a sheet in words."""
    known = s.references.get(event.name)
    match event:
        case e.ReferenceGiven(name=name):
            s.given[name] = recorded
        case e.ReferenceEdited(name=name) if known:
            s.given.pop(name, None)
            changes = event.model_dump(exclude={"name"}, exclude_none=True)
            s.references[name] = known.model_copy(update=changes)


def _begin(
    s: Session, recorded: Recorded, event: e.SessionStarted | e.SessionForked | e.SessionImported
) -> None:
    match event:
        case e.SessionStarted():
            s.started = event
            s.music = event.music
            s.profile = event.profile
            s.stages = event.stages
        case e.SessionForked(parent=parent, at=at):
            s.parent, s.forked_at = parent, at
            if event.stages is not None:
                s.profile, s.stages = event.profile or s.profile, event.stages
        case e.SessionImported():
            pass
    s.started_at = recorded.recorded_at


def _change_session(
    s: Session,
    recorded: Recorded,
    event: e.SessionEdited | e.ProfileChanged | e.SessionCompleted,
) -> None:
    match event:
        case e.SessionEdited(title=title, style=style, music=music):
            s.title = s.title if title is None else title
            s.style = s.style if style is None else style
            s.music = s.music if music is None else music
        case e.ProfileChanged(profile=profile, stages=stages):
            s.profile = profile
            s.stages = stages
        case e.SessionCompleted():
            s.completed_at = recorded.recorded_at


def _change_shot(s: Session, event: e.ShotEdited | e.TakeRequested | e.TakeChosen) -> None:
    shot = s.shots.get(event.shot)
    if shot is None:
        return  # removed by somebody else meanwhile
    match event:
        case e.ShotEdited():
            changes = event.model_dump(exclude={"shot"}, exclude_none=True)
            rewritten = {"image_prompt", "motion_prompt"} & set(changes)
            s.shots[event.shot] = shot._replace(
                plan=shot.plan.model_copy(update=changes),
                enhanced=None if rewritten else shot.enhanced,
            )
        case e.TakeRequested(stage=stage, take=take, seed=seed, preview_steps=steps):
            s.shots[event.shot] = shot.with_take(stage, take, seed, steps)
        case e.TakeChosen(stage=stage, take=take, because=because):
            s.shots[event.shot] = shot.choose(stage, take, because)


def _add_shot(s: Session, shot: Shot, index: int) -> None:
    if shot.shot in s.shots:
        s.order.remove(shot.shot)
    s.shots[shot.shot] = shot
    s.order.insert(index - 1, shot.shot)
    s.highest_shot = max(s.highest_shot, shot.shot)


def _change_order(s: Session, event: e.ShotAdded | e.ShotRemoved | e.ShotMoved) -> None:
    match event:
        case e.ShotAdded(shot=number, index=index, plan=plan):
            _add_shot(s, Shot(number, plan), index)
        case e.ShotRemoved(shot=number) if number in s.shots:
            s.order.remove(number)
            del s.shots[number]
        case e.ShotMoved(shot=number, index=index) if number in s.shots:
            s.order.remove(number)
            s.order.insert(index - 1, number)


def _forget_artifact(s: Session, event: e.ArtifactLost) -> None:
    made = s.results.get(event.command_id)
    artifact = getattr(made.event, "artifact", None) if made else None
    if artifact is not None and artifact.sha256 == event.sha256:
        del s.results[event.command_id]
        s.attempts.pop(event.command_id, None)
        s.latest = {take: r for take, r in s.latest.items() if r is not made}
