"""What schema.sql says: its words, how a database differs from it, and its documented columns."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import apsw

from eventstore.connection import SCHEMA, closed_on_error, disk_errors
from eventstore.errors import LogDamaged

_TOKEN = re.compile(
    r"""(?P<text> '(?:[^']|'')*' | "(?:[^"]|"")*" | `(?:[^`]|``)*` | \[[^\]]*\] )
      | (?P<aside> --[^\n]* | /\*.*?(?:\*/|\Z) | \s+ )
      | (?P<word> [A-Za-z_0-9$]+ )
      | (?P<sign> . )""",
    re.VERBOSE | re.DOTALL,
)
_CREATE = re.compile(r"CREATE (TABLE|VIEW) (\w+)")
_COMMENT = re.compile(r"^(.*\S)\s*--\s+(\S.*)$")

Part = tuple[str, str]
"""Type and name of a table, index, view or trigger."""


class Documented(NamedTuple):
    """A table or view with what schema.sql says about it; columns in order."""

    kind: str
    name: str
    about: str
    columns: dict[str, str]


def words(sql: str) -> list[str]:
    """SQL without comments and white space: equal words mean the same."""
    return [found[0] for found in _TOKEN.finditer(sql) if found.lastgroup != "aside"]


def statements(sql: str) -> list[str]:
    """The statements of a text, cut at its semicolons; empty ones left out."""
    parts: list[list[str]] = [[]]
    for word in words(sql):
        if word == ";":
            parts.append([])
        else:
            parts[-1].append(word)
    return [" ".join(part) for part in parts if part]


def text() -> str:
    """The file itself."""
    return SCHEMA.read_text(encoding="utf-8")


def parts(connection: apsw.Connection) -> dict[Part, list[str]]:
    """Every table, index, view and trigger of a database, with its definition as words."""
    rows = connection.execute(
        "SELECT CAST(type AS BLOB), CAST(name AS BLOB), CAST(tbl_name AS BLOB), CAST(sql AS BLOB) "
        "FROM sqlite_schema"
    )
    return {
        (_plain(kind), _plain(name)): [_plain(table), *words(_plain(sql))]
        for kind, name, table, sql in rows
    }


def _plain(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "backslashreplace")


def wanted() -> dict[Part, list[str]]:
    """The parts that every log has."""
    return parts(_in_memory())


def _in_memory() -> apsw.Connection:
    connection = apsw.Connection(":memory:")
    connection.execute(text())
    return connection


def differences(connection: apsw.Connection) -> Iterator[tuple[str, str, str]]:
    """Each part that is `missing`, `changed` or `foreign`: (which of these, type, name)."""
    found, ours = parts(connection), wanted()
    for (kind, name), definition in ours.items():
        if (kind, name) not in found:
            yield "missing", kind, name
        elif found[kind, name] != definition:
            yield "changed", kind, name
    for kind, name in found:
        if (kind, name) not in ours:
            yield "foreign", kind, name


def refuse_changed(connection: apsw.Connection, path: Path) -> None:
    """Raise LogDamaged where a log's tables, indexes or triggers are not ours.

    A foreign trigger could drop what is appended. Views are used as schema.sql has them, whatever
    the log holds: an older program's are others, and a stranger's might never end.
    """
    ours = text()
    definitions = connection.execute(
        "SELECT CAST(sql AS BLOB) FROM sqlite_schema WHERE sql NOTNULL"
    )
    found = [_plain(sql) for (sql,) in definitions]
    if len(found) == ours.count("\nCREATE ") and all(f"{sql};" in ours for sql in found):
        return
    for how, kind, name in differences(connection):
        if (kind == "trigger") if how == "foreign" else (kind != "view"):
            told = {"changed": "not as it should be"}.get(how, how)
            raise LogDamaged(f"{path} is damaged: its {kind} {name} is {told}; see `reelog audit`")
    for definition in view_texts().values():
        connection.execute(definition.replace("CREATE VIEW", "CREATE TEMP VIEW", 1))


def identity(connection: apsw.Connection, path: Path, *, checked: bool) -> tuple[str, bytes]:
    """The log's id, and what its chain begins with. `checked`: its definitions are ours, too.

    Raises LogDamaged, with the connection closed.
    """
    with disk_errors(path), closed_on_error(connection):
        if checked:
            refuse_changed(connection, path)
        rows = list(connection.execute("SELECT id, genesis FROM log"))
        if len(rows) != 1:
            raise LogDamaged(f"{path} is damaged: it has {len(rows)} ids; see `reelog audit`")
        return str(rows[0][0]), bytes(rows[0][1])


def view_texts() -> dict[str, str]:
    """Name of each view → its definition."""
    rows = _in_memory().execute("SELECT name, sql FROM sqlite_schema WHERE type = 'view'")
    return {str(name): str(sql) for name, sql in rows}


def documented() -> list[Documented]:
    """Every table and view, each column with the comment behind it."""
    connection = _in_memory()
    lines = text().splitlines()
    found = []
    for at, line in enumerate(lines):
        create = _CREATE.match(line)
        if create is None:
            continue
        kind, name = create.groups()
        names = [str(row[1]) for row in connection.execute(f"PRAGMA table_info({name})")]
        comments = _comments(lines[at + 1 :], names)
        columns = {column: comments.get(column, "") for column in names}
        found.append(Documented(kind.lower(), name, _about(lines[:at]), columns))
    return found


def _about(before: list[str]) -> str:
    about: list[str] = []
    while before and before[-1].startswith("-- "):
        about.insert(0, before.pop()[3:])
    return " ".join(about)


def _comments(after: list[str], names: list[str]) -> dict[str, str]:
    """Column → comment, in the lines of one definition."""
    comments: dict[str, str] = {}
    for line in after:
        if found := _COMMENT.match(line):
            defined = words(found[1].rstrip(","))
            for column in (defined[0], defined[-1]):
                if column in names:
                    comments.setdefault(column, found[2])
                    break
        if line.endswith(";"):
            break
    return comments
