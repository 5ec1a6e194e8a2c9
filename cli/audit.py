"""audit: whether everything is as it was written, and what to do where it is not."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.failures import DONE, WORK_FAILED
from cli.options import Json, home_of

if TYPE_CHECKING:
    from handlers.audit import Report


def audit(
    context: typer.Context,
    session: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="only this film in depth  [default: all films]"),
    ] = None,
    head: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="keep the log's head in a file: a proof for later"),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="prove that the log extends the head kept in a file"),
    ] = None,
    repair: Annotated[
        bool,
        typer.Option("--repair", help="rebuild read tables and folders, record what is lost"),
    ] = False,
    as_json: Json = False,
) -> int:
    """Read and check everything: hash chain, schema, read tables, artifacts, forks.

    Keep the file of --head elsewhere: only --against it finds a tail that was cut off, an older
    copy that was put back, or a chain that was computed again. Exit 0 when all is right, else 1.
    """
    from cli.output import complain, print_json
    from eventstore.home import Home
    from handlers import keep_head
    from handlers.audit import audit as check
    from handlers.out_file import refuse_other
    from handlers.repair import repair as mend

    home = Home(home_of(context))
    known = keep_head.read(against) if against else None
    if head:
        refuse_other(head)
    report = check(home, session, known)
    repaired: list[str] = []
    if repair:
        repaired = mend(home, report)
        report = check(home, session, known)
    kept = keep_head.keep(head, report) if head else None
    if head and kept is None:
        complain("no head is kept of a log that is in doubt")
    if as_json:
        print_json(_complete(report, repaired, kept))
    else:
        _tell(report, repaired, kept)
    return DONE if report.clean else WORK_FAILED


def _complete(report: "Report", repaired: list[str], kept: Path | None) -> dict[str, Any]:
    head = report.head
    return {
        "clean": report.clean,
        "events": report.events,
        "sessions": report.sessions,
        "artifacts": report.artifacts,
        "bytes": report.bytes,
        "orphans": report.orphans,
        "orphan_bytes": report.orphan_bytes,
        "leftovers": report.leftovers,
        "set_aside": report.set_aside,
        "head": {
            "log_id": head.log_id,
            "global_position": head.global_position,
            "hash": head.hash.hex(),
        }
        if head
        else None,
        "head_file": str(kept) if kept else None,
        "findings": [finding._asdict() for finding in report.findings.told],
        "untold": report.findings.untold,
        "repaired": repaired,
    }


def _tell(report: "Report", repaired: list[str], kept: Path | None) -> None:
    from cli.output import say
    from cli.show_text import bytes_text

    for sentence in repaired:
        say(f"repaired: {sentence}")
    for finding in report.findings.told:
        say(f"{finding.check}: {finding.message}; {finding.hint}")
    for check, count in report.findings.untold.items():
        say(f"{check}: {count:,} more of these")
    files = f"{_count(report.artifacts, 'artifact')} ({bytes_text(report.bytes)})"
    result = "all right" if report.clean else _count(report.findings.counts.total(), "finding")
    say(f"checked {_count(report.events, 'event')}, {files}: {result}")
    if report.orphans:
        orphans = _count(report.orphans, "file")
        say(f"{orphans} ({bytes_text(report.orphan_bytes)}) that no event names; see `reelog gc`")
    for path in report.leftovers:
        say(f"left half written by a worker that died: {path}; the next worker removes it")
    if report.set_aside:
        say(f"{_count(report.set_aside, 'damaged file')} set aside in artifacts/damaged")
    if kept and report.head:
        say(f"the head, event {report.head.global_position:,}, is kept in {kept}")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(audit)
