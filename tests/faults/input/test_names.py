"""Names and numbers on the command line: sessions, places to write to, settings, sizes."""

import os

import pytest

from tests.build import SESSION
from tests.faults import cases
from tests.faults.damage.places import unix_socket
from tests.faults.input.asking import Case, ask, some

SESSIONS = [
    "", ".", "..", "/", "../../etc/passwd", "/etc/passwd", "%s", "{0}", "*", "session_*",
    "' OR 1=1 --", "\x1b[2J", "\u202esession", "CON", "x" * 5_000, "\udcff", "last\n", "-1",
    f"{SESSION}/..",
]  # fmt: skip
NUMBERS = {
    "--fps": ["0", "-1", "61", "1e308", "nan", "inf", "9" * 400, "0x10", "٣٣٣", ""],
    "--shots": ["0", "-1", "501", "1e9", "nan", "9" * 400, "", "1.0"],
    "--duration": ["0", "-1", "nan", "inf", "-inf", "1e308", "1e999", "", "1,5", "9" * 400],
    "--seed": ["-1", str(2**63), "1e3", "nan", "9" * 4_400, ""],
    "--size": ["0x0", "-2x2", "1e3x2", "99999x99999", "2x", "x", "nanxnan", "64x64x64", ""],
    "--priority": ["1001", "-1001", "1e3", str(10**30), "nan"],
    "--workers": ["0", "-1", "65", "1e308", "nan"],
}  # fmt: skip
SETTINGS = [
    "film.crf", "=", "a=b", "film.=1", ".crf=1", "film.crf=nan", "film.crf=1e308", "film.crf=-1",
    "film.crf=inf", "film.crf=" + "9" * 400, "film.preset=../../x", "film.preset=fast -f null",
    "film.__class__=1", "film.crf=20\n", "FILM.CRF=20", "film.crf.x=1", "image.recipe=\x1b[2J",
    "film.audio_bitrate=1k", "film.audio_bitrate=99999999k", "film.audio_bitrate=k",
    "x" * 5_000 + "=1",
]  # fmt: skip
LANGUAGES = ["../x", "en_US.UTF-8", "e", "english", "xx", "en\n", "\u202een", "en;ls", "a" * 500]


@pytest.mark.parametrize("name", some(SESSIONS), ids=ascii)
def test_a_session(begun, name):
    with cases.counted("hostile inputs", 1):
        done = begun.quickly("view", "--json", "--", name)

    assert done.status == 2
    assert done.error["code"] in ("unknown_session", "ambiguous_session")
    assert len(done.error["message"]) < 6_000


@pytest.mark.parametrize(
    ("option", "value"),
    some((option, value) for option, values in NUMBERS.items() for value in values),
    ids=lambda value: ascii(value)[:30],
)
def test_a_number(asked, option, value):
    with cases.counted("hostile inputs", 1):
        done = asked.quickly("start", "--json", "x", "--profile", "fake", f"{option}={value}")

    assert done.status == 2, done
    assert done.error["code"] in ("out_of_range", "wrong_use", "bad_size", "bad_setting")
    assert not asked.home.has_log()


@pytest.mark.parametrize("value", some(SETTINGS), ids=lambda value: ascii(value)[:40])
def test_a_setting(asked, value):
    with cases.counted("hostile inputs", 1):
        done = asked.quickly("start", "--json", "x", "--set", value)

    if value in ("film.crf=20\n",):
        assert done.status == 0
        return
    assert (done.status, done.error["code"]) == (2, "bad_setting"), done
    assert len(done.error["message"]) < 6_000
    assert not asked.home.has_log()


@pytest.mark.parametrize("value", some(LANGUAGES), ids=ascii)
def test_a_language(asked, value):
    done = asked.quickly("start", "--json", "x", "--profile", "fake", f"--language={value}")

    assert done.status == 2, done
    assert done.error["code"] in ("bad_language", "unknown_language")


PLACES = {
    # where to, code; nothing but a plain file is ever replaced
    "a pipe": ("pipe", "not_a_file"),
    "a socket": ("socket", "not_a_file"),
    "a link to a pipe": ("link", "not_a_file"),
    "a folder that is not there": ("no/such/folder/x", "disk_failed"),
    "a name that is too long": ("x" * 300, "disk_failed"),
    "below a file": ("outside/mine-1.txt/x", "disk_failed"),
}


@pytest.mark.parametrize("format_", some(["json", "csv", "bundle", "srt", "edl"], 1))
@pytest.mark.parametrize("name", PLACES)
def test_a_place_to_write_to(begun, name, format_):
    to, code = PLACES[name]
    os.mkfifo(begun.folder / "pipe")
    (begun.folder / "link").symlink_to("pipe")
    unix_socket(begun.folder / "socket", begun.folder)

    with cases.counted("hostile inputs", 1):
        done = begun.quickly("export", SESSION, "--json", "--format", format_, "--to", to)

    assert done.status in (2, 3), done
    assert done.error["code"] in (code, "no_folder")
    assert (begun.folder / "pipe").is_fifo()
    assert (begun.folder / "socket").is_socket()
    assert (begun.folder / "link").is_symlink()


POSITIONS = ["0", "-1", "99999", "1e9", "nan", str(2**63), "9" * 5_000, "", "x:y", "2025-13-45"]


@pytest.mark.parametrize("position", some(POSITIONS), ids=lambda value: value[:20])
def test_a_position(begun, position):
    done = begun.quickly("view", SESSION, "--json", f"--at={position}")

    assert done.status == 2, done


def test_what_is_asked_counts_as_hostile_inputs(begun):
    """Together with the tables of texts, scripts and files: docs/RELIABILITY.md has the sum."""
    ask(begun, Case(("view", "nobody"), "unknown_session"))
