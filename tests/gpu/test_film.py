"""The finished film, decoded again."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gpu import cards, yuv
from gpu.briefs import Chapter, Cue, FilmBrief
from gpu.errors import BriefRefused, ToolFailed
from gpu.ffmpeg import command, source
from gpu.film import FilmStage
from gpu.mp4 import read_track
from gpu.probe import captions, frames, labels, probe
from gpu.stages import Made
from tests.gpu.footage import FPS, HEIGHT, WIDTH, T, clip, film_of, quiet


def cut(brief: FilmBrief, out: Path) -> Made:
    return FilmStage().run(brief, out, quiet)


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """A title card, three clips with dissolve, cut and fade, an end card; brief and file."""
    folder = tmp_path_factory.mktemp("film")
    brief = replace(
        film_of(folder),
        cues=(
            Cue(start_s=0.5, end_s=1.5, text="One <i>line</i>"),
            Cue(start_s=2.0, end_s=3.0, text="नमस्ते\n{two} \\N"),
        ),
        chapters=(
            Chapter(start_s=0.75, end_s=2.0, title="Night = 1; #a\\b\n[CHAPTER]"),
            Chapter(start_s=2.0, end_s=4.0, title="Day"),
        ),
    )
    made = cut(brief, folder / "film.mp4")
    return brief, folder / "film.mp4", made


def test_a_film_is_the_same_file_however_fast_its_streams_come(tmp_path):
    # The captions of a long silence: ffmpeg waits ten seconds for one, then goes by its threads
    late = (Cue(start_s=38.0, end_s=39.0, text="At last"),)
    brief = replace(film_of(tmp_path, lengths=(480, 480), transitions=("cut", "fade")), cues=late)

    made = set()
    for _ in range(5):
        cut(brief, tmp_path / "film.mp4")
        made.add((tmp_path / "film.mp4").read_bytes())

    assert len(made) == 1


def test_a_film_is_h264_with_aac_and_captions_of_exactly_its_length(film):
    brief, out, made = film
    picture, sound, text = probe(out)
    length_s = brief.total_frames / FPS

    assert (picture.codec, sound.codec, text.codec) == ("h264", "aac", "mov_text")
    assert (picture.width, picture.height) == (WIDTH, HEIGHT)
    assert picture.packets == brief.total_frames == made.frames == len(frames(out))
    assert (picture.start_s, picture.end_s) == (0, length_s)
    assert (sound.start_s, sound.end_s) == (0, pytest.approx(length_s, abs=1e-4))


def test_copied_frames_are_the_clips_own_frames(film):
    brief, out, _ = film
    shown = frames(out)

    for place in brief.clips:
        own = frames(place.video)[T:-T]
        first = place.start_frame + T
        assert np.array_equal(shown[first : first + len(own)], own)


def test_copied_frames_are_not_encoded_again(film):
    brief, out, _ = film
    place = brief.clips[1]
    packets, own = list(units(out)), list(units(place.video))

    assert packets[place.start_frame + T : place.start_frame + 20] == own[T:20]


def units(path: Path) -> list[bytes]:
    """Hash of each picture's slices."""
    track = read_track(path)
    return [
        hashlib.sha256(unit[unit.rindex(b"\0\0\0\1") :]).digest()
        for unit in track.annex_b(0, track.frames)
    ]


def test_mid_dissolve_is_a_blend_of_both_clips(film):
    brief, out, _ = film
    a, b = brief.clips[0], brief.clips[1]
    middle = T // 2
    blend = 0.5 * frames(a.video)[a.frames - T + middle] + 0.5 * frames(b.video)[middle]

    shown = frames(out)[b.start_frame + middle].astype(float)

    assert np.abs(shown - blend).mean() < 12  # four of seven, not a half
    assert np.abs(shown - frames(a.video)[a.frames - T + middle]).mean() > 5


def test_the_title_card_comes_from_black(film):
    brief, out, _ = film
    card = yuv.from_rgb(cards.title_card(brief.title, brief.subtitle, WIDTH, HEIGHT, brief.seed))
    shown = frames(out)[: brief.title_frames, : WIDTH * HEIGHT]
    luma = shown.mean(axis=1)

    assert list(luma[: T + 1]) == sorted(luma[: T + 1])
    assert np.abs(shown[-1].astype(int) - card[: WIDTH * HEIGHT]).mean() < 3


