"""The cut for other editors through OpenTimelineIO: `.otio`, and `.otioz` with its media inside.

Frames are exact: the items of the picture track add up to the film. A dissolve lies behind the cut
(`in_offset` 0): the item before it lends frames that it has beyond its place. Sound is laid to the
sample. Needs the extra `editors`.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from handlers.cut_list import CutList, Item, Spoken
from handlers.extras import needed
from projections.session import Session
from projections.work import Work

_SOUND_HZ = 48_000


def write_otio(cut: CutList, out: Path) -> None:
    """Write `.otio`: media are named where they lie."""
    otio = needed("opentimelineio", "editors", "otio")
    media = {item.name: item.media for item in cut.items if item.media}
    media |= {line.name: line.media for line in cut.spoken}
    otio.adapters.write_to_file(_timeline(otio, cut, media), str(out), adapter_name="otio_json")


def write_otioz(cut: CutList, out: Path) -> None:
    """Write `.otioz`: one file with all media in it, under the names of shots."""
    otio = needed("opentimelineio", "editors", "otioz")
    with TemporaryDirectory(prefix="reelog-") as name:
        folder, media = Path(name), {}
        found = [(item.name, item.media) for item in cut.items if item.media]
        found += [(line.name, line.media) for line in cut.spoken]
        for called, path in found:
            media[called] = folder / f"{called}{path.suffix}"
            media[called].symlink_to(path)
        policy = otio.adapters.file_bundle_utils.MediaReferencePolicy.MissingIfNotFile
        timeline = _timeline(otio, cut, media)
        otio.adapters.write_to_file(timeline, str(out), adapter_name="otioz", media_policy=policy)


def _timeline(otio: Any, cut: CutList, media: dict[str, Path]) -> Any:
    fps = cut.started.fps
    timeline = otio.schema.Timeline(cut.title, metadata={"reelog": cut.lineage})
    timeline.global_start_time = otio.opentime.RationalTime(0, fps)
    picture = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    before: Item | None = None
    for item in cut.items:
        border = _transition(otio, before, item, fps)
        if border:
            picture.append(border)
        picture.extend(_items(otio, cut, item, media.get(item.name)))
        before = item
    for chapter in cut.timeline.chapters:
        start, end = (round(at * fps) for at in (chapter.start_s, chapter.end_s))
        picture.markers.append(
            otio.schema.Marker(chapter.title, _range(otio, start, end - start, fps))
        )
    timeline.tracks.append(picture)
    for track in _sound_tracks(otio, cut.spoken, media):
        timeline.tracks.append(track)
    return timeline


def _transition(otio: Any, before: Item | None, item: Item, fps: int) -> Any:
    if before is None:
        return None
    if item.place.dissolve_in:
        kind, name = otio.schema.TransitionTypes.SMPTE_Dissolve, "dissolve"
        offsets = 0, item.place.dissolve_in
    elif before.place.fade_out or item.place.fade_in:
        kind, name = otio.schema.TransitionTypes.Custom, "fade through black"
        offsets = before.place.fade_out, item.place.fade_in
    else:
        return None
    lead, tail = (otio.opentime.RationalTime(frames, fps) for frames in offsets)
    return otio.schema.Transition(name, kind, lead, tail)


def _items(otio: Any, cut: CutList, item: Item, media: Path | None) -> list[Any]:
    """The clip; and where its frames do not reach, its last one, held."""
    fps = cut.started.fps
    moving = min(item.frames, item.own_frames)
    metadata = {"reelog": _lineage_of(cut.session, cut.work, item)}
    reference = _reference(otio, item, media, fps)
    clips = [
        otio.schema.Clip(item.name, reference, _range(otio, 0, moving, fps), metadata=metadata)
    ]
    if held := item.frames - moving:
        still = _range(otio, moving - 1, held, fps)
        freeze = otio.schema.FreezeFrame()
        clips.append(
            otio.schema.Clip(f"{item.name} held", reference.clone(), still, effects=[freeze])
        )
    return clips


def _reference(otio: Any, item: Item, media: Path | None, fps: int) -> Any:
    available = _range(otio, 0, item.own_frames, fps)
    if media is not None:
        return otio.schema.ExternalReference(media.as_uri(), available)
    parameters = {}
    if item.shot:
        shot = item.shot.shot
        parameters = {"prompt": shot.image_prompt, "motion": shot.motion_prompt}
        parameters["camera"] = shot.plan.camera
    return otio.schema.GeneratorReference(item.name, "reelog", available, parameters)


def _lineage_of(session: Session, found: Work, item: Item) -> dict[str, Any]:
    """How a shot came to be: its words, and every take of it."""
    if item.shot is None:
        return {"card": item.name, "fade_in": item.place.fade_in, "fade_out": item.place.fade_out}
    one, shot = item.shot, item.shot.shot
    takes = [
        {"stage": stage, "take": take, "seed": seed, "chosen": take == shot.chosen_take(stage)[0],
         "command_id": one.takes[stage, take].id if (stage, take) in one.takes else ""}
        for stage in ("image", "video", "audio")
        for take, seed in shot.takes(stage)
    ]  # fmt: skip
    made = {
        stage: {
            "sha256": result.artifact.sha256,
            "command_id": result.command_id,
            "backend": result.provenance.backend,
            "model": result.provenance.model,
            "revision": result.provenance.revision,
        }
        for stage, result in one.made.items()
    }
    plan = shot.plan.model_dump(mode="json", exclude_defaults=False)
    plan |= {"image_prompt": shot.image_prompt, "motion_prompt": shot.motion_prompt}
    names = {scene.scene: scene.name for scene in found.session.scenes}
    return {
        "session": session.id,
        "shot": shot.shot,
        "index": one.index,
        "scene": names.get(shot.plan.scene, ""),
        "plan": plan,
        "takes": takes,
        "made": made,
    }


def _sound_tracks(otio: Any, lines: tuple[Spoken, ...], media: dict[str, Path]) -> list[Any]:
    """Narration on as few tracks as have room, silence between its lines."""
    tracks: list[tuple[Any, int]] = []
    for line in lines:
        start, length = (round(at * _SOUND_HZ) for at in (line.start_s, line.duration_s))
        free = next((at for at, (_, end) in enumerate(tracks) if end <= start), len(tracks))
        if free == len(tracks):
            name = f"A{free + 1}"
            tracks.append((otio.schema.Track(name, kind=otio.schema.TrackKind.Audio), 0))
        track, end = tracks[free]
        if start > end:
            track.append(otio.schema.Gap(source_range=_range(otio, 0, start - end, _SOUND_HZ)))
        span = _range(otio, 0, length, _SOUND_HZ)
        reference = otio.schema.ExternalReference(media[line.name].as_uri(), span)
        track.append(otio.schema.Clip(line.name, reference, span))
        tracks[free] = track, start + length
    return [track for track, _ in tracks]


def _range(otio: Any, start: int, length: int, rate: int) -> Any:
    return otio.opentime.TimeRange(
        otio.opentime.RationalTime(start, rate), otio.opentime.RationalTime(length, rate)
    )
