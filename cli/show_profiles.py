"""The screens of `reelog profiles`: all of them, and one with its settings explained."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cli.show_text import Cell, cell, one_line
from gpu import licences, ready
from gpu.briefs import Scalar
from gpu.llm import ready as asked
from gpu.profile_keys import GROUPS, Key, keys_of

if TYPE_CHECKING:
    from gpu.profile import Profile, StageProfile

ONE_LINE_COLUMNS = 112
VALUE_COLUMNS, ROOM_MIN = 24, 16
INDENT = "  "
STATES = {
    ready.HERE: "green",
    ready.MADE: "green",
    ready.PART: "yellow",
    ready.MISSING: "yellow",
}
Line = Cell


def listed(profiles: Sequence["Profile"], width: int) -> Iterator[Line]:
    """Every profile with the models that it loads."""
    name_columns = max((len(one.name) for one in profiles), default=0)
    for one in profiles:
        yield from _headed(one, name_columns, width)
        rows = [_facts(kind, stage) for kind, stage in ready.models_of(one)]
        yield from _wide(rows) if width >= ONE_LINE_COLUMNS else _narrow(rows)
        yield cell("")


def broken(name: str, message: str) -> Line:
    """A profile of the user's own that cannot be read."""
    return ((one_line(name), "bold red"), (f"  {one_line(message)}", ""))


def explained(profile: "Profile", width: int) -> Iterator[Line]:
    """One profile: every stage, every setting, what it does."""
    yield from _headed(profile, len(profile.name), width)
    yield cell("")
    for kind, stage in profile.stages.items():
        yield ((kind, "bold"), (f"  {one_line(stage.model)}", "cyan"), (f"  {stage.backend}", ""))
        if stage.of_model:
            *_, facts = _narrow([_facts(kind, stage)])
            yield ((INDENT, ""), *facts[1:])
        if rows := _settings(kind, stage):
            yield from _table(rows, width)
            yield cell("")
    yield from _servers(profile)
    if running := _running(profile):
        yield cell("how models are run; nothing here changes a bit of what they make", "bold")
        yield from _table(running, width)


def _headed(profile: "Profile", columns: int, width: int) -> Iterator[Line]:
    room = max(width - columns - 2, 30)
    lines = textwrap.wrap(one_line(profile.description), room) or [""]
    yield ((profile.name.ljust(columns), "bold cyan"), (f"  {lines[0]}", ""))
    for line in lines[1:]:
        yield cell(" " * (columns + 2) + line)
    if needs := _needs(profile):
        yield cell(" " * (columns + 2) + needs, "dim")


def _needs(profile: "Profile") -> str:
    parts = []
    if profile.card_gib:
        parts.append(f"a card with {profile.card_gib:g} GiB")
    if profile.host_gib:
        parts.append(f"{profile.host_gib:g} GiB of main memory")
    return f"needs {' and '.join(parts)}" if parts else ""


def _facts(kind: str, stage: "StageProfile") -> tuple[Line, ...]:
    """Stage, model, licence, size, whether the weights are here."""
    state = ready.weights_of(stage)
    use = "" if stage.commercial else ", no commercial use"
    accept = "" if licences.needs_nothing(stage.licence) else ", not accepted yet"
    return (
        cell(kind),
        cell(one_line(stage.model), "cyan"),
        ((stage.licence + use, ""), (accept, "yellow")),
        cell(f"{stage.size_gib:.1f} GiB" if stage.size_gib else ""),
        cell(f"weights {state}", STATES[state]),
    )


