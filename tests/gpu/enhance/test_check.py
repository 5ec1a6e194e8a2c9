"""Whether an enhanced prompt can be used: its length, its names, and what is cut from it."""

import pytest

from gpu.briefs import ReferenceDraft
from gpu.enhance import check
from gpu.enhance.brief import PromptBrief
from gpu.enhance.length import tokens, without_last_phrase
from gpu.errors import StageError

MIRA = ReferenceDraft(name="Mira", kind="character")
HARBOUR = ReferenceDraft(name="the harbour", kind="place")


def brief(prompt="a lighthouse", **changes) -> PromptBrief:
    values = {"stage": "image", "family": "sdxl", "tokens_max": 20, "seed": 1}
    return PromptBrief(prompt=prompt, **(values | changes))


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("a sea", 2), ("a sea, calm", 4), ("lighthouse", 2), ("1888", 4), ("海", 3)],
)
def test_tokens_are_counted_on_the_safe_side(text, count):
    assert tokens(text) == count


@pytest.mark.parametrize(
    ("text", "shorter"),
    [
        ("a sea, calm, blue", "a sea, calm"),
        ("A sea lies there. It is calm.", "A sea lies there."),
        ("a calm sea", ""),
        ("", ""),
    ],
)
def test_a_text_is_cut_at_its_last_phrase(text, shorter):
    assert without_last_phrase(text) == shorter


@pytest.mark.parametrize(
    ("answer", "tidied"),
    [(' "a sea" ', "a sea"), ("a\n sea", "a sea"), ("“a sea”", "a sea"), ('"', '"'), ("'a'", "a")],
)
def test_an_answer_stands_on_one_line_without_quotes(answer, tidied):
    assert check.tidy(answer) == tidied


def test_what_fits_and_names_everybody_is_right():
    asked = brief("Mira at the harbour", references=(MIRA, HARBOUR))

    assert check.wrong_with("Mira waits at the harbour, dusk", asked) == []


def test_a_name_that_the_prompt_had_has_to_stay():
    asked = brief("Mira at the harbour", references=(MIRA, HARBOUR))

    assert check.wrong_with("a girl waits at the harbour", asked) == ["it does not name Mira"]


def test_a_name_that_the_prompt_did_not_have_is_not_asked_for():
    assert check.wrong_with("a lit tower", brief(references=(MIRA,))) == []


def test_a_name_may_stand_in_another_case_or_form():
    assert check.wrong_with("MIRA's hand", brief("Mira", references=(MIRA,))) == []


def test_nothing_is_no_prompt():
    assert check.wrong_with("", brief()) == ["the prompt is empty"]


def test_what_is_too_long_is_told_with_both_numbers():
    (told,) = check.wrong_with("one two three four", brief(tokens_max=3))

    assert told == "it is too long: about 4 tokens, at most 3 are read"


def test_the_style_that_is_put_behind_it_counts_too():
    asked = brief(tokens_max=5, style="soft ink")

    assert check.wrong_with("a sea", asked) == []
    assert check.wrong_with("a grey sea", asked) != []


def test_a_style_that_it_says_already_is_not_counted_twice():
    assert check.wrong_with("a sea in soft ink", brief(tokens_max=5, style="soft ink")) == []


def test_a_clips_camera_counts_too():
    asked = brief(stage="video", tokens_max=7, camera="dolly in")

    assert check.wrong_with("waves break", asked) == []
    assert check.wrong_with("waves break on rocks", asked) != []


def test_there_is_room_for_as_much_as_its_stage_adds_nothing():
    assert check.room(brief(tokens_max=10)) == 10
    assert check.room(brief(tokens_max=10, style="soft ink")) == 8


def test_what_is_too_long_loses_its_last_phrases():
    assert check.cut("a sea, calm, blue, wide", brief(tokens_max=5)) == "a sea, calm"


def test_what_fits_is_not_cut():
    assert check.cut("a sea, calm", brief(tokens_max=20)) == "a sea, calm"


def test_a_cut_that_would_lose_a_name_is_refused():
    asked = brief("Mira by the sea", references=(MIRA,), tokens_max=4)

    with pytest.raises(StageError, match="does not name Mira"):
        check.cut("a calm sea, with Mira", asked)


def test_what_has_no_phrase_to_be_cut_at_is_refused():
    with pytest.raises(StageError, match="too long for sdxl, which reads 3 tokens"):
        check.cut("one two three four five", brief(tokens_max=3))
