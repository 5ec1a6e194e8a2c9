"""The handlers: one a command kind. Complete by test."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from eventstore.registry import Event
from handlers import media_stages as media
from handlers import prompts
from handlers import text_stages as text
from handlers.making import Library, Product
from projections.commands import Command


class Handler(NamedTuple):
    """Command → brief for the stage; product of the stage → events for the log."""

    brief: Callable[[Command, Library], Any]
    events: Callable[[Product], Sequence[Event]]
    media_type: str


HANDLERS = {
    "story": Handler(text.story_brief, text.story_events, "application/json"),
    "scene_graph": Handler(text.scene_graph_brief, text.scene_graph_events, "application/json"),
    "shots": Handler(text.shot_plan_brief, text.shot_plan_events, "application/json"),
    "enhance": Handler(prompts.prompt_brief, prompts.prompt_events, "application/json"),
    "reference": Handler(media.reference_brief, media.reference_events, "image/png"),
    "audio": Handler(media.audio_brief, media.audio_events, "audio/wav"),
    "image": Handler(media.image_brief, media.image_events, "image/png"),
    "video": Handler(media.video_brief, media.video_events, "video/mp4"),
    "music": Handler(media.music_brief, media.music_events, "audio/wav"),
    "film": Handler(media.film_brief, media.film_events, "video/mp4"),
}
