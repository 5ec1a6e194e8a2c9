"""The page of `reelog view`: for a terminal of any width, and as plain lines for pipes."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from cli import show_answers
from cli import show_view as parts
from cli.output import safe
from cli.show_found import Found
from cli.show_text import Cell, Clock, cell, one_line, plain_lines, rich_text

if TYPE_CHECKING:
    from rich.console import RenderableType

TWO_COLUMNS = 76
SHOT_HEADERS = ("", "", "scene", "size", "camera", "length", "narration")


def plain(found: Found, clock: Clock) -> Iterator[str]:
    """The page for pipes: aligned, whole."""
    if moment := parts.moment(found):
        yield moment.upper()
    facts = [[cell(name), value] for name, value in parts.facts(found, clock)]
    idea = one_line(found.session["idea"])
    yield from plain_lines(
        [[cell("title"), cell(parts.title(found))], [cell("idea"), cell(idea)], *facts]
    )
    yield from _section("steps", parts.steps(found, bars=False))
    headers = [cell(header) for header in ("mark", "shot", *SHOT_HEADERS[2:])]
    listed = parts.shots(found, signs=False)
    yield from _section("shots", [headers, *listed] if listed else [])
    yield from _section("prompts", parts.prompt_lines(found))
    yield from _section("characters and places", parts.references(found))
    yield from _section("takes", parts.take_rows(found))
    if parked := parts.parked(found):
        yield from _section("parked", [[cell(f"{what}: {error}")] for what, error in parked])
        if found.at is None:
            yield f"  try again: reelog retry {found.session['session']}"
    costs = parts.costs(found)
    headers = [cell(header or "stage") for header in parts.COST_HEADERS]
    yield from _section("spent, withdrawn work included", [headers, *costs] if costs else [])
    answers = show_answers.answers(found)
    headers = [cell(header or "stage") for header in show_answers.HEADERS]
    name = f"tokens of language models{show_answers.budget(found)}"
    yield from _section(name, [headers, *answers] if answers else [])
    yield from _section("files", parts.files(found))


def _section(name: str, rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    if rows:
        yield ""
        yield name
        yield from plain_lines(rows, indent="  ")


def fancy(found: Found, clock: Clock, width: int) -> Iterator["RenderableType"]:
    """The page for a terminal, part by part."""
    from rich.padding import Padding

    if moment := parts.moment(found):
        yield rich_text(cell(f" {moment.upper()} ", "bold black on yellow"))
    yield rich_text(cell(parts.title(found), "bold"))
    if one_line(found.session["idea"]) != parts.title(found):
        yield rich_text(cell(safe(found.session["idea"]).strip(), "dim"))
    yield ""
    yield _facts(parts.facts(found, clock), width)
    for name, part in _sections(found):
        yield rich_text(cell(f"\n{name}", "bold cyan"))
        yield Padding(part, (0, 0, 0, 2))


def _sections(found: Found) -> Iterator[tuple[str, "RenderableType"]]:
    yield "Steps", _grid(parts.steps(found, bars=True), right=(2, 3))
    if shots := parts.shots(found, signs=True):
        yield "Shots", _grid(shots, headers=SHOT_HEADERS, right=(1, 2, 5), cut=6)
    if prompts := parts.prompts(found):
        yield "Prompts", _grid(prompts, fold=3)
    if references := parts.references(found):
        yield "Characters and places", _grid(references, cut=4)
    if takes := list(parts.several_takes(found)):
        yield "Takes", _takes(found, takes)
    if parked := parts.parked(found):
        yield "Parked", _parked(parked, found)
    if costs := parts.costs(found):
        yield (
            "Spent, withdrawn work included",
            _grid(costs, headers=parts.COST_HEADERS, right=(1, 2, 3, 4, 5)),
        )
    if answers := show_answers.answers(found):
        name = f"Tokens of language models{show_answers.budget(found)}"
        yield name, _grid(answers, headers=show_answers.HEADERS, right=(1, 2, 3, 4, 5))
    yield "Files", _grid(parts.files(found), fold=1)


def _grid(
    rows: Sequence[Sequence[Cell]],
    *,
    headers: Sequence[str] = (),
    right: Sequence[int] = (),
    cut: int | None = None,
    fold: int | None = None,
) -> "RenderableType":
    """Aligned columns; only the column `cut` may lose its end, only `fold` may take more lines."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 2, 0, 0))
    for at in range(len(rows[0])):
        options: dict[str, Any] = {"no_wrap": at != fold, "overflow": "ellipsis"}
        if at == fold:
            options["overflow"] = "fold"
        if at not in (cut, fold):
            options["min_width"] = max(rich_text(row[at]).cell_len for row in rows)
        grid.add_column(justify="right" if at in right else "left", **options)
    if headers:
        grid.add_row(*(rich_text(cell(header, "dim")) for header in headers))
    for row in rows:
        grid.add_row(*(rich_text(field) for field in row))
    return grid


def _facts(facts: Sequence[tuple[str, Cell]], width: int) -> "RenderableType":
    """Names and values, two pairs a line where there is room."""
    rows = [[cell(name, "dim"), value] for name, value in facts]
    if width < TWO_COLUMNS:
        return _grid(rows, fold=1)
    blank = [cell(""), cell("")]
    pairs = [*rows, blank] if len(rows) % 2 else rows
    return _grid([[*left, *right] for left, right in zip(pairs[::2], pairs[1::2], strict=True)])


def _takes(found: Found, listed: Sequence[tuple[str, Any]]) -> "RenderableType":
    from rich.columns import Columns
    from rich.console import Group

    lines: list[RenderableType] = []
    for name, takes in listed:
        lines.append(rich_text(cell(name)))
        blocks = [rich_text(parts.take_block(found, take)) for take in takes]
        lines.append(Columns(blocks, padding=(0, 4), equal=True))
        told = [words for take in takes if (words := parts.other_words(found, take))]
        lines += [rich_text(cell(words, "yellow")) for words in told]
    return Group(*lines)


def _parked(parked: Sequence[tuple[str, str]], found: Found) -> "RenderableType":
    from rich.console import Group
    from rich.padding import Padding

    lines: list[RenderableType] = []
    for what, error in parked:
        lines.append(rich_text((("✗ ", "bold red"), (what, ""))))
        lines.append(Padding(rich_text(cell(error, "red")), (0, 0, 0, 4)))
    if found.at is None:
        retry = f"reelog retry {found.session['session']}"
        lines.append(rich_text((("Try again: ", "dim"), (retry, "bold"))))
    return Group(*lines)
