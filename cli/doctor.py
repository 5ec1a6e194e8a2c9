"""doctor: what this machine has for making films, and what to do about what it lacks."""

from typing import TYPE_CHECKING

import typer

from cli.failures import DONE, WORK_FAILED
from cli.options import Json, home_of

if TYPE_CHECKING:
    from gpu.doctor import Finding

STYLES = {"ok": "green", "note": "yellow", "problem": "red"}


def doctor(context: typer.Context, as_json: Json = False) -> int:
    """Check this machine: home, ffmpeg, voice, card, memory, weights; and say what to do."""
    from dataclasses import asdict

    from cli.output import print_json
    from gpu.doctor import PROBLEM, findings

    found = []
    for finding in findings(home_of(context)):
        found.append(finding)
        if not as_json:
            _show(finding)
    if as_json:
        print_json({"findings": [asdict(finding) for finding in found]})
    return WORK_FAILED if any(finding.verdict == PROBLEM for finding in found) else DONE


def _show(finding: "Finding") -> None:
    from rich.text import Text

    from cli.output import console, safe

    line = Text(f"{finding.verdict:<8}", style=STYLES[finding.verdict])
    line.append(f"{finding.what:<10} ", style="bold")
    line.append(safe(finding.says), style="default")
    console().print(line, soft_wrap=True)
    if finding.do:
        console().print(Text(f"{'':19}→ {safe(finding.do)}", style="dim"), soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(doctor)
