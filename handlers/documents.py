"""The JSON documents of a session folder: meta, story, shots. Pure; their keys are a contract."""

from typing import Any

from gpu.references import key
from handlers.film_file import film_name
from projections.parts import Reference
from projections.rows import mark, state, steps
from projections.session import Session
from projections.shot_work import ShotWork
from projections.work import Work

Document = dict[str, Any]


def media_name(kind: str, index: int | None) -> str:
    """Where a result lies in the session folder, by its place in the cut."""
    match kind:
        case "image":
            return f"images/shot_{index:03d}.png"
        case "video":
            return f"videos/shot_{index:03d}.mp4"
        case "audio":
            return f"audio/narration_{index:03d}.wav"
        case "music":
            return "audio/music.wav"
        case _:
            return film_name("video/mp4")


def reference_name(name: str) -> str:
    """Where the picture of a character or place lies in the session folder."""
    return f"references/{key(name)}.png"


def meta(s: Session, found: Work) -> Document:
    """session_…_meta.json: what scripts around the pipeline read."""
    assert s.started is not None
    progress = steps(s, found)
    done = {name: count >= total for name, (count, total) in progress.items()}
    return {
        "session_id": s.id,
        "timestamp": s.id.removeprefix("session_"),
        "idea": s.started.idea,
        "started_at": s.started_at,
        "completed": found.complete,
        "completed_at": s.completed_at if found.complete else None,
        "steps": {key: done[key] for key in ("story", "scene_graph", "shots", "images", "videos")},
        "shots": [_shot_in_meta(one) for one in found.shots],
        "stats": {
            "total_shots": len(found.shots),
            "images_generated": progress["images"][0],
            "videos_rendered": progress["videos"][0],
        },
        "state": state(s, found),
        "title": s.title,
        "profile": s.profile,
        "version": s.version,
    }


def _shot_in_meta(one: ShotWork) -> Document:
    return {
        "index": one.index,
        "image_prompt": one.shot.image_prompt,
        "motion_prompt": one.shot.motion_prompt,
        "camera": one.shot.plan.camera,
        "image_generated": "image" in one.made,
        "image_path": _path(one, "image"),
        "video_rendered": "video" in one.made,
        **enhanced(one),
    }


def enhanced(one: ShotWork) -> Document:
    """The prompts as they were rewritten, beside those that were written; none where none was."""
    prompts = {prompt.stage: prompt.made for prompt in one.prompts if prompt.made}
    image, video = prompts.get("image"), prompts.get("video")
    return {
        **({"enhanced_image_prompt": image.image_prompt} if image else {}),
        **({"enhanced_motion_prompt": video.motion_prompt} if video else {}),
    }


def _path(one: ShotWork, kind: str) -> str | None:
    return media_name(kind, one.index) if kind in one.made else None


def story(s: Session) -> Document | None:
    """story.json; None until the story is written."""
    if s.story is None:
        return None
    return {
        "title": s.title,
        "style": s.style,
        "logline": s.story.logline,
        "language": s.story.language,
        "end_card": s.story.end_card,
        "scenes": [
            {
                "scene_id": scene.scene,
                "name": scene.name,
                "location": scene.location,
                "place": scene.place,
                "time_of_day": scene.time_of_day,
                "characters": list(scene.characters),
                "action": scene.action,
                "emotion": scene.mood,
            }
            for scene in s.scenes
        ],
        **{
            f"{kind}s": [_reference(s, one) for one in s.references.values() if one.kind == kind]
            for kind in dict.fromkeys(one.kind for one in s.references.values())
        },
    }


def _reference(s: Session, one: Reference) -> Document:
    own = {"image": reference_name(one.name)} if one.name in s.given else {}
    return {"name": one.name, "look": one.look, **own}


def shots(s: Session, found: Work) -> list[Document] | None:
    """shots.json; None until the shots are planned."""
    if s.started is None or not s.planned:
        return None
    return [_shot(s, one, s.started.fps) for one in found.shots]


def _shot(s: Session, one: ShotWork, fps: int) -> Document:
    plan = one.shot.plan
    return {
        "index": one.index,
        "image_prompt": one.shot.image_prompt,
        "motion_prompt": one.shot.motion_prompt,
        "camera": plan.camera,
        "image_path": _path(one, "image"),
        "video_path": _path(one, "video"),
        "audio_path": _path(one, "audio"),
        "shot_id": one.shot.shot,
        "scene_id": plan.scene,
        "role": plan.role,
        "duration_s": round(plan.planned_frames / fps, 3),
        "narration": plan.narration,
        "negative_prompt": plan.negative_prompt,
        "shot_size": plan.shot_size,
        "angle": plan.angle,
        "lighting": plan.lighting,
        "place": plan.place,
        "transition_to_next": plan.transition,
        "seed": plan.seed,
        "frames": one.frames,
        "status": mark(s, one),
        "image_generated": "image" in one.made,
        "video_rendered": "video" in one.made,
        **({"references": list(plan.references)} if plan.references else {}),
        **enhanced(one),
        **({"verbatim": True} if plan.verbatim else {}),
    }
