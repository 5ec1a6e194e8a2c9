"""How a run shows itself while it works: a live screen, plain lines, JSON lines, or nothing.

Knows read-table rows and history rows only; who works, and how, is not its business.
"""

import json
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Protocol, Self

from cli.output import print_json_line, say
from cli.show_events import cost, length
from cli.show_text import PROMPT_NAMES, bytes_text, named, on_terminal, one_line

Row = Mapping[str, Any]
Tables = dict[str, list[dict[str, Any]]]
Progress = dict[tuple[str, int | None], float]
Monotonic = Callable[[], float]

RESULTS = {"ImageRendered": "image", "AudioTrackSaved": "audio", "VideoRendered": "video"}
VERBS = {
    "CommandFailed": "failed",
    "CommandInterrupted": "interrupted",
    "WorkerDied": "its worker died",
}
SENTENCES = {
    "SessionPaused": "paused",
    "SessionUnpaused": "going on",
    "SessionCancelled": "cancelled",
}


class Face(Protocol):
    """One way to show a run."""

    def open(self) -> None:
        """The run begins."""

    def update(self, tables: Tables, progress: Progress) -> None:
        """The session as it is, and how far the commands in flight are."""

    def event(self, row: Row) -> None:
        """One newly durable event."""

    def close(self) -> None:
        """The run is over, however it ended."""


class Screen:
    """The screen of one run: the face that fits where stdout goes."""

    def __init__(
        self,
        title_line: str,
        *,
        jsonl: bool,
        quiet: bool = False,
        workers: int | None = None,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        self._for_people = not (jsonl or quiet)
        self._face = _face(title_line, jsonl, quiet, workers, monotonic)

    def __enter__(self) -> Self:
        self._face.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._face.close()

    def update(self, tables: Tables, progress: Progress) -> None:
        """The session's read tables as they are, and the share done of commands in flight."""
        self._face.update(tables, progress)

    def event(self, row: Row) -> None:
        """One newly durable event: a row of the history view."""
        self._face.event(row)

    def done(self, summary: str) -> None:
        """The run ended; the summary is for people."""
        self._face.close()
        if self._for_people and summary:
            say(summary)


def _face(
    title_line: str, jsonl: bool, quiet: bool, workers: int | None, monotonic: Monotonic
) -> Face:
    if quiet:
        return Silence()
    if jsonl:
        return JsonLines()
    if not on_terminal():
        return Lines()
    from cli.show_live import Live

    return Live(title_line, workers, monotonic)


class Silence:
    """Shows nothing."""

    def open(self) -> None:
        """Nothing."""

    def update(self, tables: Tables, progress: Progress) -> None:
        """Nothing."""

    def event(self, row: Row) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class JsonLines(Silence):
    """One JSON object a line for each event, and nothing else."""

    def event(self, row: Row) -> None:
        """The whole row, its data as an object, out at once."""
        print_json_line({**row, "data": json.loads(row["data"])})


class Lines(Silence):
    """One plain line for each event that people care about."""

    def __init__(self) -> None:
        self._places: dict[int, int] = {}
        self._planned: set[int] = set()
        self._announced = True

    def update(self, tables: Tables, progress: Progress) -> None:  # noqa: ARG002 - for bars
        """Learn the places of the shots in the cut."""
        self._announce_plan()
        if tables["shots"]:
            self._places = {row["shot"]: row["shot_index"] for row in tables["shots"]}

    def event(self, row: Row) -> None:
        """A line, when the event is worth one."""
        data = json.loads(row["data"])
        if row["type"] == "ShotPlanned":
            self._planned.add(data["shot"])
            self._announced = False
            return
        self._announce_plan()
        if line := self._line(row["type"], data):
            say(line)

    def close(self) -> None:
        """Say what is still unsaid."""
        self._announce_plan()

    def _announce_plan(self) -> None:
        """All shots of a plan are one append, and worth one line."""
        if not self._announced:
            self._announced = True
            self._places = {shot: at for at, shot in enumerate(sorted(self._planned), start=1)}
            say(f"shots planned: {len(self._planned)}")

    def _line(self, kind: str, data: Row) -> str:
        match kind:
            case "StoryGenerated":
                return f"story written: {one_line(data['title'])}"
            case "SceneGraphBuilt":
                return f"scenes: {len(data['scenes'])}"
            case "PromptEnhanced":
                spent = f" ({cost(data)})" if cost(data) else ""
                what = PROMPT_NAMES.get(data.get("stage", ""), "prompts")
                return f"{what} enhanced: shot {self._place(data['shot'])}{spent}"
            case "ReferenceRendered":
                spent = f" ({cost(data)})" if cost(data) else ""
                return f"sheet of {one_line(data['name'])}{spent}"
            case "ImageRendered" | "AudioTrackSaved" | "VideoRendered":
                return self._result(RESULTS[kind], data)
            case "PreviewRendered":
                return f"preview at step {data['steps']}: {self._result(data['stage'], data)}"
            case "MusicSaved":
                return f"music made: {_whole(data)}"
            case "FilmAssembled":
                return f"film assembled: {_whole(data)}"
            case "CommandFailed" | "CommandInterrupted" | "WorkerDied":
                verb = VERBS[kind]
                why = one_line(data.get("error") or data["reason"])
                return f"{verb}: {self._target(data)}: {why}"
            case "AnswerReceived":
                return f"answered: {named(data['kind'])}, {data['tokens_out']:,} tokens"
            case "LateResultRejected":
                return f"too late, another worker took over: {self._target(data)}"
            case "ArtifactLost":
                return f"lost, to be made again: {one_line(data['reason'])}"
        return SENTENCES.get(kind, "")

    def _result(self, kind: str, data: Row) -> str:
        of_all = f" of {len(self._places)}" if self._places else ""
        take = f", take {data['take']}" if data["take"] > 1 else ""
        spent = f" ({cost(data)})" if cost(data) else ""
        return f"{named(kind)} {self._place(data['shot'])}{of_all}{take}{spent}"

    def _target(self, data: Row) -> str:
        shot = data.get("shot")
        return f"{named(data['kind'])} {self._place(shot)}" if shot else named(data["kind"])

    def _place(self, shot: int) -> int:
        return self._places.get(shot, shot)


def _whole(data: Row) -> str:
    parts = [length(data), bytes_text(data["artifact"]["bytes"]), cost(data)]
    return ", ".join(part for part in parts if part)
