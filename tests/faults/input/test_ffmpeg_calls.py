"""How other programs are called: argument lists, no shell, no terminal, files by `file:` alone."""

import ast
import json
import os
import stat
import sys
from pathlib import Path

import pytest

from gpu.ffmpeg import executable, source
from tests.command import Reelog
from tests.faults import cases
from tests.faults.input.terminal import HOSTILE
from tests.test_tidy import FILES, place, tree

STARTERS = {"run", "Popen", "call", "check_call", "check_output"}
FORBIDDEN = {"system", "popen", "getoutput", "getstatusoutput", "spawnl", "spawnv", "spawnlp"}
REPLACES_ITSELF = {"gpu/leash.py"}


def calls(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]


def of(call: ast.Call) -> str:
    """`subprocess.run`, `os.system`, `command` …"""
    return ast.unparse(call.func)


EVERY = [(path, call) for path in FILES for call in calls(path)]


def test_no_program_is_started_through_a_shell():
    for path, call in EVERY:
        module, _, name = of(call).rpartition(".")
        assert not (module == "os" and name in FORBIDDEN), ast.unparse(call)
        assert not (
            module == "os" and name.startswith("exec") and place(path) not in REPLACES_ITSELF
        )
        assert "shell" not in {one.arg for one in call.keywords}
        if module == "subprocess" and name in STARTERS:
            first = call.args[0]
            assert not isinstance(first, ast.Constant | ast.JoinedStr), ast.unparse(call)


def test_nobody_but_one_module_builds_a_command_of_ffmpeg():
    built = set()
    for path in FILES:
        lists = [node for node in ast.walk(tree(path)) if isinstance(node, ast.List)]
        words = [one for found in lists for one in found.elts if isinstance(one, ast.Call)]
        built |= {place(path) for one in words if of(one).endswith("executable")}

    assert built <= {"gpu/ffmpeg.py", "gpu/doctor.py"}


def test_every_input_of_ffmpeg_is_a_file_or_a_pipe_of_ours():
    """`-i` stands in source() and beside pipe:0; what makes its own pictures reads no file."""
    for path, call in EVERY:
        if of(call).rpartition(".")[2] not in ("command", "source"):
            continue
        words = [one.value for one in ast.walk(call) if isinstance(one, ast.Constant)]
        for at, word in enumerate(words):
            if word == "-i" and place(path) != "gpu/ffmpeg.py":
                assert str(words[at + 1]).startswith(("pipe:", "color=", "anullsrc", "sine")), words


RECORDER = """#!{python} -IS
import json, os, sys
with open({log!r}, "a") as file:
    file.write(json.dumps(sys.argv[1:]) + "\\n")
os.execv({real!r}, [{real!r}, *sys.argv[1:]])
"""


def recorder(folder: Path) -> Path:
    """An ffmpeg that writes down how it was called."""
    script = folder / "ffmpeg"
    script.write_text(
        RECORDER.format(python=sys.executable, log=str(folder / "calls"), real=executable())
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def recorded(folder: Path) -> list[list[str]]:
    return [json.loads(line) for line in (folder / "calls").read_text().splitlines()]


def check(call: list[str]) -> None:
    """One command line as it was."""
    inputs = [at for at, word in enumerate(call) if word == "-i"]
    fed = any(call[at + 1].startswith("pipe:") for at in inputs)
    assert "-nostdin" in call or fed, call
    for at in inputs:
        kept = at >= 2 and "-protocol_whitelist" in call[:at]
        made_up = call[at - 1] == "lavfi"
        assert kept or made_up, call
        assert call[at + 1].startswith(("file:", "pipe:")) or made_up, call
    assert call[-1].startswith(("file:", "pipe:")) or call[-1] == "/dev/null", call


def test_every_call_of_a_real_film_with_hostile_texts_is_one_of_ours(tmp_path):
    """Title, narration and file names are hostile; the film is drawn, spoken and cut."""
    reelog = Reelog(tmp_path)
    reelog.settings = {"IMAGEIO_FFMPEG_EXE": str(recorder(tmp_path))}
    text = HOSTILE.replace("\\r", " ")
    words = [c if c.isprintable() else " " for c in text]
    shot = {"narration": "%d {0} concat:a|b <i>x</i> --> [script info] \\N " + "".join(words)}
    story = {"title": "-y file:x ;\\n=# [a]\\\\ 'q' %d", "shots": [shot]}
    (tmp_path / "-y %d.json").write_text(json.dumps(story))

    done = reelog(
        "start", "--script=-y %d.json", "--size", "64x64", "--fps", "4", "--workers", "1",
        "--music", "a [b] %d ; $(touch owned)", "--yes", "--json",
    )  # fmt: skip

    assert done.status == 0, done
    found = recorded(tmp_path)
    assert len(found) >= 2
    for call in found:
        with cases.counted("hostile inputs", 1):
            check(call)
    assert not (tmp_path / "owned").exists()
    assert reelog.quickly("audit").status == 0
    reelog.end()


@pytest.mark.parametrize(
    "name", ["-y", "concat:a|b", "%d.mp4", "http:x", "a'b\"c", "pipe:0", "$(x)"]
)
def test_any_name_is_only_a_name(tmp_path, name):
    words = source(tmp_path / name)

    assert words[-1] == f"file:{tmp_path / name}"
    assert words[:2] == ["-protocol_whitelist", "file,pipe"]


def test_the_recorder_is_no_mock(tmp_path):
    """It runs the real program with the very same words."""
    assert os.access(recorder(tmp_path), os.X_OK)
