"""Editing by hand, and what becomes stale by it."""

import pytest

from gpu import profile
from handlers import edit, stale, takes, travel
from handlers.edit import EditRequest
from handlers.errors import Refused
from handlers.stream import SessionStream
from projections import events as e
from tests.build import RUN
from tests.handlers.test_travel import film, work_off  # noqa: F401 - film is a fixture


def kinds_after(stream: SessionStream, events) -> set[tuple[str, int | None]]:
    """What an edit makes stale, as (kind, place in the cut)."""
    return {(one.kind, one.shot) for one in stale.what_if(stream.log, stream.session, events)}


def perhaps_after(stream: SessionStream, events) -> dict[str, bool]:
    """What an edit makes stale, and whether only perhaps."""
    return {one.kind: one.perhaps for one in stale.what_if(stream.log, stream.session, events)}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"camera": "arc"}, {("video", 1), ("film", None)}),
        ({"motion_prompt": "waves"}, {("video", 1), ("film", None)}),
        ({"narration": "Here we are, now."}, {("audio", 1), ("video", 1), ("film", None)}),
        ({"image_prompt": "a ship"}, {("image", 1), ("video", 1), ("film", None)}),
        ({"lighting": "night"}, {("image", 1), ("video", 1), ("film", None)}),
        ({"duration_s": 9.0}, {("video", 1), ("film", None)}),
        ({"transition": "fade"}, {("film", None)}),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_only_what_depends_on_an_edit_becomes_stale(film, changes, expected):  # noqa: F811
    events = edit.edit_shot(film.session, 1, changes)

    assert kinds_after(film, events) == expected


def test_a_new_line_makes_its_clip_again_only_if_it_grows(film):  # noqa: F811
    events = edit.edit_shot(film.session, 1, {"narration": "Here we are, now."})

    assert perhaps_after(film, events) == {"audio": False, "video": True, "film": False}


def test_a_clip_that_changes_itself_is_made_again_while_its_line_is_still_to_be_spoken(film):  # noqa: F811
    film.append(edit.edit_shot(film.session, 1, {"narration": "Here we are, now."}), RUN)

    assert perhaps_after(film, takes.retake(film.session, 1, "video"))["video"] is False


def test_all_new_takes_are_told_while_the_picture_is_to_be_drawn(film):  # noqa: F811
    film.append(edit.edit_shot(film.session, 1, {"image_prompt": "a red mill"}), RUN)
    events = takes.retake(film.session, 1, "video", count=3)

    told = stale.what_if(film.log, film.session, events)

    assert [(one.kind, one.take) for one in told] == [("video", 2), ("video", 3), ("video", 4)]


def test_the_time_is_first_of_all_that_of_the_film_itself(log, film):  # noqa: F811
    other = SessionStream(log, "session_of_another_size")
    large = film.session.started.model_copy(update={"width": 1920})
    made = next(r.event for r in film.history if isinstance(r.event, e.FilmAssembled))
    slow = made.provenance.model_copy(update={"seconds": 1000.0})
    other.append([large, made.model_copy(update={"provenance": slow})], RUN)

    (again,) = stale.what_if(
        log, film.session, edit.edit_session(film.session, EditRequest(title="Another title"))
    )

    assert again.expected_s == round(made.provenance.seconds, 3)


def test_a_film_that_made_nothing_yet_is_told_the_time_of_others_by_the_same_model(log, film):  # noqa: F811
    fork = travel.fork(film, len(film.history), "session_fork", None)

    found = stale.what_if(log, fork.session, edit.edit_shot(fork.session, 1, {"camera": "arc"}))

    assert [(one.kind, one.expected_s is None) for one in found] == [
        ("video", False),
        ("film", False),
    ]


def test_the_log_is_asked_once_for_the_time_of_each_kind(film, monkeypatch):  # noqa: F811
    asked = []
    query = film.log.query
    monkeypatch.setattr(film.log, "query", lambda *of: asked.append(of[1]) or query(*of))

    found = stale.what_if(
        film.log, film.session, edit.edit_session(film.session, EditRequest(style="gouache"))
    )

    assert len(found) > len(asked) == len({one.kind for one in found})


def test_a_new_style_makes_every_picture_stale(film):  # noqa: F811
    events = edit.edit_session(film.session, EditRequest(style="gouache"))

    assert {("image", 1), ("image", 2)} <= kinds_after(film, events)


def test_a_new_title_makes_only_the_cut_stale(film):  # noqa: F811
    events = edit.edit_session(film.session, EditRequest(title="Another title"))

    assert kinds_after(film, events) == {("film", None)}


def test_the_time_is_that_of_whoever_would_do_it(film):  # noqa: F811
    (now,) = stale.what_if(
        film.log,
        film.session,
        edit.edit_session(film.session, EditRequest(title="Another title")),
    )
    events = edit.edit_session(film.session, EditRequest(profile=profile.load("animatic")))

    others = stale.what_if(film.log, film.session, events)

    assert now.expected_s is not None
    assert {one.expected_s for one in others} == {None}


def test_what_if_appends_nothing(film):  # noqa: F811
    stale.what_if(film.log, film.session, edit.edit_shot(film.session, 1, {"camera": "arc"}))

    assert film.log.version(film.id) == len(film.history)


