"""A session's storyboard: what of the session stands on which page."""

from datetime import UTC, datetime

import pytest
from PIL import Image
from pypdf import PdfReader

from handlers import extras
from handlers.errors import Refused
from handlers.storyboard import write_pdf
from handlers.stream import SessionStream
from projections import events as e
from projections.session import Session
from tests.build import RUN, SESSION, carried_on, fake_session, session_after, started, with_cast
from tests.handlers.crew_of_one import hooked, work


def pages(home, session, tmp_path) -> list[str]:
    out = tmp_path / "board.pdf"
    write_pdf(home, session, out)
    return [" ".join(page.extract_text().split()) for page in PdfReader(out).pages]


def drawn(_kind, _brief, out, _report):
    """Nothing but what the stage makes."""


@pytest.fixture
def film(home, log):
    """A film of the fake stages, with real pictures in its artifacts."""
    fake_session(log)
    stream = work(home, log, stages=hooked(drawn))
    for recorded in stream.history:
        if isinstance(recorded.event, e.ImageRendered):
            made = recorded.event.artifact
            path = home.artifacts.path(made.sha256, made.media_type)
            path.chmod(0o644)
            Image.new("RGB", (320, 180), (90, 20 * recorded.event.shot, 60)).save(path)
    return stream


def test_the_cover_names_film_length_size_and_session(home, film, tmp_path):
    cover = pages(home, film.session, tmp_path)[0]

    for said in (film.session.title, SESSION, "320×180 at 24 frames a second", "length", "4, in "):
        assert said in cover


def test_every_shot_is_there_with_its_words_in_the_order_of_the_cut(home, film, tmp_path):
    film.append([e.ShotMoved(shot=4, index=1)], RUN)
    said = " ".join(pages(home, film.session, tmp_path)[2:])

    in_order = [film.session.shots[number] for number in film.session.order]
    places = [said.index(f"Shot {index}") for index in range(1, 5)]
    assert places == sorted(places)
    first = said[places[0] : places[1]]
    assert film.session.order[0] == 4
    assert in_order[0].image_prompt in first
    assert in_order[0].motion_prompt in first
    assert in_order[0].plan.camera.replace("_", " ") in first


def test_the_running_time_goes_on_from_shot_to_shot(home, film, tmp_path):
    said = " ".join(pages(home, film.session, tmp_path)[2:])
    starts = [
        said[said.index(f"Shot {n}") :].split(" s · ")[1].split(" – ")[0] for n in range(1, 5)
    ]

    assert starts == sorted(starts)
    assert len(set(starts)) == 4


def test_its_date_is_the_films(home, film, tmp_path):
    out = tmp_path / "board.pdf"
    write_pdf(home, film.session, out)

    asked = datetime.fromisoformat(film.session.started_at).replace(microsecond=0)
    assert PdfReader(out).metadata.creation_date == asked.astimezone(UTC)


def test_a_film_of_which_nothing_is_drawn_has_frames_with_marks(home, tmp_path):
    session = session_after(*carried_on([started()], "story", "scene_graph", "shots"))

    said = pages(home, session, tmp_path)

    assert "4, 0 with a picture" in said[0]
    assert " ".join(said).count("[TODO]") == 4


def test_the_cast_has_a_page_with_looks_and_shots(home, tmp_path):
    history = with_cast(("Mara",), ("Mara", "the pier"))
    session = session_after(*history)

    said = pages(home, session, tmp_path)[1]

    for name, reference in session.references.items():
        assert name in said
        assert reference.look in said


def test_a_session_without_shots_is_refused(home, log, tmp_path):
    fake_session(log)

    with pytest.raises(Refused, match="has no shots yet"):
        write_pdf(home, SessionStream(log, SESSION).session, tmp_path / "a.pdf")


def test_without_the_extra_it_says_which_brings_it(home, tmp_path, monkeypatch):
    monkeypatch.setattr(extras, "find_spec", lambda _: None)

    with pytest.raises(Refused, match=r"pip install 'reelog\[editors\]'"):
        write_pdf(home, Session(SESSION), tmp_path / "a.pdf")
