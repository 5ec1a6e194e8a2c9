"""Image, video, audio and film: command → brief, product → events."""

from collections.abc import Sequence
from typing import Any

from eventstore.registry import Event
from gpu.briefs import (
    AudioBrief,
    Chapter,
    Cue,
    CutClip,
    FilmBrief,
    ImageBrief,
    MusicBrief,
    ReferencePicture,
    VideoBrief,
)
from gpu.captions import cues_for
from handlers.making import Library, Product, settings_of
from projections.commands import Command
from projections.events import (
    AudioTrackSaved,
    FilmAssembled,
    ImageRendered,
    MusicSaved,
    PreviewRendered,
    ReferenceRendered,
    VideoRendered,
)
from projections.named import SOUND


def reference_brief(command: Command, library: Library) -> ImageBrief:
    """What the image stage gets for the sheet of a character or place."""
    inputs = command.inputs
    return ImageBrief(
        prompt=inputs["prompt"],
        negative_prompt="",
        style=inputs.get("style", ""),
        shot_size="",
        angle="",
        lighting="",
        camera="static",
        place="",
        seed=inputs["seed"],
        width=inputs["width"],
        height=inputs["height"],
        settings=settings_of(command),
        running=library.running("image"),
    )


def image_brief(command: Command, library: Library) -> ImageBrief:
    """What the image stage gets."""
    inputs = command.inputs
    slate = inputs.get("slate")
    return ImageBrief(
        prompt=inputs.get("prompt", ""),
        negative_prompt=inputs.get("negative_prompt", ""),
        style=inputs.get("style", ""),
        shot_size=inputs.get("shot_size", ""),
        angle=inputs.get("angle", ""),
        lighting=inputs.get("lighting", ""),
        camera=slate["camera"] if slate else "static",
        place=inputs.get("place", ""),
        seed=inputs["seed"],
        width=inputs["width"],
        height=inputs["height"],
        slate=_slate_text(inputs, slate) if slate else "",
        preview_steps=inputs.get("preview_steps"),
        references=tuple(
            ReferencePicture(**one, picture=library.path(one["raw_sha256"]))
            for one in inputs.get("references", ())
        ),
        settings=settings_of(command),
        running={**library.running("image"), **library.going_on(command)},
    )


def _slate_text(inputs: Any, slate: dict[str, Any]) -> str:
    seconds = slate["planned_frames"] / slate["fps"]
    words = (
        f"SC {slate['scene']}",
        f"SH {slate['shot']}",
        inputs.get("shot_size", ""),
        slate["camera"],
    )
    return " · ".join([*(word.upper() for word in words if word), f"{seconds:.1f} s"])


def video_brief(command: Command, library: Library) -> VideoBrief:
    """What the video stage gets."""
    inputs = command.inputs
    return VideoBrief(
        image=library.path(inputs["image_raw_sha256"]),
        motion_prompt=inputs.get("motion_prompt", ""),
        negative_prompt=inputs.get("negative_prompt", ""),
        camera=inputs.get("camera", "static"),
        seed=inputs["seed"],
        width=inputs["width"],
        height=inputs["height"],
        frames=inputs["frames"],
        fps=inputs["fps"],
        transition_frames=inputs["transition_frames"],
        preview_steps=inputs.get("preview_steps"),
        settings=settings_of(command),
        running={
            **library.running("video"),
            "image_raw_sha256": inputs["image_raw_sha256"],
            **library.going_on(command),
        },
    )


def audio_brief(command: Command, library: Library) -> AudioBrief:
    """What the audio stage gets."""
    inputs = command.inputs
    return AudioBrief(
        text=inputs["text"],
        language=inputs.get("language", ""),
        role=inputs["role"],
        seed=inputs["seed"],
        settings=settings_of(command),
        running=library.running("audio"),
    )


def music_brief(command: Command, library: Library) -> MusicBrief:
    """What the music stage gets."""
    inputs, settings = command.inputs, settings_of(command)
    running = dict(library.running("music"))
    if sha256 := settings.get("sha256"):
        running["file"] = str(library.own_file(str(sha256), SOUND))
    return MusicBrief(
        prompt=inputs.get("prompt", ""),
        moods=tuple(inputs.get("moods", ())),
        duration_s=inputs["duration_s"],
        seed=inputs["seed"],
        settings=settings,
        running=running,
    )


