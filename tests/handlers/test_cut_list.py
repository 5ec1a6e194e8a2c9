"""The cut for other editors: OpenTimelineIO and CMX 3600, frame by frame."""

import re
from itertools import pairwise

import pytest

from eventstore.home import Home
from handlers.cut_list import cut_list
from handlers.editors import write_otio, write_otioz
from handlers.edl import edl
from handlers.errors import Refused
from tests.build import beginning, carried_on, planned, session_after

FPS = 24
BORDERS = ["dissolve", "fade", "cut", "cut"]


def session(borders=BORDERS, made=True):
    *before, _ = beginning(shots=1)
    shots = [planned(at)[-1] for at in range(1, len(borders) + 1)]
    shots = [
        shot.model_copy(update={"plan": shot.plan.model_copy(update={"transition": border})})
        for shot, border in zip(shots, borders, strict=True)
    ]
    events = [*before, shots]
    return session_after(*(carried_on(events) if made else events))


@pytest.fixture
def cut(tmp_path):
    return cut_list(Home(tmp_path), session())


def frame_of(time: str) -> int:
    hours, minutes, seconds, frames = map(int, time.split(":"))
    return ((hours * 60 + minutes) * 60 + seconds) * FPS + frames


def events_of(text):
    line = r"^(\d{3})  (\S+) +V     (C|D    (\d{3})) +(\S+) (\S+) (\S+) (\S+)$"
    return [
        (reel, kind[0], int(mixed or 0), *map(frame_of, times))
        for _, reel, kind, mixed, *times in re.findall(line, text, re.MULTILINE)
    ]


def test_the_items_cover_every_frame_of_the_film_once(cut):
    ends = [item.start + item.frames for item in cut.items]

    assert (cut.items[0].start, ends[-1]) == (0, cut.timeline.total_frames)
    assert all(end == after.start for end, after in zip(ends, cut.items[1:], strict=False))


def test_an_unrendered_film_has_a_cut_as_well(tmp_path):
    cut = cut_list(Home(tmp_path), session(made=False))

    assert sum(item.frames for item in cut.items) == cut.timeline.total_frames


def test_a_film_without_shots_is_refused(tmp_path):
    with pytest.raises(Refused, match="has no shots yet"):
        cut_list(Home(tmp_path), session_after(beginning(shots=1)[0]))


def test_otio_read_back_is_as_long_as_the_film(cut, tmp_path):
    otio = pytest.importorskip("opentimelineio")
    write_otio(cut, tmp_path / "x.otio")

    read = otio.adapters.read_from_file(str(tmp_path / "x.otio"))

    (picture,) = read.video_tracks()
    assert picture.duration().to_frames() == cut.timeline.total_frames


def test_otio_has_every_item_at_its_frame(cut, tmp_path):
    otio = pytest.importorskip("opentimelineio")
    write_otio(cut, tmp_path / "x.otio")

    read = otio.adapters.read_from_file(str(tmp_path / "x.otio"))

    clips = [(clip.name, clip.range_in_parent().start_time.to_frames())
             for clip in read.find_clips() if clip.parent().kind == "Video"]  # fmt: skip
    assert clips == [(item.name, item.start) for item in cut.items]


def test_otio_says_dissolves_and_fades(cut, tmp_path):
    otio = pytest.importorskip("opentimelineio")
    write_otio(cut, tmp_path / "x.otio")

    read = otio.adapters.read_from_file(str(tmp_path / "x.otio"))

    found = [
        (one.transition_type, one.in_offset.to_frames(), one.out_offset.to_frames())
        for one in read.find_children(descended_from_type=otio.schema.Transition)
    ]
    dissolve, fade = ("SMPTE_Dissolve", 0, 12), ("Custom_Transition", 12, 12)
    assert found == [dissolve, dissolve, fade]


def test_shots_without_media_are_generators_with_their_prompt(cut, tmp_path):
    otio = pytest.importorskip("opentimelineio")
    write_otio(cut, tmp_path / "x.otio")

    clips = otio.adapters.read_from_file(str(tmp_path / "x.otio")).find_clips()

    shots = [clip.media_reference for clip in clips if clip.name.startswith("shot_")]
    assert [one.parameters["prompt"] for one in shots] == [f"view {n}" for n in (1, 2, 3, 4)]


def test_metadata_names_takes_and_lineage(cut, tmp_path):
    otio = pytest.importorskip("opentimelineio")
    write_otio(cut, tmp_path / "x.otio")

    read = otio.adapters.read_from_file(str(tmp_path / "x.otio"))

    shot = next(clip for clip in read.find_clips() if clip.name == "shot_002").metadata["reelog"]
    takes = [(one["stage"], one["take"], one["seed"]) for one in shot["takes"]]
    assert ("image", 1, 102) in takes
    assert read.metadata["reelog"]["session"] == cut.session.id


def test_otioz_of_an_unrendered_film_is_read_back(cut, tmp_path):
    otio = pytest.importorskip("opentimelineio")
    write_otioz(cut, tmp_path / "x.otioz")

    read = otio.adapters.read_from_file(str(tmp_path / "x.otioz"))

    assert read.video_tracks()[0].duration().to_frames() == cut.timeline.total_frames


def test_record_times_of_an_edl_follow_each_other_up_to_the_last_frame(cut):
    spans = [(start, end) for *_, start, end in events_of(edl(cut)) if end > start]

    assert all(before[1] == after[0] for before, after in pairwise(spans))
    assert spans[-1][1] - spans[0][0] == cut.timeline.total_frames


def test_an_edl_takes_as_many_frames_as_it_records(cut):
    assert all(
        end - start == record_end - record_start
        for _, _, _, start, end, record_start, record_end in events_of(edl(cut))
    )


def test_an_edl_reads_a_dissolve_from_where_the_shot_before_was_left(cut):
    events = events_of(edl(cut))

    after = next(at for at, one in enumerate(events) if one[:2] == ("SH000002", "D"))
    assert events[after - 1][:2] == ("SH000001", "C")
    assert events[after - 1][3] == cut.items[1].frames


def test_reels_are_eight_letters_and_digits_at_most(cut):
    assert all(re.fullmatch(r"[A-Z0-9]{1,8}", reel) for reel, *_ in events_of(edl(cut)))


def test_an_edl_with_more_events_than_it_can_number_is_refused(cut, monkeypatch):
    monkeypatch.setattr("handlers.edl._EVENTS_MAX", 3)

    with pytest.raises(Refused, match="at most 3 events"):
        edl(cut)
