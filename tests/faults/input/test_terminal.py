"""No text of a film steers the terminal, a page or a spreadsheet that shows it."""

import csv
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest

from tests import processes, shelf
from tests.command import Reelog
from tests.faults import cases
from tests.faults.damage.homes import copied
from tests.faults.input.asking import some
from tests.faults.input.terminal import HOSTILE, RAW, at_terminal, nothing_hostile, poison

FILM, FAILED = shelf.SESSIONS[0], shelf.SESSIONS[1]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Reelog:
    """Two films, one with a failure; each text of them is hostile."""
    reelog = Reelog(tmp_path_factory.mktemp("hostile"))

    def make() -> None:
        shelf.stopped(reelog.home, "a lighthouse", FILM)
        shelf.failed(reelog.home, "a lamp", FAILED)
        poison(reelog.home)

    assert processes.run(make) == 0
    return reelog


@pytest.fixture
def reelog(hostile: Reelog, tmp_path: Path):
    """A copy of that home."""
    command = copied(hostile.home, tmp_path)
    yield command
    command.end()


SCREENS = [
    ["list"],
    ["view", FILM],
    ["view", FAILED],
    ["view", FILM, "--at", "5"],
    ["history", FILM],
    ["history", FAILED, "--all"],
    ["sql", "SELECT * FROM sessions"],
    ["sql", "SELECT data AS \"\x1b[2J\" FROM events"],
    ["sql", "--csv", "SELECT * FROM shots"],
    ["sql", "--jsonl", "SELECT * FROM shots"],
    ["sql", "SELECT * FROM \"\x1b]0;x\x07\""],
    ["diff", FILM, FAILED],
    ["replay", FILM],
    ["audit"],
    ["du", "--takes"],
    ["gc"],
    ["export", FAILED, "--format", "srt", "--to", "-"],
    ["export", FAILED, "--format", "fountain", "--to", "-"],
    ["export", FAILED, "--format", "csv", "--to", "-"],
    ["export", FAILED, "--format", "json", "--to", "-"],
    ["pause", FILM],
    ["edit", FAILED, "1", "--camera", "\x1b[2J"],
    ["view", "\x1b]0;x\x07\u202e"],
    ["import", "\x1b]0;x\x07\u202e"],
    ["start", "x", "--new", "--profile", "\x1b]0;x\x07\u202e"],
    ["start", "--new", "--script", "\x1b]0;x\x07\u202e.md"],
    ["\x1b]0;x\x07\u202e"],
    ["--\x1b]0;x\x07\u202e"],
    ["list", "\x1b]0;x\x07\u202e"],
]  # fmt: skip


PIPED = [one for one in SCREENS if "--to" not in one]


@pytest.mark.parametrize("arguments", some(SCREENS), ids=ascii)
def test_no_text_steers_a_terminal(reelog, arguments):
    with cases.counted("hostile inputs", 1):
        status, shown = at_terminal(reelog, *arguments)

        assert status in (0, 1, 2), shown
        assert "a bug in reelog" not in shown
        nothing_hostile(shown)


@pytest.mark.parametrize("arguments", some(PIPED, 1), ids=ascii)
def test_no_text_steers_what_is_piped_to_people(reelog, arguments):
    with cases.counted("hostile inputs", 1):
        done = reelog.quickly(*arguments)

        if "--csv" not in arguments:  # data for programs: whole, whatever is in it
            nothing_hostile(done.out + done.err)


def test_no_text_steers_the_screen_of_work(reelog):
    terminal = reelog.at_terminal("resume", FILM, "--workers", "1", "--yes")

    done = terminal.ended()

    nothing_hostile(done.out)
    assert "OWNED" in done.out


class Reader(HTMLParser):
    """Every tag and every attribute of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.policies: list[str] = []

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.add(tag)
        assert not [name for name in found if name.startswith("on")]
        assert not (found.get("href") or "").startswith("javascript:")
        if found.get("http-equiv") == "Content-Security-Policy":
            self.policies.append(found["content"])


def test_no_text_becomes_markup_of_a_page(reelog):
    assert reelog.quickly("diff", FILM, FAILED, "--html", "d.html").status in (0, 1)
    page = (reelog.folder / "d.html").read_text(encoding="utf-8")

    reader = Reader()
    reader.feed(page)

    assert reader.policies == ["default-src 'none'; img-src data:; style-src 'unsafe-inline'"]
    assert not reader.tags & {"script", "m", "iframe", "object", "embed", "form", "base"}
    assert "<m>" not in page
    assert "&lt;m&gt;" in page
    assert not [raw for raw in RAW if raw in page]


@pytest.mark.parametrize("format_", ["csv", "shots.csv"])
def test_no_cell_of_an_export_is_a_formula(begun, format_):
    for option in ("--narration", "--image-prompt"):
        for sign in ("=", "+", "-", "@"):
            done = begun.quickly("edit", FILM, "1", f"{option}={sign}HYPERLINK(1)")
            assert done.status == 0, done

            text = begun.quickly("export", FILM, "--format", format_, "--to", "-").out

            cells = [cell for row in csv.reader(StringIO(text)) for cell in row]
            assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


def test_the_hostile_text_is_told_and_not_hidden(reelog):
    done = reelog.quickly("view", FAILED)

    assert "\\x1b]0;OWNED\\x07" in done.out
    assert HOSTILE not in done.out


def test_a_guarded_cell_comes_back_as_it_was(begun):
    assert begun.quickly("edit", FILM, "1", "--narration=-5 degrees").status == 0
    assert begun.quickly("export", FILM, "--format", "shots.csv", "--to", "s.csv").status == 0
    from gpu.script import read_script

    assert "'-5 degrees" in (begun.folder / "s.csv").read_text()
    assert read_script(begun.folder / "s.csv", "s.csv").shots[0].narration == "-5 degrees"