def film_brief(command: Command, library: Library) -> FilmBrief:
    """What the film stage gets."""
    inputs = command.inputs
    music = inputs.get("music_raw_sha256", "")
    language = inputs.get("language", "")
    return FilmBrief(
        title=inputs.get("title", ""),
        subtitle=inputs.get("subtitle", ""),
        end_card=inputs.get("end_card", ""),
        language=language,
        clips=tuple(_cut_clip(clip, library) for clip in inputs["clips"]),
        cues=film_cues(command),
        chapters=tuple(
            Chapter(start_s=start, end_s=end, title=title)
            for title, start, end in inputs["chapters"]
        ),
        width=inputs["width"],
        height=inputs["height"],
        fps=inputs["fps"],
        total_frames=inputs["total_frames"],
        title_frames=inputs["title_frames"],
        end_frames=inputs["end_frames"],
        transition_frames=inputs["transition_frames"],
        seed=inputs["seed"],
        music=library.path(music) if music else None,
        music_raw_sha256=music,
        settings=settings_of(command),
    )


def film_cues(command: Command) -> tuple[Cue, ...]:
    """The captions of a film command: what is spoken, while it is spoken."""
    cues: list[Cue] = []
    for clip in command.inputs["clips"]:
        if clip["text"].strip() and clip["narration_raw_sha256"]:
            start, end = clip["speech_start_s"], clip["speech_end_s"]
            cues += cues_for(clip["text"], start, end, command.inputs.get("language", ""))
    return tuple(cues)


def _cut_clip(clip: dict[str, Any], library: Library) -> CutClip:
    narration = clip["narration_raw_sha256"]
    frames = min(clip["frames"], clip["video_frames"] or clip["frames"])
    return CutClip(
        video=library.path(clip["video_raw_sha256"]),
        video_raw_sha256=clip["video_raw_sha256"],
        frames=frames,
        start_frame=clip["start_frame"],
        transition=clip["transition"],
        held_frames=clip["frames"] - frames,
        narration=library.path(narration) if narration else None,
        narration_raw_sha256=narration,
        narration_start_s=clip["speech_start_s"],
    )


def reference_events(product: Product) -> Sequence[Event]:
    """ReferenceRendered."""
    command = product.command
    return [
        ReferenceRendered(
            name=command.inputs["name"],
            take=command.inputs["take"],
            command_id=command.id,
            artifact=product.artifact,
            provenance=product.provenance,
        )
    ]


def image_events(product: Product) -> Sequence[Event]:
    """ImageRendered; PreviewRendered where that is what was asked for."""
    by = product.command.enhanced_by
    return _preview(product) or [ImageRendered(**_of_shot(product), enhanced_by=by)]


def video_events(product: Product) -> Sequence[Event]:
    """VideoRendered; PreviewRendered where that is what was asked for."""
    by = product.command.enhanced_by
    return _preview(product) or [VideoRendered(**_of_shot(product), enhanced_by=by)]


def _preview(product: Product) -> Sequence[Event]:
    command = product.command
    steps = command.inputs.get("preview_steps")
    if steps is None:
        return []
    facts = {"stage": command.kind, "steps": steps, "state": product.state}
    return [PreviewRendered(**_of_shot(product), **facts)]


def audio_events(product: Product) -> Sequence[Event]:
    """AudioTrackSaved, with what a track is made of."""
    inputs, made = product.command.inputs, product.made
    return [
        AudioTrackSaved(
            **_of_shot(product),
            role=inputs["role"],
            language=inputs.get("language", ""),
            rate_hz=made.rate_hz or 0,
            channels=made.channels or 0,
            loudness_lufs=made.loudness_lufs,
        )
    ]


def music_events(product: Product) -> Sequence[Event]:
    """MusicSaved."""
    made = product.made
    return [
        MusicSaved(
            command_id=product.command.id,
            rate_hz=made.rate_hz or 0,
            channels=made.channels or 0,
            loudness_lufs=made.loudness_lufs,
            artifact=product.artifact,
            provenance=product.provenance,
        )
    ]


def film_events(product: Product) -> Sequence[Event]:
    """FilmAssembled."""
    return [
        FilmAssembled(
            command_id=product.command.id,
            artifact=product.artifact,
            provenance=product.provenance,
            loudness_lufs=product.made.loudness_lufs,
        ),
    ]


def _of_shot(product: Product) -> dict[str, Any]:
    return {
        "shot": product.command.shot,
        "take": product.command.take,
        "command_id": product.command.id,
        "artifact": product.artifact,
        "provenance": product.provenance,
    }
