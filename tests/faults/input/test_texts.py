"""Ideas, titles, lines, reasons, names: by argument, from stdin, from a file."""

import pytest

from projections.session import Session
from tests.build import SESSION
from tests.faults.cases import RELEASE
from tests.faults.input.asking import TAKEN, Case, ask, some

FAKE = ("--profile", "fake", "--shots", "1", "--new")
TEXTS = {
    # name: text, code for an idea; a text that is no UTF-8 is bytes
    "nothing": ("", "empty_idea"),
    "blanks": (" \t\n ", "empty_idea"),
    "a NUL": ("a\0b", "bad_text"),
    "a bell": ("a\x07b", "bad_text"),
    "an escape": ("\x1b[2J\x1b[31mred", "bad_text"),
    "an operating system command": ("\x1b]0;owned\x07", "bad_text"),
    "a C1 control": ("a\x9b2Jb", "bad_text"),
    "a delete": ("a\x7fb", "bad_text"),
    "backspaces": ("safe\x08\x08\x08\x08evil", "bad_text"),
    "bytes that are no UTF-8": (b"\xff\xfe\x80", "bad_text"),
    "an encoded surrogate": (b"\xed\xa0\x80", "bad_text"),
    "an overlong slash": (b"\xc0\xaf", "bad_text"),
    "half a character": (b"caf\xc3", "bad_text"),
    "UTF-16": ("a lamp".encode("utf-16"), "bad_text"),
    "20,001 characters": ("x" * 20_001, "text_too_long"),
    "a megabyte": ("word " * 210_000, "text_too_long"),
    "bidi overrides": ("\u202eevil\u202c \u2066a\u2069", TAKEN),
    "zero widths": ("a\u200bb\u200dc\ufeffd\u2060e", TAKEN),
    "tags": ("a \U000e0041\U000e0042 lamp", TAKEN),
    "combining marks": ("Z" + "\u0351" * 500, TAKEN),
    "noncharacters": ("a \ufffe\uffff\U0010ffff lamp", TAKEN),
    "line separators": ("a\u2028b\u2029c", TAKEN),
    "carriage returns": ("good\rbad", TAKEN),
    "lines": ("one\ntwo\n\nthree", TAKEN),
    "a Windows device": ("CON", TAKEN),
    "a path": ("../../../../etc/passwd", TAKEN),
    "an ffmpeg list": ("concat:a.mp4|b.mp4", TAKEN),
    "a number pattern": ("%d%s%n%05d.png", TAKEN),
    "braces": ("{0}{idea.__class__}{{x}} ${HOME} $(id) `id`", TAKEN),
    "a shell": ("; rm -rf / #", TAKEN),
    "markup": ("<script>alert(1)</script> [b]x[/b] [link=x]y[/link]", TAKEN),
    "SQL": ("'); DROP TABLE events; --", TAKEN),
    "a formula": ("=HYPERLINK(\"http://a\")", TAKEN),
    "captions": ("00:00:01,000 --> 00:00:02,000", TAKEN),
    "JSON": ('{"a": [1, NaN]}', TAKEN),
    "every plane": ("".join(chr(code) for code in range(0x1F300, 0x1F3FF)), TAKEN),
}  # fmt: skip
AS_ARGUMENT = {
    name: (text if isinstance(text, str) else text.decode(errors="surrogateescape"), code)
    for name, (text, code) in TEXTS.items()
    if (isinstance(text, str) and "\0" not in text and len(text) < 100_000)
    or (isinstance(text, bytes) and b"\0" not in text)
}
"""What the system itself lets through: no NUL, at most 128 KiB."""


def encoded(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def idea_of(reelog) -> str:
    """What was recorded."""
    session: Session = reelog.session()
    assert session.started
    return session.started.idea


@pytest.mark.parametrize("name", AS_ARGUMENT)
def test_an_idea_as_an_argument(asked, name):
    text, code = AS_ARGUMENT[name]

    ask(asked, Case(("start", *FAKE, "--", text), code))

    assert code or idea_of(asked) == text.strip()


@pytest.mark.parametrize("name", some(TEXTS))
def test_an_idea_from_stdin(asked, name):
    text, code = TEXTS[name]

    ask(asked, Case(("start", "-", *FAKE), code, stdin=encoded(text)))


@pytest.mark.parametrize("name", some(TEXTS, 1))
def test_an_idea_in_a_file(asked, name):
    text, code = TEXTS[name]

    ask(asked, Case(("start", "--idea-file", "idea.txt", *FAKE), code, {"idea.txt": encoded(text)}))


OPTIONS = ("--title", "--style", "--image-prompt", "--narration")
EDITS = [
    (option, name)
    for at, name in enumerate(AS_ARGUMENT)
    if name not in ("nothing", "blanks")
    for option in (OPTIONS if RELEASE else [OPTIONS[at % len(OPTIONS)]])
]


@pytest.mark.parametrize(("option", "name"), some(EDITS))
def test_a_text_of_an_edit(begun, option, name):
    text, code = AS_ARGUMENT[name]
    of_film = option in ("--title", "--style")
    code = code or ("text_too_long" if len(text) > 5_000 else TAKEN)

    ask(begun, Case(("edit", SESSION, *(() if of_film else ("1",)), f"{option}={text}"), code))


@pytest.mark.parametrize("name", AS_ARGUMENT if RELEASE else ["nothing", "an escape", "braces"])
def test_a_reason(begun, name):
    text, code = AS_ARGUMENT[name]
    code = TAKEN if code == "empty_idea" else code or ("text_too_long" if len(text) > 1000 else "")

    ask(begun, Case(("cancel", SESSION, f"--because={text}"), code))


def test_a_pipe_without_end_is_refused(asked):
    ask(asked, Case(("start", "-", *FAKE), "text_too_long", stdin=b"a lamp " * 600_000))


@pytest.mark.parametrize("option", ["--title", "-y", "--help", "--home=/", "--version"])
def test_an_idea_that_looks_like_an_option_is_an_idea_behind_two_hyphens(asked, option):
    ask(asked, Case(("start", *FAKE, "--", option)))

    assert idea_of(asked) == option
