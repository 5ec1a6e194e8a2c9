"""What each event means: given a history, when it is folded, then the session is this."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from projections import events as e
from projections.attempts import NO_ATTEMPTS
from projections.events import TYPES
from projections.history import effective
from projections.session import advance, fold
from projections.work import pending, work
from tests.build import (
    FAKE,
    SESSION,
    artifact,
    beginning,
    divided,
    drawn,
    moved,
    only,
    own_picture,
    plan,
    planned,
    provenance,
    recorded,
    result,
    session_after,
    spoken,
    started,
    told,
    work_after,
)


def attempts_after(*events):
    return session_after(started(), *events).attempts.get("c", NO_ATTEMPTS)


def start(command="c"):
    return e.CommandStarted(command_id=command, kind="image", shot=1, take=1, worker="w")


def fail(final=False, error="no light"):
    return e.CommandFailed(command_id="c", kind="image", shot=1, error=error, final=final)


def interrupt():
    return e.CommandInterrupted(command_id="c", kind="image", reason="Ctrl-C")


def test_without_events_there_is_an_empty_session():
    assert (session_after().version, session_after().started) == (0, None)


def test_session_started_says_what_was_asked():
    session = session_after(started(idea="a well", profile="fake"))

    assert session.started.idea == "a well"
    assert (session.profile, session.stages) == ("fake", FAKE)
    assert session.started_at == "2025-02-08T00:00:01.000Z"


def test_story_generated_gives_title_and_style():
    session = session_after(started(), told(title="Far", style="ink"))

    assert (session.title, session.style, session.story.language) == ("Far", "ink", "en")


def test_scene_graph_built_gives_scenes():
    session = session_after(started(), told(), divided(3))

    assert [scene.scene for scene in session.scenes] == [1, 2, 3]


def test_shots_planned_stand_in_their_order():
    session = session_after(*beginning(3))

    assert session.order == [1, 2, 3]
    assert session.highest_shot == 3
    assert session.shots[2].plan == plan(2)


def test_prompt_enhanced_replaces_the_prompts_that_stages_get():
    better = e.PromptEnhanced(
        command_id="p",
        shot=1,
        image_prompt="better",
        motion_prompt="slow",
        raw="",
        provenance=provenance(),
    )

    shot = session_after(*beginning(1), better).shots[1]

    assert (shot.image_prompt, shot.motion_prompt) == ("better", "slow")
    assert shot.plan.image_prompt == "view 1"


def test_editing_a_prompt_by_hand_beats_its_enhancement():
    better = e.PromptEnhanced(
        command_id="p",
        shot=1,
        image_prompt="better",
        motion_prompt="slow",
        raw="",
        provenance=provenance(),
    )

    mine = e.ShotEdited(shot=1, image_prompt="mine")
    shot = session_after(*beginning(1), better, mine).shots[1]

    assert shot.image_prompt == "mine"


def test_an_image_is_kept_by_its_command():
    image = drawn(only(work_after(*beginning(1)).pending, "image"))

    session = session_after(*beginning(1), image)

    assert session.results[image.command_id].event == image


def test_a_clip_is_kept_by_its_command():
    history = [*beginning(1, narration="")]
    history += [drawn(only(work_after(*history).pending, "image"))]
    clip = moved(only(work_after(*history).pending, "video"))

    assert session_after(*history, clip).results[clip.command_id].event == clip


def test_a_spoken_line_is_kept_by_its_command():
    line = spoken(only(work_after(*beginning(1)).pending, "audio"))

    assert session_after(*beginning(1), line).results[line.command_id].event == line


def test_a_film_is_kept_by_its_command():
    film = e.FilmAssembled(command_id="f", artifact=artifact("f"), provenance=provenance())

    assert session_after(started(), film).results["f"].event == film


def test_session_completed_gives_the_time():
    session = session_after(started(), e.SessionCompleted(film_sha256="x"))

    assert session.completed_at == "2025-02-08T00:00:02.000Z"


def test_session_edited_changes_title_or_style_or_both():
    head = [started(), told(title="Far", style="ink")]

    assert session_after(*head, e.SessionEdited(title="Near")).title == "Near"
    assert session_after(*head, e.SessionEdited(title="Near")).style == "ink"
    assert session_after(*head, e.SessionEdited(style="")).style == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("image_prompt", "x"),
        ("motion_prompt", "x"),
        ("negative_prompt", "x"),
        ("camera", "pan left"),
        ("shot_size", "x"),
        ("angle", "x"),
        ("lighting", "x"),
        ("narration", ""),
        ("planned_frames", 96),
        ("transition", "fade"),
    ],
)
def test_shot_edited_changes_that_field_alone(field, value):
    edit = e.ShotEdited(shot=1, **{field: value})

    shots = session_after(*beginning(2), edit).shots

    assert shots[1].plan == plan(1).model_copy(update={field: value})
    assert shots[2].plan == plan(2)


def test_every_field_of_a_shot_edit_is_a_field_of_the_plan():
    from projections.parts import ShotPlan

    assert set(e.ShotEdited.model_fields) - {"shot"} <= set(ShotPlan.model_fields)


def test_an_edit_of_a_removed_shot_changes_nothing():
    history = [*beginning(2), e.ShotRemoved(shot=1)]

    edited = session_after(*history, e.ShotEdited(shot=1, camera="pan left"))

    assert edited.shots == session_after(*history).shots


def test_shot_added_takes_its_place_in_the_cut():
    session = session_after(*beginning(2), e.ShotAdded(shot=3, index=2, plan=plan(3)))

    assert session.order == [1, 3, 2]
    assert session.highest_shot == 3


def test_the_highest_number_is_the_highest_ever_used():
    added = [e.ShotAdded(shot=number, index=1, plan=plan(number)) for number in (9, 8)]

    assert session_after(*beginning(2), *added).highest_shot == 9


def test_shot_removed_leaves_the_cut_and_its_number_stays_used():
    session = session_after(*beginning(2), e.ShotRemoved(shot=2))

    assert (session.order, list(session.shots), session.highest_shot) == ([1], [1], 2)


@pytest.mark.parametrize(("index", "order"), [(1, [3, 1, 2]), (2, [1, 3, 2]), (3, [1, 2, 3])])
def test_shot_moved_has_another_place(index, order):
    assert session_after(*beginning(3), e.ShotMoved(shot=3, index=index)).order == order


def test_a_requested_take_is_the_chosen_one():
    retake = e.TakeRequested(shot=1, stage="image", take=2, seed=99)

    shot = session_after(*beginning(1), retake).shots[1]

    assert shot.takes("image") == [(1, 101), (2, 99)]
    assert shot.chosen_take("image") == (2, "")


def test_a_take_of_one_stage_is_none_of_another():
    retake = e.TakeRequested(shot=1, stage="image", take=2, seed=99)

    shot = session_after(*beginning(1), retake).shots[1]

    assert shot.takes("video") == [(1, 101)]
    assert shot.chosen_take("video") == (1, "")


def test_a_chosen_take_says_why():
    retake = e.TakeRequested(shot=1, stage="image", take=2, seed=99)
    choice = e.TakeChosen(shot=1, stage="image", take=1, because="warmer")

    shot = session_after(*beginning(1), retake, choice).shots[1]

    assert shot.chosen_take("image") == (1, "warmer")


def test_profile_changed_changes_who_does_what():
    other = {**FAKE, "image": FAKE["image"].model_copy(update={"model": "other"})}

    session = session_after(started(), e.ProfileChanged(profile="p", stages=other))

    assert (session.profile, session.stages["image"].model) == ("p", "other")


def test_session_forked_names_its_parent():
    session = session_after(e.SessionForked(parent="p", at=4, at_hash="00"))

    assert (session.parent, session.forked_at) == ("p", 4)


def test_session_imported_begins_a_session():
    imported = e.SessionImported(log_id="l", session="s", head_hash="00")

    assert session_after(imported).started_at == "2025-02-08T00:00:01.000Z"


def test_starts_failures_and_interruptions_are_counted():
    found = attempts_after(start(), fail(), start(), interrupt(), start(), start())

    assert (found.starts, found.failures, found.interruptions, found.deaths) == (4, 1, 1, 1)
    assert found.last_error == "no light"


def die(worker="w", reason="no memory"):
    return e.WorkerDied(command_id="c", kind="image", shot=1, worker=worker, reason=reason)


def test_a_start_is_no_death_while_nobody_knows_its_end():
    found = attempts_after(start(), start(), start())

    assert (found.lost, found.deaths, found.worker) == (3, 2, "w")


def test_a_recorded_death_counts_once_and_says_why():
    found = attempts_after(start(), die(), die(reason="no memory left"))

    assert (found.deaths, found.worker, found.last_error) == (1, "", "no memory left")


def test_a_death_that_is_told_late_is_not_that_of_who_began_again():
    again = start().model_copy(update={"worker": "other"})

    found = attempts_after(start(), again, die())

    assert (found.deaths, found.worker) == (1, "other")


def test_a_death_after_a_retry_changes_nothing():
    retry = e.RetryRequested(command_ids=("c",))

    assert attempts_after(start(), retry, die()) == NO_ATTEMPTS


def test_a_final_failure_is_final():
    assert attempts_after(start(), fail(final=True)).final


def test_a_retry_forgets_attempts():
    retry = e.RetryRequested(command_ids=("c",))

    assert attempts_after(start(), fail(final=True), retry) == NO_ATTEMPTS


def test_a_retry_forgets_only_what_it_names():
    retry = e.RetryRequested(command_ids=("d",))

    assert attempts_after(start(), fail(), retry).failures == 1


def test_an_outcome_after_a_retry_is_one_attempt_of_its_own():
    retry = e.RetryRequested(command_ids=("c",))

    found = attempts_after(start(), retry, fail())

    assert (found.starts, found.failures, found.deaths) == (1, 1, 0)


def test_a_result_that_a_rewind_took_back_was_no_death():
    history = [*beginning(1)]
    image = only(work_after(*history).pending, "image")
    history += [start(image.id), drawn(image), e.SessionRewound(to=4)]

    session = session_after(*history)

    assert session.attempts.get(image.id, NO_ATTEMPTS).deaths == 0


def test_a_result_is_an_outcome():
    image = only(work_after(*beginning(1)).pending, "image")

    session = session_after(*beginning(1), start(image.id), drawn(image))

    assert session.attempts.get(image.id, NO_ATTEMPTS).deaths == 0


def test_a_late_result_changes_nothing():
    late = e.LateResultRejected(command_id="c", kind="image", sha256="x", worker="w")
    history = beginning(1)

    assert session_after(*history, late).results == session_after(*history).results


def test_a_pause_lasts_until_it_is_over():
    assert session_after(started(), e.SessionPaused()).paused
    assert not session_after(started(), e.SessionPaused(), e.SessionUnpaused()).paused


def test_a_pause_may_be_at_once():
    assert not session_after(started(), e.SessionPaused()).paused_now
    assert session_after(started(), e.SessionPaused(now=True)).paused_now
    assert not session_after(started(), e.SessionPaused(now=True), e.SessionUnpaused()).paused_now


def test_a_cancelled_session_stays_cancelled():
    assert session_after(started(), e.SessionCancelled(reason="enough")).cancelled


def test_priority_is_the_last_one_said():
    events = [e.SessionPrioritised(priority=3), e.SessionPrioritised(priority=-1)]

    assert session_after(started(), *events).priority == -1


def test_a_lost_artifact_takes_its_result_and_its_attempts():
    history = [*beginning(1)]
    image = only(work_after(*history).pending, "image")
    history += [start(image.id), drawn(image, "x")]

    lost = e.ArtifactLost(command_id=image.id, sha256="sha-x", reason="gone")

    session = session_after(*history, lost)
    assert image.id not in session.results
    assert image.id not in session.attempts


def test_an_artifact_made_again_is_not_lost_by_older_news():
    history = [*beginning(1)]
    image = only(work_after(*history).pending, "image")
    history += [drawn(image, "new")]

    lost = e.ArtifactLost(command_id=image.id, sha256="sha-old", reason="gone")

    assert image.id in session_after(*history, lost).results


def test_the_session_is_as_new_as_its_last_event():
    session = session_after(started(), e.SessionPaused())

    assert (session.version, session.updated_at) == (2, "2025-02-08T00:00:02.000Z")


def test_seconds_of_work_are_added_up():
    image = only(work_after(*beginning(1)).pending, "image")

    assert session_after(*beginning(1)).work_s == 1.5
    assert session_after(*beginning(1), drawn(image)).work_s == 2.0


def test_seconds_that_a_rewind_took_back_were_spent_all_the_same():
    assert session_after(*beginning(1), e.SessionRewound(to=1)).work_s == 1.5


def test_a_fork_has_not_spent_its_parents_seconds():
    forked = recorded([e.SessionForked(parent="p", at=4, at_hash="00")])

    assert fold("fork", forked, recorded(beginning(1))).work_s == 0.0


ANSWER = e.AnswerReceived(
    command_id="c", kind="story", asked="q", text="{}", backend="openai", model="m", finish="stop",
    form="json_schema", tokens_in=30, tokens_out=12, seconds=1.0, money=0.25, currency="EUR",
)  # fmt: skip


def test_answers_add_up_whatever_came_of_them_and_whatever_was_taken_back():
    appends = [*beginning(1), ANSWER, ANSWER, e.SessionRewound(to=1)]

    spent = session_after(*appends).spent
    assert (spent.tokens_in, spent.tokens_out, spent.money) == (60, 24, {"EUR": 0.5})


def test_what_a_parent_spent_is_not_spent_again_by_its_fork():
    forked = recorded([e.SessionForked(parent=SESSION, at=4, at_hash="h")])

    assert fold("fork", forked, recorded([*beginning(1), ANSWER])).spent.tokens == 0


def test_the_newest_budget_counts():
    appends = [*beginning(1), e.BudgetSet(money=1.0, currency="EUR"), e.BudgetSet(tokens=9)]

    assert session_after(*appends).budget == e.BudgetSet(tokens=9)


EXAMPLES = [
    ANSWER,
    e.BudgetSet(tokens=5),
    started(),
    told(),
    divided(),
    planned(1)[0],
    e.PromptEnhanced(
        command_id="p",
        shot=1,
        image_prompt="b",
        motion_prompt="s",
        raw="",
        provenance=provenance(),
    ),
    own_picture("Mira"),
    e.ReferenceEdited(name="Mira", look="short"),
    e.ReferenceRendered(
        name="Mira", take=1, command_id="r", artifact=artifact("r"), provenance=provenance()
    ),
    e.ImageRendered(
        shot=1, take=1, command_id="i", artifact=artifact("i"), provenance=provenance()
    ),
    e.VideoRendered(
        shot=1, take=1, command_id="v", artifact=artifact("v"), provenance=provenance()
    ),
    e.PreviewRendered(
        shot=1,
        take=2,
        stage="video",
        steps=3,
        command_id="q",
        artifact=artifact("q"),
        provenance=provenance(),
    ),
    e.AudioTrackSaved(
        shot=1,
        take=1,
        command_id="a",
        role="narration",
        language="en",
        rate_hz=1,
        channels=1,
        artifact=artifact("a"),
        provenance=provenance(),
    ),
    e.MusicSaved(
        command_id="m", rate_hz=48000, channels=2, artifact=artifact("m"), provenance=provenance()
    ),
    e.FilmAssembled(command_id="f", artifact=artifact("f"), provenance=provenance()),
    e.SessionCompleted(film_sha256="f"),
    e.SessionEdited(title="t"),
    e.ShotEdited(shot=1, narration="other"),
    e.ShotAdded(shot=9, index=1, plan=plan(9)),
    e.ShotRemoved(shot=1),
    e.ShotMoved(shot=1, index=2),
    e.TakeRequested(shot=1, stage="image", take=2, seed=5),
    e.TakeChosen(shot=1, stage="image", take=2),
    e.ProfileChanged(profile="fake", stages=FAKE),
    e.SessionForked(parent="p", at=1, at_hash="00"),
    e.SessionImported(log_id="l", session="s", head_hash="00"),
    e.CommandStarted(command_id="i", kind="image", worker="w"),
    e.CommandFailed(command_id="i", kind="image", error="x"),
    e.CommandInterrupted(command_id="i", kind="image", reason="x"),
    e.LateResultRejected(command_id="i", kind="image", sha256="x", worker="w"),
    e.WorkerDied(command_id="i", kind="image", worker="w", reason="no memory", signal=9),
    e.RetryRequested(command_ids=("i",)),
    e.SessionPaused(),
    e.SessionUnpaused(),
    e.SessionCancelled(),
    e.SessionPrioritised(priority=1),
    e.ArtifactLost(command_id="i", sha256="sha-i", reason="x"),
    e.NotificationStarted(occasion="done", about="event"),
]
REWIND = e.SessionRewound(to=1)


def test_every_event_type_has_an_example_here():
    assert sorted(TYPES.name_of(one)[0] for one in [*EXAMPLES, REWIND]) == TYPES.names()


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda one: type(one).__name__)
def test_every_event_type_has_an_arm_in_the_fold(event):
    assert session_after(*beginning(2), event).version == 6


@pytest.mark.parametrize("event", [*EXAMPLES, REWIND], ids=lambda one: type(one).__name__)
def test_every_event_comes_back_from_the_log_as_it_went(event):
    assert TYPES.load(*TYPES.name_of(event), TYPES.dump(event)) == event


@pytest.mark.parametrize("event", [*EXAMPLES, REWIND], ids=lambda one: type(one).__name__)
def test_every_event_is_frozen_and_closed(event):
    with pytest.raises(ValidationError, match="frozen"):
        event.note = "x"
    with pytest.raises(ValidationError, match="extra"):
        type(event).model_validate({**event.model_dump(), "note": "x"})


def test_film_events_and_operations_are_all_events_and_none_is_both():
    from typing import get_args

    film, operations = set(get_args(e.FilmEvent)), set(get_args(e.Operation))

    assert {cls.__name__ for cls in film | operations} == set(TYPES.names())
    assert not film & operations
    assert operations == set(e.OPERATIONS)


@st.composite
def histories(draw):
    """Any order of any events, with rewinds to append boundaries."""
    appends = []
    for count in range(draw(st.integers(0, 14))):
        if count and draw(st.integers(0, 5)) == 0:
            appends.append(e.SessionRewound(to=draw(st.integers(1, count))))
        else:
            appends.append(draw(st.sampled_from(EXAMPLES)))
    return appends


@given(histories())
def test_the_fold_is_total(appends):
    session = fold(SESSION, recorded(appends))

    assert session.version == len(appends)
    pending(session)
    work(session)


@given(histories(), st.integers(0, 14))
def test_folding_on_is_folding_from_the_start(appends, cut):
    history = recorded(appends)
    before, after = history[:cut], history[cut:]
    if any(isinstance(one.event, e.SessionRewound) for one in after):
        return

    assert advance(fold(SESSION, before), after) == fold(SESSION, history)


@given(histories(), st.integers(0, 14))
def test_going_on_leaves_the_session_before_as_it_was(appends, cut):
    history = recorded([one for one in appends if not isinstance(one, e.SessionRewound)])
    before = fold(SESSION, history[:cut])

    advance(before, history[cut:])

    assert before == fold(SESSION, history[:cut])


def test_results_finish_what_they_are_results_of():
    history = [started()]
    while todo := work_after(*history).pending:
        history.append(result(todo[0]))

    assert work_after(*history).complete
    assert effective(recorded(history)) == recorded(history)
