"""What is left to do, rule by rule."""

from math import ceil

import pytest

from projections import events as e
from projections.shot_work import is_parked
from tests.build import (
    FAKE,
    beginning,
    carried_on,
    divided,
    drawn,
    kinds,
    moved,
    only,
    planned,
    result,
    session_after,
    spoken,
    started,
    told,
    work_after,
)


def pending_after(*history):
    return work_after(*history).pending


def start(command):
    return e.CommandStarted(command_id=command.id, kind=command.kind, shot=command.shot, worker="w")


def fail(command, final=False):
    return e.CommandFailed(
        command_id=command.id, kind=command.kind, shot=command.shot, error="x", final=final
    )


def interrupt(command):
    return e.CommandInterrupted(command_id=command.id, kind=command.kind, reason="Ctrl-C")


def test_nothing_is_pending_before_the_start():
    assert pending_after() == []


def test_first_comes_the_story():
    assert kinds(pending_after(started())) == [("story", None)]


def test_then_the_scene_graph():
    assert kinds(pending_after(started(), told())) == [("scene_graph", None)]


def test_then_the_shots():
    assert kinds(pending_after(started(), told(), divided())) == [("shots", None)]


def test_then_narration_and_image_of_every_shot():
    todo = pending_after(started(), told(), divided(), planned(2))

    assert kinds(todo) == [("audio", 1), ("image", 1), ("audio", 2), ("image", 2)]


def test_a_silent_shot_needs_no_narration():
    assert kinds(pending_after(*beginning(1, narration=" \n"))) == [("image", 1)]


def test_a_clip_waits_for_its_image():
    history = beginning(1)
    history.append(spoken(only(pending_after(*history), "audio")))

    assert kinds(pending_after(*history)) == [("image", 1)]


def test_a_clip_waits_for_its_narration():
    history = beginning(1)
    history.append(drawn(only(pending_after(*history), "image")))

    assert kinds(pending_after(*history)) == [("audio", 1)]


def test_a_clip_comes_when_both_are_there():
    history = carried_on(beginning(1), "audio", "image")

    assert kinds(pending_after(*history)) == [("video", 1)]


def test_a_silent_clip_waits_for_its_image_alone():
    history = carried_on(beginning(1, narration=""), "image")

    assert only(pending_after(*history), "video").inputs["frames"] == 48


def test_the_film_waits_for_every_clip():
    history = carried_on(beginning(2), "audio", "image")
    history.append(moved(only(pending_after(*history), "video", 1)))

    assert kinds(pending_after(*history)) == [("video", 2)]


def test_last_comes_the_film():
    history = carried_on(beginning(2), "audio", "image", "video")

    assert kinds(pending_after(*history)) == [("film", None)]


def test_a_finished_film_leaves_nothing_to_do():
    work = work_after(*carried_on([started()]))

    assert (work.pending, work.complete) == ([], True)


@pytest.mark.parametrize("seconds", [0.1, 1.3, 1.300001, 1.31, 5.0])
def test_a_clip_is_as_long_as_planned_or_as_its_narration_needs(seconds):
    history = beginning(1)
    history.append(spoken(only(pending_after(*history), "audio"), seconds))
    history = carried_on(history, "image")

    frames = only(pending_after(*history), "video").inputs["frames"]

    assert frames == max(48, ceil((0.4 + seconds + 0.3) * 24))


def test_one_shot_does_not_wait_for_another():
    history = beginning(2)
    for kind in ("audio", "image"):
        history.append(result(only(pending_after(*history), kind, 2)))

    assert ("video", 2) in kinds(pending_after(*history))


def test_a_command_is_parked_after_three_failures():
    image = only(pending_after(*beginning(1)), "image")
    twice = [start(image), fail(image)] * 2

    assert image.id in {c.id for c in pending_after(*beginning(1), *twice)}
    work = work_after(*beginning(1), *twice, start(image), fail(image))
    assert kinds(work.parked) == [("image", 1)]
    assert kinds(work.pending) == [("audio", 1)]


def die(command):
    return e.WorkerDied(command_id=command.id, kind=command.kind, worker="w", reason="no memory")


def test_a_command_is_parked_after_three_deaths():
    image = only(pending_after(*beginning(1)), "image")
    thrice = [start(image), die(image)] * 3

    assert not is_parked(session_after(*beginning(1), *thrice[:4]), image.id)
    assert is_parked(session_after(*beginning(1), *thrice), image.id)


def test_a_command_is_not_parked_while_its_third_attempt_runs():
    image = only(pending_after(*beginning(1)), "image")
    third = [*[start(image)] * 3]

    assert not is_parked(session_after(*beginning(1), *third), image.id)
    assert is_parked(session_after(*beginning(1), *third, die(image)), image.id)


def test_a_command_is_parked_at_once_by_a_final_failure():
    image = only(pending_after(*beginning(1)), "image")

    assert is_parked(session_after(*beginning(1), start(image), fail(image, True)), image.id)


