"""The read tables' rows of one session: pure, columns in the order of schema.sql."""

from typing import cast

from eventstore.tables import Row, Rows
from projections.attempts import NO_ATTEMPTS
from projections.events import FilmAssembled, MediaResult
from projections.session import STAGES_OF_A_SHOT, Session
from projections.work import ShotWork, Work, is_parked, result_of, work

Table = dict[Row, Row]


def rows(s: Session) -> Rows:
    """Every row of the read tables for one session, by table and primary key."""
    if s.started is None:
        return {}
    found = work(s, named=False)
    return {
        "sessions": {(s.id,): _session(s, found)},
        "scenes": _scenes(s),
        "shots": {(s.id, one.shot.shot): _shot(s, one) for one in found.shots},
        "takes": _takes(s, found),
        "artifacts": _artifacts(s),
        "commands": _commands(s, found),
        "withdrawn": {(s.id, at): (s.id, at) for at in s.withdrawn},
    }


def state(s: Session, found: Work) -> str:
    """NEW, IN_PROGRESS or COMPLETE."""
    if found.complete:
        return "COMPLETE"
    return "IN_PROGRESS" if s.results else "NEW"


def mark(s: Session, one: ShotWork) -> str:
    """How far a shot is: [TODO] [IMG] [DONE], or [FAIL] when something of it is parked."""
    if s.media_begun and any(
        is_parked(s, command.id) for command in one.commands if command.id not in s.results
    ):
        return "[FAIL]"
    if one.ready:
        return "[DONE]"
    return "[IMG]" if "image" in one.made else "[TODO]"


def steps(s: Session, found: Work) -> dict[str, tuple[int, int]]:
    """Step → (done, total), in the order of making; shots expected before they are planned."""
    assert s.started is not None
    shots = found.shots
    expected = len(shots) or s.started.shots
    spoken = [one for one in shots if not one.silent]
    return {
        "story": (int(s.story is not None), 1),
        "scene_graph": (int(bool(s.scenes)), 1),
        "shots": (int(s.planned), 1),
        "images": (sum("image" in one.made for one in shots), expected),
        "audio": (
            sum("audio" in one.made for one in spoken),
            len(spoken) if shots else expected,
        ),
        "videos": (sum("video" in one.made for one in shots), expected),
        "film": (int(found.complete), 1),
    }


def _session(s: Session, found: Work) -> Row:
    started = s.started
    assert started is not None
    film = found.film_made
    progress = steps(s, found)
    return (
        s.id, s.version, s.title, started.idea, state(s, found), int(s.paused), int(s.cancelled),
        s.priority, s.story.language if s.story else started.language, s.profile, started.seed,
        started.width, started.height, started.fps, s.parent, s.forked_at, s.started_at,
        s.updated_at, s.completed_at if film else None, len(found.shots) or started.shots,
        progress["images"][0], progress["videos"][0],
        sum(done for done, _ in progress.values()), sum(total for _, total in progress.values()),
        " ".join(mark(s, one) for one in found.shots), film.artifact.sha256 if film else None,
        round(s.work_s, 3),
    )  # fmt: skip


def _scenes(s: Session) -> Table:
    return {
        (s.id, scene.scene): (
            s.id, scene.scene, scene.name, scene.location, scene.place, scene.time_of_day,
            scene.mood, scene.action,
        )
        for scene in s.scenes
    }  # fmt: skip


def _shot(s: Session, one: ShotWork) -> Row:
    plan = one.shot.plan
    shas = [
        one.made[stage].artifact.sha256 if stage in one.made else None
        for stage in ("image", "video", "audio")
    ]
    return (
        s.id, one.shot.shot, one.index, plan.scene, mark(s, one), plan.role, one.shot.image_prompt,
        one.shot.motion_prompt, plan.negative_prompt, plan.camera, plan.shot_size, plan.angle,
        plan.lighting, plan.narration, plan.transition, plan.planned_frames, one.frames, *shas,
    )  # fmt: skip


def _takes(s: Session, found: Work) -> Table:
    table: Table = {}
    for one in found.shots:
        stages = STAGES_OF_A_SHOT[1:] if one.silent else STAGES_OF_A_SHOT
        for stage in stages:
            for row in _takes_of(s, one, stage):
                table[row[:4]] = row
    return table


def _takes_of(s: Session, one: ShotWork, stage: str) -> list[Row]:
    shot = one.shot
    if not s.media_begun and not shot.more_takes:
        return [(s.id, shot.shot, stage, 1, shot.plan.seed, 1, "", None, None)]
    chosen, because = shot.chosen_take(stage)
    found: list[Row] = []
    for take, seed in shot.takes(stage):
        command = next((c for c in one.commands if c.take == take and c.kind == stage), None)
        made = result_of(s, command)
        if command is None and (latest := s.latest.get((shot.shot, stage, take))):
            made = cast(MediaResult, latest.event)  # another take stays what it was made as
        named = command.id if command and s.media_begun else made.command_id if made else None
        found.append(
            (
                s.id, shot.shot, stage, take, seed, int(take == chosen),
                because if take == chosen else "", named,
                made.artifact.sha256 if made else None,
            )
        )  # fmt: skip
    return found


TEXT_KIND_OF = {
    "StoryGenerated": "story",
    "SceneGraphBuilt": "scene_graph",
    "ShotPlanned": "shots",
}
KIND_OF = {
    "ImageRendered": "image",
    "VideoRendered": "video",
    "AudioTrackSaved": "audio",
    "FilmAssembled": "film",
}


def _artifacts(s: Session) -> Table:
    table: Table = {}
    for command_id, recorded in s.results.items():
        event = recorded.event
        if not isinstance(event, MediaResult):
            continue
        of_shot = None if isinstance(event, FilmAssembled) else event
        a, p = event.artifact, event.provenance
        table[s.id, command_id] = (
            s.id, command_id, recorded.position, KIND_OF[type(event).__name__],
            of_shot.shot if of_shot else None, of_shot.take if of_shot else None,
            a.sha256, a.raw_sha256, a.bytes, a.media_type, a.width, a.height, a.frames,
            a.duration_s, p.backend, p.model, p.revision, p.seed, p.seconds, p.reused_from,
        )  # fmt: skip
    return table


def _commands(s: Session, found: Work) -> Table:
    """What was begun or done, and is wanted; what nobody touched yet is pending, not stored."""
    table: Table = {}
    for command_id, recorded in s.results.items():
        kind = TEXT_KIND_OF.get(type(recorded.event).__name__)
        if kind:
            table[s.id, command_id] = _command(s, command_id, (kind, None, None))
    for command in found.commands if s.media_begun else found.before_shots:
        if command.id in s.results or command.id in s.attempts:
            what = (command.kind, command.shot, command.take)
            table[s.id, command.id] = _command(s, command.id, what)
    return table


def _command(s: Session, command_id: str, what: tuple[str, int | None, int | None]) -> Row:
    attempts = s.attempts.get(command_id, NO_ATTEMPTS)
    if command_id in s.results:
        now = "done"
    elif is_parked(s, command_id):
        now = "parked"
    else:
        now = "started" if attempts.deaths > 0 else "pending"
    return (s.id, command_id, *what, now, attempts.starts, attempts.failures, attempts.last_error)
