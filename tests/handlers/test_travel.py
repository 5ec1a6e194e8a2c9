"""Going back and branching: rewind, fork, and which moment a user means."""

from datetime import UTC, datetime, timedelta

import pytest

from eventstore.home import Home
from eventstore.log import EventLog
from gpu import profile
from gpu.stages import open_stage
from handlers import moment, takes, travel
from handlers.errors import Refused
from handlers.moment import position_of
from handlers.stream import SessionStream
from handlers.worker import Worker
from projections import events as e
from projections.rows import steps
from projections.work import pending, work
from tests.build import RUN, SESSION, drawn, rebuilt, started

NOW = datetime(2030, 1, 1, tzinfo=UTC)


class CountedStages:
    """Opens real stages and counts how often one runs."""

    def __init__(self) -> None:
        self.runs: list[str] = []

    def __call__(self, kind: str, backend: str):
        stage, runs = open_stage(kind, backend), self.runs

        class Counted:
            def run(self, brief, out, report):
                runs.append(kind)
                return stage.run(brief, out, report)

        return Counted()


def work_off(home: Home, log: EventLog, session: str) -> list[str]:
    """Work until nothing is left; returns the kinds of the stages that ran."""
    counted = CountedStages()
    worker = Worker(home, log, stages=counted)
    try:
        worker.work_on([session])
    finally:
        worker.close()
    return counted.runs


@pytest.fixture
def film(home, log) -> SessionStream:
    """A finished fake film of two shots."""
    stream = SessionStream(log, SESSION)
    stream.append([started(shots=2, duration_s=8.0)], RUN)
    work_off(home, log, SESSION)
    stream.reload()
    return stream


def end_of_plan(stream: SessionStream) -> int:
    return position_of("ShotPlanned", stream.history, NOW)


def test_a_rewind_is_one_event(film):
    recorded = travel.rewind(film, end_of_plan(film))

    assert [type(one.event).__name__ for one in recorded] == ["SessionRewound"]


def test_after_a_rewind_to_the_plan_all_pictures_are_pending(film):
    travel.rewind(film, end_of_plan(film))

    assert {command.kind for command in pending(film.session)} == {"audio", "image"}


def test_going_on_after_a_rewind_runs_no_stage(home, log, film):
    travel.rewind(film, end_of_plan(film))

    assert work_off(home, log, film.id) == []


def test_a_rewind_takes_back_what_came_while_it_was_asked_for(log, film):
    end = end_of_plan(film)
    travel.preview(film, end)
    SessionStream(log, film.id).append([e.ShotEdited(shot=1, camera="arc")], RUN)

    travel.rewind(film, end)

    assert SessionStream(log, film.id).session.shots[1].plan.camera != "arc"


def test_undoing_a_rewind_brings_the_film_back_at_once(film):
    before = len(film.history)
    travel.rewind(film, end_of_plan(film))

    travel.rewind(film, before)

    assert pending(film.session) == []


def test_a_rewind_to_where_the_session_is_appends_nothing(film):
    assert travel.rewind(film, len(film.history)) == []


def test_a_preview_names_what_is_taken_back_and_changes_nothing(film):
    version = len(film.history)

    preview = travel.preview(film, end_of_plan(film))

    assert (preview.media, preview.shots_after, film.log.version(film.id)) == (7, 2, version)


@pytest.mark.parametrize(
    "event", ["SessionStarted", "StoryGenerated", "ShotPlanned", "VideoRendered"]
)
def test_a_preview_says_what_is_there_then(film, event):
    to = position_of(event, film.history, NOW)

    preview = travel.preview(film, to)
    travel.rewind(film, to)

    assert preview.steps == steps(film.session, work(film.session))


def test_what_was_looked_at_and_not_done_leaves_the_rows_as_they_are(log, film):
    travel.preview(film, end_of_plan(film))

    film.append([e.SessionPrioritised(priority=2)], RUN)

    assert log.stored_rows(film.id) == rebuilt(log, film.id)


