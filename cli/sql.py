"""sql: any question to the log, read-only in earnest."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import Json, home_of

if TYPE_CHECKING:
    from eventstore.console import Answer

ROWS_MAX = 1_000_000


def sql(
    context: typer.Context,
    query: Annotated[
        str | None,
        typer.Argument(help="one SELECT  [default: from stdin, or a prompt on a terminal]"),
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="answer as CSV")] = False,
    as_jsonl: Annotated[bool, typer.Option("--jsonl", help="answer as a JSON line a row")] = False,
    limit: Annotated[int, typer.Option(min=1, max=ROWS_MAX, help="rows at most")] = 1000,
    timeout: Annotated[
        float, typer.Option(min=0.1, max=3600, metavar="S", help="seconds at most")
    ] = 5.0,
    schema: Annotated[
        bool, typer.Option("--schema", help="show every table and view, column by column")
    ] = False,
    examples: Annotated[
        bool, typer.Option("--examples", help="show queries to begin with")
    ] = False,
    as_json: Json = False,
) -> None:
    """Ask the log in SQL. Reads only, whatever the query says, and stops at --timeout.

    The table events is the truth; history, spending, prompts, lineage, failures and takes answer
    what people ask. Other SQLite programs may read the file too, while work goes on.
    """
    from cli import show_schema

    if schema:
        show_schema.print_schema(as_json=as_json)
        return
    if examples:
        show_schema.print_examples(as_json=as_json)
        return
    from eventstore.home import Home
    from handlers.ask import ask

    home = Home(home_of(context))

    def answered(text: str) -> "Answer":
        return ask(home, text, rows_max=limit, seconds_max=timeout)

    if query is None and sys.stdin.isatty():
        from cli.sql_prompt import converse

        converse(answered)
        return
    answer = answered(_from_stdin() if query is None else query)
    _print(answer, as_json=as_json, as_jsonl=as_jsonl, as_csv=as_csv)


def _from_stdin() -> str:
    from eventstore.console import QUERY_CHARACTERS_MAX

    try:
        return sys.stdin.read(QUERY_CHARACTERS_MAX + 1)
    except UnicodeDecodeError as error:
        raise typer.BadParameter("the query on stdin is no UTF-8 text") from error


def _print(answer: "Answer", *, as_json: bool, as_jsonl: bool, as_csv: bool) -> None:
    from cli import show_rows
    from cli.output import print_json

    if as_json:
        print_json(show_rows.as_data(answer))
    elif as_jsonl:
        show_rows.print_lines(answer)
    elif as_csv:
        show_rows.print_csv(answer)
    else:
        show_rows.print_table(answer)


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command()(sql)
