"""A whole small film, and hands that change its log from outside, past triggers and our code."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from eventstore import hashes
from eventstore.home import Home
from handlers.audit import Report, audit
from projections.events import TYPES
from tests.build import fake_session
from tests.handlers.crew_of_one import work

TRIGGERS = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
ALL = "SELECT * FROM events ORDER BY global_position"


def make_film(root: Path) -> Home:
    """A complete film of two shots, with its files."""
    home = Home(root)
    with home.open(TYPES) as log:
        fake_session(log, shots=2, duration_s=10.0)
        work(home, log)
    return home


def copy_of(film: Home, folder: Path) -> Home:
    """The same film elsewhere; nobody has it open."""
    shutil.copytree(film.root, folder)
    return Home(folder)


@contextmanager
def past_triggers(home: Home) -> Iterator[apsw.Connection]:
    """A plain connection without the append-only triggers, which are put back at the end."""
    raw = apsw.Connection(str(home.log_path))
    triggers = list(raw.execute(TRIGGERS))
    for name, _ in triggers:
        raw.execute(f"DROP TRIGGER {name}")
    yield raw
    for _, sql in triggers:
        raw.execute(sql)
    raw.close()


def tamper(home: Home, sql: str, values: tuple[Any, ...] = ()) -> None:
    """Run SQL past the triggers."""
    with past_triggers(home) as raw:
        raw.execute(sql, values)


def rewrite_schema(home: Home, old: str, new: str) -> None:
    """Change the text of a definition behind SQLite's back."""
    raw = apsw.Connection(str(home.log_path))
    raw.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 0)
    raw.pragma("writable_schema", True)
    raw.execute("UPDATE sqlite_schema SET sql = replace(sql, ?, ?)", (old, new))
    raw.close()


def chain_again(home: Home) -> None:
    """Compute every hash again, as whoever rewrites history would."""
    with past_triggers(home) as raw:
        ((previous,),) = raw.execute("SELECT genesis FROM log")
        for row in list(raw.execute(ALL)):
            content = hashes.content_hash(row[:11])
            this = hashes.chain_hash(previous, content)
            raw.execute(
                "UPDATE events SET previous_hash = ?, content_hash = ?, hash = ? "
                "WHERE global_position = ?",
                (previous, content, this, row[0]),
            )
            previous = this


def found(home: Home, *arguments: Any) -> Report:
    """What an audit of that home finds."""
    return audit(home, *arguments)


def messages(home: Home, *arguments: Any) -> str:
    """All findings as text."""
    return "\n".join(finding.message for finding in audit(home, *arguments).findings.told)
