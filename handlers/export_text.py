"""Exports as text: prompts and shot list as CSV, the whole session as one JSON document. Pure."""

import csv
import io
from typing import Any

from handlers import documents
from projections.difference import facts
from projections.rows import mark, rows, state, steps
from projections.session import Session
from projections.shot_work import ShotWork
from projections.work import Work, work

FORMULA = ("=", "+", "-", "@", "\t", "\r")
PROMPTS = (
    "index", "image_prompt", "motion_prompt", "negative_prompt", "camera", "shot_size", "angle",
    "lighting", "style", "seed", "width", "height", "frames", "fps", "shot_id", "take",
    "enhanced_image_prompt", "enhanced_motion_prompt",
)  # fmt: skip
SHOTS = (
    "index", "scene_id", "scene", "role", "shot_size", "angle", "camera", "lighting", "place",
    "start", "duration_s", "frames", "transition_to_next", "narration", "image_prompt", "status",
    "image_path", "video_path", "audio_path", "shot_id",
)  # fmt: skip


def prompts_csv(s: Session) -> str:
    """What each picture is made from; the take in the cut."""
    found = work(s)
    return _csv(PROMPTS, [_prompt(s, one) for one in found.shots])


def shots_csv(s: Session) -> str:
    """The shot list, with the time at which each shot begins in the film."""
    found = work(s)
    layout, fps = found.timeline, _fps(s)
    starts = {clip.shot: clip.start_frame for clip in layout.clips} if layout else {}
    listed = documents.shots(s, found) or []
    scenes = {scene.scene: scene.name for scene in s.scenes}
    table = []
    for one, values in zip(found.shots, listed, strict=False):
        start = starts[one.shot.shot]
        seconds = round((one.frames or one.shot.plan.planned_frames) / fps, 3)
        more = {"start": timecode(start, fps), "duration_s": seconds}
        scene = scenes.get(one.shot.plan.scene, "")
        table.append({**values, **more, "scene": scene, "status": mark(s, one)})
    return _csv(SHOTS, table)


def timecode(frame: int, fps: int) -> str:
    """HH:MM:SS:FF."""
    seconds, frames = divmod(frame, fps)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{frames:02}"


def whole(s: Session) -> dict[str, Any]:
    """Everything about a session as JSON values: folded state, timeline, artifacts."""
    found = work(s)
    progress = steps(s, found) if s.started else {}
    return {
        "format": 1,
        "session_id": s.id,
        "version": s.version,
        "state": state(s, found),
        "paused": s.paused,
        "cancelled": s.cancelled,
        "priority": s.priority,
        "parent": s.parent,
        "forked_at": s.forked_at,
        "started_at": s.started_at,
        "updated_at": s.updated_at,
        "completed_at": s.completed_at if found.complete else None,
        "work_s": round(s.work_s, 3),
        "facts": facts(s),
        "steps": {name: {"done": done, "total": total} for name, (done, total) in progress.items()},
        "started": s.started.model_dump(mode="json") if s.started else None,
        "stages": {kind: stage.model_dump(mode="json") for kind, stage in s.stages.items()},
        "story": documents.story(s),
        "shots": documents.shots(s, found) or [],
        "takes": _table(s, "takes"),
        "timeline": _timeline(s, found),
        "artifacts": _artifacts(s),
        "pending": [
            {"kind": c.kind, "shot": c.shot, "take": c.take, "command_id": c.id}
            for c in found.pending
        ],
        "parked": [c.id for c in found.parked],
    }


def _fps(s: Session) -> int:
    return s.started.fps if s.started else 1


def _prompt(s: Session, one: ShotWork) -> dict[str, Any]:
    plan, started = one.shot.plan, s.started
    assert started is not None
    take, _ = one.shot.chosen_take("image")
    return {
        **{name: getattr(plan, name) for name in PROMPTS if hasattr(plan, name)},
        "index": one.index,
        "image_prompt": one.shot.image_prompt,
        "motion_prompt": one.shot.motion_prompt,
        "style": s.style,
        "seed": dict(one.shot.takes("image"))[take],
        "width": started.width,
        "height": started.height,
        "frames": one.frames or plan.planned_frames,
        "fps": started.fps,
        "shot_id": one.shot.shot,
        "take": take,
        **documents.enhanced(one),
    }


def _csv(columns: tuple[str, ...], table: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in table)
    return out.getvalue()


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would compute stands behind an apostrophe, as people type it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _timeline(s: Session, found: Work) -> dict[str, Any] | None:
    layout = found.timeline
    if layout is None:
        return None
    return {
        "fps": _fps(s),
        "total_frames": layout.total_frames,
        "clips": [{name: getattr(clip, name) for name in clip.__slots__} for clip in layout.clips],
        "chapters": [
            {name: getattr(chapter, name) for name in chapter.__slots__}
            for chapter in layout.chapters
        ],
    }


def _table(s: Session, name: str) -> list[dict[str, Any]]:
    columns = ("session", "shot", "stage", "take", "seed", "chosen", "because", "command_id")
    return [
        dict(zip((*columns, "sha256"), row, strict=True)) for row in rows(s).get(name, {}).values()
    ]


def _artifacts(s: Session) -> list[dict[str, Any]]:
    found = []
    for command_id, recorded in s.results.items():
        artifact = getattr(recorded.event, "artifact", None)
        provenance = getattr(recorded.event, "provenance", None)
        if artifact is None or provenance is None:
            continue
        found.append(
            {
                "command_id": command_id,
                "event": type(recorded.event).__name__,
                "event_id": recorded.event_id,
                "position": recorded.position,
                "shot": getattr(recorded.event, "shot", None),
                "take": getattr(recorded.event, "take", None),
                **artifact.model_dump(mode="json"),
                "provenance": provenance.model_dump(mode="json"),
            }
        )
    return found
