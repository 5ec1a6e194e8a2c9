"""The prompt of `reelog sql`: one question after another, each in a process of its own."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cli.failures import failure_of
from cli.output import complain, say

if TYPE_CHECKING:
    from eventstore.console import Answer

HISTORY_LINES_MAX = 1000
GREETING = "Ask in SQL and end with ; (.schema, .examples, .quit)"


def converse(answered: Callable[[str], "Answer"]) -> None:
    """Ask for queries until .quit or the end of input."""
    say(GREETING)
    with _history():
        for query in _queries():
            if query.startswith("."):
                _obey(query)
            else:
                _answer(answered, query)


def _queries() -> Iterator[str]:
    """Complete inputs: a dot command, or lines up to one that ends with a semicolon or is empty."""
    lines: list[str] = []
    while True:
        try:
            line = input("   ...> " if lines else "reelog> ")
        except EOFError:
            return
        except KeyboardInterrupt:
            say("")
            lines = []
            continue
        if not lines and line.strip() in (".quit", ".exit"):
            return
        lines.append(line)
        text = "\n".join(lines).strip()
        dotted = text.startswith(".") and len(lines) == 1
        if dotted or text.endswith(";") or not line.strip():
            lines = []
            if text:
                yield text


def _obey(command: str) -> None:
    from cli import show_schema

    match command:
        case ".schema":
            show_schema.print_schema()
        case ".examples":
            show_schema.print_examples()
        case _:
            complain(f"{command} is unknown; known: .schema, .examples, .quit")


def _answer(answered: Callable[[str], "Answer"], query: str) -> None:
    from cli.show_rows import print_table
    from eventstore.errors import EventStoreError
    from handlers.errors import Refused

    try:
        print_table(answered(query))
    except (Refused, EventStoreError) as error:
        failure = failure_of(error)
        assert failure is not None
        complain(failure.message + (f"; {failure.hint}" if failure.hint else ""))
    except KeyboardInterrupt:
        complain("stopped")


@contextmanager
def _history() -> Iterator[None]:
    """Earlier lines come back; a history that cannot be kept is no error."""
    try:
        import readline
    except ImportError:
        yield
        return
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    file = Path(state) / "reelog" / "sql_history"
    with suppress(OSError):
        readline.read_history_file(file)
    readline.set_history_length(HISTORY_LINES_MAX)
    try:
        yield
    finally:
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            readline.write_history_file(file)
