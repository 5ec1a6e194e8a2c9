"""Characters and places in scripts: who is in which shot, and what is said of a wrong name."""

import json

import pytest

from gpu.errors import ScriptError
from gpu.references import key, sheet_prompt
from gpu.script import read_script

CAST = {
    "characters": [{"name": "Mira", "look": "a yellow raincoat"}, {"name": "Old Tom"}],
    "places": [{"name": "the harbour", "look": "wet cobbles", "image": "harbour.jpg"}],
}


@pytest.fixture
def script(tmp_path):
    """Reads a script of these keys, or of this text."""

    def read(told=None, text=None, **keys):
        name = "story.md" if text else "story.json"
        path = tmp_path / name
        shots = {"shots": [{"narration": "Rain.", **(told or {})}]}
        path.write_text(text or json.dumps({**CAST, **shots, **keys}, indent=1))
        return read_script(path, name)

    return read


def test_a_story_has_its_characters_before_its_places(script):
    assert [(one.name, one.kind, one.look) for one in script().references] == [
        ("Mira", "character", "a yellow raincoat"),
        ("Old Tom", "character", ""),
        ("the harbour", "place", "wet cobbles"),
    ]


def test_a_picture_of_the_users_own_is_named_beside_it(script):
    assert script().pictures == {"the harbour": "harbour.jpg"}


def test_a_shot_names_whom_it_shows_however_the_name_is_spelt(script):
    shot = script({"characters": ["old  TOM", "mira"], "place": "The Harbour"}).shots[0]

    assert shot.references == ("Old Tom", "Mira", "the harbour")


SCENES = [{"scene": 1, "characters": ["Mira"], "place": "the harbour"}]


def test_a_shot_that_says_nothing_shows_those_of_its_scene(script):
    assert script({"scene": 1}, scenes=SCENES).shots[0].references == ("Mira", "the harbour")


def test_a_shot_may_show_nobody_of_its_scene(script):
    shot = script({"scene": 1, "characters": []}, scenes=SCENES).shots[0]

    assert shot.references == ("the harbour",)


def test_a_scene_of_a_story_that_names_nobody_has_characters_as_words(script):
    found = script(characters=[], scenes=[{"characters": ["the keeper"]}])

    assert found.shots[0].references == ()


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"characters": ["Mirra"]}, r"shots\[0\]\.characters: .*'Mirra' \(did you mean 'Mira'\?\)"),
        ({"place": "the harbor"}, r"shots\[0\]\.place: .*\(did you mean 'the harbour'\?\)"),
        ({"characters": "Mira"}, r"shots\[0\]\.characters: expected a list of names"),
    ],
    ids=["character", "place", "no list"],
)
def test_an_unknown_name_is_said_with_file_line_field_and_the_nearest_name(script, told, expected):
    with pytest.raises(ScriptError, match=r"story\.json line \d+: " + expected):
        script(told)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"characters": [{"name": "Mira"}, {"name": "MIRA"}]}, "'MIRA', which stands there twice"),
        ({"characters": [{"name": "?!"}]}, "has no letter in it"),
        ({"characters": [{"look": "tall"}]}, 'an object with a "name"'),
        ({"characters": [{"name": "x" * 41}]}, "41 letters, at most 40"),
        ({"characters": [{"name": "a", "look": "x" * 1001}]}, "1001 letters"),
        ({"characters": [{"name": "a", "lok": "x"}]}, "did you mean 'look'"),
        ({"characters": ["Mira"]}, "expected an object"),
        ({"scenes": [{"characters": ["Tim"]}]}, r"scenes\[0\]\.characters"),
    ],
    ids=["twice", "no name", "nameless", "long name", "long look", "key", "text", "scene"],
)
def test_a_wrong_cast_is_refused(script, keys, expected):
    with pytest.raises(ScriptError, match=expected):
        script(**keys)


def test_a_list_of_shots_that_names_somebody_unknown_is_refused(tmp_path):
    path = tmp_path / "shots.json"
    path.write_text('[{"narration": "Rain.", "characters": ["Mira"]}]')

    with pytest.raises(ScriptError, match="names that characters tells of"):
        read_script(path, path.name)


MARKDOWN = """title: Storm
character: Mira = a yellow raincoat ![](mira.png)
character: Old Tom
place: the harbour = wet cobbles

# INT. THE HARBOUR - NIGHT

Mira waits.

## Away

Old Tom rows; the miraculous sea.
"""


def test_a_text_names_them_in_its_first_lines_and_shows_whom_a_paragraph_names(script):
    found = script(text=MARKDOWN)

    assert [one.name for one in found.references] == ["Mira", "Old Tom", "the harbour"]
    assert found.references[0].look == "a yellow raincoat"
    assert found.pictures == {"Mira": "mira.png"}
    assert [one.references for one in found.shots] == [("Mira", "the harbour"), ("Old Tom",)]


SCREENPLAY = """Title: Storm
Characters:
    Mira = a yellow raincoat
    Old Tom = ![](tom.jpg)
Places: the harbour = wet cobbles

EXT. THE HARBOUR - NIGHT

The rain does not stop.

MIRA
He will not come.

EXT. SEA - NIGHT

Old Tom rows.
"""


def test_a_screenplay_names_them_on_its_title_page_and_shows_who_speaks(tmp_path):
    path = tmp_path / "storm.fountain"
    path.write_text(SCREENPLAY)

    found = read_script(path, path.name)

    assert [(one.name, one.kind) for one in found.references] == [
        ("Mira", "character"),
        ("Old Tom", "character"),
        ("the harbour", "place"),
    ]
    assert found.pictures == {"Old Tom": "tom.jpg"}
    assert [one.references for one in found.shots] == [("Mira", "the harbour"), ("Old Tom",)]


def test_a_wrong_name_on_a_title_page_is_said_with_its_line(tmp_path):
    path = tmp_path / "storm.fountain"
    path.write_text(SCREENPLAY.replace("Old Tom =", "mira ="))

    with pytest.raises(ScriptError, match=r"storm\.fountain line 4: character: .*'mira', which"):
        read_script(path, path.name)


def test_a_name_that_stands_twice_in_a_text_is_said_with_its_line(script):
    with pytest.raises(ScriptError, match=r"story\.md line 4: place: .*'mira', which stands"):
        script(text=MARKDOWN.replace("the harbour =", "mira ="))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Old Tom", "old_tom"), ("  ÉLODIE ", "élodie"), ("../etc/passwd", "etc_passwd"), ("…", "")],
)
def test_a_name_is_a_file_name_of_its_letters_alone(name, expected):
    assert key(name) == expected


def test_a_sheets_prompt_says_who_it_is_and_that_nobody_else_is_on_it():
    prompt = sheet_prompt("character", "Mira", "a yellow raincoat.")

    assert prompt.startswith("Mira: a yellow raincoat. Character sheet: this one figure alone")
