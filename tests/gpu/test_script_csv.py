"""Shot lists as CSV."""

import pytest

from gpu.errors import ScriptError
from gpu.script import read_script
from handlers import export_text
from tests.build import beginning, carried_on, planned, session_after


def read(tmp_path, text, name="list.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="")
    return read_script(path, name)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_each_row_is_a_shot(tmp_path, delimiter):
    rows = [["Narration", "Camera", "Duration_s"], ["Rain.", "pan left", "2.5"], ["Sun.", "", ""]]

    shots = read(tmp_path, "\r\n".join(delimiter.join(row) for row in rows)).shots

    assert [(one.narration, one.camera, one.duration_s) for one in shots] == [
        ("Rain.", "pan left", 2.5),
        ("Sun.", "", None),
    ]


def test_a_cell_may_hold_lines_and_quotes(tmp_path):
    (shot,) = read(tmp_path, 'narration,camera\n"He said ""no"",\nand left.",static\n').shots

    assert shot.narration == 'He said "no", and left.'


def test_a_list_without_a_suffix_is_known_by_its_columns(tmp_path):
    assert read(tmp_path, "narration,camera\nRain.,static\n", "list").shots[0].camera == "static"


def test_the_shot_list_that_is_exported_can_be_read(tmp_path):
    begun = [*beginning(shots=2)[:-1], planned(2, role="show")]
    text = export_text.shots_csv(session_after(*carried_on(begun)))

    shots = read(tmp_path, text).shots

    assert [one.narration for one in shots] == ["This is view 1.", "This is view 2."]
    assert [one.image_prompt for one in shots] == ["view 1", "view 2"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("narration,camra\nA,static\n", "list.csv line 2: .*camra.*did you mean 'camera'"),
        ("narration,camera\nA,pann\n", "list.csv line 2: shots.0..camera: expected one of"),
        ("narration,duration_s\n\nA,long\n", "list.csv line 3: .*duration_s: expected"),
        ("narration,camera\nA,static,x\n", "list.csv line 2: expected 2 cells; found 3"),
        ("narration,narration\nA,B\n", "list.csv line 1: expected each column once"),
        ("narration,camera\n", "list.csv line 1: shots: expected 1 to 500 shots; found 0"),
        ('narration,camera\n"A,static\n', "list.csv line 2: expected a row of CSV"),
    ],
)
def test_a_mistake_is_named_by_file_and_line(tmp_path, text, message):
    with pytest.raises(ScriptError, match=message):
        read(tmp_path, text)