def test_an_interruption_is_no_attempt():
    image = only(pending_after(*beginning(1)), "image")

    session = session_after(*beginning(1), *[start(image), interrupt(image)] * 5)

    assert not is_parked(session, image.id)


def test_a_retry_opens_what_was_parked():
    image = only(pending_after(*beginning(1)), "image")
    parked = [*beginning(1), *[start(image), fail(image)] * 3]

    retried = work_after(*parked, e.RetryRequested(command_ids=(image.id,)))

    assert retried.parked == []
    assert image.id in {c.id for c in retried.pending}


def test_after_a_retry_three_more_failures_park_again():
    image = only(pending_after(*beginning(1)), "image")
    thrice = [start(image), fail(image)] * 3
    retry = e.RetryRequested(command_ids=(image.id,))

    session = session_after(*beginning(1), *thrice, retry, *thrice)

    assert is_parked(session, image.id)


def test_the_others_go_on_while_one_is_parked():
    history = beginning(2)
    image = only(pending_after(*history), "image", 1)
    history += [start(image), fail(image, True)]

    done = carried_on(history)

    work = work_after(*done)
    assert kinds(work.parked) == [("image", 1)]
    assert work.pending == []
    assert "video" in work.shots[1].made


def test_a_lost_artifact_is_pending_again():
    history = carried_on([started()])
    work = work_after(*history)
    image = only(work.commands, "image", 1)
    made = work.session.results[image.id].event.artifact

    lost = e.ArtifactLost(command_id=image.id, sha256=made.sha256, reason="gone")

    assert ("image", 1) in kinds(pending_after(*history, lost))


def test_when_a_lost_image_is_drawn_again_as_it_was_the_clip_is_kept():
    history = carried_on([started()])
    work = work_after(*history)
    image = only(work.commands, "image", 1)
    made = work.session.results[image.id].event
    lost = e.ArtifactLost(command_id=image.id, sha256=made.artifact.sha256, reason="gone")

    assert work_after(*history, lost, made).complete


def test_pause_and_cancel_are_the_workers_business_and_change_no_command():
    history = beginning(1)

    for event in (e.SessionPaused(), e.SessionCancelled(), e.SessionPrioritised(priority=1)):
        same = pending_after(*history, event)
        assert [c.id for c in same] == [c.id for c in pending_after(*history)]


# Edits re-open what depends on them, and nothing else.

FINISHED = carried_on(beginning(3))


def reopened(*events):
    """What an edit of the finished film leaves to do at first."""
    return kinds(pending_after(*FINISHED, *events))


def remade(*events):
    """Everything that is made until the film is finished again."""
    history = [*FINISHED, *events]
    done = carried_on(history)
    made = [one for append in done[len(history) :] for one in append if isinstance(append, list)]
    return sorted(type(one).__name__ for one in made if not isinstance(one, e.SessionCompleted))


def test_a_new_narration_is_spoken_again():
    assert reopened(e.ShotEdited(shot=2, narration="Other words.")) == [("audio", 2)]


def test_a_new_narration_of_the_same_length_renders_no_clip_again():
    edit = e.ShotEdited(shot=2, narration="Other words.")

    assert remade(edit) == ["AudioTrackSaved", "FilmAssembled"]


def test_a_longer_narration_renders_its_clip_again_but_never_the_image():
    edit = e.ShotEdited(shot=2, narration="Many more words.")
    line = spoken(only(pending_after(*FINISHED, edit), "audio"), seconds=9.0)

    assert kinds(pending_after(*FINISHED, edit, line)) == [("video", 2)]


def test_a_removed_narration_leaves_only_the_film_to_cut():
    assert reopened(e.ShotEdited(shot=2, narration="")) == [("film", None)]


@pytest.mark.parametrize("field", ["motion_prompt", "camera"])
def test_motion_re_opens_the_clip_alone(field):
    edit = e.ShotEdited(shot=2, **{field: "other"})

    assert reopened(edit) == [("video", 2)]
    assert remade(edit) == ["FilmAssembled", "VideoRendered"]


@pytest.mark.parametrize("field", ["image_prompt", "shot_size", "angle", "lighting"])
def test_looks_re_open_the_image_and_then_its_clip(field):
    edit = e.ShotEdited(shot=2, **{field: "other"})

    assert reopened(edit) == [("image", 2)]
    assert remade(edit) == ["FilmAssembled", "ImageRendered", "VideoRendered"]


def test_with_a_slate_the_camera_is_drawn_into_the_image():
    finished = carried_on([started(slate=True), *beginning(2)[1:]])

    todo = pending_after(*finished, e.ShotEdited(shot=1, camera="pan left"))

    assert kinds(todo) == [("image", 1)]


def test_a_new_style_re_opens_every_image():
    edit = e.SessionEdited(style="ink")

    assert reopened(edit) == [("image", 1), ("image", 2), ("image", 3)]