def test_a_position_inside_an_append_is_refused_with_the_nearest_boundaries(film):
    plan = end_of_plan(film)

    with pytest.raises(Refused, match=f"the nearest boundaries are {plan - 2} or {plan}"):
        position_of(str(plan - 1), film.history, NOW)


def test_a_position_that_is_not_there_is_refused_with_those_that_are(film):
    with pytest.raises(Refused, match=f"events 1 to {len(film.history)}, not 999"):
        position_of("999", film.history, NOW)


def test_an_event_id_is_a_moment(film):
    assert position_of(film.history[2].event_id, film.history, NOW) == 3


def test_an_event_with_its_shot_is_a_moment(film):
    position = position_of("ImageRendered:2", film.history, NOW)

    event = film.history[position - 1].event
    assert (type(event).__name__, event.shot) == ("ImageRendered", 2)


def test_an_event_in_force_goes_before_one_that_was_withdrawn(film):
    in_force = position_of("ImageRendered:1", film.history, NOW)
    film.append(takes.retake(film.session, 1, "image"), RUN)
    film.append([drawn(command) for command in pending(film.session)[:1]], RUN)
    withdrawn = position_of("ImageRendered:1", film.history, NOW)

    travel.rewind(film, in_force)

    assert withdrawn > in_force
    assert position_of("ImageRendered:1", film.history, NOW) == in_force


def test_an_event_that_was_withdrawn_is_a_moment_where_none_is_in_force(film):
    taken_back = position_of("VideoRendered:1", film.history, NOW)

    travel.rewind(film, end_of_plan(film))

    assert position_of("VideoRendered:1", film.history, NOW) == taken_back


def test_a_time_is_the_last_append_before_it(film):
    first = datetime.fromisoformat(film.history[0].recorded_at)
    later = datetime.fromisoformat(film.history[-1].recorded_at) + timedelta(minutes=20)

    assert position_of("20 minutes ago", film.history, later) == len(film.history)
    with pytest.raises(Refused, match="nothing was recorded by"):
        position_of("1 day ago", film.history, first + timedelta(hours=1))


@pytest.mark.parametrize("part", ["3877a297", "38778297"])
def test_a_unique_part_of_an_event_id_is_a_moment_though_it_be_a_number(film, part):
    history = list(film.history)
    history[2] = history[2]._replace(event_id=f"{part}-0000-4000-8000-000000000000")

    assert position_of(part, history, NOW) == 3


@pytest.mark.parametrize("text", ["20 min ago", "an hour ago", "1.5h", "2 days", "13:00", "9:05"])
def test_people_write_times_in_many_ways(film, text):
    later = datetime.fromisoformat(film.history[-1].recorded_at) + timedelta(days=9)

    assert position_of(text, film.history, later) == len(film.history)


@pytest.mark.parametrize(
    "text",
    [
        "", "-1", "²", "٣", "9" * 5000, "999999999 days ago", "0001-01-01", "25:00",
        "9999-12-31T23:59:59-12:00", "last", "\x00",
    ],
)  # fmt: skip
def test_what_is_no_moment_is_refused_in_a_short_sentence(film, text):
    with pytest.raises(Refused) as refused:
        position_of(text, film.history, NOW)

    assert len(str(refused.value)) < 200


def test_a_year_of_three_digits_is_long_ago(film):
    with pytest.raises(Refused, match="nothing was recorded by 0999"):
        position_of("0999-06-01T00:00:00+00:00", film.history, NOW)


@pytest.mark.parametrize("text", ["9", "ShotPlanned", "2000-01-01"])
def test_what_came_before_a_fork_is_said_to_be_its_parents(film, text):
    at = end_of_plan(film)
    child = travel.fork(film, at, "session_child", None)

    with pytest.raises(Refused) as refused:
        position_of(text, child.history, NOW)

    assert f"events 1 to {at} of {film.id}" in refused.value.hint


