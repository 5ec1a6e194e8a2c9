"""Pictures and sounds of the user's own: looked at before they are decoded, kept as bare pixels."""

import resource
from pathlib import Path

import pytest

from gpu.errors import BriefRefused
from gpu.own_picture import read_own_picture
from tests import processes
from tests.faults.input.asking import Case, ask, some
from tests.faults.input.pictures import (
    LONG,
    NAMES,
    NO_SOUND,
    REFUSED,
    SOUND,
    TAKEN,
    png,
)

SCRIPT = {"s.md": "character: Mira = a woman\n\nMira lights a lamp.\n"}
SHOWN = ("start", "--script", "s.md", "--profile", "fake", "--new", "--reference", "Mira=p.png")
HEARD = ("start", "x", "--profile", "fake", "--new", "--music-file")
MEMORY_BYTES = 400 << 20


@pytest.mark.parametrize("name", some(REFUSED))
def test_a_picture_that_is_none(asked, name):
    ask(asked, Case(SHOWN, "bad_setting", SCRIPT | {"p.png": REFUSED[name]}))


@pytest.mark.parametrize("name", some(TAKEN))
def test_a_picture_that_is_one(asked, name):
    ask(asked, Case(SHOWN, files=SCRIPT | {"p.png": TAKEN[name]}))


def look(picture: Path) -> str:
    """Read it with little memory; why it is refused."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    try:
        read_own_picture(picture)
    except BriefRefused as error:
        return str(error)
    return ""


def test_a_picture_that_says_it_is_huge_takes_no_memory(tmp_path):
    (tmp_path / "p.png").write_bytes(png(60_000, 60_000))

    assert "pixels" in processes.apart(look, tmp_path / "p.png")


@pytest.mark.parametrize("name", some(NO_SOUND))
def test_a_sound_that_is_none(asked, name):
    code = "no_such_file" if name in ("a pipe", "a device", "a loop", "a folder") else "bad_setting"

    ask(asked, Case((*HEARD, "m.wav"), code, {"m.wav": NO_SOUND[name], "whole.wav": SOUND}))


@pytest.mark.parametrize("name", some(NAMES), ids=ascii)
def test_a_sound_of_any_name(asked, name):
    ask(asked, Case((*HEARD[:-1], f"--music-file={name}"), files={name: SOUND}))

    assert not (asked.folder / "owned").exists()


@pytest.mark.parametrize("name", LONG)
def test_a_sound_that_says_it_is_long(asked, name):
    ask(asked, Case((*HEARD, "m.wav"), files={"m.wav": LONG[name]}))
