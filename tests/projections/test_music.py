"""When music is wanted, what it is made from, and what waits for it."""

import pytest

from projections import events as e
from projections.attempts import ATTEMPTS_MAX
from projections.timeline import music_s
from tests.build import (
    RULES,
    WITH_MUSIC,
    beginning,
    carried_on,
    divided,
    only,
    plan,
    planned,
    started,
    told,
    work_after,
)


def beginning_with_music(shots: int = 2, **changes):
    return [started(stages=WITH_MUSIC, **changes), told(), divided(), planned(shots)]


def given_up(history):
    """The history after the music failed as often as it may."""
    music = only(work_after(*history).commands, "music")
    failed = [
        e.CommandFailed(command_id=music.id, kind="music", error="no room")
        for _ in range(ATTEMPTS_MAX)
    ]
    return [*history, *failed]


def kinds_of(found):
    return {command.kind for command in found.pending}


def test_a_film_without_a_music_stage_wants_none():
    assert work_after(*beginning()).music is None


def test_music_is_wanted_once_the_shots_are_planned():
    head = beginning_with_music()

    assert work_after(*head[:-1]).music is None
    assert work_after(*head).music is not None


def test_the_film_waits_for_its_music():
    almost = carried_on(beginning_with_music(), "audio", "image", "video")

    assert kinds_of(work_after(*almost)) == {"music"}


def test_a_film_is_cut_with_its_music():
    done = work_after(*carried_on(beginning_with_music()))

    assert done.complete
    assert done.film.inputs["music_raw_sha256"] == done.music_made.artifact.raw_sha256


def test_a_film_is_cut_without_music_that_was_given_up():
    done = work_after(*carried_on(given_up(beginning_with_music())))

    assert done.complete
    assert "music_raw_sha256" not in done.film.inputs


def test_music_that_is_asked_for_again_makes_the_cut_pending_again():
    history = carried_on(given_up(beginning_with_music()))
    music = only(work_after(*history).commands, "music")

    again = work_after(*history, e.RetryRequested(command_ids=(music.id,)))

    assert (again.complete, kinds_of(again)) == (False, {"music"})


def test_words_for_the_music_are_its_prompt():
    music = work_after(*beginning_with_music(music="slow strings")).music

    assert (music.inputs["prompt"], "moods" in music.inputs) == ("slow strings", False)


def test_without_words_the_moods_of_the_scenes_are_told_once_each():
    assert work_after(*beginning_with_music()).music.inputs["moods"] == ["calm"]


def test_other_words_make_only_music_and_cut_pending():
    history = [*carried_on(beginning_with_music()), e.SessionEdited(music="a piano")]

    found = work_after(*history)

    assert (found.complete, kinds_of(found)) == (False, {"music"})


def test_a_new_narration_makes_no_new_music():
    history = [*carried_on(beginning_with_music()), e.ShotEdited(shot=1, narration="Other words.")]

    assert "music" not in kinds_of(work_after(*history))


@pytest.mark.parametrize(("frames", "seconds"), [(1, 5), (24, 5), (25, 10), (144, 10), (145, 15)])
def test_music_is_as_long_as_planned_in_steps_of_five_seconds(frames, seconds):
    assert music_s([plan(planned_frames=frames)], RULES, 24) == seconds


def test_removing_the_stage_removes_the_music_from_the_cut():
    history = carried_on(beginning_with_music())
    without = {kind: one for kind, one in WITH_MUSIC.items() if kind != "music"}

    found = work_after(*history, e.ProfileChanged(profile="fake", stages=without))

    assert kinds_of(found) == {"film"}
    assert "music_raw_sha256" not in found.film.inputs
