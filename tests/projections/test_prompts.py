"""Prompts that are enhanced: what waits for them, what an edit re-opens, and what it does not."""

import pytest

from projections import events as e
from projections.attempts import ATTEMPTS_MAX
from projections.known_shots import KnownShots
from projections.rows import mark, rows, steps
from projections.work import work
from tests.build import (
    FAKE,
    SESSION,
    WITH_ENHANCER,
    carried_on,
    divided,
    enhanced,
    kinds,
    only,
    planned,
    recorded,
    session_after,
    started,
    told,
    with_cast,
    work_after,
)

ASKED = "prompts"


def enhancing(running=None, settings=None):
    """The stages of a film whose prompts are enhanced."""
    stage = WITH_ENHANCER["enhance"].model_copy(
        update={"running": running or {}, "settings": settings or {}}
    )
    return FAKE | {"enhance": stage}


def beginning(shots=1, stages=WITH_ENHANCER, **plan):
    return [started(stages=stages), told(), divided(), planned(shots, **plan)]


def prompts(found, stage=None):
    """The commands that enhance prompts (of a stage)."""
    listed = [one for one in found.commands if one.kind == "enhance"]
    return [one for one in listed if stage in (None, one.inputs["stage"])]


def prompt(found, stage):
    (one,) = prompts(found, stage)
    return one


def given_up(history, stage):
    """The history after the enhancement of the one shot failed as often as it may."""
    command = prompt(work_after(*history), stage)
    failed = e.CommandFailed(command_id=command.id, kind="enhance", shot=1, error="nobody answers")
    return [*history, *[failed] * ATTEMPTS_MAX]


def pending(history):
    return [kind for kind, _ in kinds(work_after(*history).pending)]


def test_a_film_without_an_enhancer_enhances_nothing():
    assert prompts(work_after(*beginning(stages=FAKE))) == []


def test_both_prompts_of_every_shot_are_enhanced_before_anything_is_drawn():
    found = work_after(*beginning(2))

    assert kinds(found.pending) == [("enhance", 1), ("enhance", 1), ("enhance", 2), ("enhance", 2),
                                    ("audio", 1), ("audio", 2)]  # fmt: skip


def test_a_picture_is_drawn_from_the_enhanced_prompt():
    history = [*beginning(), enhanced(prompt(work_after(*beginning()), "image"))]

    image = only(work_after(*history).pending, "image")

    assert image.inputs["prompt"] == "finer view 1"


def test_a_picture_does_not_wait_for_the_motion_prompt():
    history = [*beginning(), enhanced(prompt(work_after(*beginning()), "image"))]

    assert "image" in pending(history)
    assert len(prompts(work_after(*history), "video")) == 1


def test_a_clip_waits_for_its_motion_prompt_and_is_made_from_it():
    image = enhanced(prompt(work_after(*beginning()), "image"))
    drawn = carried_on([*beginning(), image], "audio", "image")
    assert "video" not in pending(drawn)

    done = carried_on(drawn, "enhance")

    assert only(work_after(*done).pending, "video").inputs["motion_prompt"].startswith("finer ")


def test_a_result_names_the_event_that_has_its_prompt():
    history = recorded(carried_on(beginning()))
    by_id = {one.event_id: one.event for one in history}
    made = [one.event for one in history if isinstance(one.event, e.ImageRendered)]

    assert by_id[made[0].enhanced_by].image_prompt == "finer view 1"


def test_the_film_is_complete_with_enhanced_prompts():
    assert work_after(*carried_on(beginning(2))).complete


def test_a_new_image_prompt_is_enhanced_and_drawn_again_and_its_clip_follows():
    history = [*carried_on(beginning(2)), e.ShotEdited(shot=1, image_prompt="a storm")]

    assert kinds(work_after(*history).pending) == [("enhance", 1), ("enhance", 1)]
    again = carried_on(history)
    assert [type(one).__name__ for one in flat(again)[len(flat(history)) :]] == [
        "PromptEnhanced", "PromptEnhanced", "ImageRendered", "VideoRendered", "FilmAssembled",
        "SessionCompleted",
    ]  # fmt: skip


