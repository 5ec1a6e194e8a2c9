"""What can happen: the event types of a film and of its making, version 1, with their registry.

Film events say what the film is; operations say what was done about it. Rewind and fork filter film
events only.
"""

from typing import get_args

from eventstore.registry import Event, EventTypes
from projections.parts import (
    Artifact,
    CutRules,
    KeptState,
    Provenance,
    Reference,
    Scene,
    ScriptFile,
    ShotPlan,
    StageChoice,
)

TYPES = EventTypes()


@TYPES.event("SessionStarted")
class SessionStarted(Event):
    """Somebody asked for a film. `stages` maps a stage kind to who does it."""

    idea: str
    language: str
    seed: int
    shots: int
    duration_s: float
    width: int
    height: int
    fps: int
    profile: str
    stages: dict[str, StageChoice]
    cut: CutRules
    slate: bool = False
    script: ScriptFile | None = None
    music: str = ""
    local_time: str
    program: str


@TYPES.event("StoryGenerated")
class StoryGenerated(Event):
    """The story has a head. `raw` is the answer as it came, so that replay asks nobody.

    `references`: its characters and places, where it names any.
    """

    command_id: str
    title: str
    logline: str
    style: str
    language: str
    end_card: str
    raw: str
    references: tuple[Reference, ...] = ()
    provenance: Provenance


@TYPES.event("SceneGraphBuilt")
class SceneGraphBuilt(Event):
    """The story is divided into scenes."""

    command_id: str
    scenes: tuple[Scene, ...]
    provenance: Provenance


@TYPES.event("ShotPlanned")
class ShotPlanned(Event):
    """One shot is planned. All shots of a plan are one append; the first carries provenance."""

    command_id: str
    shot: int
    plan: ShotPlan
    provenance: Provenance | None = None


@TYPES.event("PromptEnhanced")
class PromptEnhanced(Event):
    """A backend rewrote a prompt of a shot for the models at hand; the original stays as it is.

    `stage`: image or video, whose prompt it is; empty where both were rewritten at once. `family`:
    for whom it was written. `raw`: the answer as it came, so that replay asks nobody.
    """

    command_id: str
    shot: int
    image_prompt: str = ""
    motion_prompt: str = ""
    stage: str = ""
    original: str = ""
    family: str = ""
    raw: str
    provenance: Provenance


@TYPES.event("ReferenceGiven")
class ReferenceGiven(Event):
    """The user's own picture of a character or place, instead of a rendered one.

    `file` is what it was called; the artifact is the picture alone, as PNG.
    """

    name: str
    artifact: Artifact
    file: str


@TYPES.event("ReferenceEdited")
class ReferenceEdited(Event):
    """A sheet was changed by hand, and is rendered whatever picture was given before.

    None leaves a field as it is; another take has another seed.
    """

    name: str
    look: str | None = None
    prompt: str | None = None
    take: int | None = None
    seed: int | None = None


@TYPES.event("ReferenceRendered")
class ReferenceRendered(Event):
    """A character or place has its sheet: what shots show of it is to look like this."""

    name: str
    take: int
    command_id: str
    artifact: Artifact
    provenance: Provenance


@TYPES.event("ImageRendered")
class ImageRendered(Event):
    """A shot has a picture. `enhanced_by`: the event with its prompt, where that was enhanced."""

    shot: int
    take: int
    command_id: str
    artifact: Artifact
    provenance: Provenance
    enhanced_by: str = ""


@TYPES.event("VideoRendered")
class VideoRendered(Event):
    """A shot has a clip. `enhanced_by`: the event with its prompt, where that was enhanced."""

    shot: int
    take: int
    command_id: str
    artifact: Artifact
    provenance: Provenance
    enhanced_by: str = ""


@TYPES.event("PreviewRendered")
class PreviewRendered(Event):
    """A take was made up to a step, and shown as it would become; `state`: it can go on there."""

    shot: int
    take: int
    stage: str
    steps: int
    command_id: str
    artifact: Artifact
    provenance: Provenance
    state: KeptState | None = None


@TYPES.event("AudioTrackSaved")
class AudioTrackSaved(Event):
    """A line was spoken."""

    shot: int
    take: int
    command_id: str
    role: str
    language: str
    rate_hz: int
    channels: int
    loudness_lufs: float | None = None
    artifact: Artifact
    provenance: Provenance


