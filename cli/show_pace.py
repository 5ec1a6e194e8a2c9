"""How fast a run is, from what it has finished: what is in flight, and how long the rest takes."""

import json
from collections.abc import Callable, Mapping
from statistics import fmean
from typing import Any, NamedTuple

Row = Mapping[str, Any]
Tables = dict[str, list[dict[str, Any]]]
Progress = dict[tuple[str, int | None], float]

KINDS = {
    "StoryGenerated": "story",
    "SceneGraphBuilt": "scene_graph",
    "ShotPlanned": "shots",
    "PromptEnhanced": "enhance",
    "ReferenceRendered": "reference",
    "ImageRendered": "image",
    "AudioTrackSaved": "audio",
    "VideoRendered": "video",
    "MusicSaved": "music",
    "FilmAssembled": "film",
}
ANSWER = "AnswerReceived"
SHARE_ENOUGH = 0.1
"""From this share on, a command in flight tells how long its kind takes."""


class Begun(NamedTuple):
    """A command that was started in this run and has no outcome yet."""

    kind: str
    shot: int | None
    began_s: float
    stale_share: float


class InFlight(NamedTuple):
    """A command in flight, and how far it is."""

    kind: str
    shot: int | None
    share: float
    elapsed_s: float


class Pace:
    """What this run has shown of its speed."""

    def __init__(self, workers: int | None, monotonic: Callable[[], float]) -> None:
        self._now = monotonic
        self._workers = workers
        self._names: set[str] = set()
        self._open: dict[str, Begun] = {}
        self._spent: dict[str, list[float]] = {}
        self.progress: Progress = {}

    def event(self, row: Row) -> None:
        """Learn from one event."""
        data = json.loads(row["data"])
        command_id = data.get("command_id", "")
        if row["type"] == "CommandStarted":
            self._names.add(data["worker"])
            shot = data.get("shot")
            stale = self.progress.get((data["kind"], shot), 0.0)
            self._open[command_id] = Begun(data["kind"], shot, self._now(), stale)
            return
        if row["type"] == ANSWER:
            return  # the work goes on with it
        self._open.pop(command_id, None)
        provenance = data.get("provenance")
        if row["type"] in KINDS and provenance and not provenance.get("reused_from"):
            self._spent.setdefault(KINDS[row["type"]], []).append(provenance.get("seconds", 0.0))

    def in_flight(self) -> list[InFlight]:
        """What is being made now, in the order in which it was begun."""
        now = self._now()
        found = []
        for begun in self._open.values():
            share = self.progress.get((begun.kind, begun.shot), 0.0)
            # an earlier attempt may have left its last share behind
            share = 0.0 if share is begun.stale_share else share
            found.append(InFlight(begun.kind, begun.shot, share, now - begun.began_s))
        return found

    def left(self, tables: Tables) -> tuple[float, bool] | None:
        """Seconds until all but the cut is made, and whether the cut is in them too.

        None while there is no evidence for a kind that is left.
        """
        if not tables["shots"]:
            return None
        counts = left_to_make(tables)
        moving = self.in_flight()
        seconds = 0.0
        for kind, count in counts.items():
            each = self._seconds_each(kind, moving)
            if each is None:
                return None
            shares = sum(one.share for one in moving if one.kind == kind)
            seconds += each * max(0.0, count - shares)
        seconds /= max(1, self._workers or len(self._names))
        film = self._seconds_each("film", moving)
        if film is None:
            return (seconds, False) if counts else None
        shares = sum(one.share for one in moving if one.kind == "film")
        return seconds + film * (1 - shares), True

    def _seconds_each(self, kind: str, moving: list[InFlight]) -> float | None:
        if self._spent.get(kind):
            return fmean(self._spent[kind])
        told = [
            one.elapsed_s / one.share
            for one in moving
            if one.kind == kind and one.share >= SHARE_ENOUGH
        ]
        return max(told, default=None)


def left_to_make(tables: Tables) -> dict[str, int]:
    """How many of each kind are left before the cut; what was given up is not."""
    going = [shot for shot in tables["shots"] if shot["mark"] != "[FAIL]"]
    counts = {
        kind: sum(shot[f"{kind}_sha256"] is None for shot in going) for kind in ("image", "video")
    }
    counts["audio"] = sum(
        shot["audio_sha256"] is None and bool(shot["narration"].strip()) for shot in going
    )
    for kind in ("enhance", "music"):
        counts[kind] = sum(
            row["kind"] == kind and row["state"] in ("pending", "started")
            for row in tables["commands"]
        )
    return {kind: count for kind, count in counts.items() if count}