@pytest.mark.parametrize("how", ["type", "type and shot", "id", "time"])
def test_what_came_before_two_forks_is_named_with_its_place(log, film, how):
    plan, at = end_of_plan(film), position_of("ImageRendered:2", film.history, NOW)
    grandchild = travel.fork(travel.fork(film, at, "session_child", None), 1, "session_2", None)
    text, wanted = {
        "type": ("ShotPlanned", plan),
        "type and shot": ("ImageRendered:2", at),
        "id": (film.history[at - 1].event_id, at),
        "time": (film.history[at - 1].recorded_at, at),
    }[how]

    with pytest.raises(Refused) as refused:
        moment.find(text, log, grandchild.history, NOW)

    assert refused.value.hint.startswith(f"it is event {wanted} of {film.id}, which")


def test_what_nobody_of_the_family_knows_is_answered_as_ever(log, film):
    child = travel.fork(film, end_of_plan(film), "session_child", None)

    with pytest.raises(Refused, match="did you mean ImageRendered"):
        moment.find("ImageRended", log, child.history, NOW)


def test_a_preview_names_the_takes_by_shot(film):
    preview = travel.preview(film, end_of_plan(film))

    assert preview.takes == {kind: [(1, 1), (2, 1)] for kind in ("audio", "image", "video")}


def test_a_misspelt_event_type_is_answered_with_the_nearest(film):
    with pytest.raises(Refused, match="did you mean ShotPlanned"):
        position_of("ShotPlaned", film.history, NOW)


def test_a_fork_is_one_event_and_copies_nothing(log, film):
    events = log.head().global_position

    child = travel.fork(film, end_of_plan(film), "session_child", None)

    assert (len(child.history), log.head().global_position) == (1, events + 1)


def test_a_fork_that_is_prepared_is_not_begun(log, film):
    events = log.head().global_position

    travel.prepare_fork(film, end_of_plan(film), "session_child", None)

    assert log.head().global_position == events


@pytest.mark.parametrize("wanted", [None, "animatic"])
def test_a_prepared_fork_says_what_is_there_then(film, wanted):
    chosen = profile.load(wanted) if wanted else None

    prepared = travel.prepare_fork(film, len(film.history), "session_child", chosen)
    child = travel.begin(prepared)

    assert prepared.steps == steps(child.session, work(child.session))
    assert prepared.steps["images"] == (0 if wanted else 2, 2)


def test_a_fork_has_its_parents_shots(film):
    child = travel.fork(film, end_of_plan(film), "session_child", None)

    assert child.session.shots == film.session.shots


def test_working_on_a_fork_with_the_same_inputs_runs_no_stage(home, log, film):
    child = travel.fork(film, end_of_plan(film), "session_child", None)

    assert work_off(home, log, child.id) == []


def test_a_fork_stays_what_it_was_when_its_parent_is_rewound(log, film):
    child = travel.fork(film, len(film.history), "session_child", None)
    travel.rewind(film, 1)

    assert pending(SessionStream(log, child.id).session) == []


def test_a_fork_of_a_fork_begins_with_both_histories(film):
    child = travel.fork(film, end_of_plan(film), "session_child", None)

    grandchild = travel.fork(child, 1, "session_grandchild", None)

    assert grandchild.session.shots == film.session.shots


def test_a_fork_with_another_profile_keeps_the_shots_and_renders_anew(film):
    at = len(film.history)

    child = travel.fork(film, at, "session_child", profile.load("animatic"))

    assert {command.kind for command in pending(child.session)} == {"audio", "image"}


def test_rewinding_a_fork_before_its_beginning_names_the_parent(film):
    child = travel.fork(film, 1, "session_child", None)

    with pytest.raises(Refused, match=f"rewind its parent {film.id}"):
        travel.rewind(child, 0)


def test_the_read_tables_follow_a_rewind(log, film):
    travel.rewind(film, end_of_plan(film))

    (row,) = log.query("SELECT state, images_generated FROM sessions")
    assert row == {"state": "IN_PROGRESS", "images_generated": 0}


def test_withdrawn_events_are_marked_in_the_history(log, film):
    travel.rewind(film, end_of_plan(film))

    (row,) = log.query("SELECT count(*) AS n FROM history WHERE withdrawn")
    assert row["n"] == 8  # two lines, two pictures, two clips, the film, its completion