def _wide(rows: Sequence[Sequence[Line]]) -> Iterator[Line]:
    widths = [max(map(_columns, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = [_padded(field, columns) for field, columns in zip(row, widths, strict=True)]
        before = (piece for field in padded[:-1] for piece in (*field, ("  ", "")))
        yield ((INDENT, ""), *before, *row[-1])


def _narrow(rows: Sequence[Sequence[Line]]) -> Iterator[Line]:
    for kind, model, licence, size, state in rows:
        yield ((INDENT, ""), *_padded(kind, 5), ("  ", ""), *model)
        told = [field for field in (licence, size, state) if _columns(field)]
        yield (
            (INDENT + " " * 7, ""),
            *(piece for at, field in enumerate(told) for piece in _joined(at, field)),
        )


def _joined(at: int, field: Line) -> Line:
    return ((", ", ""), *field) if at else field


def _padded(field: Line, columns: int) -> Line:
    return (*field, (" " * (columns - _columns(field)), ""))


def _columns(field: Line) -> int:
    return sum(len(text) for text, _ in field)


class Row(NamedTuple):
    """A setting as it is shown."""

    key: str
    value: str
    told: str
    style: str = ""


def _settings(kind: str, stage: "StageProfile") -> list[Row]:
    """What the profile says first, then what it leaves as it is."""
    known = keys_of(kind, stage.backend)
    own = {key: value for key, value in stage.running.items() if key in known}
    said = [
        Row(key, _as_written(value), _told(known[key]))
        if key in known
        else Row(key, "", str(value).replace(",", ", "))
        for key, value in {**stage.settings, **own}.items()
    ]
    left = [
        Row(key, _as_written(one.default), _told(one), "dim")
        for key, one in known.items()
        if key not in stage.settings and key not in own
    ]
    return [*said, *([Row("not set:", "", "", "dim")] if left else []), *left]


def _servers(profile: "Profile") -> Iterator[Line]:
    """Whether the language model servers answer, and have the models that are asked there."""
    for kind, told, well in asked.sentences(profile):
        yield ((f"{kind}: ", ""), (one_line(told), "green" if well else "yellow"))


def _running(profile: "Profile") -> list[Row]:
    """The same for all models of a profile."""
    rows = {}
    for _, stage in ready.models_of(profile):
        for name, value in stage.running.items():
            group, _, key = name.partition(".")
            if key in GROUPS.get(group, {}):
                rows[name] = Row(name, _as_written(value), GROUPS[group][key].help)
    return list(rows.values())


def _as_written(value: Scalar) -> str:
    """As a profile has it; several words may be broken into lines."""
    return str(value).lower() if isinstance(value, bool) else str(value).replace(",", ", ")


def _told(key: Key) -> str:
    bounded = key.choices or key.words or key.low > float("-inf") or (key.takes and not key.pattern)
    return f"{key.help} ({key.range})" if bounded else key.help


def _table(rows: Sequence[Row], width: int) -> Iterator[Line]:
    keys = max(len(row.key) for row in rows)
    values = min(max(len(row.value) for row in rows), VALUE_COLUMNS, width // 4)
    for row in rows:
        head = f"{INDENT}{row.key:<{keys}}  "
        value = one_line(row.value) or ("-" if row.told else "")
        room = max(width - len(head) - values - 2, ROOM_MIN)
        told = textwrap.wrap(one_line(row.told), room, break_on_hyphens=False) or [""]
        left = textwrap.wrap(value, values, break_on_hyphens=False) or [""]
        for at in range(max(len(told), len(left))):
            lines = (part[at] if at < len(part) else "" for part in (left, told))
            shown, words = lines
            start = head if at == 0 else " " * len(head)
            bold = row.style or "bold"
            yield ((start, row.style), (f"{shown:<{values}}  ", bold), (words, row.style))


def planned(profile: "Profile", width: int) -> Iterator[Line]:
    """Whether each model fits the card of this machine, and how."""
    from gpu.card import card
    from gpu.fits import fits

    if told := [str(fit) for fit in fits(profile.stages, card(), {})]:
        yield cell("on this machine", "bold")
        for text in told:
            lines = textwrap.wrap(one_line(text), width - 2 * len(INDENT))
            yield from (cell(INDENT * (1 + bool(at)) + line) for at, line in enumerate(lines))
