"""The cut, in frames."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.parts import CutRules
from projections.timeline import clip_frames, lay_out
from tests.build import RULES, plan, scene

FPS = 24


def laid_out(*plans, speech=None, scenes=(), rules=RULES):
    numbered = list(enumerate(plans, start=1))
    return lay_out(numbered, speech or {}, list(scenes), rules, FPS)


def test_clips_stand_one_behind_the_other_after_the_title():
    timeline = laid_out(plan(), plan(), plan())

    assert [clip.start_frame for clip in timeline.clips] == [48, 96, 144]
    assert timeline.total_frames == 48 + 3 * 48 + 48


def test_a_dissolve_overlaps_its_two_clips():
    timeline = laid_out(plan(transition="dissolve"), plan())

    assert [clip.start_frame for clip in timeline.clips] == [48, 48 + 48 - 12]
    assert timeline.total_frames == 48 + 96 - 12 + 48


@pytest.mark.parametrize("transition", ["cut", "fade"])
def test_a_cut_and_a_fade_overlap_nothing(transition):
    timeline = laid_out(plan(transition=transition), plan())

    assert timeline.clips[0].transition == transition
    assert timeline.clips[1].start_frame == 96


@pytest.mark.parametrize("transition", ["dissolve", "fade"])
@pytest.mark.parametrize("lengths", [(23, 48), (48, 23)])
def test_clips_too_short_for_a_transition_are_cut(transition, lengths):
    first, second = (plan(planned_frames=length, transition=transition) for length in lengths)

    timeline = laid_out(first, second)

    assert timeline.clips[0].transition == "cut"
    assert timeline.clips[1].start_frame == 48 + lengths[0]


def test_clips_just_long_enough_for_a_transition_have_it():
    timeline = laid_out(plan(planned_frames=24, transition="dissolve"), plan(planned_frames=24))

    assert timeline.clips[0].transition == "dissolve"


def test_nothing_follows_the_last_clip():
    assert laid_out(plan(transition="dissolve")).clips[0].transition == "cut"


def test_narration_makes_its_clip_longer():
    timeline = laid_out(plan(), plan(), speech={1: 3.0})

    assert [clip.frames for clip in timeline.clips] == [89, 48]
    assert timeline.clips[1].start_frame == 48 + 89


def test_speech_starts_after_the_lead():
    (clip,) = laid_out(plan(), speech={1: 1.0}).clips

    assert (clip.speech_start_s, clip.speech_end_s) == (2.4, 3.4)


def test_a_silent_clip_has_no_length_of_speech():
    (clip,) = laid_out(plan(narration="")).clips

    assert clip.speech_start_s == clip.speech_end_s


def test_the_first_chapter_begins_with_the_film_and_the_last_ends_with_it():
    timeline = laid_out(plan(scene=1), plan(scene=2), scenes=[scene(1), scene(2)])

    first, second = timeline.chapters
    assert (first.title, first.start_s, first.end_s) == ("Scene 1", 0.0, 4.0)
    assert (second.title, second.start_s, second.end_s) == ("Scene 2", 4.0, 8.0)


def test_shots_of_one_scene_are_one_chapter():
    assert len(laid_out(plan(scene=1), plan(scene=1), scenes=[scene(1)]).chapters) == 1


def test_a_scene_that_comes_back_is_a_chapter_of_its_own():
    assert len(laid_out(plan(scene=1), plan(scene=2), plan(scene=1)).chapters) == 3


def test_an_unknown_scene_has_a_chapter_all_the_same():
    assert laid_out(plan(scene=7)).chapters[0].title == "Scene 7"


def test_without_speech_a_clip_is_as_long_as_planned():
    assert clip_frames(48, None, RULES, FPS) == 48


@st.composite
def cuts(draw):
    plans = draw(
        st.lists(
            st.builds(
                plan,
                planned_frames=st.integers(1, 200),
                transition=st.sampled_from(["cut", "dissolve", "fade"]),
                scene=st.integers(1, 3),
            ),
            min_size=1,
            max_size=8,
        )
    )
    speech = draw(st.dictionaries(st.integers(1, len(plans)), st.floats(0, 9), max_size=4))
    frames = st.integers(0, 30)
    rules = CutRules(
        title_frames=draw(frames),
        end_frames=draw(frames),
        transition_frames=draw(frames),
        lead_s=0.4,
        tail_s=0.3,
    )
    return plans, speech, rules


@given(cuts())
def test_a_cut_has_no_hole_and_never_more_than_two_clips_at_once(cut):
    plans, speech, rules = cut
    timeline = laid_out(*plans, speech=speech, rules=rules)

    clips = timeline.clips
    for before, after in pairwise(clips):
        overlap = before.start_frame + before.frames - after.start_frame
        assert overlap == (rules.transition_frames if before.transition == "dissolve" else 0)
    for first, third in zip(clips, clips[2:], strict=False):
        assert first.start_frame + first.frames <= third.start_frame
    assert clips[0].start_frame == rules.title_frames
    last = clips[-1].start_frame + clips[-1].frames
    assert timeline.total_frames == last + rules.end_frames


@given(cuts())
def test_chapters_cover_the_film(cut):
    plans, speech, rules = cut
    timeline = laid_out(*plans, speech=speech, rules=rules)

    chapters = timeline.chapters
    assert chapters[0].start_s == 0.0
    assert chapters[-1].end_s == round(timeline.total_frames / FPS, 6)
    assert all(a.end_s == b.start_s for a, b in pairwise(chapters))


@given(cuts())
def test_speech_ends_before_its_clip_does(cut):
    plans, speech, rules = cut

    for clip in laid_out(*plans, speech=speech, rules=rules).clips:
        if clip.shot in speech:
            end = (clip.start_frame + clip.frames) / FPS
            assert clip.speech_end_s + rules.tail_s <= end + 1e-5
