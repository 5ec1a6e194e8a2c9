"""The commands list, view and history, as programs and people call them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from eventstore.home import Home
from tests.build import SESSION
from tests.cli.films import begin, carry_on, fail, log_at

HEAVY = ("pydantic", "sqlite_utils", "numpy", "PIL", "imageio", "cv2", "torch", "projections")


def call(home: Home, *words: str) -> Result:
    """reelog with these words, its output no terminal."""
    return CliRunner().invoke(
        app, ["--home", str(home.root), *words], catch_exceptions=False, env={"TZ": "UTC"}
    )


def answer(home: Home, *words: str) -> Any:
    """The data of a JSON answer."""
    envelope = json.loads(call(home, *words, "--json").stdout)
    assert envelope["ok"]
    return envelope["data"]


def two_films(home: Home) -> None:
    """One film that is complete, and a newer one that is stuck."""
    with log_at(home) as log:
        carry_on(begin(log))
        stream = begin(log, "session_20250208_010000", idea="a storm")
        carry_on(stream, lambda command: command.shot in (None, 1))
        fail(stream, "image", 2, "RuntimeError: no")


def test_without_a_log_the_list_says_how_to_begin(home: Home) -> None:
    told = call(home, "list")

    assert told.exit_code == 0
    assert f'There are no films in {home.root} yet; `reelog start "an idea"`' in told.stdout
    assert answer(home, "list") == []
    assert not home.root.exists()


def test_an_empty_log_says_how_to_begin_too(home: Home) -> None:
    with log_at(home):
        pass

    assert "There are no films" in call(home, "list").stdout


def test_the_list_has_the_newest_film_first(home: Home) -> None:
    two_films(home)

    (_, newer, older) = call(home, "list").stdout.splitlines()

    assert newer.startswith("session_20250208_010000  2025-02-08 ")
    assert older.startswith(f"{SESSION}  2025-02-08 ")
    assert "parked" in newer
    assert "COMPLETE  100 %" in older
    assert [row["session"] for row in answer(home, "list")] == ["session_20250208_010000", SESSION]
    assert [row["parked"] for row in answer(home, "list")] == [1, 0]


def test_a_film_is_viewed_by_a_part_of_its_id(home: Home) -> None:
    two_films(home)

    told = call(home, "view", "002238").stdout

    assert told.splitlines()[0] == "title      The Lighthouse"
    assert answer(home, "view", "002238")["session"]["session"] == SESSION
    assert answer(home, "view", "002238", "--at", "7")["session"]["version"] == 7


def test_a_history_is_whole_for_programs(home: Home) -> None:
    two_films(home)

    rows = answer(home, "history", "last")

    assert list(range(1, len(rows) + 1)) == [row["position"] for row in rows]
    assert "CommandStarted" in [row["type"] for row in rows]
    assert rows[0]["data"]["idea"] == "a storm"


def test_a_history_for_people_leaves_starts_of_work_out(home: Home) -> None:
    two_films(home)

    told = call(home, "history", "last")

    assert "CommandStarted" not in told.stdout
    assert "3 starts of work are left out; --all shows them" in told.stderr
    assert call(home, "history", "last", "--all").stdout.count("CommandStarted") == 3


def test_nothing_that_is_printed_steers_the_terminal(home: Home) -> None:
    with log_at(home) as log:
        begin(log, idea="a \x1b]0;title\x07 trick \u202e and 灯台\nsecond line")

    for words in (["list"], ["view", "last"], ["history", "last"]):
        told = call(home, *words).stdout
        assert not set("\x1b\x07\u202e") & set(told)
        assert "灯台" in told


LOOKING = """
import sys
from pathlib import Path
from types import SimpleNamespace
from cli import look
sys.stdout.isatty = lambda: {terminal}
root = SimpleNamespace(params={{"home": Path({home!r})}})
context = SimpleNamespace(find_root=lambda: root)
before = set(sys.modules)
{call}
print(*(set(sys.modules) - before), file=sys.stderr)
"""


def looked(home: Home, call: str, *, terminal: bool = False) -> tuple[str, set[str]]:
    """What a command prints in a process of its own, and what our code loads for it.

    Without the parser: typer 0.29 checks words with pydantic, and that is its own.
    """
    child = subprocess.run(
        [
            sys.executable, "-c",
            LOOKING.format(home=str(home.root), terminal=terminal, call=call),
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={"TERM": "xterm-256color", "NO_COLOR": "1", "COLUMNS": "100", "PATH": ""},
    )  # fmt: skip
    return child.stdout, {name.partition(".")[0] for name in child.stderr.split()}


@pytest.mark.parametrize(
    "call",
    [
        "look.list_sessions(context)",
        "look.view(context, 'last')",
        "look.view(context, 'last', as_json=True)",
        "look.history(context, 'last', with_all=True)",
    ],
)
def test_looking_loads_nothing_heavy(home: Home, call: str) -> None:
    two_films(home)

    _, loaded = looked(home, call)

    assert not loaded & {*HEAVY, "rich"}


def test_a_terminal_gets_rich_and_still_nothing_heavy(home: Home) -> None:
    two_films(home)

    told, loaded = looked(
        home,
        "look.list_sessions(context); look.view(context, '002238'); look.history(context, 'last')",
        terminal=True,
    )

    assert "rich" in loaded
    assert not loaded & set(HEAVY)
    assert "●●●●" in told
    assert "\x1b[3" not in told, "NO_COLOR is obeyed"
