"""Commands about room on the disk: du, gc."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import Json, Yes, home_of

if TYPE_CHECKING:
    from handlers.gc import Garbage
    from handlers.usage import TakeUsage, Usage

LISTED_MAX = 20


def du(
    context: typer.Context,
    takes: Annotated[bool, typer.Option("--takes", help="every take's file, too")] = False,
    as_json: Json = False,
) -> None:
    """Say how much room films take: what counts, what was taken back, what films share."""
    from cli.output import print_json, say
    from eventstore.home import Home
    from handlers.usage import usage
    from projections.events import TYPES

    home = Home(home_of(context))
    with home.open_existing(TYPES, read_only=True) as log:
        found = usage(home, log)
    if as_json:
        print_json(found.as_data())
        return
    for line in _used(found, takes=takes):
        say(line)


def _used(found: "Usage", *, takes: bool) -> list[str]:
    from cli.show_text import bytes_text

    wide = max((len(one.session) for one in found.sessions), default=7)
    headers = f"{'kept':>8}  {'withdrawn':>9}  {'of it shared':>12}  {'of parents':>10}  film"
    lines = [f"{'session':<{wide}}  {headers}"]
    for one in found.sessions:
        gone = f"  ({one.missing} missing)" if one.missing else ""
        gone = f"  (fork of {one.parent}){gone}" if one.parent else gone
        lines.append(
            f"{one.session:<{wide}}  {bytes_text(one.kept_bytes):>8}  "
            f"{bytes_text(one.withdrawn_bytes):>9}  {bytes_text(one.shared_bytes):>12}  "
            f"{bytes_text(one.inherited_bytes):>10}  {' '.join(one.title.split())[:60]}{gone}"
        )
        for take in one.takes if takes else ():
            what = _what(take)
            words = [f"take {take.take}"] if take.take else []
            words += [name for name in ("in_cut", "withdrawn", "shared") if getattr(take, name)]
            said = ", ".join(words).replace("in_cut", "in the cut")
            lines.append(f"    {bytes_text(take.bytes):>8}  {what}  {said}".rstrip())
    rest = [
        ("artifacts", found.artifacts_bytes, f"{found.artifacts} files, each counted once"),
        ("shared", found.shared_bytes, f"{found.shared} of them, named by several films"),
        ("orphans", found.orphans_bytes, f"{found.orphans} of them; `reelog gc` lists them"),
        ("temporary", found.temporary_bytes, f"{found.temporary} files of workers"),
        ("folders", found.folders_bytes, "texts in session folders; media there are links"),
        ("log", found.log_bytes, ""),
        ("all", found.total_bytes, ""),
    ]
    lines.append("")
    return lines + [
        f"{name:<10} {bytes_text(size):>8}  {note}".rstrip() for name, size, note in rest
    ]


def _what(take: "TakeUsage") -> str:
    if take.shot is None:
        return take.kind
    if take.place is None:
        return f"{take.kind} of a shot that is not in the cut"
    return f"{take.kind} of shot {take.place}"


def gc(
    context: typer.Context,
    withdrawn: Annotated[
        bool,
        typer.Option("--withdrawn", help="also what rewinds took back; coming back makes it again"),
    ] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """List files that no event names; with --yes, remove them. The log itself loses nothing."""
    from cli.output import print_json, say
    from eventstore.home import Home
    from handlers.gc import collect, garbage
    from projections.events import TYPES

    home = Home(home_of(context))
    with home.open_existing(TYPES) as log:
        act = collect if yes else garbage
        found = act(home, log, withdrawn=withdrawn)
    if as_json:
        files = [{"path": str(one.path), "bytes": one.bytes, "why": one.why} for one in found]
        size = sum(one.bytes for one in found)
        print_json({"removed": yes, "files": files, "bytes": size})
    else:
        say(_told(found, removed=yes))


def _told(found: "list[Garbage]", *, removed: bool) -> str:
    from cli.show_text import bytes_text

    if not found:
        return "There is nothing to remove."
    lines = [f"{bytes_text(one.bytes):>8}  {one.path}  ({one.why})" for one in found[:LISTED_MAX]]
    if len(found) > LISTED_MAX:
        lines.append(f"{'':>8}  and {len(found) - LISTED_MAX} more")
    size = bytes_text(sum(one.bytes for one in found))
    files = "1 file" if len(found) == 1 else f"{len(found)} files"
    last = f"{files} removed, {size}." if removed else f"{files}, {size}; --yes removes them."
    return "\n".join([*lines, last])


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command()(du)
    app.command()(gc)
