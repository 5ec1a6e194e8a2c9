"""Exports as text: tables that spreadsheets read, and the whole session as JSON."""

import csv
import io
import json

from handlers import export_text
from projections import events as e
from tests.build import beginning, carried_on, plan, session_after

FILM = carried_on(beginning(shots=2))


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_there_is_a_prompt_a_shot_in_the_order_of_the_cut():
    session = session_after(*FILM, e.ShotMoved(shot=2, index=1))

    prompts = [row["image_prompt"] for row in table(export_text.prompts_csv(session))]

    assert prompts == ["view 2", "view 1"]


def test_the_seed_is_that_of_the_take_in_the_cut():
    session = session_after(*FILM, e.TakeRequested(shot=1, stage="image", take=2, seed=99))

    assert table(export_text.prompts_csv(session))[0]["seed"] == "99"


def test_prompts_of_any_text_come_back_as_they_were():
    text = 'a "quoted", line\nand another; =1+1 é'
    session = session_after(*FILM, e.ShotEdited(shot=1, image_prompt=text))

    assert table(export_text.prompts_csv(session))[0]["image_prompt"] == text


def test_the_shot_list_says_where_each_shot_begins():
    rows = table(export_text.shots_csv(session_after(*FILM)))

    assert [row["start"] for row in rows] == ["00:00:02:00", "00:00:04:00"]


def test_the_shot_list_of_a_film_without_shots_has_a_head_only():
    assert table(export_text.shots_csv(session_after(FILM[0]))) == []


def test_a_timecode_counts_hours_minutes_seconds_frames():
    assert export_text.timecode(25 * 3661 + 7, 25) == "01:01:01:07"


def test_the_whole_session_is_json():
    whole = export_text.whole(session_after(*FILM))

    assert json.loads(json.dumps(whole, allow_nan=False)) == whole


def test_the_whole_session_holds_timeline_and_artifacts():
    whole = export_text.whole(session_after(*FILM))

    assert (len(whole["timeline"]["clips"]), len(whole["artifacts"])) == (2, 7)


def test_a_session_that_has_just_begun_can_be_written_out():
    whole = export_text.whole(session_after(FILM[0]))

    assert (whole["state"], whole["timeline"], whole["shots"]) == ("NEW", None, [])


def test_an_added_shot_is_listed():
    added = e.ShotAdded(shot=3, index=1, plan=plan(3))

    assert len(table(export_text.shots_csv(session_after(*FILM, added)))) == 3
