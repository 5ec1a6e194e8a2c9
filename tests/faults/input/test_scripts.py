"""Scripts in every form: Fountain, Markdown, CSV, story.json, shots.json; and what is none."""

from pathlib import Path

import pytest

from tests.faults.input.asking import TAKEN, Case, ask, some
from tests.faults.input.things import device, folder, loop, pipe

BAD = "bad_script"
DEEP = 3_000
SHOT = '{"narration": "A lamp is lit."%s}'


def shots(more: str) -> str:
    """A list of one shot, with one more key."""
    return f"[{SHOT % more}]"


def gigabytes(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(5 << 30)


JSON = {
    "nothing": ("", BAD),
    "a bracket": ("[", BAD),
    "an empty list": ("[]", BAD),
    "a number": ("7", BAD),
    "null": ("null", BAD),
    "deep lists": ("[" * DEEP + "]" * DEEP, BAD),
    "deep objects": ('{"a":' * DEEP + "1" + "}" * DEEP, BAD),
    "lists without end": ("[" * 1_000_000, BAD),
    "a key twice": ('{"shots": [], "shots": [{"narration": "a"}]}', BAD),
    "NaN": (shots(', "duration_s": NaN'), BAD),
    "Infinity": (shots(', "duration_s": Infinity'), BAD),
    "1e999": (shots(', "duration_s": 1e999'), BAD),
    "10 to the 400": (shots(f', "duration_s": 1{"0" * 400}'), BAD),
    "5,000 digits": (shots(f', "index": {"9" * 5000}'), BAD),
    "a negative duration": (shots(', "duration_s": -1'), BAD),
    "a negative index": (shots(', "index": -1'), BAD),
    "a fraction as index": (shots(', "index": 1.5'), BAD),
    "true as duration": (shots(', "duration_s": true'), BAD),
    "a list as text": ('[{"narration": ["a"]}]', BAD),
    "an object as text": ('[{"narration": {"a": 1}}]', BAD),
    "shots that are no list": ('{"shots": "all"}', BAD),
    "a text in the list": ('["a lamp"]', BAD),
    "an unknown key": (shots(', "__class__": "x"'), BAD),
    "a key of a megabyte": ('[{"' + "k" * 1_000_000 + '": 1}]', BAD),
    "a text of a megabyte": (shots(', "image_prompt": "' + "x" * 1_000_000 + '"'), BAD),
    "an escape": (shots(', "image_prompt": "\\u001b[2J"'), BAD),
    "a NUL": (shots(', "image_prompt": "\\u0000"'), BAD),
    "half a surrogate pair": (shots(', "image_prompt": "\\ud800"'), BAD),
    "an unknown escape": (shots(', "image_prompt": "\\x41"'), BAD),
    "a camera that is a path": (shots(', "camera": "../../etc/passwd"'), BAD),
    "a picture elsewhere": (
        '{"characters": [{"name": "Mira", "image": "/etc/passwd"}], "shots": [{"narration": "a"}]}',
        "bad_setting",
    ),
    "a picture that is a pipe": (
        '{"characters": [{"name": "Mira", "image": "pipe"}], "shots": [{"narration": "a"}]}',
        "bad_setting",
    ),
    "501 shots": ("[" + ",".join([SHOT % ""] * 501) + "]", BAD),
    "100,001 values": ("[" + ",".join(["{}"] * 100_001) + "]", BAD),
    "a thousand characters": (
        '{"characters": [' + ",".join(f'{{"name": "c{n}"}}' for n in range(1000)) + "]}", BAD,
    ),
    "characters of one name": (
        '{"characters": [{"name": "a"}, {"name": "A"}], "shots": [{"narration": "a"}]}', BAD,
    ),
    "a name without letters": ('{"characters": [{"name": "../"}]}', BAD),
    "more behind the end": (shots("") + " []", BAD),
    "a mark and JSON": ("\ufeff" + shots(""), TAKEN),
    "UTF-16": (shots("").encode("utf-16"), BAD),
    "UTF-32": (shots("").encode("utf-32"), BAD),
    "bidi": (shots(', "title_like": 1'.replace("title_like", "\u202e")), BAD),
    "a huge scene": (shots(f', "scene": {10**40}'), TAKEN),
}  # fmt: skip
TEXT = {
    "nothing.md": ("", BAD),
    "blanks.md": (" \n\t\n", BAD),
    "a mark alone.md": ("\ufeff", BAD),
    "a NUL.md": ("a\0b", BAD),
    "no UTF-8.md": (b"\xff\xfea", BAD),
    "half a character.md": (b"# caf\xc3", BAD),
    "one line of 2 MB.md": ("word " * 390_000, BAD),
    "a first line of 131,073 letters.md": ("x" * 131_073, BAD),
    "a megabyte of comments.md": ("<!--" * 250_000, BAD),
    "a megabyte of links.md": ("[a](" * 250_000, BAD),
    "a megabyte of rows.md": ("|a|b|\n" * 170_000, BAD),
    "a megabyte of headings.md": ("# a\n" * 250_000, BAD),
    "a megabyte of empty lines.md": ("\n" * 1_000_000, BAD),
    "10,000 letters of stars.md": ("*" * 9_999 + "\n\na lamp", TAKEN),
    "10,000 letters of brackets.md": ("a" + "[" * 9_998 + "\n\na lamp", TAKEN),
    "10,000 letters of tags.md": ("<a" * 4_999 + "\n\na lamp", TAKEN),
    "a heading of blanks.md": ("# " + " " * 9_000 + "x\n\na lamp", TAKEN),
    "script tags.md": ("<script>alert(1)</script>\n\na lamp", TAKEN),
    "a language that is none.md": ("language: ../../x\n\na lamp", BAD),
    "a picture elsewhere.md": ("character: Mira = a ![](/etc/passwd)\n\na lamp", "bad_setting"),
    "a name of 41 letters.md": (f"character: {'m' * 41} = a woman\n\na lamp", BAD),
    "control characters.md": ("\x1b[2J\x07a lamp\x9b", TAKEN),
    "bidi.md": ("\u202eevil \u2066lamp\u2069", TAKEN),
    "braces.txt": ("a {idea} %s {0} ${x} `id`\n\na lamp", TAKEN),
    "a megabyte of cues.fountain": ("A\n" * 500_000, BAD),
    "a boneyard that is never closed.fountain": ("/* a", BAD),
    "a megabyte of boneyards.fountain": ("/*" * 500_000, BAD),
    "a megabyte of notes.fountain": ("[[" * 500_000, BAD),
    "a cue of 9,000 letters.fountain": ("\n" + "A" * 9_000 + "\nhello\n", TAKEN),
    "nobody speaks.fountain": ("\n@\nhello\n", BAD),
    "a bad language.fountain": ("Language: ../x\n\nA lamp.\n", BAD),
    "a title page alone.fountain": ("Title: A\nAuthor: B\n", BAD),
    "scene numbers.fountain": ("INT. A #" + "1" * 5_000 + "#\n\nA lamp.\n", TAKEN),
    "formula cells.csv": ('narration,image_prompt\n"=cmd|\'/C calc\'!A0","@SUM(1)"\n', TAKEN),
    "an open quote.csv": ('narration\n"a', BAD),
    "a column twice.csv": ("narration,narration\na,b\n", BAD),
    "an unknown column.csv": ("narration,__proto__\na,b\n", BAD),
    "too many cells.csv": ("narration\na,b,c\n", BAD),
    "a cell of a megabyte.csv": ("narration\n" + "x" * 1_000_000, BAD),
    "a head of a megabyte.csv": ("x" * 1_000_000, BAD),
    "a megabyte of rows.csv": ("narration\n" + "a\n" * 500_000, BAD),
    "NaN.csv": ("narration,duration_s\na,nan\n", BAD),
    "infinity.csv": ("narration,duration_s\na,inf\n", BAD),
    "1e308.csv": ("narration,duration_s\na,1e308\n", BAD),
    "an index of 5,000 digits.csv": (f"narration,index\na,{'9' * 5_000}\n", BAD),
    "no rows.csv": ("narration,camera\n", BAD),
    "a NUL.csv": ("narration\na\0b\n", BAD),
}  # fmt: skip
FILES = {"pipe": pipe, "device": device, "loop": loop, "folder": folder, "gigabytes": gigabytes}


def given(name: str) -> tuple[str, ...]:
    return ("start", "--script", name, "--profile", "fake", "--new")


@pytest.mark.parametrize("name", some(JSON))
def test_a_script_in_json(asked, name):
    content, code = JSON[name]

    ask(asked, Case(given("s.json"), code, {"s.json": content, "pipe": pipe}))


@pytest.mark.parametrize("name", some(TEXT))
def test_a_script_in_text(asked, name):
    content, code = TEXT[name]

    ask(asked, Case(given(name), code, {name: content}))


@pytest.mark.parametrize("name", FILES)
def test_a_script_that_is_no_plain_file(asked, name):
    ask(asked, Case(given(f"{name}.md"), BAD, {f"{name}.md": FILES[name]}))


def test_a_script_that_is_not_there(asked):
    ask(asked, Case(given("no.md"), BAD))
