"""The storyboard of a session as PDF: what stands on its pages, in the order of the cut."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from eventstore.home import Home
from handlers.errors import Refused
from handlers.extras import needed
from projections.parts import Reference, Scene
from projections.rows import mark
from projections.session import Session
from projections.shot_work import ShotWork
from projections.work import Work, work

if TYPE_CHECKING:
    from gpu.storyboard import Board, BoardReference, BoardScene, BoardShot
    from projections.events import MediaResult, ReferenceGiven, SessionStarted


def write_pdf(home: Home, session: Session, out: Path) -> tuple[str, ...]:
    """Write the storyboard. Returns the scripts that its fonts cannot show. Raises Refused."""
    needed("fpdf", "editors", "pdf")
    from gpu.storyboard import write_storyboard

    found = work(session)
    if session.started is None or not found.shots:
        raise Refused(
            "no_shots",
            f"{session.id} has no shots yet",
            f"`reelog resume {session.id}` plans them",
        )
    return write_storyboard(_board(home, session, session.started, found), out)


def _board(home: Home, s: Session, started: "SessionStarted", found: Work) -> "Board":
    from gpu.storyboard import Board

    return Board(
        title=s.title or started.idea,
        logline=s.story.logline if s.story else started.idea,
        language=s.story.language if s.story else started.language,
        facts=_facts(s, started, found),
        date=datetime.fromisoformat(s.started_at),
        aspect=started.width / started.height,
        references=[_reference(home, s, found, one) for one in s.references.values()],
        scenes=_scenes(home, s, found),
    )


def _facts(s: Session, started: "SessionStarted", found: Work) -> list[tuple[str, str]]:
    frames = found.timeline.total_frames if found.timeline else 0
    with_picture = sum("image" in one.made for one in found.shots)
    shots = f"{len(found.shots)}"
    if with_picture < len(found.shots):
        shots += f", {with_picture} with a picture"
    facts = [
        ("length", _clock(frames, started.fps)),
        ("picture", f"{started.width}×{started.height} at {started.fps} frames a second"),
        ("shots", f"{shots}, in {len(s.scenes)} scenes"),
        ("style", s.style),
        ("language", s.story.language if s.story else started.language),
        ("profile", s.profile),
        ("session", f"{s.id}, begun {started.local_time[:16].replace('T', ' ')}"),
    ]
    return [(name, value) for name, value in facts if value]


def _clock(frame: int, fps: int) -> str:
    """Minutes, seconds and tenths."""
    tenths = round(frame * 10 / fps)
    return f"{tenths // 600}:{tenths // 10 % 60:02}.{tenths % 10}"


def _scenes(home: Home, s: Session, found: Work) -> list["BoardScene"]:
    """Shots in the order of the cut; a scene that is returned to stands there again."""
    from gpu.storyboard import BoardScene

    named = {scene.scene: scene for scene in s.scenes}
    runs: list[tuple[int, list[BoardShot]]] = []
    for one in found.shots:
        if not runs or runs[-1][0] != one.shot.plan.scene:
            runs.append((one.shot.plan.scene, []))
        runs[-1][1].append(_shot(home, s, found, one))
    return [
        BoardScene(
            name=f"Scene {number}" + (f" · {named[number].name}" if number in named else ""),
            facts=_facts_of_scene(named[number]) if number in named else "",
            action=named[number].action if number in named else "",
            shots=shots,
        )
        for number, shots in runs
    ]


def _facts_of_scene(scene: Scene) -> str:
    words = (scene.location, scene.time_of_day, scene.mood)
    return " · ".join(word for word in words if word)


def _shot(home: Home, s: Session, found: Work, one: ShotWork) -> "BoardShot":
    from gpu.storyboard import BoardShot

    plan, fps = one.shot.plan, s.started.fps if s.started else 1
    clips = {clip.shot: clip for clip in found.timeline.clips} if found.timeline else {}
    frames = clips[one.shot.shot].frames
    start = clips[one.shot.shot].start_frame
    facts = (plan.shot_size, plan.angle, plan.camera, plan.lighting, plan.place)
    times = f"{frames / fps:.1f} s · {_clock(start, fps)} – {_clock(start + frames, fps)}"
    shown = f" · with {', '.join(plan.references)}" if plan.references else ""
    return BoardShot(
        number=one.index,
        mark=mark(s, one),
        picture=_file(home, one.made.get("image")),
        facts=" · ".join(word.replace("_", " ") for word in facts if word),
        times=f"{times} · then {plan.transition}{shown}",
        narration=plan.narration,
        prompts=_prompts(one),
    )


def _prompts(one: ShotWork) -> list[tuple[str, str]]:
    """As they were written; and as a model rewrote them, where one did."""
    written, given = one.shot, one.worded
    prompts = [("Picture", written.image_prompt), ("Motion", written.motion_prompt)]
    if given.image_prompt != written.image_prompt:
        prompts.append(("Picture, enhanced", given.image_prompt))
    if given.motion_prompt != written.motion_prompt:
        prompts.append(("Motion, enhanced", given.motion_prompt))
    return prompts


def _reference(home: Home, s: Session, found: Work, one: Reference) -> "BoardReference":
    from gpu.storyboard import BoardReference

    made = {sheet.reference.name: sheet.made for sheet in found.references}
    given = s.given.get(one.name)
    picture = made.get(one.name) or (given.event if given else None)
    seen = [f"{shot.index}" for shot in found.shots if one.name in shot.shot.plan.references]
    shots = f"in shot{'s' if len(seen) > 1 else ''} {', '.join(seen)}" if seen else "in no shot"
    return BoardReference(
        name=one.name,
        kind=one.kind,
        picture=_file(home, picture),  # type: ignore[arg-type]
        look=one.look,
        shots=shots,
    )


def _file(home: Home, made: "MediaResult | ReferenceGiven | None") -> Path | None:
    """Its file, where it is there and a picture: the profile `fake` makes none."""
    if made is None:
        return None
    path = home.artifacts.path(made.artifact.sha256, made.artifact.media_type)
    return path if path.is_file() else None
