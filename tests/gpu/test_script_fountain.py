"""Screenplays in Fountain: what the syntax holds, and the shots that they become."""

from pathlib import Path

import pytest

from gpu.errors import ScriptError
from gpu.fountain import plain, read_fountain
from gpu.script import read_script

SCREENPLAYS = Path(__file__).with_name("screenplays")
ALL = sorted(SCREENPLAYS.glob("*.fountain"))


def read(name):
    return read_script(SCREENPLAYS / f"{name}.fountain", f"{name}.fountain")


def told(name):
    return [shot.narration for shot in read(name).shots]


def written(tmp_path, text, name="x.fountain"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_script(path, name)


def kinds(text):
    return [(one.kind, one.text) for one in read_fountain(text, "x").elements]


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_no_sign_of_the_syntax_is_said_or_shown(path):
    words = " ".join(f"{s.narration} {s.shown}" for s in read_script(path, path.name).shots)

    assert not any(sign in words for sign in ("[[", "/*", "**", "^", "#", "~", "@", ">"))


def test_action_is_seen_and_the_speech_after_it_is_heard():
    shot = read("plain").shots[1]

    assert (shot.shown, shot.narration) == (
        "The FERRYMAN coils a rope.",
        "We do not sail tonight.",
    )


def test_action_without_speech_is_told_itself():
    assert told("plain")[0] == "Rain on the quay. A single lamp swings."


def test_parentheticals_are_not_said():
    assert told("plain")[-1] == "Then I will row. All the way."


def test_headings_give_place_and_time():
    found = [(one.location, one.time_of_day) for one in read("plain").scenes]

    assert found == [("harbour", "night"), ("ferry cabin", "")]


def test_transitions_lead_from_the_shot_before_them():
    assert [shot.transition for shot in read("plain").shots] == ["", "", "cut", "fade"]


def test_who_speaks_is_in_the_scene():
    assert read("plain").scenes[0].characters == ("Ferryman", "Mara")


def test_a_title_page_over_several_lines_is_the_title():
    assert read("plain").title == "THE LAST FERRY Harbour cut"


def test_the_last_centred_text_is_the_end_card():
    assert read("plain").end_card == "THE END"


def test_forced_headings_action_characters_and_transitions_are_what_they_are_forced_to_be():
    script = read("forced")

    assert [scene.name for scene in script.scenes] == [
        *("the roof of the world", "a valley, years later")
    ]
    assert script.shots[0].shown.startswith("INT. is how this action begins")
    assert (script.scenes[0].characters, script.shots[0].transition) == (("McAvoy",), "dissolve")


def test_dots_alone_force_nothing():
    assert "...and nothing moved." in told("forced")


def test_lyrics_are_heard():
    assert told("forced")[-2:] == ["Over the hills and far away", "the pipers play"]


def test_boneyard_notes_sections_and_page_breaks_are_not_in_the_film():
    assert told("structure") == [
        "She climbs the stairs. Her hand follows the wall.",
        "One hundred and ninety-nine, two hundred.",
        "Birds.",
    ]


def test_a_synopsis_says_what_happens_in_its_scene():
    assert read("structure").scenes[0].action == "She climbs."


def test_dual_dialogue_is_one_shot():
    assert told("dual")[0] == "Screw retirement. Screw retirement."


def test_emphasis_goes_and_what_is_escaped_stays():
    assert plain(r"*a* **b** ***c*** _d_ \*e\* f_g_h") == "a b c d *e* f_g_h"


def test_other_alphabets_are_read():
    script = read("welt")

    assert (script.title, script.language) == ("Письмо из Одессы", "ru")
    assert [shot.narration for shot in script.shots] == [
        *("Кто там?", "雨が降る。", "Μια βάρκα φεύγει.")
    ]


def test_lines_may_end_as_on_windows():
    assert told("crlf") == ["Hello?"]


def test_capitals_before_an_empty_line_are_action():
    assert kinds("INT. X - DAY\n\nBANG\n\nNobody.\n")[1:] == [
        ("action", "BANG"),
        ("action", "Nobody."),
    ]


def test_a_screenplay_in_a_text_file_is_known_by_what_is_in_it(tmp_path):
    script = written(tmp_path, "INT. ROOM - DAY\n\nA cup.\n\nANN\nTea?\n", "scene.txt")

    assert [(shot.shown, shot.narration) for shot in script.shots] == [("A cup.", "Tea?")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("A\n\n/* never ended\n", r"x.fountain line 3: boneyard: expected \*/"),
        ("A\n\n[[ never ended\n", r"x.fountain line 3: note: expected \]\]"),
        ("INT. A\n\n@\nHello\n", r"x.fountain line 3: character: expected a name behind @"),
        ("Title: A\nLanguage: ???\n\nRain.\n", r"x.fountain line 2: language: expected a lang"),
        ("INT. A\n\nINT. B\n", r"x.fountain line 1: expected 1 to 500 paragraphs.*found 0"),
    ],
)
def test_a_mistake_is_named_by_file_line_and_what_was_expected(tmp_path, text, message):
    with pytest.raises(ScriptError, match=message):
        written(tmp_path, text)
