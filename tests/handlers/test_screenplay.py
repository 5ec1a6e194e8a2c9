"""Fountain out, and in again."""

from gpu.script import read_script
from handlers.screenplay import fountain
from projections import events as e
from tests.build import beginning, carried_on, session_after

FILM = carried_on(beginning(shots=2))


def read(text, tmp_path):
    path = tmp_path / "x.fountain"
    path.write_text(text, encoding="utf-8")
    return read_script(path, path.name)


def test_a_title_page_scene_heading_action_and_narration_are_written():
    text = fountain(session_after(*FILM))

    for part in ("Title: The Lighthouse\n", "\n.A COAST - DUSK\n", "\n!view 1\n",
                 "\nNARRATOR (V.O.)\nThis is view 1.\n", "\n> The end <\n"):  # fmt: skip
        assert part in text


def test_what_was_written_is_read_as_the_same_lines(tmp_path):
    script = read(fountain(session_after(*FILM)), tmp_path)

    assert [shot.narration for shot in script.shots] == ["This is view 1.", "This is view 2."]
    assert (script.title, script.end_card, script.scenes[0].time_of_day) == (
        *("The Lighthouse", "The end"),
        "dusk",
    )


def test_signs_of_fountain_in_a_line_come_back_as_signs(tmp_path):
    line = "He *really* said [[nothing]] in snake_case."
    session = session_after(*FILM, e.ShotEdited(shot=1, narration=line))

    script = read(fountain(session), tmp_path)

    assert script.shots[0].narration == "He *really* said [ [nothing]] in snake_case."
