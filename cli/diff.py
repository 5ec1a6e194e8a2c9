"""diff: two films, or two moments of one, beside each other."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import Json, home_of

if TYPE_CHECKING:
    from rich.text import Text

    from projections.difference import Difference, FieldChange, ShotDifference

Which = Annotated[str, typer.Argument(metavar="ID[@N]", help="a session, or a moment of one")]
STYLES = {"-": "red strike", "+": "green", "=": ""}
Line = list[tuple[str, str]]


def diff(
    context: typer.Context,
    a: Which,
    b: Which,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="write both storyboards as one page")
    ] = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="end with 1 when they differ")
    ] = False,
    as_json: Json = False,
) -> int:
    """Say what differs between two films, or between two moments of one.

    For example: reelog diff last@12 last. Words stand as [-taken out-] and {+put in+}.
    """
    from cli.output import print_json, say
    from eventstore.home import Home
    from handlers import diff
    from handlers.diff_page import write_page
    from handlers.start import now_local
    from projections.events import TYPES

    home = Home(home_of(context))
    with home.reader() as reader, home.open_existing(TYPES, read_only=True) as log:
        found = diff.diff(log, reader, (a, b), now_local())
    written = write_page(found, home.artifacts, html) if html else None
    if as_json:
        print_json(diff.as_data(found) | ({"html": str(written)} if written else {}))
    else:
        _show(found)
        if written:
            say(f"Both storyboards are in {written}")
    return 1 if exit_code and not found.equal else 0


def _show(found: "Difference") -> None:
    from cli.output import console, say
    from cli.show_text import on_terminal

    if on_terminal() and not console().no_color:
        console().print(*(_styled(line) for line in _lines(found)), sep="\n")
        return
    for line in _lines(found):
        say("".join(_plain(text, style) for text, style in line))


def _plain(text: str, style: str) -> str:
    if style == STYLES["-"]:
        return f"[-{text}-]"
    return f"{{+{text}+}}" if style == STYLES["+"] else text


def _styled(line: Line) -> "Text":
    from rich.text import Text

    from cli.output import safe

    return Text.assemble(*((safe(text), style) for text, style in line))


def _lines(found: "Difference") -> list[Line]:
    """Pieces of text with a style each; old and new words are styled as such."""
    lines: list[Line] = [[(f"a  {found.a.label}", "bold")], [(f"b  {found.b.label}", "bold")], []]
    if found.equal:
        return [*lines, [("They are the same film.", "")]]
    width = max((len(one.name) for one in found.fields), default=0)
    lines += [[(f"{one.name:<{width}}  ", "dim"), *_change(one)] for one in found.fields]
    lines += [[]] if found.fields else []
    for shot in found.changed:
        lines += _shot(shot)
    rest = len(found.shots) - len(found.changed)
    if rest:
        words = "1 shot is" if rest == 1 else f"{rest} shots are"
        lines.append([(f"{words} the same.", "dim")])
    if found.film:
        known = {"same": "The films are the same.", "different": "The films are different."}
        lines.append([(known.get(found.film, f"There is a film {found.film}."), "")])
    return lines


def _shot(one: "ShotDifference") -> list[Line]:
    there = one.after or one.before
    assert there is not None
    words = [one.change] if one.change != "same" else []
    if one.moved and one.before and one.after:
        words.append(f"moved from {one.before.index} to {one.after.index}")
    style = {"added": "bold green", "removed": "bold red"}.get(one.change, "bold")
    lines: list[Line] = [[(f"Shot {there.index}  {', '.join(words)}".rstrip(), style)]]
    if one.change in ("added", "removed"):
        side = STYLES["+" if one.after else "-"]
        lines.append([("  ", ""), (there.shot.image_prompt, side)])
        return lines
    lines += [[(f"  {field.name:<15}  ", "dim"), *_change(field)] for field in one.fields]
    for stage, same in one.artifacts.items():
        if same != "same":
            lines.append([(f"  {stage:<15}  ", "dim"), (same, "yellow")])
    return lines


def _change(one: "FieldChange") -> Line:
    if one.words:
        return [(text, STYLES[kind]) for kind, text in one.words]
    before, after = ("nothing" if v in (None, "") else str(v) for v in (one.before, one.after))
    return [(before, ""), (" → ", "dim"), (after, "")]


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(diff)