def test_the_film_ends_in_black(film):
    assert frames(film[1])[-1, : WIDTH * HEIGHT].max() <= 20


def test_a_fade_is_black_between_two_pictures(film):
    brief, out, _ = film
    luma = frames(out)[:, : WIDTH * HEIGHT].mean(axis=1)
    end = brief.total_frames - brief.end_frames

    assert luma[end - 1] < 20 < luma[end - T - 1]


def test_captions_are_in_the_film_as_text(film):
    text = captions(film[1])

    assert "00:00:00,500 --> 00:00:01,500\nOne <i>line</i>" in text
    assert "00:00:02,000 --> 00:00:03,000\nनमस्ते\n｛two｝ ＼N" in text


def test_the_caption_and_sound_tracks_name_their_language(film):
    assert film[1].read_bytes().count(b"\x15\xc7") >= 2  # "eng" as mp4 packs it


def test_title_and_chapters_are_in_the_film(film):
    text = labels(film[1])

    assert 'title=The Light\ncomment={"reelog": {"backend": "animatic"' in text
    assert text.count("[CHAPTER]\nTIMEBASE") == 3
    assert "title=Night \\= 1\\; \\#a\\\\b [CHAPTER]\n" in text


def test_the_index_stands_before_the_pictures_for_fast_start(film):
    data = film[1].read_bytes()

    assert data.index(b"moov") < data.index(b"mdat")


