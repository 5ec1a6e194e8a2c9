"""doctor: what this machine has for making films, and what to do about what it lacks."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import typer

from cli.failures import DONE, WORK_FAILED
from cli.options import Json, home_of

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from gpu.finding import Finding

TITLES = {
    "machine": "This machine",
    "home": "Log and films",
    "tools": "Sound and picture",
    "models": "Models",
    "weights": "Weights and profiles",
}
WHAT_WIDTH = 10
STYLES = {"ok": "green", "note": "yellow", "problem": "bold red"}


def doctor(context: typer.Context, as_json: Json = False) -> int:
    """Look at this machine: disk, log, ffmpeg, voice, card, memory, weights; and say what to do."""
    from dataclasses import asdict

    from cli.output import console, print_json
    from gpu.finding import PROBLEM
    from handlers.doctor import examined

    found: list[Finding] = []
    for finding in examined(home_of(context)):
        if not as_json:
            _title(finding, found)
            _show(finding)
        found.append(finding)
    problems = sum(finding.verdict == PROBLEM for finding in found)
    if as_json:
        print_json({"problems": problems, "findings": [asdict(finding) for finding in found]})
    else:
        console().print(f"\n{summary(found)}")
    return WORK_FAILED if problems else DONE


def _show(finding: "Finding") -> None:
    from cli.output import console

    screen = console()
    for line in lines(finding, screen):
        screen.print(line, soft_wrap=True)


def _title(finding: "Finding", before: Sequence["Finding"]) -> None:
    from rich.text import Text

    from cli.output import console

    if not before or before[-1].group != finding.group:
        gap = "\n" if before else ""
        console().print(Text(gap + TITLES.get(finding.group, finding.group), style="bold"))


def lines(finding: "Finding", console: "Console") -> Iterator["Text"]:
    """A finding in columns: verdict, what, how it is; then what to do."""
    from rich.text import Text

    from cli.output import safe

    parts = [Text(safe(finding.says))]
    if finding.do:
        parts.append(Text(f"→ {safe(finding.do)}", style="cyan"))
    head = Text.assemble((f"  {finding.verdict:<8}", STYLES[finding.verdict]))
    head.append(f"{safe(finding.what):<{WHAT_WIDTH}} ")
    for part in parts:
        for wrapped in part.wrap(console, max(12, console.width - len(head)), overflow="fold"):
            wrapped.rstrip()
            yield Text.assemble(head, wrapped)
            head = Text(" " * len(head))


def summary(found: Sequence["Finding"]) -> str:
    """All of it in a sentence."""
    counts = {verdict: sum(one.verdict == verdict for one in found) for verdict in STYLES}
    notes = f"{counts['note']} {'note' if counts['note'] == 1 else 'notes'}"
    if not counts["problem"]:
        return f"Films can be made here. {notes.capitalize()}, no problem."
    said = f"{counts['problem']} {'problem' if counts['problem'] == 1 else 'problems'}"
    return f"{said.capitalize()}, {notes}: mend the problems first."


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(doctor)