def test_an_edit_that_changes_nothing_is_no_event(film):  # noqa: F811
    camera = film.session.shots[1].plan.camera

    assert edit.edit_shot(film.session, 1, {"camera": camera}) == []


def test_editing_back_costs_nothing(home, log, film):  # noqa: F811
    was = film.session.shots[1].plan.camera
    film.append(edit.edit_shot(film.session, 1, {"camera": "arc"}), RUN)
    work_off(home, log, film.id)
    film.reload()

    film.append(edit.edit_shot(film.session, 1, {"camera": was}), RUN)

    assert work_off(home, log, film.id) == []


def test_a_camera_word_is_normalised(film):  # noqa: F811
    (event,) = edit.edit_shot(film.session, 1, {"camera": "Slow_Pan"})

    assert event.camera == "pan right"


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (EditRequest(), "nothing to change was said"),
        (EditRequest(changes={"camera": "arc"}), "does not say which shot"),
        (
            EditRequest(shot=9, changes={"camera": "arc"}),
            "the cut has shots 1 to 2.*did you mean 2",
        ),
        (EditRequest(shot=1, changes={"camera": "dolly inn"}), "did you mean 'dolly in'"),
        (EditRequest(shot=1, changes={"angle": "lo"}), "did you mean 'low'"),
        (EditRequest(shot=1, changes={"narration": "a\0b"}), "control character"),
        (EditRequest(shot=1, changes={"duration_s": -1.0}), "out of range"),
        (EditRequest(shot=1, remove=True, move=2), "one edit changes one thing"),
        (EditRequest(shot=1, title="x", changes={"camera": "arc"}), "one edit changes one thing"),
        (EditRequest(shot=1, title="x"), "--title is of the whole film.*leave the shot away"),
        (EditRequest(shot=1, style="x"), "--style is of the whole film"),
        (EditRequest(shot=1, looks={"Mara": "x"}), "--look is of a character or place"),
        (EditRequest(shot=1, add=2, changes={"image_prompt": "x"}), "--add says the place itself"),
        (EditRequest(add=9, changes={"image_prompt": "x"}), "the places are 1 to 3"),
        (EditRequest(add=1), "a new shot needs a picture"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_edit_that_cannot_be_is_refused_in_words(film, request_, words):  # noqa: F811
    with pytest.raises(Refused, match=words):
        edit.edit(film.session, request_)


def test_an_added_shot_gets_a_number_of_its_own(film):  # noqa: F811
    (event,) = edit.add_shot(film.session, 2, {"image_prompt": "a boat"})

    assert (event.shot, event.index, event.plan.image_prompt) == (3, 2, "a boat")


def test_a_number_is_never_used_again(film):  # noqa: F811
    film.append(edit.add_shot(film.session, 3, {"image_prompt": "a boat"}), RUN)
    film.append(edit.remove_shot(film.session, 3), RUN)

    (event,) = edit.add_shot(film.session, 3, {"image_prompt": "a boat"})

    assert event.shot == 4


def test_the_last_shot_cannot_be_removed(film):  # noqa: F811
    film.append(edit.remove_shot(film.session, 1), RUN)

    with pytest.raises(Refused, match="at least one shot"):
        edit.remove_shot(film.session, 1)


def test_moving_a_shot_makes_only_the_cut_stale(film):  # noqa: F811
    assert kinds_after(film, edit.move_shot(film.session, 1, 2)) == {("film", None)}


def test_a_retake_has_its_own_seed_and_goes_into_the_cut(film):  # noqa: F811
    film.append(takes.retake(film.session, 1, "image"), RUN)

    shot = film.session.shots[1]
    (_, first), (_, second) = shot.takes("image")
    assert first != second
    assert shot.chosen_take("image")[0] == 2


def test_several_retakes_with_a_seed_count_up_from_it(film):  # noqa: F811
    events = takes.retake(film.session, 1, "video", count=3, seed=50)

    assert [(event.take, event.seed) for event in events] == [(2, 50), (3, 51), (4, 52)]


def test_choosing_an_earlier_take_back_costs_nothing(home, log, film):  # noqa: F811
    film.append(takes.retake(film.session, 1, "image"), RUN)
    work_off(home, log, film.id)
    film.reload()

    film.append(takes.choose(film.session, 1, 1, None, "calmer"), RUN)

    assert work_off(home, log, film.id) == []
    assert film.session.shots[1].chosen_take("image") == (1, "calmer")


def test_choosing_needs_a_stage_when_several_have_takes(film):  # noqa: F811
    film.append(takes.retake(film.session, 1, "image"), RUN)
    film.append(takes.retake(film.session, 1, "video"), RUN)

    with pytest.raises(Refused, match="say --stage"):
        takes.choose(film.session, 1, 1, None, "")


def test_choosing_a_take_that_is_not_there_names_those_that_are(film):  # noqa: F811
    film.append(takes.retake(film.session, 1, "image"), RUN)

    with pytest.raises(Refused, match="it has 1, 2"):
        takes.choose(film.session, 1, 7, "image", "")


def test_a_changed_profile_keeps_the_shots(film):  # noqa: F811
    events = edit.edit(film.session, edit.request({"profile": "animatic"}))
    film.append(events, RUN)

    assert isinstance(events[0], e.ProfileChanged)
    assert len(film.session.order) == 2