@TYPES.event("MusicSaved")
class MusicSaved(Event):
    """The film has music: one track for all of it."""

    command_id: str
    rate_hz: int
    channels: int
    loudness_lufs: float | None = None
    artifact: Artifact
    provenance: Provenance


@TYPES.event("FilmAssembled")
class FilmAssembled(Event):
    """The film is cut."""

    command_id: str
    artifact: Artifact
    provenance: Provenance
    loudness_lufs: float | None = None


@TYPES.event("SessionCompleted")
class SessionCompleted(Event):
    """The wanted film exists."""

    film_sha256: str


@TYPES.event("SessionEdited")
class SessionEdited(Event):
    """Title, style or the words for the music were changed by hand; None leaves one as it is."""

    title: str | None = None
    style: str | None = None
    music: str | None = None


@TYPES.event("ShotEdited")
class ShotEdited(Event):
    """A shot was changed by hand; None leaves a field as it is."""

    shot: int
    image_prompt: str | None = None
    motion_prompt: str | None = None
    negative_prompt: str | None = None
    camera: str | None = None
    shot_size: str | None = None
    angle: str | None = None
    lighting: str | None = None
    narration: str | None = None
    planned_frames: int | None = None
    transition: str | None = None
    references: tuple[str, ...] | None = None
    verbatim: bool | None = None


@TYPES.event("ShotAdded")
class ShotAdded(Event):
    """A shot was put into the cut at `index` (from 1)."""

    shot: int
    index: int
    plan: ShotPlan


@TYPES.event("ShotRemoved")
class ShotRemoved(Event):
    """A shot left the cut; its number is never used again."""

    shot: int


@TYPES.event("ShotMoved")
class ShotMoved(Event):
    """A shot has another place in the cut (from 1)."""

    shot: int
    index: int


@TYPES.event("TakeRequested")
class TakeRequested(Event):
    """Another attempt at a shot is wanted; the newest requested take is the chosen one.

    With `preview_steps` it is made up to that step only, and in full once it is chosen.
    """

    shot: int
    stage: str
    take: int
    seed: int
    preview_steps: int = 0


@TYPES.event("TakeChosen")
class TakeChosen(Event):
    """One take was chosen for the cut."""

    shot: int
    stage: str
    take: int
    because: str = ""


@TYPES.event("ProfileChanged")
class ProfileChanged(Event):
    """Stages are done by others from now on."""

    profile: str
    stages: dict[str, StageChoice]


@TYPES.event("SessionRewound")
class SessionRewound(Event):
    """Film history is again what it was right after position `to`."""

    to: int


@TYPES.event("SessionForked")
class SessionForked(Event):
    """This session's history begins as the parent's was right after `at`.

    `at_hash` is the hash of the parent's event there. With `stages`, others do the work from
    now on.
    """

    parent: str
    at: int
    at_hash: str
    profile: str | None = None
    stages: dict[str, StageChoice] | None = None


@TYPES.event("SessionImported")
class SessionImported(Event):
    """The session came from another log."""

    log_id: str
    session: str
    head_hash: str


@TYPES.event("CommandStarted")
class CommandStarted(Event):
    """A worker begins: attempts are counted before the work."""

    command_id: str
    kind: str
    shot: int | None = None
    take: int | None = None
    worker: str


@TYPES.event("CommandFailed")
class CommandFailed(Event):
    """An attempt failed. `final`: another attempt would end the same way."""

    command_id: str
    kind: str
    shot: int | None = None
    error: str
    final: bool = False


@TYPES.event("CommandInterrupted")
class CommandInterrupted(Event):
    """An attempt was stopped from outside; it does not count."""

    command_id: str
    kind: str
    shot: int | None = None
    reason: str


@TYPES.event("AnswerReceived")
class AnswerReceived(Event):
    """A language model answered. Recorded before the answer is read: it is never paid for twice.

    `asked` names the question. `answered_by`: what the model's server says that it is. `form`: how
    the answer's shape was asked for. `money` is 0 where the profile names no prices.
    """

    command_id: str
    kind: str
    shot: int | None = None
    asked: str
    text: str
    backend: str
    model: str
    answered_by: str = ""
    finish: str
    form: str
    tokens_in: int
    tokens_out: int
    seconds: float
    money: float = 0.0
    currency: str = ""