def flat(history):
    return [one.event for one in recorded(history)]


def test_a_new_motion_prompt_draws_no_picture_again():
    history = [*carried_on(beginning(2)), e.ShotEdited(shot=1, motion_prompt="waves break")]

    again = carried_on(history)

    assert [type(one).__name__ for one in flat(again)[len(flat(history)) :]] == [
        "PromptEnhanced", "VideoRendered", "FilmAssembled", "SessionCompleted",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change", [{"narration": "Other words."}, {"planned_frames": 99}, {"transition": "fade"}]
)
def test_what_says_nothing_about_the_picture_enhances_nothing_again(change):
    history = [*carried_on(beginning(2)), e.ShotEdited(shot=1, **change)]

    assert "enhance" not in pending(history)


def test_a_camera_move_enhances_the_motion_prompt_alone():
    history = [*carried_on(beginning()), e.ShotEdited(shot=1, camera="dolly in")]

    (todo,) = work_after(*history).pending
    assert (todo.kind, todo.inputs["stage"]) == ("enhance", "video")


def test_another_style_enhances_the_pictures_prompts_alone():
    history = [*carried_on(beginning()), e.SessionEdited(style="ink")]

    (todo,) = work_after(*history).pending
    assert todo.inputs["stage"] == "image"


def test_words_that_come_back_are_not_enhanced_again():
    changed = [*carried_on(beginning()), e.ShotEdited(shot=1, image_prompt="a storm")]
    back = [*carried_on(changed), e.ShotEdited(shot=1, image_prompt="view 1")]

    assert (pending(back), work_after(*back).complete) == ([], True)


def test_who_is_shown_is_told_with_how_they_look():
    history = with_cast(("Mira",), stages=WITH_ENHANCER)

    asked = prompt(work_after(*history), "image")

    assert [one["name"] for one in asked.inputs["references"]] == ["Mira"]


def test_another_look_enhances_the_prompts_of_who_is_shown_again():
    history = with_cast(("Mira",), stages=WITH_ENHANCER)
    before = prompt(work_after(*history), "image").id

    changed = [*history, e.ReferenceEdited(name="Mira", look="in a red coat")]

    assert prompt(work_after(*changed), "image").id != before


def test_a_prompt_that_was_given_up_holds_nothing_back():
    history = given_up(beginning(), "image")

    image = only(work_after(*history).pending, "image")

    assert image.inputs["prompt"] == "view 1"


def test_a_film_is_whole_where_an_enhancement_was_given_up_and_says_so():
    found = work_after(*carried_on(given_up(beginning(), "image")))

    assert found.complete
    assert [one.inputs["stage"] for one in found.parked] == ["image"]
    assert mark(found.session, found.shots[0]) == "[DONE]"


def test_asked_for_again_it_is_enhanced_and_the_picture_is_drawn_from_it():
    history = carried_on(given_up(beginning(), "image"))
    command = prompt(work_after(*history), "image")

    again = [*history, e.RetryRequested(command_ids=(command.id,))]

    assert (work_after(*again).complete, pending(again)) == (False, ["enhance"])
    done = work_after(*carried_on(again))
    assert (done.complete, done.shots[0].worded.image_prompt) == (True, "finer view 1")


def test_a_verbatim_shot_keeps_its_words():
    history = [*beginning(2), e.ShotEdited(shot=1, verbatim=True)]

    assert [one.shot for one in prompts(work_after(*history))] == [2, 2]
    assert only(work_after(*history).pending, "image", 1).inputs["prompt"] == "view 1"


def test_a_shot_made_verbatim_and_back_asks_nobody():
    there = [*carried_on(beginning()), e.ShotEdited(shot=1, verbatim=True)]
    back = [*carried_on(there), e.ShotEdited(shot=1, verbatim=False)]

    assert "enhance" not in pending(there)
    assert (pending(back), work_after(*back).complete) == ([], True)


@pytest.mark.parametrize(
    ("asked", "stages"),
    [("both", ["image", "video"]), ("image", ["image"]), ("motion", ["video"]), ("none", [])],
)
def test_only_those_prompts_are_enhanced_that_were_asked_for(asked, stages):
    found = work_after(*beginning(stages=enhancing({ASKED: asked})))

    assert [one.inputs["stage"] for one in prompts(found)] == stages


