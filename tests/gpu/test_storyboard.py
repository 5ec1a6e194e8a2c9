"""The storyboard, read again: pages, words, pictures, and the same bytes for the same film."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from gpu.glyphs import undrawable_scripts
from gpu.storyboard import Board, BoardReference, BoardScene, BoardShot, write_storyboard

DATE = datetime(2025, 2, 8, 0, 22, 38, tzinfo=UTC)
WORDS = "a quiet harbour with a bird and a clock, masts and coiled rope, wide, eye level, noon"


@pytest.fixture(scope="module")
def picture(tmp_path_factory):
    path = tmp_path_factory.mktemp("pictures") / "a.png"
    Image.linear_gradient("L").resize((320, 180)).convert("RGB").save(path)
    return path


def shot(number: int, picture: Path | None, **changes) -> BoardShot:
    values = {
        "number": number, "mark": "[DONE]" if picture else "[TODO]", "picture": picture,
        "facts": "wide · eye level · dolly in", "times": "3.3 s · 0:01.1 – 0:04.5",
        "narration": f"Line number {number}.",
        "prompts": [("Picture", WORDS), ("Motion", "it moves")],
    }  # fmt: skip
    return BoardShot(**(values | changes))


def board(*shots: BoardShot, **changes) -> Board:
    values = {
        "title": "The Last Ferry", "logline": "Nobody comes any more.", "language": "en",
        "facts": [("length", "0:11.4"), ("picture", "320×180 at 24 frames a second")],
        "date": DATE, "aspect": 16 / 9, "references": [],
        "scenes": [BoardScene(name="Scene 1 · Pier", facts="pier · noon", action="Gulls.",
                              shots=shots)],
    }  # fmt: skip
    return Board(**(values | changes))


def read(board_: Board, out: Path) -> PdfReader:
    write_storyboard(board_, out)
    return PdfReader(out)


def text(page) -> str:
    return " ".join(page.extract_text().split())


def drawn(page) -> int:
    """How many pictures stand on a page; one file may stand there twice."""
    return page.get_contents().get_data().count(b" Do")


def test_the_cover_says_what_film_it_is(picture, tmp_path):
    cover = read(board(shot(1, picture)), tmp_path / "a.pdf").pages[0]

    for said in ("The Last Ferry", "Nobody comes any more.", "0:11.4", "320×180 at 24"):
        assert said in text(cover)
    assert drawn(cover) == 1


def test_a_shot_stands_with_everything_that_is_known_of_it(picture, tmp_path):
    page = read(board(shot(7, picture)), tmp_path / "a.pdf").pages[2]

    for said in (
        "Scene 1 · Pier",
        "Shot 7",
        "wide · eye level · dolly in",
        "3.3 s · 0:01.1 – 0:04.5",
        "Line number 7.",
        f"Picture: {WORDS}",
        "Motion: it moves",
    ):
        assert said in text(page)
    assert drawn(page) == 1


def test_pages_are_numbered_and_can_be_jumped_to(picture, tmp_path):
    pdf = read(board(*(shot(n, picture) for n in range(1, 12))), tmp_path / "a.pdf")

    count = len(pdf.pages)
    assert [f"{n} / {count}" in text(page) for n, page in enumerate(pdf.pages, 1)] == [
        False, *[True] * (count - 1)
    ]  # fmt: skip
    assert [one.title for one in pdf.outline] == ["Scenes", "Scene 1 · Pier"]


def test_a_shot_without_a_picture_has_a_frame_with_its_mark(picture, tmp_path):
    page = read(board(shot(1, picture), shot(2, None)), tmp_path / "a.pdf").pages[2]

    assert "[TODO]" in text(page)
    assert drawn(page) == 1


def test_what_is_no_picture_is_a_frame_too(tmp_path):
    (tmp_path / "a.png").write_text("no picture")

    page = read(board(shot(1, tmp_path / "a.png")), tmp_path / "a.pdf").pages[2]

    assert drawn(page) == 0


def test_three_hundred_shots_are_all_there_in_their_order(picture, tmp_path):
    pdf = read(board(*(shot(n, picture) for n in range(1, 301))), tmp_path / "a.pdf")

    said = " ".join(text(page) for page in pdf.pages[2:])
    places = [said.index(f"Line number {n}.") for n in range(1, 301)]
    assert places == sorted(places)
    assert (tmp_path / "a.pdf").stat().st_size < 5 << 20


def test_no_row_is_torn_where_it_fits_on_a_page(picture, tmp_path):
    long = " ".join([WORDS] * 4)
    shots = [shot(n, picture, prompts=[("Picture", long)]) for n in range(1, 9)]

    pdf = read(board(*shots), tmp_path / "a.pdf")

    for page in pdf.pages[2:]:
        assert text(page).count("Line number") == text(page).count("Picture:") == drawn(page)


def test_a_text_longer_than_a_page_goes_on_over_pages_to_its_last_word(picture, tmp_path):
    endless = " ".join(["word"] * 3000) + " lastword"

    pdf = read(board(shot(1, picture, narration=endless), shot(2, picture)), tmp_path / "a.pdf")

    assert sum(text(page).count("word") for page in pdf.pages) >= 3001
    assert "lastword" in " ".join(text(page) for page in pdf.pages)
    assert "Shot 2" in text(pdf.pages[-1])


def test_a_word_longer_than_a_line_is_broken(picture, tmp_path):
    pdf = read(board(shot(1, picture, narration="x" * 400)), tmp_path / "a.pdf")

    assert pdf.pages[2].extract_text().count("x") >= 400


def test_a_film_higher_than_wide_fits_too(picture, tmp_path):
    pdf = read(board(*(shot(n, picture) for n in range(1, 8)), aspect=9 / 16), tmp_path / "a.pdf")

    assert sum(drawn(page) for page in pdf.pages[2:]) == 7


def test_characters_and_places_have_a_page_of_their_own(picture, tmp_path):
    one = BoardReference(name="Maria", kind="character", picture=picture, look="grey coat",
                         shots="in shots 1, 2")  # fmt: skip
    other = replace(one, name="Pier", kind="place", picture=None, look="wet planks")

    page = read(board(shot(1, picture), references=[one, other]), tmp_path / "a.pdf").pages[1]

    for said in (
        "Characters and places",
        "Maria",
        "character",
        "grey coat",
        "in shots 1, 2",
        "Pier",
    ):
        assert said in text(page)
    assert drawn(page) == 1


def test_scripts_without_a_font_are_named_and_leave_no_boxes(picture, tmp_path):
    out = tmp_path / "a.pdf"
    shots = shot(1, picture, narration="नमस्ते"), shot(2, picture, narration="Ende 水 gut.")

    scripts = write_storyboard(board(*shots), out)

    pdf = PdfReader(out)
    assert scripts == ("Devanagari", "CJK")
    assert "text in Devanagari, CJK" in text(pdf.pages[0])
    assert "[Devanagari]" in text(pdf.pages[2])
    assert "Ende gut." in text(pdf.pages[2])
    assert "\x00" not in pdf.pages[2].extract_text()


def test_greek_and_cyrillic_are_written(picture, tmp_path):
    out = tmp_path / "a.pdf"

    assert write_storyboard(board(shot(1, picture, narration="Φάρος Маяк Łódź")), out) == ()
    assert "Φάρος Маяк Łódź" in text(PdfReader(out).pages[2])


def test_the_same_board_is_the_same_file_whenever_it_is_written(picture, tmp_path, monkeypatch):
    write_storyboard(board(shot(1, picture)), tmp_path / "a.pdf")
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    write_storyboard(board(shot(1, picture)), tmp_path / "b.pdf")

    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert PdfReader(tmp_path / "a.pdf").metadata.creation_date == DATE


def test_scripts_are_named_once_in_their_order():
    assert undrawable_scripts("Zug नमस्ते 水 नम 火") == ("Devanagari", "CJK")
    assert undrawable_scripts("plain – “text” Ω") == ()