@TYPES.event("BudgetSet")
class BudgetSet(Event):
    """What language models may cost this film in all, in money or in tokens; None: no limit."""

    money: float | None = None
    currency: str = ""
    tokens: int | None = None


@TYPES.event("WorkerDied")
class WorkerDied(Event):
    """A worker died in the middle of an attempt. `reason`: what is known about why, in words."""

    command_id: str
    kind: str
    shot: int | None = None
    worker: str
    reason: str
    signal: int | None = None
    exit_status: int | None = None
    peak_memory_bytes: int | None = None
    out_of_memory: bool = False


@TYPES.event("LateResultRejected")
class LateResultRejected(Event):
    """A worker came back after its lease was taken over."""

    command_id: str
    kind: str
    shot: int | None = None
    sha256: str
    worker: str


@TYPES.event("RetryRequested")
class RetryRequested(Event):
    """Parked commands are open again."""

    command_ids: tuple[str, ...]
    reason: str = ""


@TYPES.event("SessionPaused")
class SessionPaused(Event):
    """No new work starts. `now`: work in flight ends at once."""

    now: bool = False


@TYPES.event("SessionUnpaused")
class SessionUnpaused(Event):
    """Work may start again."""


@TYPES.event("SessionCancelled")
class SessionCancelled(Event):
    """The session is not worked on any more. `now`: work in flight ends at once."""

    reason: str = ""
    now: bool = True


@TYPES.event("SessionPrioritised")
class SessionPrioritised(Event):
    """Sessions of higher priority are worked on first."""

    priority: int


@TYPES.event("ArtifactLost")
class ArtifactLost(Event):
    """An artifact's file is gone or changed; what made it is pending again."""

    command_id: str
    sha256: str
    reason: str


@TYPES.event("NotificationStarted")
class NotificationStarted(Event):
    """People are told of an event now: `about`, its id. `occasion` is done or parked."""

    occasion: str
    about: str


FilmEvent = (
    SessionStarted
    | StoryGenerated
    | SceneGraphBuilt
    | ShotPlanned
    | PromptEnhanced
    | ReferenceGiven
    | ReferenceEdited
    | ReferenceRendered
    | ImageRendered
    | VideoRendered
    | PreviewRendered
    | AudioTrackSaved
    | MusicSaved
    | FilmAssembled
    | SessionCompleted
    | SessionEdited
    | ShotEdited
    | ShotAdded
    | ShotRemoved
    | ShotMoved
    | TakeRequested
    | TakeChosen
    | ProfileChanged
    | SessionRewound
    | SessionForked
    | SessionImported
)
Operation = (
    CommandStarted
    | CommandFailed
    | CommandInterrupted
    | WorkerDied
    | AnswerReceived
    | BudgetSet
    | LateResultRejected
    | RetryRequested
    | SessionPaused
    | SessionUnpaused
    | SessionCancelled
    | SessionPrioritised
    | ArtifactLost
    | NotificationStarted
)
AnyEvent = FilmEvent | Operation
OPERATIONS = (
    CommandStarted,
    CommandFailed,
    CommandInterrupted,
    WorkerDied,
    AnswerReceived,
    BudgetSet,
    LateResultRejected,
    RetryRequested,
    SessionPaused,
    SessionUnpaused,
    SessionCancelled,
    SessionPrioritised,
    ArtifactLost,
    NotificationStarted,
)
ShotResult = ImageRendered | VideoRendered | PreviewRendered | AudioTrackSaved
MediaResult = ReferenceRendered | ShotResult | MusicSaved | FilmAssembled
MEDIA_RESULTS = frozenset(get_args(MediaResult))
Result = StoryGenerated | SceneGraphBuilt | ShotPlanned | PromptEnhanced | MediaResult
RESULTS = (
    StoryGenerated,
    SceneGraphBuilt,
    ShotPlanned,
    PromptEnhanced,
    ReferenceRendered,
    ImageRendered,
    VideoRendered,
    PreviewRendered,
    AudioTrackSaved,
    MusicSaved,
    FilmAssembled,
)
