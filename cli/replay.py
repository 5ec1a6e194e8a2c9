"""replay: fold a session again from its events, or render it again and compare."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import Json, SessionName, home_of

if TYPE_CHECKING:
    from pathlib import Path

    from handlers.replay import Replayed, Source
    from handlers.verify import Verdict
    from projections.replay import Moment

To = Annotated[
    str | None,
    typer.Option(metavar="N", help="only up to a position, event (ShotPlanned:3) or time"),
]

DB_MAX = 200


def replay(
    context: typer.Context,
    session: SessionName,
    to: To = None,
    step: Annotated[bool, typer.Option("--step", help="a line for every append")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="fold every moment from nothing too, and compare")
    ] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="render again from the recorded inputs, and compare")
    ] = False,
    shot: Annotated[
        int | None, typer.Option(metavar="PLACE", help="with --verify: only this shot")
    ] = None,
    bound: Annotated[
        float, typer.Option(metavar="DB", help="with --verify: PSNR that counts as equivalent")
    ] = 40.0,
    as_json: Json = False,
) -> int:
    """Compute a film again from its events alone; with --verify, render it again.

    Changes nothing. Ends with 1 when something comes out differently.
    """
    from eventstore.home import Home
    from handlers import look, moment, replay
    from handlers.start import now_local
    from projections.events import TYPES

    _check_options(verify=verify, fold_options=step or check, shot=shot, bound=bound)
    home = Home(home_of(context))
    with home.reader() as reader:
        session_id = look.find(reader, session)
    with home.open_existing(TYPES, read_only=True) as log:
        source = replay.read(log, session_id)
        whole = len(source.history)
        end = moment.find(to, log, source.history, now_local()) if to else whole
    if verify:
        return _verify(home.root, source, (end, shot, bound), as_json=as_json)
    return _fold(source, end, step=step, check=check, as_json=as_json)


def _check_options(*, verify: bool, fold_options: bool, shot: int | None, bound: float) -> None:
    from handlers.errors import Refused

    if verify and fold_options:
        raise Refused("wrong_use", "--verify renders; --step and --check fold", "run it twice")
    if shot is not None and not verify:
        raise Refused("wrong_use", "--shot says which shot to render again", "add --verify")
    if not 0 < bound < DB_MAX:
        raise Refused("out_of_range", f"--bound {bound:g} is out of range", f"0 to {DB_MAX} dB")


def _fold(source: "Source", end: int, *, step: bool, check: bool, as_json: bool) -> int:
    from cli.output import print_json, say
    from handlers.replay import replay

    steps: list[dict[str, Any]] = []

    def each(before: "Moment | None", moment: "Moment") -> None:
        line = _step(before, moment)
        steps.append(line)
        if not as_json:
            say(_step_line(line))

    done = replay(source, end, check=check, each=each if step else lambda *_: None)
    if as_json:
        print_json(_folded(source, done) | ({"moments": steps} if step else {}))
    else:
        say(_in_words(source, done))
    return 1 if done.differences else 0


def _folded(source: "Source", done: "Replayed") -> dict[str, Any]:
    from projections.rows import state

    end = done.end
    return {
        "session": source.session_id,
        "to": end.position,
        "events": done.events,
        "appends": done.appends,
        "milliseconds": round(done.seconds * 1000, 3),
        "title": end.session.title,
        "state": state(end.session, end.work),
        "steps": {name: {"done": n, "total": of} for name, (n, of) in end.steps.items()},
        "marks": [end.marks[index] for index in sorted(end.marks)],
        "pending": len(end.work.pending),
        "parked": len(end.work.parked),
        "differences": list(done.differences),
    }


def _in_words(source: "Source", done: "Replayed") -> str:
    end = _folded(source, done)
    steps = ", ".join(f"{name} {one['done']}/{one['total']}" for name, one in end["steps"].items())
    lines = [
        f"{source.session_id} after event {end['to']}: {end['title'] or 'no title yet'}",
        f"  state    {end['state']}",
        f"  steps    {steps}",
        *([f"  marks    {' '.join(end['marks'])}"] if end["marks"] else []),
        f"  pending  {end['pending']}" + (f", parked {end['parked']}" if end["parked"] else ""),
        f"{done.events} events in {done.appends} appends were folded "
        f"in {end['milliseconds']:.1f} ms.",
    ]
    if done.differences:
        lines += [f"{len(done.differences)} differences:", *(f"  {d}" for d in done.differences)]
    else:
        lines.append("The read tables are what the events mean.")
    return "\n".join(lines)


def _step(before: "Moment | None", moment: "Moment") -> dict[str, Any]:
    """One append: what was recorded, and what it changed."""
    names = [type(one.event).__name__ for one in moment.appended]
    events = {name: names.count(name) for name in dict.fromkeys(names)}
    only = moment.appended[0].event if len(names) == 1 else None
    old_steps, old_marks = (before.steps, before.marks) if before else ({}, {})
    return {
        "position": moment.position,
        "events": events,
        "kind": getattr(only, "kind", None),
        "shot": getattr(only, "shot", None),
        "steps": {
            name: list(value)
            for name, value in moment.steps.items()
            if value != old_steps.get(name, (0, 0)) and (before or value[0])
        },
        "marks": {
            str(index): mark for index, mark in moment.marks.items() if mark != old_marks.get(index)
        },
        "pending": len(moment.work.pending),
    }


def _step_line(line: dict[str, Any]) -> str:
    events = ", ".join(n if count == 1 else f"{n} ×{count}" for n, count in line["events"].items())
    events += "".join(f" {line[name]}" for name in ("kind", "shot") if line[name])
    changed = [f"{name} {done}/{total}" for name, (done, total) in line["steps"].items()]
    marks = line["marks"]
    changed += [f"{place} {mark}" for place, mark in list(marks.items())[:4]]
    changed += [f"and {len(marks) - 4} more marks"] if len(marks) > 4 else []
    text = f"{line['position']:>5}  {events:<30}  pending {line['pending']:>3}  "
    return (text + ", ".join(changed)).rstrip()


def _verify(
    root: "Path", source: "Source", wanted: tuple[int, int | None, float], *, as_json: bool
) -> int:
    from cli.output import print_json, say
    from cli.signals import signals_stop
    from eventstore.home import Home
    from handlers.verify import DIFFERS, UNVERIFIABLE, VERDICTS, Verifier
    from projections.session import fold

    end, shot, bound_db = wanted
    session = fold(source.session_id, source.history[:end], source.inherited)
    verifier = Verifier(session, Home(root).artifacts, bound_db=bound_db)
    verdicts = []
    with signals_stop():
        for verdict in verifier.verdicts(shot):
            verdicts.append(verdict)
            if not as_json:
                say(_verdict_line(verdict))
    counts = {name: sum(one.verdict == name for one in verdicts) for name in VERDICTS}
    if as_json:
        answer = {"session": source.session_id, "to": end, "counts": counts}
        print_json(answer | {"artifacts": [one.__dict__ for one in verdicts]})
    elif verdicts:
        said = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        say(f"{len(verdicts)} rendered again: {said}.")
    else:
        say("Nothing was made yet that could be rendered again.")
    return 1 if counts[DIFFERS] or counts[UNVERIFIABLE] else 0


def _verdict_line(one: "Verdict") -> str:
    what = one.kind if one.shot is None else f"{one.kind} of shot {one.shot}"
    what = f"sheet of {one.name}" if one.name else what
    what += f", take {one.take}" if (one.take or 1) > 1 else ""
    line = f"{what:<24}  {one.verdict:<12}"
    if one.psnr_db is not None:
        line += f"  PSNR {one.psnr_db:.1f} dB"
    if one.ssim is not None:
        line += f"  SSIM {one.ssim:.3f}"
    return "\n".join([line.rstrip(), *(f"    {reason}" for reason in one.reasons)])


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(replay)
