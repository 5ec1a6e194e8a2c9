"""The plan of the cut: layers and runs, without a pixel."""

from dataclasses import replace
from pathlib import Path

import pytest

from gpu.briefs import CutClip, FilmBrief
from gpu.cut import END, TITLE, WHOLE, Layer, Run, layers_of, runs_of
from gpu.errors import BriefRefused

T = 4


def cut(*parts: tuple[int, int, str], total: int, title: int = 0, end: int = 0) -> FilmBrief:
    """A film of clips (start, frames, transition)."""
    clips = tuple(
        CutClip(
            video=Path(f"{number}.mp4"),
            video_raw_sha256=str(number),
            frames=frames,
            start_frame=start,
            transition=transition,
        )
        for number, (start, frames, transition) in enumerate(parts)
    )
    texts = {"title": "", "subtitle": "", "end_card": "", "language": "en"}
    return FilmBrief(
        **texts,
        clips=clips,
        cues=(),
        chapters=(),
        width=160,
        height=90,
        fps=24,
        total_frames=total,
        title_frames=title,
        end_frames=end,
        transition_frames=T,
        seed=0,
    )


def alphas(film, source):
    """How opaque a source is, over the frames that show it."""
    return [layer.alpha for layers in film for layer in layers if layer.source == source]


def test_a_cut_shows_every_frame_of_both_clips_whole():
    film = layers_of(cut((0, 20, "cut"), (20, 20, "cut"), total=40))

    assert film == tuple((Layer(at // 20, at % 20, WHOLE),) for at in range(40))


def test_a_dissolve_lays_the_next_clip_over_the_last_frames():
    film = layers_of(cut((0, 20, "dissolve"), (16, 20, "cut"), total=36))

    assert film[15] == (Layer(0, 15, WHOLE),)
    assert film[16] == (Layer(0, 16, WHOLE), Layer(1, 0, WHOLE // 5))
    assert film[19] == (Layer(0, 19, WHOLE), Layer(1, 3, WHOLE * 4 // 5))
    assert film[20] == (Layer(1, 4, WHOLE),)


def test_a_fade_goes_to_black_and_comes_from_black_without_overlap():
    film = layers_of(cut((0, 20, "fade"), (20, 20, "cut"), total=40))

    assert alphas(film, 0)[-5:] == [WHOLE, WHOLE, 192, 128, 64]
    assert film[19] == ()
    assert alphas(film, 1)[:5] == [51, 102, 153, 204, WHOLE]


def test_a_held_clip_repeats_its_last_frame():
    brief = cut((0, 20, "cut"), (26, 10, "cut"), total=36)
    held = replace(brief.clips[0], held_frames=6)

    film = layers_of(replace(brief, clips=(held, brief.clips[1])))

    assert film[19:26] == ((Layer(0, 19, WHOLE),),) * 7


def test_a_title_card_comes_from_black_and_dissolves_without_taking_frames():
    film = layers_of(cut((12, 20, "cut"), total=32, title=12))

    assert alphas(film, TITLE)[:5] == [51, 102, 153, 204, WHOLE]
    assert film[11] == (Layer(TITLE, 0, WHOLE),)
    assert film[12] == (Layer(TITLE, 0, WHOLE), Layer(0, 0, WHOLE // 5))
    assert film[16] == (Layer(0, 4, WHOLE),)


def test_the_last_clip_dissolves_into_the_end_card_and_the_film_ends_in_black():
    film = layers_of(cut((0, 20, "dissolve"), total=32, end=12))

    assert film[20] == (Layer(0, 19, WHOLE), Layer(END, 0, WHOLE // 5))
    assert film[31] == ()


def test_without_an_end_card_a_last_fade_ends_in_black():
    assert layers_of(cut((0, 20, "fade"), total=20))[-1] == ()


@pytest.mark.parametrize("frames", [1, 2, 3, 5, 7])
def test_a_clip_shorter_than_its_transitions_still_fills_its_place(frames):
    brief = cut((0, 20, "fade"), (20, frames, "fade"), (20 + frames, 20, "cut"), total=40 + frames)

    assert len(layers_of(brief)) == 40 + frames


@pytest.mark.parametrize(
    ("brief", "words"),
    [
        (cut((0, 20, "cut"), (18, 20, "cut"), total=38), "clip 1 ends at frame 20, clip 2 starts"),
        (cut((0, 20, "cut"), (22, 20, "cut"), total=42), "a cut has room for 0 … 0 common frames"),
        (cut((0, 20, "dissolve"), (10, 20, "cut"), total=30), "room for 0 … 4 common frames"),
        (cut((0, 20, "cut"), total=21), "from frame 0 to 21, its parts from 0 to 20"),
        (cut((3, 20, "cut"), total=23), "from frame 0 to 23, its parts from 3 to 23"),
        (cut((0, 20, "cut"), total=20, title=5), "the title card ends at frame 5, clip 1 starts"),
        (cut(total=0), "at least one"),
    ],
)
def test_numbers_that_do_not_add_up_are_refused_by_name(brief, words):
    with pytest.raises(BriefRefused, match=words):
        layers_of(brief)


def test_only_transitions_are_made_anew():
    film = layers_of(cut((0, 20, "dissolve"), (16, 20, "cut"), total=36))

    runs = runs_of(film, [(0, 4, 16), (0, 4, 16)])

    assert runs == (Run(0, 16, True, 0, 0), Run(16, 20, False), Run(20, 36, True, 1, 4))


def test_copies_start_at_key_frames_only():
    film = layers_of(cut((0, 20, "fade"), (20, 20, "cut"), total=40))

    runs = runs_of(film, [(0,), (0, 9)])

    assert runs[1:] == (Run(16, 29, False), Run(29, 40, True, 1, 9))
