"""What is written for people is true: commands run, names exist, links lead somewhere.

In README every line of a ```console block that begins with `$ ` is run, in order, in one folder and
on one home; it ends with 0, or with the N of a line `# exit N` right after it. `make` lines are
only looked up.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
import typer.main

from cli.main import app
from tests.command import ROOT

README = ROOT / "README.md"
PAGES = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")})
COMMANDS = typer.main.get_command(app).commands
DEADLINE_S = 120


class Line(NamedTuple):
    """A command of README, where it stands, and how it should end."""

    number: int
    command: str
    status: int

    def __str__(self) -> str:
        return f"{self.number}: {self.command}"


def console_lines(text: str) -> list[Line]:
    """The commands in the console blocks of a page."""
    found: list[Line] = []
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("```"):
            inside = line.strip() == "```console"
        elif inside and line.startswith("$ "):
            found.append(Line(number, line[2:], 0))
        elif inside and (wanted := re.fullmatch(r"# exit (\d+)", line.strip())):
            found[-1] = found[-1]._replace(status=int(wanted[1]))
    return found


LINES = console_lines(README.read_text(encoding="utf-8"))
RUN = [line for line in LINES if not line.command.startswith("make ")]
MAKE = [line for line in LINES if line.command.startswith("make ")]


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    """How each line ended, run one after the other."""
    folder = tmp_path_factory.mktemp("readme")
    environment = {
        **({"PYTHONPATH": path} if (path := os.environ.get("PYTHONPATH")) else {}),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "REELOG_HOME": str(folder / "output"),
        "LANG": "C.UTF-8",
    }
    return {
        line: subprocess.run(
            ["sh", "-c", line.command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )
        for line in RUN
    }


def test_commands_are_found_in_console_blocks_alone():
    page = "```sh\n$ no\n```\n$ no\n```console\n$ yes --now\nsaid\n# exit 2\n$ too\n```\n$ no\n"

    assert console_lines(page) == [Line(6, "yes --now", 2), Line(9, "too", 0)]


@pytest.mark.long
@pytest.mark.parametrize("line", RUN, ids=str)
def test_a_command_in_readme_ends_as_it_says(ended, line):
    done = ended[line]

    assert done.returncode == line.status, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("line", MAKE, ids=str)
def test_a_make_target_in_readme_is_there(line):
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert line.command.split()[1] in targets


@pytest.mark.parametrize("name", COMMANDS)
def test_readme_mentions_every_command(name):
    assert re.search(rf"\breelog {name}\b|`{name}`", README.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does(name):
    assert COMMANDS[name].help


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_and_argument_says_what_it_is(name):
    silent = [one.name for one in COMMANDS[name].params if not getattr(one, "help", None)]

    assert silent == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_answers_programs_too(name):
    assert "--json" in [opt for one in COMMANDS[name].params for opt in one.opts]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text)]
    inside = [link for link in links if link and not re.match(r"[a-z]+:", link)]

    assert [link for link in inside if not (page.parent / link).exists()] == []
