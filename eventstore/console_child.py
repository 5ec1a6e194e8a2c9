"""The process that runs one query of the SQL console: it can read the log, and nothing else.

Read-only connection, authorizer with an allow-list, SQLite's own limits, a heap limit, and limits
of the system on memory, processor time and written files. The parent kills it at the deadline.
"""

import json
import math
import os
import resource
import sys
from pathlib import Path
from typing import Any

import apsw

from eventstore import schema
from eventstore.connection import connect
from eventstore.console_rules import FUNCTIONS, READABLE_MODULES, SQLITE_LIMITS
from eventstore.errors import EventStoreError

SOFT_HEAP_BYTES, HARD_HEAP_BYTES = 64 << 20, 128 << 20
DATA_BYTES = 168 << 20
FILE_BYTES = 1 << 20  # 0 would break opening: the index of the write-ahead log is shared memory


class Refused(Exception):
    """A query that is not run."""


class Guard:
    """The authorizer: says yes to reading our tables with harmless functions, no to all else."""

    def __init__(self, readable: set[str], modules: set[str]) -> None:
        self._readable = readable | {"sqlite_schema", "sqlite_master"} | READABLE_MODULES
        self._modules = modules - READABLE_MODULES
        self.refused = ""

    def __call__(
        self,
        action: int,
        first: str | None,
        second: str | None,
        database: str | None,
        _: str | None,
    ) -> int:
        if action in (apsw.SQLITE_SELECT, apsw.SQLITE_RECURSIVE):
            return apsw.SQLITE_OK
        if action == apsw.SQLITE_READ and self._may_read(first or "", database):
            return apsw.SQLITE_OK
        if action == apsw.SQLITE_FUNCTION and (second or "").lower() in FUNCTIONS:
            return apsw.SQLITE_OK
        self.refused = self.refused or _named(action, first, second)
        return apsw.SQLITE_DENY

    def _may_read(self, table: str, database: str | None) -> bool:
        if table.lower() in self._readable:
            return True
        # a subquery or a table of WITH has no database; so has a module of which no column is read
        hidden = table.lower() in self._modules or table.lower().startswith("pragma_")
        return database is None and not hidden


def _named(action: int, first: str | None, second: str | None) -> str:
    if action == apsw.SQLITE_FUNCTION:
        return f"the function {second}()"
    if action == apsw.SQLITE_READ:
        return f"reading {first}"
    name = str(apsw.mapping_authorizer_function[action]).removeprefix("SQLITE_").replace("_", " ")
    return f"{name} {first}" if action == apsw.SQLITE_PRAGMA else name


def open_guarded(log: Path) -> tuple[Any, Guard]:
    """The log as a sqlite-utils database that can only read, and its guard."""
    connection = connect(log, read_only=True)
    for optional in ("numpy", "pandas"):
        sys.modules.setdefault(optional, None)  # type: ignore[arg-type] # half the time to start
    import sqlite_utils

    database = sqlite_utils.Database(connection, execute_plugins=False)  # type: ignore[arg-type]
    modules = {str(name) for (name,) in connection.execute("PRAGMA module_list")}
    names = {name for kind, name in schema.wanted() if kind in ("table", "view")}
    connection.pragma("query_only", True)
    connection.pragma("temp_store", "memory")
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    connection.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
    connection.config(apsw.SQLITE_DBCONFIG_DQS_DML, 0)  # "x" is a name, or else a mistake
    for name, value in SQLITE_LIMITS.items():
        connection.limit(getattr(apsw, f"SQLITE_LIMIT_{name}"), value)
    guard = Guard(names, modules)
    connection.authorizer = guard
    return database, guard


def limit_process(seconds: float) -> None:
    """What the system itself keeps this process from."""
    cpu = math.ceil(seconds) + 2
    for limit, value in (
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_DATA, DATA_BYTES),
    ):
        _, hard = resource.getrlimit(limit)
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (bound, bound))
    apsw.soft_heap_limit(SOFT_HEAP_BYTES)
    apsw.hard_heap_limit(HARD_HEAP_BYTES)


def answer(job: dict[str, Any], database: Any, out: Any) -> str:
    """Write columns and rows as JSON lines; returns why there are no more of them."""
    query = job["query"]
    if "\0" in query:
        raise Refused("a query holds no NUL character")
    count = len(schema.statements(query))
    if count != 1:
        raise Refused(f"one statement at a time: this is {count or 'none'}")
    columns: list[str] = []

    def begins(cursor: apsw.Cursor, _sql: str, _values: object) -> bool:
        columns.extend(column[0] for column in cursor.get_description())
        return True

    database.conn.exec_trace = begins  # the names of the columns, even when there is no row
    cursor = database.execute(query)
    out.write(json.dumps({"columns": columns}) + "\n")
    written = 0
    for number, row in enumerate(cursor):
        if number == job["rows"]:
            return "rows"
        line = json.dumps([_cell(value) for value in row]) + "\n"
        written += len(line)
        if written > job["bytes"]:
            return "bytes"
        out.write(line)
    return ""


def _cell(value: Any) -> Any:
    if isinstance(value, bytes):
        return [value.hex()]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def outcome(job: dict[str, Any], database: Any, guard: Guard, out: Any) -> dict[str, str]:
    """Answer, and say how it ended."""
    try:
        return {"end": "done", "cut": answer(job, database, out)}
    except (apsw.NoMemError, MemoryError):
        return {"end": "stopped", "message": "the query needs more memory than it may have"}
    except apsw.TooBigError:
        return {"end": "stopped", "message": "a value of the query is bigger than it may be"}
    except UnicodeDecodeError:
        message = "a text of the result is no UTF-8: ask for hex(…) of it"
        return {"end": "refused", "message": message}
    except (apsw.CorruptError, apsw.NotADBError, apsw.IOError, apsw.BusyError) as error:
        return {"end": "failed", "message": f"{job['log']} does not read: {error}"}
    except (apsw.Error, Refused, ValueError) as error:
        if guard.refused:
            message = f"{guard.refused} is not allowed: this console only reads the log's tables"
            return {"end": "refused", "message": message}
        return {"end": "refused", "message": str(error)}


def main() -> int:
    """Read the job from stdin, answer on stdout."""
    job = json.loads(sys.stdin.buffer.readline())
    out = os.fdopen(os.dup(1), "w", encoding="ascii")
    try:
        database, guard = open_guarded(Path(job["log"]))
    except EventStoreError as error:
        out.write(json.dumps({"end": "failed", "message": str(error)}) + "\n")
        out.close()
        return 0
    limit_process(job["seconds"])
    out.write("ready\n")
    out.flush()
    end = outcome(job, database, guard, out)
    out.write(json.dumps(end) + "\n")
    out.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
