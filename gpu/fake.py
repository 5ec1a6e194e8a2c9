"""Stages without a model: small, instant, deterministic. For tests and for trying the log."""

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from gpu.briefs import (
    AudioBrief,
    FilmBrief,
    MusicBrief,
    SceneDraft,
    SceneGraphBrief,
    ShotDraft,
    ShotPlanBrief,
    StoryBrief,
    StoryDraft,
    VideoBrief,
    values_of,
)
from gpu.stages import Made, Report, state_beside
from gpu.vocabulary import CAMERAS, ROLES

SCENES = 3


def write_json(out: Path, value: Any) -> Made:
    """Write drafts as JSON; what text stages make."""
    data = json.dumps(value, ensure_ascii=False, indent=1).encode()
    out.write_bytes(data)
    return Made(media_type="application/json", raw_sha256=hashlib.sha256(data).hexdigest())


class FakeStory:
    """The idea is the title."""

    def run(self, brief: StoryBrief, out: Path, report: Report) -> Made:
        """Write a StoryDraft."""
        report(1.0)
        draft = StoryDraft(
            title=brief.idea[:60],
            logline=f"A film about {brief.idea[:200]}.",
            style="plain",
            language=brief.language,
            end_card="The end",
        )
        return write_json(out, values_of(draft))


class FakeSceneGraph:
    """Three scenes, or fewer than three shots."""

    def run(self, brief: SceneGraphBrief, out: Path, report: Report) -> Made:
        """Write a list of SceneDraft."""
        report(1.0)
        scenes = [
            SceneDraft(
                scene=number,
                name=f"Scene {number}",
                location="nowhere",
                place="nowhere",
                time_of_day="noon",
                mood="calm",
                action=f"part {number} of {brief.idea[:60]}",
            )
            for number in range(1, min(SCENES, brief.shot_count) + 1)
        ]
        return write_json(out, [asdict(scene) for scene in scenes])


class FakeShotPlan:
    """Shots of equal length, spread over the scenes."""

    def run(self, brief: ShotPlanBrief, out: Path, report: Report) -> Made:
        """Write a list of ShotDraft."""
        report(1.0)
        frames = max(1, round(brief.duration_s * brief.fps / brief.shot_count))
        shots = [
            ShotDraft(
                scene=1 + at * len(brief.scenes) // brief.shot_count,
                role=ROLES[at % len(ROLES)],
                image_prompt=f"view {at + 1} of {brief.idea[:60]}",
                motion_prompt="nothing moves",
                negative_prompt="",
                camera=CAMERAS[at % len(CAMERAS)],
                shot_size="wide",
                angle="eye level",
                lighting="noon",
                narration=f"This is view number {at + 1}.",
                duration_frames=frames,
                transition="cut",
                place="nowhere",
            )
            for at in range(brief.shot_count)
        ]
        return write_json(out, [values_of(shot) for shot in shots])


class FakeMedia:
    """A few bytes that depend on the brief alone, with the measures a real file would have."""

    def run(self, brief: Any, out: Path, report: Report) -> Made:
        """Write the bytes and describe them as the asked-for kind."""
        report(0.5)
        text = f"{type(brief).__name__} {self._content(brief)}"
        digest = hashlib.sha256(text.encode()).hexdigest()
        out.write_text(f"fake {type(brief).__name__} {digest}\n", encoding="utf-8")
        report(1.0)
        made = self._made(brief, digest)
        if getattr(brief, "preview_steps", None) is None:
            return made
        state = state_beside(out)
        state.write_text(f"fake state {digest}\n", encoding="utf-8")
        return replace(made, state=state)

    def _content(self, brief: Any) -> str:
        """The brief without paths: its inputs' content counts, not where they lie."""
        values = asdict(brief)
        values.pop("running", None)
        if values.get("preview_steps", 0) is None:
            del values["preview_steps"]
        if drawn_after := values.pop("references", ()):
            values["references"] = [one | {"picture": ""} for one in drawn_after]
        if isinstance(brief, FilmBrief):
            values.pop("music")
            if not brief.music_raw_sha256:
                values.pop("music_raw_sha256")  # a film without music is what it always was
        if isinstance(brief, VideoBrief):
            values["image"] = brief.image.read_text(encoding="utf-8")
        for clip in values.get("clips", ()):
            clip.pop("video")
            clip.pop("narration")
        return json.dumps(values, sort_keys=True)

    def _made(self, brief: Any, digest: str) -> Made:
        if isinstance(brief, AudioBrief):
            seconds = len(brief.text.split()) / 2.5
            return Made(
                media_type="audio/wav",
                raw_sha256=digest,
                duration_s=seconds,
                rate_hz=22050,
                channels=1,
                loudness_lufs=-23.0,
            )
        if isinstance(brief, MusicBrief):
            return Made(
                media_type="audio/wav",
                raw_sha256=digest,
                duration_s=float(brief.duration_s),
                rate_hz=48000,
                channels=2,
                loudness_lufs=-16.0,
            )
        size = {"width": brief.width, "height": brief.height}
        if isinstance(brief, VideoBrief | FilmBrief):
            frames = brief.frames if isinstance(brief, VideoBrief) else brief.total_frames
            return Made(
                media_type="video/mp4",
                raw_sha256=digest,
                frames=frames,
                duration_s=frames / brief.fps,
                **size,
            )
        return Made(media_type="image/png", raw_sha256=digest, **size)