def test_asking_for_fewer_prompts_names_none_anew():
    ids = [
        prompt(work_after(*beginning(stages=enhancing({ASKED: asked}))), "image").id
        for asked in ("both", "image")
    ]

    assert ids[0] == ids[1]


@pytest.mark.parametrize(("stage", "other"), [("image", "video"), ("video", "image")])
def test_another_family_enhances_its_own_prompts_alone(stage, other):
    plain, aimed = (
        work_after(*beginning(stages=enhancing(settings={f"{stage}_family": family})))
        for family in ("plain", "other")
    )

    assert prompt(plain, stage).id != prompt(aimed, stage).id
    assert prompt(plain, other).id == prompt(aimed, other).id


def test_no_words_are_not_enhanced():
    found = work_after(*beginning(motion_prompt=" "))

    assert [one.inputs["stage"] for one in prompts(found)] == ["image"]


def test_a_rewind_to_before_it_withdraws_an_enhancement():
    before = beginning()
    done = carried_on(before)

    rewound = [*done, e.SessionRewound(to=len(flat(before)))]

    assert pending(rewound)[:2] == ["enhance", "enhance"]
    assert work_after(*rewound).shots[0].worded.image_prompt == "view 1"


def test_a_fork_into_a_profile_with_an_enhancer_enhances():
    changed = e.ProfileChanged(profile="x", stages=WITH_ENHANCER)
    history = [*carried_on(beginning(stages=FAKE)), changed]

    assert pending(history) == ["enhance", "enhance"]


def test_a_profile_without_an_enhancer_goes_back_to_the_words_as_written():
    history = [*carried_on(beginning()), e.ProfileChanged(profile="x", stages=FAKE)]

    assert only(work_after(*history).pending, "image").inputs["prompt"] == "view 1"


def test_every_take_is_made_from_the_same_enhanced_prompt():
    history = [*carried_on(beginning()), e.TakeRequested(shot=1, stage="image", take=2, seed=9)]

    (again,) = work_after(*history).pending

    assert (again.kind, again.inputs["prompt"]) == ("image", "finer view 1")


def test_the_steps_count_the_prompts():
    head = beginning(2)
    half = [*head, enhanced(prompts(work_after(*head))[0])]

    assert steps(session_after(*head), work_after(*head))["prompts"] == (0, 4)
    assert steps(session_after(*half), work_after(*half))["prompts"] == (1, 4)


def test_prompts_that_wait_are_in_the_read_tables_at_once():
    listed = rows(session_after(*beginning()))["commands"].values()

    waiting = [row[2:6] for row in listed if row[2] == "enhance"]
    assert waiting == [("enhance", 1, None, "pending")] * 2


def test_the_row_of_a_shot_has_the_words_that_its_stages_are_given():
    (row,) = rows(session_after(*carried_on(beginning())))["shots"].values()

    assert row[6:8] == ("finer view 1", "finer nothing moves")


def test_what_is_known_of_shots_is_right_after_every_event():
    edits = [e.ShotEdited(shot=1, image_prompt="a storm"), e.SessionEdited(style="ink")]
    history = carried_on([*carried_on(beginning(2)), *edits])
    known = KnownShots()
    for until in range(1, len(history) + 1):
        session = session_after(*history[:until])
        fast, slow = work(session, known), work(session)

        assert [one.id for one in fast.commands] == [one.id for one in slow.commands]
        assert [one.worded for one in fast.shots] == [one.worded for one in slow.shots]


def test_what_is_known_of_a_shot_is_found_anew_once_its_enhancement_is_given_up():
    known = KnownShots()
    work(session_after(*beginning()), known)

    found = work(session_after(*given_up(beginning(), "image")), known)

    assert "image" in {one.kind for one in found.pending}


def test_ids_do_not_know_the_session():
    from projections.session import fold

    history = recorded(beginning())

    ids = {tuple(one.id for one in prompts(work(fold(name, history)))) for name in (SESSION, "b")}

    assert len(ids) == 1
