"""Word diffs: the pieces of both texts, and how alike texts are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.words import ADDED, KEPT, REMOVED, in_plain, similarity, word_diff


def side(pieces, which) -> str:
    return "".join(text for kind, text in pieces if kind in (KEPT, which))


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_pieces_of_each_side_are_its_text(before, after):
    pieces = word_diff(before, after)

    assert (side(pieces, REMOVED), side(pieces, ADDED)) == (before, after)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("a red boat", "a blue boat", "a [-red-]{+blue+} boat"),
        ("a boat", "a small boat", "a {+small +}boat"),
        ("a boat.", "a boat", "a boat[-.-]"),
        ("one two three", "four five three", "[-one two-]{+four five+} three"),
        ("", "new", "{+new+}"),
        ("same", "same", "same"),
    ],
)
def test_words_that_changed_are_marked(before, after, said):
    assert in_plain(word_diff(before, after)) == said


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("a boat", "A boat!", 1.0), ("a boat", "the moon", 0.0), ("", "", 1.0)],
)
def test_likeness_counts_shared_words(one, other, alike):
    assert similarity(one, other) == alike
