"""Commands that go back and branch: rewind, fork."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.exceptions import Abort

from cli.failures import INTERRUPTED
from cli.options import Json, SessionName, Set, Yes, home_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.travel import Steps, Withdrawal

Moment = Annotated[
    str,
    typer.Option(
        metavar="N",
        help="position, event id, event (ShotPlanned:3), or time (20 minutes ago, 14:30)",
    ),
]
LISTED_MAX = 12
ONE_THING = ("story", "scene_graph", "shots", "music", "film")


def rewind(
    context: typer.Context,
    session: SessionName,
    to: Moment,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show what would happen")] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> int:
    """Make a film again what it was right after an event. Nothing is deleted.

    What was made later stays in the log and among the artifacts: coming back costs nothing.
    """
    from cli.output import print_json, say
    from cli.steps import open_session, refresh_folder
    from handlers import moment, travel
    from handlers.start import now_local

    with open_session(home_of(context), session) as opened:
        stream = opened.stream
        position = moment.find(to, stream.log, stream.history, now_local())
        withdrawal = travel.preview(opened.stream, position)
        if not as_json:
            say(_in_words(opened.stream.id, withdrawal))
        elif dry_run:
            print_json(_summary(opened.stream.id, withdrawal))
        if dry_run or withdrawal.nothing:
            if as_json and not dry_run:
                print_json(_summary(opened.stream.id, withdrawal))
            elif not as_json and not withdrawal.nothing:
                say("Nothing was changed.")
            return 0
        if not _confirmed("Rewind?", yes=yes, asks=not as_json):
            say("Nothing was changed.")
            return 0
        seen = len(stream.history)
        appended = travel.rewind(stream, position)
        meanwhile = appended[0].position - 1 - seen if appended else 0
        folder = refresh_folder(opened)
        if as_json:
            print_json(_summary(opened.stream.id, withdrawal, rewound=True))
        else:
            if meanwhile:
                events = "event that was" if meanwhile == 1 else "events that were"
                say(f"  {meanwhile} {events} recorded meanwhile too")
            say(f"Done; {folder} follows. Undo it with:")
            say(f"reelog rewind {opened.stream.id} --to {len(opened.stream.history) - 1}")
    return 0


def _confirmed(question: str, *, yes: bool, asks: bool) -> bool:
    import sys

    from cli.output import say

    if yes:
        return True
    if not (asks and sys.stdin.isatty()):
        from handlers.errors import Refused

        why = "there is no terminal to ask on" if asks else "with --json nothing is asked"
        raise Refused("not_confirmed", why, "say --yes, or --dry-run to look first")
    try:
        return typer.confirm(question)
    except (Abort, KeyboardInterrupt):
        say("\nNothing was changed.")
        raise typer.Exit(INTERRUPTED) from None


def _in_words(session: str, withdrawal: "Withdrawal") -> str:
    if withdrawal.nothing:
        return f"{session} is what it was after event {withdrawal.to}; there is nothing to rewind."
    lines = [f"{session} goes back to event {withdrawal.to}:"]
    if withdrawal.taken_back:
        lines.append(
            f"  {_count(withdrawal.taken_back, 'event')} withdrawn, {withdrawal.media} "
            f"file{'' if withdrawal.media == 1 else 's'} with {withdrawal.seconds:.1f} s of work "
            "among them (they stay in the log)"
        )
    if withdrawal.brought_back:
        lines.append(f"  {_count(withdrawal.brought_back, 'withdrawn event')} back")
    if withdrawal.shots_before != withdrawal.shots_after:
        lines.append(f"  shots: {withdrawal.shots_before} now, {withdrawal.shots_after} then")
    lines += [
        f"  {stage} takes withdrawn: {_shots(takes)}" for stage, takes in withdrawal.takes.items()
    ]
    return "\n".join([*lines, f"  it then has: {_there(withdrawal.steps)}"])


def _there(steps: "Steps") -> str:
    """What is there: how many of each, but for what is one thing and there."""
    from cli.show_view import STEP_NAMES

    return ", ".join(
        STEP_NAMES[name] if name in ONE_THING and done else f"{STEP_NAMES[name]} {done}/{total}"
        for name, (done, total) in steps.items()
    )


def _count(things: "Sequence[Any]", noun: str) -> str:
    return f"{len(things)} {noun}{' is' if len(things) == 1 else 's are'}"


def _shots(takes: "Sequence[tuple[int, int]]") -> str:
    """Shots with the take where it is not the first; long lists are cut."""
    named = [f"shot {shot}" + (f" take {take}" if take > 1 else "") for shot, take in takes]
    more = [f"and {len(named) - LISTED_MAX} more"] if len(named) > LISTED_MAX else []
    return ", ".join([*named[:LISTED_MAX], *more])


def _summary(session: str, withdrawal: "Withdrawal", *, rewound: bool = False) -> dict[str, Any]:
    return {
        "session": session,
        "to": withdrawal.to,
        "withdrawn": [
            {"position": r.position, "type": type(r.event).__name__} for r in withdrawal.taken_back
        ],
        "brought_back": [
            {"position": r.position, "type": type(r.event).__name__}
            for r in withdrawal.brought_back
        ],
        "takes": {
            stage: [{"shot": shot, "take": take} for shot, take in takes]
            for stage, takes in withdrawal.takes.items()
        },
        "seconds": round(withdrawal.seconds, 3),
        "shots_before": withdrawal.shots_before,
        "shots_after": withdrawal.shots_after,
        "steps_after": _counts(withdrawal.steps),
        "rewound": rewound,
    }


def _counts(steps: "Steps") -> dict[str, dict[str, int]]:
    return {name: {"done": done, "total": total} for name, (done, total) in steps.items()}


def fork(
    context: typer.Context,
    session: SessionName,
    at: Moment,
    profile: Annotated[
        str | None, typer.Option(help="let another profile make it from there on")
    ] = None,
    set_: Set = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show what would happen")] = False,
    as_json: Json = False,
) -> None:
    """Begin a new film whose history is this one's up to an event. Nothing is copied."""
    from cli.given import read_settings
    from cli.output import print_json, say
    from cli.steps import Opened, open_session, refresh_folder
    from handlers import moment, travel, workflows
    from handlers.edit import asked_profile
    from handlers.start import free_session_id, now_local, session_base

    wanted = asked_profile(profile, read_settings(set_ or []))
    with open_session(home_of(context), session) as opened:
        parent = opened.stream
        position = moment.find(at, parent.log, parent.history, now_local())
        name = free_session_id(parent.log, session_base(now_local()))
        prepared = travel.prepare_fork(parent, position, name, wanted)
        if not dry_run:
            workflows.keep_alone(opened.home, wanted)
            refresh_folder(Opened(opened.home, travel.begin(prepared)))
    if as_json:
        found = {"session": None if dry_run else name, "parent": parent.id, "at": position}
        print_json({**found, "steps_after": _counts(prepared.steps)})
        return
    begins = "A fork would begin" if dry_run else f"{name} begins"
    say(f"{begins} as {parent.id} was after event {position}")
    say(f"  it then has: {_there(prepared.steps)}")
    say("Nothing was changed." if dry_run else f"Go on: reelog resume {name}")


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command()(rewind)
    app.command()(fork)
