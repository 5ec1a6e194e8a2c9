"""The recovery prompt: which unfinished session goes on, or a new one."""

from collections.abc import Sequence
from typing import Any

from cli.output import say

Row = dict[str, Any]


def describe(row: Row, now: str) -> str:
    """One unfinished session: what it is, since when, how far."""
    title = row["title"] or row["idea"]
    title = " ".join(title.split())
    title = title if len(title) <= 60 else title[:59] + "…"
    percent = 100 * row["steps_done"] // max(1, row["steps_total"])
    paused = ", paused" if row["paused"] else ""
    lines = [
        f"{row['session']}  {title}",
        f"   begun {ago(row['started_at'], now)}, {percent} % done{paused}",
    ]
    if row["marks"]:
        lines.append(f"   {row['marks']}")
    return "\n".join(lines)


def ago(then: str, now: str) -> str:
    """How long ago an ISO time was, roughly, in words."""
    from datetime import datetime

    seconds = (datetime.fromisoformat(now) - datetime.fromisoformat(then)).total_seconds()
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


def ask_which(rows: Sequence[Row], now: str, idea: str) -> str | None:
    """Show the unfinished sessions and ask; the chosen session id, or None for a new one.

    Who types the same idea again most likely wants to go on with it: that is the default then.
    """
    import typer

    count = len(rows)
    say(f"{count} film{'s are' if count > 1 else ' is'} not finished:\n")
    for number, row in enumerate(rows, start=1):
        say(f"[{number}] {describe(row, now)}\n")
    question = (
        f"Continue one (1–{count}), or begin a new film (n)? q leaves"
        if count > 1
        else ("Continue it (1), or begin a new film (n)? q leaves")
    )
    same = [str(n) for n, row in enumerate(rows, start=1) if row["idea"] == idea.strip()]
    while True:
        answer = str(typer.prompt(question, default=(same or ["n"])[0])).strip().lower()
        if answer in ("q", "quit"):
            raise typer.Abort
        if answer in ("n", "new", "no"):
            return None
        if answer in ("y", "yes") and count == 1:
            return str(rows[0]["session"])
        if answer.isdigit() and 1 <= int(answer) <= count:
            return str(rows[int(answer) - 1]["session"])
        say(f"Please answer with a number from 1 to {count}, n or q.")


def mention(rows: Sequence[Row]) -> str:
    """One line about unfinished sessions, for when nobody can be asked."""
    count = len(rows)
    newest = rows[0]["session"]
    verb = "are" if count > 1 else "is"
    return (
        f"{count} other film{'s' if count > 1 else ''} {verb} not finished; "
        f"`reelog resume {newest}` goes on with the newest"
    )