def test_a_new_title_re_opens_the_film_alone():
    assert remade(e.SessionEdited(title="Other")) == ["FilmAssembled"]


def test_an_edit_that_is_taken_back_by_hand_leaves_nothing_to_do():
    there = e.ShotEdited(shot=2, image_prompt="other")
    back = e.ShotEdited(shot=2, image_prompt="view 2")

    assert reopened(there, back) == []
    assert work_after(*FINISHED, there, back).complete


def test_longer_frames_re_open_the_clip():
    assert reopened(e.ShotEdited(shot=2, planned_frames=240)) == [("video", 2)]


def test_another_transition_re_opens_the_film_alone():
    assert remade(e.ShotEdited(shot=1, transition="dissolve")) == ["FilmAssembled"]


def test_the_last_shots_transition_leads_nowhere():
    assert reopened(e.ShotEdited(shot=3, transition="dissolve")) == []


def test_a_removed_shot_leaves_only_the_film_to_cut():
    assert remade(e.ShotRemoved(shot=2)) == ["FilmAssembled"]


def test_a_moved_shot_leaves_only_the_film_to_cut():
    assert remade(e.ShotMoved(shot=3, index=1)) == ["FilmAssembled"]


def test_a_moved_shot_with_a_slate_is_numbered_again():
    finished = carried_on([started(slate=True), *beginning(2)[1:]])

    todo = pending_after(*finished, e.ShotMoved(shot=2, index=1))

    assert kinds(todo) == [("image", 2), ("image", 1)]


def test_an_added_shot_is_made():
    from tests.build import plan

    added = e.ShotAdded(shot=4, index=1, plan=plan(4))

    assert reopened(added) == [("audio", 4), ("image", 4)]


def test_when_every_shot_is_removed_there_is_no_film_to_cut():
    gone = [e.ShotRemoved(shot=number) for number in (1, 2, 3)]

    work = work_after(*FINISHED, *gone)

    assert (work.pending, work.film, work.complete) == ([], None, False)


def test_a_requested_take_is_made_and_the_film_waits_for_it():
    retake = e.TakeRequested(shot=2, stage="image", take=2, seed=5)

    assert reopened(retake) == [("image", 2)]
    assert remade(retake) == ["FilmAssembled", "ImageRendered", "VideoRendered"]


def test_choosing_an_older_take_again_makes_nothing():
    retake = e.TakeRequested(shot=2, stage="image", take=2, seed=5)
    done = carried_on([*FINISHED, retake])

    back = e.TakeChosen(shot=2, stage="image", take=1)

    assert work_after(*done, back).complete


def test_the_chosen_take_is_the_one_in_the_film():
    first = work_after(*FINISHED).film_made
    retake = e.TakeRequested(shot=2, stage="image", take=2, seed=5)
    done = carried_on([*FINISHED, retake])

    back = e.TakeChosen(shot=2, stage="image", take=1)

    assert work_after(*done).film_made != first
    assert work_after(*done, back).film_made == first


def test_a_take_of_a_clip_leaves_its_image_alone():
    retake = e.TakeRequested(shot=2, stage="video", take=2, seed=5)

    assert remade(retake) == ["FilmAssembled", "VideoRendered"]


def other_model(*stages):
    return {
        kind: choice.model_copy(update={"model": "other"}) if kind in stages else choice
        for kind, choice in FAKE.items()
    }


def test_another_profile_keeps_the_story_and_the_plan():
    change = e.ProfileChanged(profile="p", stages=other_model("story", "scene_graph", "shots"))

    assert reopened(change) == []


def test_another_image_model_re_opens_every_image():
    change = e.ProfileChanged(profile="p", stages=other_model("image"))

    assert reopened(change) == [("image", 1), ("image", 2), ("image", 3)]


def test_another_voice_re_opens_every_line():
    change = e.ProfileChanged(profile="p", stages=other_model("audio"))

    assert reopened(change) == [("audio", 1), ("audio", 2), ("audio", 3)]


def test_the_profile_of_before_finds_everything_made():
    there = e.ProfileChanged(profile="p", stages=other_model("image", "audio"))
    back = e.ProfileChanged(profile="fake", stages=FAKE)

    assert work_after(*FINISHED, there, back).complete


def test_a_profiles_name_alone_changes_nothing():
    assert reopened(e.ProfileChanged(profile="p", stages=FAKE)) == []


def test_a_rewind_before_an_image_asks_for_that_image_again():
    history = beginning(1)
    history.append(drawn(only(pending_after(*history), "image")))

    todo = pending_after(*history, e.SessionRewound(to=4))

    assert kinds(todo) == [("audio", 1), ("image", 1)]


def test_two_shots_that_are_the_same_work_share_one_result():
    same = [one.model_copy(update={"plan": planned(1)[0].plan}) for one in planned(2)]
    history = [started(), told(), divided(), same]
    image = only(pending_after(*history), "image", 1)

    assert ("image", 2) not in kinds(pending_after(*history, drawn(image)))
