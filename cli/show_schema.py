"""What can be asked: tables and views with their columns, and queries to begin with."""

from cli.output import print_json, say


def print_schema(*, as_json: bool = False) -> None:
    """Every table and view, each column with a line about it."""
    from eventstore import schema

    tables = schema.documented()
    if as_json:
        print_json([table._asdict() for table in tables])
        return
    for table in tables:
        say(f"{table.kind} {table.name}: {table.about}")
        width = max(len(column) for column in table.columns)
        for column, about in table.columns.items():
            say(f"    {column.ljust(width)}  {about}")
        say("")


def print_examples(*, as_json: bool = False) -> None:
    """Questions, each with the query that answers it."""
    from handlers.sql_examples import EXAMPLES

    if as_json:
        print_json([{"question": question, "query": query} for question, query in EXAMPLES.items()])
        return
    for question, query in EXAMPLES.items():
        say(f"-- {question}\n{query};\n")
