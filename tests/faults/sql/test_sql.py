"""The SQL console against queries that want to write, to read elsewhere, or to eat the machine."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from eventstore.console import ROWS_MAX, Answer
from eventstore.errors import LogFailed, QueryRefused
from eventstore.home import Home
from tests.command import Reelog
from tests.faults import cases
from tests.faults.sql.attack import attack
from tests.faults.sql.queries import BOMBS, CANARY, MALFORMED, OTHER_FILES, PRAGMAS, WRITES
from tests.processes import apart, until
from tests.tampering import make_film

MEMORY_KB_MAX = 200_000
DEADLINE_S = 0.25
CPU_S_MAX = 5.0
"""Of the child's own time: a busy machine must not decide what is an attack."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A film, beside a file and a database that are nobody's business."""
    folder = tmp_path_factory.mktemp("attacked")
    secret = apsw.Connection(str(folder / "canary.db"))
    secret.execute(f"CREATE TABLE secret AS SELECT '{CANARY}' AS word")
    secret.close()
    return make_film(folder / "home")


def content(home: Home) -> tuple[str, str]:
    """The hash of the whole database, read through SQLite, and of the files beside it."""
    with home.reader() as reader:
        whole = hashlib.sha256(reader.connection.serialize("main")).hexdigest()
    names = sorted(
        str(path.relative_to(home.root.parent))
        for path in home.root.parent.rglob("*")
        if not path.name.endswith(("-wal", "-shm"))
    )
    return whole, "\n".join(names)


def attacked(
    home: Home, query: str, judge: Callable[[Answer | Exception], None], seconds: float = 60.0
) -> None:
    """Ask in a small process of its own, so that memory is counted for this query alone."""
    with cases.counted("SQL attacks", 1):
        _attacked(home, query, judge, seconds)


def _attacked(
    home: Home, query: str, judge: Callable[[Answer | Exception], None], seconds: float
) -> None:
    before = content(home)

    outcome, cpu_s, memory_kb = apart(attack, home.log_path, query, seconds)

    assert cpu_s < CPU_S_MAX
    assert memory_kb < MEMORY_KB_MAX
    assert CANARY not in repr(outcome)
    judge(outcome)
    assert content(home) == before


def is_refused(outcome: Answer | Exception) -> None:
    """Not run at all."""
    assert isinstance(outcome, QueryRefused), outcome
    assert "\n" not in str(outcome)


def is_bounded(outcome: Answer | Exception) -> None:
    """Refused, stopped, or answered within bounds; the log did not fail."""
    assert not isinstance(outcome, LogFailed), outcome
    if isinstance(outcome, Answer):
        assert len(outcome.rows) <= ROWS_MAX


def chosen(queries: list[str]) -> list[str]:
    """All of them in a release, every second one in `make test`."""
    return queries if cases.RELEASE else queries[::2]


def short(query: str) -> str:
    """A test's name for a query."""
    return query[:60].encode("unicode_escape").decode()


@pytest.mark.parametrize("query", chosen(WRITES), ids=short)
def test_nothing_can_be_written(home, query):
    attacked(home, query, is_refused)


@pytest.mark.parametrize("query", chosen(OTHER_FILES), ids=short)
def test_nothing_but_the_logs_tables_can_be_reached(home, query):
    places = {"canary": home.root.parent / "canary.db", "copy": home.root.parent / "copy.db"}

    attacked(home, query.format(**places), is_refused)


@pytest.mark.parametrize("query", chosen(PRAGMAS), ids=short)
def test_no_pragma_is_obeyed(home, query):
    attacked(home, query, is_refused)


@pytest.mark.parametrize("query", chosen(MALFORMED), ids=short)
def test_a_malformed_query_ends_in_a_sentence(home, query):
    attacked(home, query, is_bounded, DEADLINE_S)


@pytest.mark.parametrize("query", chosen(BOMBS), ids=short)
def test_no_query_takes_too_long_or_too_much(home, query):
    attacked(home, query, is_bounded, DEADLINE_S)


def test_there_are_more_than_two_hundred_attacks():
    assert len(WRITES + OTHER_FILES + PRAGMAS + MALFORMED + BOMBS) > 200


FLOOD = (
    "WITH RECURSIVE a (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM a) "
    "SELECT x, hex(zeroblob(500)) FROM a"
)


def test_a_flood_into_a_pipe_that_nobody_reads_keeps_no_child_alive(home, tmp_path):
    reelog = Reelog(tmp_path)
    reelog.home = home
    with cases.counted("SQL attacks", 1):
        running = reelog.begin("sql", "--limit", "1000000", "--timeout", "60", FLOOD)
        pipe = running.process.stdout
        assert pipe is not None

        assert pipe.read(100)
        until(lambda: reelog.processes() == {running.process.pid})
        pipe.close()
        assert running.process.stderr is not None
        running.process.stderr.close()

        assert running.process.wait(30) in (1, 3)
    reelog.end()


def test_the_child_cannot_write_a_big_file(tmp_path: Path):
    """Even if a query broke out of SQLite, the process may not write big files."""
    code = (
        "import sys; from pathlib import Path; from eventstore.console_child import limit_process\n"
        "limit_process(1)\n"
        "try:\n    Path(sys.argv[1]).write_bytes(bytes(2 << 20))\n"
        "except OSError:\n    sys.exit(7)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "big")], check=False)

    assert done.returncode == 7