def test_the_same_brief_gives_the_same_bytes_here_and_in_another_process(film, tmp_path):
    brief, out, made = film
    (tmp_path / "brief.py").write_text(
        "import sys, pickle; from pathlib import Path; from gpu.film import FilmStage\n"
        "brief = pickle.loads(Path(sys.argv[1]).read_bytes())\n"
        "print(FilmStage().run(brief, Path(sys.argv[2]), lambda _: None).raw_sha256)\n"
    )
    import pickle

    (tmp_path / "brief").write_bytes(pickle.dumps(brief))
    again = tmp_path / "again.mp4"

    said = subprocess.run(
        [sys.executable, str(tmp_path / "brief.py"), str(tmp_path / "brief"), str(again)],
        capture_output=True, text=True, check=True, env={"PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip

    assert said.stdout.strip() == made.raw_sha256
    assert again.read_bytes() == out.read_bytes()


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another"},
        {"end_card": "Fin"},
        {"cues": ()},
        {"chapters": ()},
        {"seed": 2},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_the_film_shows_changes_its_raw_hash(film, tmp_path, change):
    brief, _, made = film

    assert cut(replace(brief, **change), tmp_path / "a.mp4").raw_sha256 != made.raw_sha256


def test_how_it_is_encoded_does_not_change_its_raw_hash(film, tmp_path):
    brief, _, made = film

    other = cut(replace(brief, settings={"crf": 35, "preset": "medium"}), tmp_path / "a.mp4")

    assert other.raw_sha256 == made.raw_sha256


@pytest.mark.parametrize(("title", "end"), [(0, 0), (18, 0), (0, 18)])
def test_cards_can_be_left_out(tmp_path, title, end):
    brief = film_of(tmp_path, (24, 24), ("cut", "cut"), title, end)

    cut(brief, tmp_path / "film.mp4")

    assert len(frames(tmp_path / "film.mp4")) == 48 + title + end


@pytest.mark.parametrize("transition", ["cut", "dissolve", "fade"])
@pytest.mark.parametrize("frames_each", [T, T + 1, 2 * T])
def test_clips_shorter_than_their_transitions_are_made_anew(tmp_path, transition, frames_each):
    for number in range(3):
        clip(tmp_path / f"clip{number}.mp4", number, frames_each, (0,))
    brief = film_of(tmp_path, (frames_each,) * 3, (transition,) * 3, 12, 12)

    cut(brief, tmp_path / "film.mp4")

    assert len(frames(tmp_path / "film.mp4")) == brief.total_frames


def test_no_transition_frames_means_only_cuts(tmp_path):
    brief = replace(film_of(tmp_path, (24, 24), ("fade", "cut")), transition_frames=0)

    cut(brief, tmp_path / "film.mp4")

    shown = frames(tmp_path / "film.mp4")
    assert np.array_equal(shown[18:42], frames(brief.clips[0].video))


def test_a_held_clip_stands_still_on_its_last_picture(tmp_path):
    brief = film_of(tmp_path, (24, 24), ("cut", "cut"), 0, 0)
    first, second = brief.clips
    held = (replace(first, held_frames=10), replace(second, start_frame=34))

    cut(replace(brief, clips=held, total_frames=58), tmp_path / "film.mp4")

    shown, last = frames(tmp_path / "film.mp4").astype(int), frames(first.video)[-1]
    assert np.abs(shown[24:34] - last).mean(axis=1).max() < 1.5
    assert np.array_equal(shown[34:], frames(second.video))


def test_a_foreign_clip_is_fitted_into_the_film(tmp_path):
    brief = film_of(tmp_path, (24, 24), ("cut", "cut"), 0, 0)
    foreign = tmp_path / "foreign.mkv"
    picture = ("-f", "lavfi", "-i", "color=red:size=100x100:rate=10:duration=3")
    subprocess.run(command(*picture, "-c:v", "mpeg4", str(foreign)), check=True)
    clips = (replace(brief.clips[0], video=foreign), brief.clips[1])

    cut(replace(brief, clips=clips), tmp_path / "film.mp4")

    shown = frames(tmp_path / "film.mp4")
    first = shown[12, : WIDTH * HEIGHT].reshape(HEIGHT, WIDTH)
    assert len(shown) == 48
    assert first[45, 10] < 20 < 55 < first[45, 80] < 75
    assert np.array_equal(shown[24:], frames(brief.clips[1].video))


def test_a_clip_with_b_frames_is_not_copied(tmp_path):
    brief = film_of(tmp_path, (24, 24), ("cut", "cut"), 0, 0)
    other = tmp_path / "other.mp4"
    convert = (*source(brief.clips[0].video), "-c:v", "libx264", "-bf", "3", "-threads", "1")
    subprocess.run(command(*convert, str(other)), check=True)
    clips = (replace(brief.clips[0], video=other), brief.clips[1])

    cut(replace(brief, clips=clips), tmp_path / "film.mp4")

    own, shown = frames(brief.clips[0].video).astype(int), frames(tmp_path / "film.mp4")
    assert np.abs(shown[:24] - own).mean() < 3


def test_a_clip_cut_off_in_the_middle_is_a_tool_that_failed(tmp_path):
    brief = film_of(tmp_path, (24, 24), ("cut", "cut"), 0, 0)
    data = brief.clips[0].video.read_bytes()
    brief.clips[0].video.write_bytes(data[:600])

    with pytest.raises(ToolFailed, match="ffmpeg ended with status"):
        cut(brief, tmp_path / "film.mp4")

    assert sorted(file.name for file in tmp_path.iterdir()) == ["clip0.mp4", "clip1.mp4"]


def test_a_film_whose_numbers_do_not_add_up_leaves_nothing(tmp_path):
    brief = film_of(tmp_path, (24, 24), ("cut", "cut"))
    folder = tmp_path / "out"
    folder.mkdir()

    with pytest.raises(BriefRefused):
        cut(replace(brief, total_frames=7), folder / "film.mp4")

    assert list(folder.iterdir()) == []


def test_an_interrupted_film_leaves_nothing(tmp_path):
    brief = film_of(tmp_path, (24, 24), ("cut", "cut"))
    folder = tmp_path / "out"
    folder.mkdir()

    def interrupt(share: float) -> None:
        if share > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        FilmStage().run(brief, folder / "film.mp4", interrupt)

    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "text", ["-y", "concat:a|b", '"; `x` $(y)', "t" * 10_000, "مرحبا بكم", "a\x00\x1b\nb", "\ud800"]
)
def test_hostile_titles_are_only_text(tmp_path, text):
    brief = film_of(tmp_path, (12,), ("cut",), 12, 12)
    cues = (Cue(start_s=0, end_s=1, text=text),)
    chapters = (Chapter(start_s=0, end_s=1, title=text),)
    hostile = replace(
        brief, title=text, subtitle=text, end_card=text, cues=cues, chapters=chapters, language=text
    )

    cut(hostile, tmp_path / "film.mp4")

    assert probe(tmp_path / "film.mp4")[0].packets == 36
    assert b"[CHAPTER]" not in (tmp_path / "film.mp4").read_bytes()


def test_the_report_rises_to_one(tmp_path):
    shares: list[float] = []

    FilmStage().run(
        film_of(tmp_path, (24, 24), ("cut", "cut")), tmp_path / "film.mp4", shares.append
    )

    assert shares == sorted(shares)
    assert shares[-1] == 1.0
