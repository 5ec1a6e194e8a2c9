"""Asking the log in SQL: a query, its answer or a refusal that names what was probably meant."""

import re

from eventstore import console, schema
from eventstore.console import Answer
from eventstore.errors import QueryRefused
from eventstore.home import Home
from gpu.vocabulary import nearest
from handlers.errors import Refused

_UNKNOWN = re.compile(r'no such (table|column|function): "?([^"\s]+)')


def ask(home: Home, query: str, *, rows_max: int, seconds_max: float) -> Answer:
    """The answer to a query. Raises Refused, NoSuchLog, QueryStopped, LogFailed."""
    home.lift()
    try:
        return console.ask(home.log_path, query, rows_max=rows_max, seconds_max=seconds_max)
    except QueryRefused as error:
        raise Refused("bad_sql", str(error), hint(str(error))) from error


def hint(message: str) -> str:
    """The way out of an error of SQLite's."""
    found = _UNKNOWN.search(message)
    if found is None or "single-quotes" in message:
        return "see `reelog sql --schema` and --examples"
    kind, name = found[1], found[2].rpartition(".")[2]
    tables = schema.documented()
    known = {
        "table": [one.name for one in tables],
        "column": sorted({column for one in tables for column in one.columns}),
        "function": sorted(console.FUNCTIONS),
    }[kind]
    near = nearest(name.lower(), known)
    return f"did you mean {near}?" if near else "see `reelog sql --schema`"
