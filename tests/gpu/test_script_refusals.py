"""Facts about scripts that are refused: by file, line and field, in one sentence."""

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpu.briefs import StoryBrief
from gpu.errors import BriefRefused, ScriptError
from gpu.script import Script, read_script
from gpu.script_fields import script_of
from gpu.script_json import read_json
from gpu.script_text import read_text
from gpu.stages import open_stage


def read(text: str, name: str) -> Script:
    return script_of(read_json(text, name), name) if name.endswith("n") else read_text(text, name)


def read_or_refusal(text: str, name: str) -> Script | str:
    try:
        return read(text, name)
    except ScriptError as error:
        return str(error)


def refusal(text: str, name: str = "shots.json") -> str:
    with pytest.raises(ScriptError) as caught:
        read(text, name)
    return str(caught.value)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_a_script_or_refused_in_a_sentence(text: str) -> None:
    found = read_or_refusal(text, "any.md")

    if isinstance(found, str):
        assert found.startswith("any.md line")
    else:
        assert found.shot_count == len(found.shots) > 0


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet='{}[]":,shotrai01.e- \n', max_size=120) | st.text(max_size=60))
def test_any_json_is_a_script_or_refused_in_a_sentence(text: str) -> None:
    found = read_or_refusal(text, "any.json")

    assert not isinstance(found, str) or re.match(r"any\.json line \d+: ", found)


@settings(max_examples=40, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    )
)
def test_json_is_read_as_the_standard_library_reads_it(value: object) -> None:
    def plain(node: object) -> object:
        inner = getattr(node, "value", node)
        if isinstance(inner, dict):
            return {key: plain(item) for key, item in inner.items()}
        return [plain(item) for item in inner] if isinstance(inner, list) else inner

    text = json.dumps(value)
    if "Infinity" not in text:
        assert plain(read_json(text, "x.json")) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[\n {"camera": "static"},\n {"index": 2,\n  "camera": "pann"}\n]',
            "shots.json line 4: shots[1].camera: expected one of static, pan left, .*"
            "; found 'pann' \\(did you mean 'pan'\\?\\)",
        ),
        (
            '[{"narration": "a",\n "shot_sise": "wide"}]',
            "line 2: shots\\[0\\].shot_sise: expected a known key; found 'shot_sise'"
            " \\(did you mean 'shot_size'\\?\\)",
        ),
        ('{"title": "a",\n"title": "b"}', "line 2: title: expected each key once"),
        ('{"title": NaN}', "title: expected a JSON value; found 'NaN}'"),
        ("[1]", "shots\\[0\\]: expected an object; found 1"),
        (
            '"story"',
            "expected an object \\(story.json\\) or a list \\(shots.json\\); found 'story'",
        ),
        ("[]", "expected 1 to 500 shots; found 0"),
        (json.dumps([{}] * 501), "expected 1 to 500 shots; found 501"),
        ('[{"duration_s": -1}]', "duration_s: expected seconds, more than 0 and at most 600"),
        ('[{"duration_s": "4"}]', "duration_s: expected seconds.*found '4'"),
        ('[{"duration_s": 1e999}]', "duration_s: expected seconds.*found inf"),
        ('[{"duration_s": true}]', "duration_s: expected seconds.*found true"),
        ('[{"narration": 3}]', "narration: expected a text; found 3"),
        ('[{"narration": "a"},]', "expected a JSON value; found ']'"),
        ('[{"index": 1}, {"index": 1}]', "shots\\[1\\].index: expected each index once"),
        ('{"scenes": [{}], "shots": [{"scene": 9}]}', "scene: expected one of 1; found '9'"),
        ('{"language": "german", "shots": [{}]}', "language: expected a language code"),
        ("[" * 100, "levels of nesting"),
        ('[{"narration": "\\ud800"}]', "without control characters"),
        ('[{"narration": "a"}', "expected a comma or ']'; found the end"),
    ],
)
def test_a_wrong_document_is_refused_by_line_and_field(text: str, message: str) -> None:
    assert re.search(message.replace("shots[1]", r"shots\[1\]"), refusal(text))


@pytest.mark.parametrize("text", ["", "# Only a heading\n", "***\n\n---\n"])
def test_a_text_without_a_paragraph_is_refused(text: str) -> None:
    assert "found 0" in refusal(text, "story.md")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "x.md: expected a story; found an empty file"),
        (b"a\nb\xff", "x.md line 2: expected UTF-8; found byte 0xff"),
        (b"a\n\nb\0", "x.md line 3: expected a text; found a NUL character"),
        (
            b"a " * 1_100_000,
            "x.md has more than 2 MB; expected a file of at most 2 MB",
        ),
    ],
)
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "artifact"
    path.write_bytes(data)

    with pytest.raises(ScriptError, match=re.escape(message)):
        read_script(path, "x.md")


def test_a_byte_order_mark_is_no_part_of_the_story(tmp_path: Path) -> None:
    path = tmp_path / "s.md"
    path.write_bytes("\ufeff# Title\n\nOne.".encode())

    assert read_script(path, "s.md").title == "Title"


def test_a_missing_file_a_folder_and_a_pipe_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    for name, found in [
        ("none", "is not there"),
        (".", "is a folder"),
        ("pipe", "is no plain file"),
    ]:
        with pytest.raises(ScriptError, match=found):
            read_script(tmp_path / name, name)


def test_the_script_backend_without_a_script_is_refused(tmp_path: Path) -> None:
    brief = StoryBrief(idea="x", language="en", seed=1, shot_count=5, duration_s=0)

    with pytest.raises(BriefRefused, match="--script"):
        open_stage("story", "script").run(brief, tmp_path / "o", lambda _: None)


def test_a_mistyped_key_of_a_front_matter_is_named() -> None:
    with pytest.raises(
        ScriptError, match=r"t\.md line 3: unknown key 'styl'; did you mean style\?"
    ):
        read_text("---\ntitle: T\nstyl: ink\n---\n\nHello.", "t.md")
