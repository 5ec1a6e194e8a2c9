"""The live screen of a run: bars, marks, what is in flight, time left. Draws only what changed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cli.output import console
from cli.progress import Monotonic, Progress, Tables
from cli.show_events import summary
from cli.show_pace import InFlight, Pace
from cli.show_text import bar, cell, glyphs, named, one_line, percent, rich_text, seconds_text
from cli.show_view import STEP_NAMES, shown_steps

if TYPE_CHECKING:
    from rich.console import Console
    from rich.live import Live as RichLive
    from rich.text import Text

DRAW_S = 0.1
STEP_BAR_COLUMNS, MINI_BAR_COLUMNS = 40, 4
FAILURES_SHOWN, FLIGHT_LINES = 3, 2
KIND_OF_STEP = {
    "prompts": "enhance",
    "images": "image",
    "audio": "audio",
    "videos": "video",
} | {name: name for name in ("music", "film")}


class Live:
    """A rich Live display over the state of a run."""

    def __init__(
        self,
        title_line: str,
        workers: int | None,
        monotonic: Monotonic,
        screen: "Console | None" = None,
    ) -> None:
        self._title = one_line(title_line)
        self._pace = Pace(workers, monotonic)
        self._now = monotonic
        self._screen = screen or console()
        self._live: RichLive | None = None
        self._began = self._drawn_at = monotonic()
        self._tables: Tables = {}
        self._failures: list[str] = []
        self._shown: list[Text] = []

    def open(self) -> None:
        """Take a part of the terminal; nothing is drawn before there is something to draw."""
        from rich.live import Live as RichLive

        # drawn by hand: the run's loop is the clock, and an unchanged screen is not sent again
        self._live = RichLive(console=self._screen, auto_refresh=False, vertical_overflow="crop")
        self._live.start()

    def update(self, tables: Tables, progress: Progress) -> None:
        """Draw what changed, at most ten times a second."""
        self._tables, self._pace.progress = tables, progress
        if self._now() - self._drawn_at >= DRAW_S or not self._shown:
            self._draw(over=False)

    def event(self, row: Mapping[str, Any]) -> None:
        """Learn from one event."""
        import json

        self._pace.event(row)
        if row["type"] == "CommandFailed":
            data = json.loads(row["data"])
            place = {one["shot"]: one["shot_index"] for one in self._tables.get("shots", ())}
            shot = place.get(data.get("shot"), data.get("shot"))
            self._failures.append(summary(row["type"], {**data, "shot": shot}))

    def close(self) -> None:
        """Leave the last state on the terminal and give it back."""
        if self._live is None:
            return
        self._draw(over=True)
        self._live.stop()
        self._live = None

    def _draw(self, *, over: bool) -> None:
        lines = self.lines(self._screen.width - 1, over=over)
        self._drawn_at = self._now()
        if self._live is None or lines == self._shown:
            return
        from rich.console import Group

        self._shown = lines
        self._live.update(Group(*lines), refresh=True)

    def lines(self, width: int, *, over: bool) -> "list[Text]":
        """The screen as lines, none wider than `width`; `over` leaves out what passes."""
        if not self._tables or not self._tables["sessions"]:
            return []
        session = self._tables["sessions"][0]
        film = one_line(session["title"] or session["idea"])
        lines = [rich_text(((self._title, "cyan"), ("  ", ""), (film, "bold")))]
        flying = [] if over else self._pace.in_flight()
        lines += self._steps(flying, width)
        marks = [row["mark"] for row in _in_order(self._tables)]
        if marks:
            lines.append(rich_text((("  ", ""), *glyphs(marks, width - 2))))
        lines += self._flight(flying, width)
        lines += _glimpse(flying)
        lines.append(rich_text(cell(f"  {self._time(over)}", "dim")))
        failures = self._failures[-FAILURES_SHOWN:]
        lines += [rich_text((("  ✗ ", "bold red"), (text, "red"))) for text in failures]
        for line in lines:
            line.truncate(width, overflow="ellipsis")
        return lines

    def _steps(self, flying: list[InFlight], width: int) -> "list[Text]":
        columns = max(4, min(STEP_BAR_COLUMNS, width - 32))
        lines = []
        for name, (done, total) in shown_steps(self._tables).items():
            moving = sum(one.share for one in flying if one.kind == KIND_OF_STEP.get(name))
            share = min(done + moving, total) / total if total else 0.0
            # what is moving fills the bar, but full is only what is recorded
            shape = bar(share, columns, "" if done == total else "cyan")
            counted = f" {done:>3}/{total:<3} {percent(done, total)}"
            lines.append(rich_text(((f"  {STEP_NAMES[name]:<12} ", ""), *shape, (counted, ""))))
        return lines

    def _flight(self, flying: list[InFlight], width: int) -> "list[Text]":
        places = {row["shot"]: row["shot_index"] for row in self._tables["shots"]}
        lines: list[Text] = []
        for at, one in enumerate(flying):
            where = f" {places.get(one.shot, one.shot)}" if one.shot else ""
            piece = rich_text(
                (
                    (f"  {named(one.kind)}{where} ", ""),
                    *bar(one.share, MINI_BAR_COLUMNS, "cyan"),
                    (f" {percent(one.share, 1).strip():>4}", ""),
                    (f" {words}" if (words := getattr(one.share, "words", "")) else "", "dim"),
                )
            )
            if not lines or lines[-1].cell_len + piece.cell_len + 4 > width:
                if len(lines) == FLIGHT_LINES:
                    lines[-1].append(f"  +{len(flying) - at}", style="dim")
                    break
                lines.append(piece)
            else:
                lines[-1].append_text(piece)
        return lines

    def _time(self, over: bool) -> str:
        gone = int(self._now() - self._began)
        hours, rest = divmod(gone, 3600)
        passed = (f"{hours}:{rest // 60:02}" if hours else f"{rest // 60}") + f":{rest % 60:02}"
        told = None if over else self._pace.left(self._tables)
        if told is None or self._tables["sessions"][0]["state"] == "COMPLETE":
            return passed
        seconds, whole = told
        text = seconds_text(max(1, round(seconds))).replace(".0 s", " s")
        return f"{passed} · about {text} left" + ("" if whole else ", then the cut")


def _glimpse(flying: list[InFlight]) -> "list[Text]":
    """The small picture of what is being made, where there is one."""
    files = [file for one in flying if (file := getattr(one.share, "file", ""))]
    return [rich_text(cell(f"  so far: {files[0]}", "dim"))] if files else []


def _in_order(tables: Tables) -> list[dict[str, Any]]:
    return sorted(tables["shots"], key=lambda row: int(row["shot_index"]))
