"""Cards: letters when there are letters to draw, a picture in any case."""

import numpy as np
import pytest

from gpu.cards import INK, end_card, title_card

LONG = (
    "The Very Long History of Extraordinarily Long Words, Donaudampfschifffahrtsgesellschaft " * 6
)


def ink(card: np.ndarray) -> int:
    """How many pixels have the letters' colour."""
    return int((np.abs(card.astype(int) - np.array(INK)).max(axis=2) < 6).sum())


def test_a_title_card_is_rgb_of_the_size_asked_for() -> None:
    card = title_card("Indus", "A river and its cities", 320, 180, 1)

    assert ((180, 320, 3), np.uint8) == (card.shape, card.dtype)


def test_a_title_is_drawn_in_ink() -> None:
    titled, plain = (title_card(text, "", 640, 360, 1) for text in ("Indus", "灯台"))

    assert ink(titled) > ink(plain) + 300


def test_a_title_without_a_drawable_letter_is_an_ornament() -> None:
    card = title_card("灯台", "東京", 320, 180, 1)

    assert np.array_equal(card, title_card("नमस्ते", "", 320, 180, 1))
    assert ink(card) < 400


def test_half_of_a_title_is_not_shown_for_the_whole() -> None:
    assert np.array_equal(
        title_card("灯台守の物語 a", "", 320, 180, 1), title_card("", "", 320, 180, 1)
    )


@pytest.mark.parametrize("size", [(64, 64), (64, 512), (512, 64), (180, 320)])
def test_long_words_stay_inside_the_frame(size: tuple[int, int]) -> None:
    card = title_card(LONG, LONG, *size, 3)

    assert (size[1], size[0], 3) == card.shape
    assert ink(card[:, :1]) + ink(card[:, -1:]) == 0


def test_the_same_seed_draws_the_same_card_and_another_seed_another() -> None:
    one, again, other = (title_card("Indus", "", 160, 90, seed) for seed in (1, 1, 4))

    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("text", ["", "Drawn by code.", "終", LONG])
def test_an_end_card_is_darker_than_a_title_card(text: str) -> None:
    assert end_card(text, 320, 180, 2).mean() < title_card("", "", 320, 180, 2).mean()


def test_a_subtitle_that_only_repeats_the_title_is_left_out() -> None:
    alone = title_card("The Last Tram", "", 320, 180, 1)

    repeated = title_card("The Last Tram", "the last tram.", 320, 180, 1)

    assert np.array_equal(alone, repeated)
