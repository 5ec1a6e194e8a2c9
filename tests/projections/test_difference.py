"""What differs between two histories: fields, shots, takes, artifacts."""

from projections import events as e
from projections.difference import Side, compare
from projections.session import fold
from tests.build import SESSION, beginning, carried_on, plan, recorded, started

BEGUN = beginning(shots=4)


def side(*appends) -> Side:
    history = recorded(appends)
    return Side("one", fold(SESSION, history), history)


def alien(*appends) -> Side:
    """A session that shares no event with the others."""
    history = [one._replace(event_id=f"other-{one.position}") for one in recorded(appends)]
    return Side("alien", fold("session_other", history), history)


def difference(a: Side, b: Side):
    return compare(a, b, ((), ()))


def after(*events):
    """What differs once these events have happened to the planned film."""
    return difference(side(*BEGUN), side(*BEGUN, *events))


def told(found):
    """(index before, index after, change, moved) of everything that has something to tell."""
    return [
        (
            one.before.index if one.before else None,
            one.after.index if one.after else None,
            one.change,
            one.moved,
        )
        for one in found.changed
    ]


def test_a_film_equals_itself():
    assert after().equal


def test_a_finished_film_equals_itself():
    made = side(*carried_on(BEGUN))

    assert difference(made, made).equal


def test_a_new_title_is_a_field_with_its_words():
    (field,) = after(e.SessionEdited(title="The Keeper")).fields

    assert (field.name, field.words[-1]) == ("title", ("+", "Keeper"))


def test_settings_are_compared_stage_by_stage():
    settings = {**started().stages}
    settings["image"] = settings["image"].model_copy(update={"settings": {"steps": 30}})

    (field,) = after(e.ProfileChanged(profile="fake", stages=settings)).fields

    assert (field.name, field.before, field.after) == ("image.steps", None, 30)


def test_a_setting_that_is_empty_is_as_one_that_is_not_there():
    settings = {**started().stages}
    settings["audio"] = settings["audio"].model_copy(update={"settings": {"voice": ""}})

    assert after(e.ProfileChanged(profile="fake", stages=settings)).fields == ()


def test_a_setting_of_zero_is_told():
    settings = {**started().stages}
    settings["audio"] = settings["audio"].model_copy(update={"settings": {"rate": 0}})

    (field,) = after(e.ProfileChanged(profile="fake", stages=settings)).fields

    assert (field.before, field.after) == (None, 0)


def test_an_edited_shot_is_changed():
    assert told(after(e.ShotEdited(shot=2, camera="dolly in"))) == [(2, 2, "changed", False)]


def test_an_edited_field_says_both_values():
    (shot,) = after(e.ShotEdited(shot=2, camera="dolly in")).changed

    assert [(f.name, f.before, f.after) for f in shot.fields] == [("camera", "static", "dolly in")]


def test_an_edited_text_says_which_words():
    (shot,) = after(e.ShotEdited(shot=2, narration="This is view two.")).changed

    assert shot.fields[0].words == (
        ("=", "This is view "),
        ("-", "2"),
        ("+", "two"),
        ("=", "."),
    )


def test_a_whole_new_prompt_is_still_the_same_shot():
    assert told(after(e.ShotEdited(shot=2, image_prompt="the moon")))[0][2] == "changed"


def test_an_added_shot_moves_nobody():
    found = after(e.ShotAdded(shot=5, index=1, plan=plan(5, image_prompt="the moon")))

    assert told(found) == [(None, 1, "added", False)]


def test_a_removed_shot_stands_where_it_was():
    found = after(e.ShotRemoved(shot=2))

    assert [one.change for one in found.shots] == ["same", "removed", "same", "same"]


def test_a_moved_shot_is_the_only_one_that_moved():
    assert told(after(e.ShotMoved(shot=4, index=1))) == [(4, 1, "same", True)]


def test_a_new_take_and_its_choice_are_told():
    found = after(e.TakeRequested(shot=1, stage="image", take=2, seed=9))

    names = [field.name for field in found.changed[0].fields]
    assert names == ["image_takes", "chosen_image"]


def test_what_only_one_side_has_made_is_said():
    found = difference(side(*BEGUN), side(*carried_on(BEGUN)))

    assert {tuple(one.artifacts.values()) for one in found.shots} == {("only after",) * 3}


def test_another_picture_is_different():
    edited = [*BEGUN, e.ShotEdited(shot=1, image_prompt="the moon")]
    found = difference(side(*carried_on(BEGUN)), side(*carried_on(edited)))

    assert [one.artifacts["image"] for one in found.shots] == ["different", *["same"] * 3]


def test_films_are_compared_by_what_they_show():
    edited = [*BEGUN, e.ShotEdited(shot=1, image_prompt="the moon")]

    assert difference(side(*carried_on(BEGUN)), side(*carried_on(edited))).film == "different"


def test_shots_of_strangers_are_matched_by_their_words():
    other = alien(*BEGUN, e.ShotMoved(shot=4, index=1))

    assert told(difference(side(*BEGUN), other)) == [(4, 1, "same", True)]


def test_shots_of_strangers_without_a_common_word_are_not_matched():
    other = alien(*beginning(shots=1, image_prompt="moon", narration="Night falls."))

    changes = {one.change for one in difference(side(*BEGUN), other).shots}
    assert changes == {"added", "removed"}


def test_a_number_used_on_both_sides_of_a_fork_is_not_the_same_shot():
    ours = side(*BEGUN, e.ShotAdded(shot=5, index=5, plan=plan(5, image_prompt="a fox sleeps")))
    theirs = [*BEGUN, e.ShotAdded(shot=5, index=5, plan=plan(5, image_prompt="moon", narration=""))]
    history = [*recorded(BEGUN), recorded(theirs)[-1]._replace(event_id="elsewhere")]
    other = Side("two", fold(SESSION, history), history)

    assert {one[2] for one in told(difference(ours, other))} == {"added", "removed"}


def test_a_film_that_was_not_planned_yet_has_no_shots():
    assert difference(side(started()), side(started())).shots == ()
