"""Each event type in a few words, from its JSON data alone: no pydantic, no fold."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from cli.show_text import PROMPT_NAMES, bytes_text, named, one_line, seconds_text

Data = Mapping[str, Any]
Places = Mapping[int, int]
"""Number of a shot → its place in the cut."""
NOWHERE: Places = MappingProxyType({})


def summary(kind: str, data: Data, places: Places = NOWHERE) -> str:
    """What an event says, as one line; empty when its type says it all.

    A shot is told by its number, and by its place in the cut (`places`) where that is another.
    """
    if places and data.get("shot"):
        data = {**data, "shot": _with_place(data["shot"], places)}
    known = SUMMARIES.get(kind)
    parts = known(data) if known else [f"{key}: {value}" for key, value in data.items()]
    return one_line(" · ".join(part for part in parts if part))


def _with_place(shot: int, places: Places) -> str:
    place = places.get(shot)
    if place is None:
        return f"{shot} (not in the cut)"
    return str(shot) if place == shot else f"{shot} (now {place})"


def cost(data: Data) -> str:
    """How long it took, or that it was made before."""
    provenance = data.get("provenance") or {}
    if provenance.get("reused_from"):
        return "reused"
    return seconds_text(provenance["seconds"]) if "seconds" in provenance else ""


def length(data: Data) -> str:
    """How long a clip, a line or the film is."""
    seconds = data["artifact"].get("duration_s")
    return f"{seconds_text(seconds)} long" if seconds else ""


def target(data: Data) -> str:
    """Kind and shot of a command."""
    kind = named(data["kind"])
    return f"{kind} of shot {data['shot']}" if data.get("shot") else kind


def _shot(data: Data) -> str:
    take = f" take {data['take']}" if "take" in data else ""
    return f"shot {data['shot']}{take}"


def _size(data: Data) -> str:
    return bytes_text(data["artifact"]["bytes"])


def _quoted(text: str) -> str:
    return f"“{text}”" if text else ""


def _started(data: Data) -> list[str]:
    picture = f"{data['width']}×{data['height']} at {data['fps']} fps"
    return [_quoted(data["idea"]), f"{data['shots']} shots", picture, data["profile"]]


def _planned(data: Data) -> list[str]:
    plan = data["plan"]
    where = f" at place {data['index']}" if "index" in data else ""
    return [_shot(data) + where, plan["shot_size"], plan["camera"].replace("_", " ")]


def _enhanced(data: Data) -> list[str]:
    stage = data.get("stage")
    if not stage:
        return [_shot(data), cost(data)]
    what = PROMPT_NAMES[stage]
    prompt = data.get("image_prompt") or data.get("motion_prompt") or ""
    return [_shot(data), f"{what} for {data['family']}", cost(data), _quoted(prompt)]


def _changed(data: Data) -> list[str]:
    said = {key: value for key, value in data.items() if key not in ("shot", "references")}
    shown = data.get("references")
    whom = [] if shown is None else [f"shows {', '.join(shown) or 'nobody'}"]
    return [*(f"{key}: {value}" for key, value in said.items()), *whom]


def _picture(data: Data) -> list[str]:
    return [_shot(data), _size(data), cost(data)]


def _track(data: Data) -> list[str]:
    return [_shot(data), length(data), _size(data), cost(data)]


def _attempt(data: Data) -> list[str]:
    take = f" take {data['take']}" if data.get("take", 1) > 1 else ""
    return [target(data) + take, f"worker {data['worker']}"]


def _failure(data: Data) -> list[str]:
    return [f"{target(data)}: {data.get('error') or data.get('reason')}"]


def _retry(data: Data) -> list[str]:
    count = len(data["command_ids"])
    return [f"{count} command{'' if count == 1 else 's'}", data.get("reason", "")]


def money(amount: float, currency: str) -> str:
    """An amount as people read it: cents, or more digits where it is less than one."""
    digits = 2 if amount >= 1 else 4
    return f"{amount:,.{digits}f} {currency}".strip()


def _answer(data: Data) -> list[str]:
    tokens = f"{data['tokens_in']:,} tokens in, {data['tokens_out']:,} out"
    paid = money(data["money"], data["currency"]) if data.get("money") else ""
    ended = "" if data["finish"] == "stop" else f"ended by {data['finish']}"
    return [target(data), data["model"], tokens, paid, seconds_text(data["seconds"]), ended]


def limit(data: Data) -> str:
    """A budget in words."""
    if data.get("tokens") is not None:
        return f"{data['tokens']:,} tokens"
    return "none" if data.get("money") is None else money(data["money"], data.get("currency", ""))


SUMMARIES: Mapping[str, Callable[[Data], list[str]]] = {
    "SessionStarted": _started,
    "StoryGenerated": lambda data: [_quoted(data["title"]), cost(data)],
    "SceneGraphBuilt": lambda data: [f"{len(data['scenes'])} scenes", cost(data)],
    "ShotPlanned": _planned,
    "PromptEnhanced": _enhanced,
    "ReferenceGiven": lambda data: [one_line(data["name"]), one_line(data["file"]), _size(data)],
    "ReferenceEdited": lambda data: [
        one_line(data["name"]),
        *(f"{key}: {data[key]}" for key in ("look", "take", "seed") if key in data),
    ],
    "ReferenceRendered": lambda data: [one_line(data["name"]), _size(data), cost(data)],
    "ImageRendered": _picture,
    "VideoRendered": _track,
    "PreviewRendered": lambda data: [
        f"{named(data['stage'])} of {_shot(data)}",
        f"up to step {data['steps']}",
        *_track(data)[1:],
    ],
    "AudioTrackSaved": _track,
    "MusicSaved": lambda data: [length(data), _size(data), cost(data)],
    "FilmAssembled": lambda data: [length(data), _size(data), cost(data)],
    "SessionCompleted": lambda data: [f"film {data['film_sha256'][:12]}"],
    "SessionEdited": _changed,
    "ShotEdited": lambda data: [_shot(data), *_changed(data)],
    "ShotAdded": _planned,
    "ShotRemoved": lambda data: [_shot(data)],
    "ShotMoved": lambda data: [f"{_shot(data)} to place {data['index']}"],
    "TakeRequested": lambda data: [
        f"shot {data['shot']} {named(data['stage'])} take {data['take']}",
        f"seed {data['seed']}",
        f"preview up to step {data['preview_steps']}" if data.get("preview_steps") else "",
    ],
    "TakeChosen": lambda data: [
        f"shot {data['shot']} {named(data['stage'])} take {data['take']}",
        _quoted(data.get("because", "")),
    ],
    "ProfileChanged": lambda data: [data["profile"]],
    "SessionRewound": lambda data: [f"back to event {data['to']}"],
    "SessionForked": lambda data: [f"from {data['parent']} at {data['at']}"],
    "SessionImported": lambda data: [f"{data['session']} of log {data['log_id']}"],
    "CommandStarted": _attempt,
    "CommandFailed": lambda data: [*_failure(data), "for good" if data.get("final") else ""],
    "CommandInterrupted": _failure,
    "WorkerDied": _failure,
    "AnswerReceived": _answer,
    "BudgetSet": lambda data: [limit(data)],
    "LateResultRejected": lambda data: [target(data), f"worker {data['worker']}"],
    "RetryRequested": _retry,
    "SessionPaused": lambda data: ["at once" if data.get("now") else ""],
    "SessionUnpaused": lambda _: [],
    "SessionCancelled": lambda data: [data.get("reason", "")],
    "SessionPrioritised": lambda data: [f"priority {data['priority']}"],
    "NotificationStarted": lambda data: [data["occasion"]],
    "ArtifactLost": lambda data: [data["sha256"][:12], data["reason"]],
}
"""Every event type; complete by test."""
