"""The read tables' rows of one session: pure, columns in the order of schema.sql."""

from typing import NamedTuple, cast

from eventstore.recorded import Recorded
from eventstore.tables import Row, Rows
from projections.attempts import Attempts
from projections.command_rows import Table, begun, lone, of_texts
from projections.events import (
    MEDIA_RESULTS,
    AudioTrackSaved,
    FilmAssembled,
    ImageRendered,
    MediaResult,
    MusicSaved,
    PreviewRendered,
    ReferenceRendered,
    VideoRendered,
)
from projections.known_shots import KnownShots
from projections.prompt_work import KIND as ENHANCE
from projections.session import STAGES_OF_A_SHOT, Session
from projections.shot_work import ShotWork, is_parked
from projections.work import Work, work


class ShotRows(NamedTuple):
    """The rows of one shot."""

    mark: str
    shot: Row
    takes: Table
    commands: Table


class KnownRows:
    """What was found before: used again only for work that is the very same."""

    def __init__(self, parent: "KnownRows | None" = None) -> None:
        self.shots: KnownShots = parent.shots.branch() if parent else KnownShots()
        self._of_shots: dict[int, tuple[ShotWork, list[Attempts | None], ShotRows]] = {}
        self.of_artifacts: dict[str, tuple[Recorded, Row]] = {}
        self._parents = parent.of_artifacts if parent else {}

    def branch(self) -> "KnownRows":
        """For a fork: its rows name another session, its work is what the parent's was."""
        return KnownRows(self)

    def shot(self, s: Session, one: ShotWork) -> ShotRows:
        """The rows of a shot."""
        if not s.media_begun and not one.prompts:
            return ShotRows("[TODO]", _shot(s, one, "[TODO]"), _takes(s, one), {})
        attempts = [s.attempts.get(command.id) for command in one.commands]
        work, tried, found = self._of_shots.get(one.shot.shot, (None, None, None))
        if found is None or work is not one or tried != attempts:
            marked = mark(s, one)
            commands = begun(s, one.commands)
            found = ShotRows(marked, _shot(s, one, marked), _takes(s, one), commands)
            self._of_shots[one.shot.shot] = one, attempts, found
        return found

    def artifacts(self, s: Session) -> Table:
        """The rows of everything that was made; a parent's are the same under another name."""
        table: Table = {}
        session, known, parents = s.id, self.of_artifacts, self._parents
        for id_, recorded in s.results.items():
            of, row = known.get(id_, _UNKNOWN)
            if of is not recorded:
                of, row = parents.get(id_, _UNKNOWN)
                if of is recorded:
                    row = (session, *row[1:])
                elif type(recorded.event) in MEDIA_RESULTS:
                    row = _artifact(s, recorded)
                else:
                    continue
                known[id_] = recorded, row
            table[session, id_] = row
        return table


_UNKNOWN: tuple[None, Row] = (None, ())


def rows(s: Session, known: KnownRows | None = None) -> Rows:
    """Every row of the read tables for one session, by table and primary key."""
    if s.started is None:
        return {}
    known = known or KnownRows()
    found = work(s, known.shots, named=False)
    of_shots = [known.shot(s, one) for one in found.shots]
    takes: Table = {}
    commands = of_texts(s, found.before_shots)
    for one in of_shots:
        takes.update(one.takes)
        commands.update(one.commands)
    commands.update(begun(s, [one.command for one in found.references if one.command]))
    if found.film:
        commands.update(begun(s, [found.film]))
    if found.music:  # however little was done: who looks at the steps has to know of it
        commands[s.id, found.music.id] = lone(s, found.music.id, "music")
    return {
        "sessions": {(s.id,): _session(s, found, [one.mark for one in of_shots])},
        "scenes": _scenes(s),
        "shots": {one.shot[:2]: one.shot for one in of_shots},
        "takes": takes,
        "artifacts": known.artifacts(s),
        "commands": commands,
        "withdrawn": {(s.id, at): (s.id, at) for at in s.withdrawn},
    }


def state(s: Session, found: Work) -> str:
    """NEW, IN_PROGRESS or COMPLETE."""
    if found.complete:
        return "COMPLETE"
    return "IN_PROGRESS" if s.results else "NEW"


def mark(s: Session, one: ShotWork) -> str:
    """How far a shot is: [TODO] [IMG] [DONE], or [FAIL] when something of it is parked.

    A parked enhancement fails nothing: the shot goes on with its words as they were written.
    """
    if s.media_begun and len(one.made) < len(one.commands):  # else all of them have results
        for command in one.commands:
            if command.id not in s.results and command.kind != ENHANCE and is_parked(s, command.id):
                return "[FAIL]"
    if one.ready:
        return "[DONE]"
    return "[IMG]" if "image" in one.made else "[TODO]"


def steps(s: Session, found: Work) -> dict[str, tuple[int, int]]:
    """Step → (done, total), in the order of making; shots expected before they are planned."""
    assert s.started is not None
    shots = found.shots
    expected = len(shots) or s.started.shots
    made = [stage for one in shots for stage in one.made]
    spoken = sum(not one.silent for one in shots)
    prompts = [prompt for one in shots for prompt in one.prompts]
    return {
        "story": (int(s.story is not None), 1),
        "scene_graph": (int(bool(s.scenes)), 1),
        "shots": (int(s.planned), 1),
        **({"prompts": (sum(bool(p.made) for p in prompts), len(prompts))} if prompts else {}),
        "images": (made.count("image"), expected),
        "audio": (made.count("audio"), spoken if shots else expected),
        "videos": (made.count("video"), expected),
        **({"music": (int(found.music_made is not None), 1)} if found.music else {}),
        "film": (int(found.complete), 1),
    }


def _session(s: Session, found: Work, marks: list[str]) -> Row:
    started = s.started
    assert started is not None
    film = found.film_made
    progress = steps(s, found)
    done, total = map(sum, zip(*progress.values(), strict=True))
    return (
        s.id, s.version, s.title, started.idea, state(s, found), int(s.paused), int(s.cancelled),
        s.priority, s.story.language if s.story else started.language, s.profile, started.seed,
        started.width, started.height, started.fps, s.parent, s.forked_at, s.started_at,
        s.updated_at, s.completed_at if film else None, len(found.shots) or started.shots,
        progress["images"][0], progress["videos"][0],
        done, total, " ".join(marks), film.artifact.sha256 if film else None, round(s.work_s, 3),
    )  # fmt: skip


def _scenes(s: Session) -> Table:
    return {
        (s.id, scene.scene): (
            s.id, scene.scene, scene.name, scene.location, scene.place, scene.time_of_day,
            scene.mood, scene.action,
        )
        for scene in s.scenes
    }  # fmt: skip


def _shot(s: Session, one: ShotWork, marked: str) -> Row:
    plan, worded, made = one.shot.plan, one.worded, one.made
    image, video, audio = made.get("image"), made.get("video"), made.get("audio")
    return (
        s.id, one.shot.shot, one.index, plan.scene, marked, plan.role, worded.image_prompt,
        worded.motion_prompt, plan.negative_prompt, plan.camera, plan.shot_size, plan.angle,
        plan.lighting, plan.narration, plan.transition, plan.planned_frames, one.frames,
        image.artifact.sha256 if image else None, video.artifact.sha256 if video else None,
        audio.artifact.sha256 if audio else None,
    )  # fmt: skip


def _takes(s: Session, one: ShotWork) -> Table:
    stages = STAGES_OF_A_SHOT[1:] if one.silent else STAGES_OF_A_SHOT
    shot = one.shot
    session, number = s.id, shot.shot
    table: Table = {}
    for stage in stages:
        chosen, why = shot.chosen_take(stage)
        made = one.made.get(stage)
        for take, seed in shot.takes(stage):
            cut, because = (1, why) if take == chosen else (0, "")
            if not cut or made is None:
                command_id, sha256 = _made(s, one, stage, take)
            else:  # nearly every one
                command_id, sha256 = made.command_id, made.artifact.sha256
            table[session, number, stage, take] = (
                session, number, stage, take, seed, cut, because, command_id, sha256,
            )  # fmt: skip
    return table


def _made(s: Session, one: ShotWork, stage: str, take: int) -> tuple[str | None, str | None]:
    """The command of a take, and what it made, as far as both are there."""
    if not s.media_begun:
        return None, None
    if command := one.takes.get((stage, take)):
        id_, made = command.id, s.results.get(command.id)
    elif made := s.latest.get((one.shot.shot, stage, take)):  # stays as it was made
        id_ = cast(MediaResult, made.event).command_id
    else:
        return None, None
    return id_, cast(MediaResult, made.event).artifact.sha256 if made else None


KIND_OF: dict[type, str] = {
    ReferenceRendered: "reference",
    ImageRendered: "image",
    VideoRendered: "video",
    AudioTrackSaved: "audio",
    MusicSaved: "music",
    FilmAssembled: "film",
    PreviewRendered: "preview",
}


def _artifact(s: Session, recorded: Recorded) -> Row:
    event = cast(MediaResult, recorded.event)
    a, p = event.artifact, event.provenance
    return (
        s.id, event.command_id, recorded.position, KIND_OF[type(event)],
        getattr(event, "shot", None), getattr(event, "take", None), a.sha256, a.raw_sha256,
        a.bytes, a.media_type, a.width, a.height, a.frames, a.duration_s, p.backend, p.model,
        p.revision, p.seed, p.seconds, p.reused_from,
    )  # fmt: skip
